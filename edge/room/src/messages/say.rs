//! New messages, the questions in them, regenerating an answer, and stopping one.

use shared::mention::{Mentionable, mentioned};
use shared::{Body, ErrorCode, Seq, limits};

use super::Subjects;
use super::choice::may_decide;
use super::write_request::{WriteError, WriteRequest, Writer, writer};
use crate::attachment::SocketId;
use crate::context::Context;
use crate::presence::{Presence, swallows_calls};
use crate::runs::Runs;
use crate::storage::{AnswerRow, ChainPosition, LogRow, MessageRow, RowData, RunRecord, Write};

/// Which part of the room a regenerated answer is asked with.
struct Regeneration {
    through: Seq,
    continues_from: Option<ChainPosition>,
}

/// Appends a message, and asks every bot that it mentions.
pub(crate) fn say(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    text: &str,
    reply_to: Option<Seq>,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_speaker(cx, subjects.presence)?;
    let body = Body::parse(text)?;
    check_slow_mode(cx, &writer)?;
    let replied_to = match reply_to {
        None => None,
        Some(seq) => match cx.storage.row(seq)? {
            Some(row) if row.data.is_message() => Some(row),
            _ => return Err(ErrorCode::NoSuchMessage.into()),
        },
    };
    request.commit(cx)?;
    let bots = asked_bots(cx, subjects.presence, body.as_str(), replied_to.as_ref());
    // Also of those whose answers end at once, for want of money or of a place in the queue.
    let tokens = limits::ANSWER_TOKENS.saturating_mul(u32::try_from(bots.len()).unwrap_or(u32::MAX));
    subjects.presence.charge_writes(cx, request.socket, tokens);
    let message = MessageRow {
        name: writer.name.clone(),
        owner: writer.owner,
        number: writer.number,
        text: body.into_string(),
        reply_to,
        edited: false,
        deleted: false,
        reactions: Vec::new(),
    };
    let row = request.row(cx, writer.id.clone(), None, RowData::Message(message));
    let seq = row.seq;
    cx.append(row, None);
    if cx.log.settings().slow_mode > 0 {
        cx.effects.write(Write::PersonSaid { person: writer.id.clone(), at: cx.now });
    }
    for bot in bots {
        let record = RunRecord::new(cx.log.next_seq(), bot, seq, writer.id.clone(), writer.address.clone());
        subjects.runs.enqueue(cx, record, None);
    }
    cx.fanout.typing(cx.now, &writer.name, false);
    Ok(seq)
}

/// Checks that the writer has waited since their last message as long as slow mode asks for.
///
/// # Errors
/// When they have not, or the storage cannot be read.
fn check_slow_mode(cx: &Context<'_>, writer: &Writer) -> Result<(), WriteError> {
    let wait_ms = u64::from(cx.log.settings().slow_mode).saturating_mul(1_000);
    if wait_ms == 0 || writer.has_powers() {
        return Ok(());
    }
    let Some(said) = cx.storage.person(&writer.id)?.and_then(|person| person.said) else { return Ok(()) };
    // A moment in the future was stored before the clock went back.
    let passed = cx.now.since(said);
    if said > cx.now || passed >= wait_ms {
        return Ok(());
    }
    let retry_after_ms = Some(wait_ms.saturating_sub(passed));
    Err(WriteError::Refused { code: ErrorCode::SlowMode, retry_after_ms })
}

/// Asks a bot again for an answer, also (`is_confirmed`) for a poll in which people have voted. Who asked may, and owners and
/// operators. Returns the `seq` of the new answer.
pub(crate) fn regenerate(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    (run, is_confirmed): (Seq, bool),
) -> Result<Seq, WriteError> {
    let writer = request.authorize_speaker(cx, subjects.presence)?;
    let row = cx.storage.row(run)?.ok_or(ErrorCode::NoSuchMessage)?;
    let answer = row.as_answer().ok_or(ErrorCode::NoSuchMessage)?;
    let question = cx.storage.row(answer.parent)?.map(|row| row.data);
    if !matches!(question, Some(RowData::Message(message)) if !message.deleted) || answer.deleted {
        return Err(ErrorCode::NoSuchMessage.into());
    }
    if !may_decide(cx, &row, &writer)? {
        return Err(ErrorCode::NotAllowed.into());
    }
    if cx.config.bot(&answer.bot).is_none() {
        return Err(ErrorCode::NoSuchBot.into());
    }
    if !answer.votes.is_empty() && !is_confirmed {
        return Err(ErrorCode::NotNow.into());
    }
    let is_asked = subjects.runs.of_bot(&answer.bot).any(|active| active.record().parent == answer.parent);
    if !answer.state.is_end() || is_asked {
        return Err(ErrorCode::NotNow.into());
    }
    let Regeneration { through, continues_from } = plan_regeneration(cx, subjects.runs, answer)?;
    if subjects.runs.is_full_for(&writer.id, &answer.bot) {
        return Err(ErrorCode::QueueFull.into());
    }
    request.commit(cx)?;
    subjects.runs.give_up_further_if(cx, Seq::ZERO, |record| {
        record.bot == answer.bot && record.parent == answer.parent
    });
    // The request itself was one of the two.
    subjects.presence.charge_writes(cx, request.socket, limits::ANSWER_TOKENS.saturating_sub(1));
    let run = cx.log.next_seq();
    let record = RunRecord {
        through,
        continues_from,
        ..RunRecord::new(run, answer.bot.clone(), answer.parent, writer.id, writer.address)
    };
    subjects.runs.enqueue(cx, record, Some(request.nonce.clone()));
    Ok(run)
}

/// Stops an answer. Only who asked for it and the room's owner may.
pub(crate) fn stop(cx: &mut Context<'_>, subjects: Subjects<'_>, socket: SocketId, run: Seq) {
    let Some(writer) = writer(cx, subjects.presence, socket) else {
        return subjects.presence.refuse(cx, socket, None, ErrorCode::NotJoined, None);
    };
    match may_stop(subjects.runs, &writer, run) {
        Err(code) => subjects.presence.refuse(cx, socket, None, code, None),
        Ok(()) => subjects.runs.stop_for(cx, run, writer.id),
    }
}

fn may_stop(runs: &Runs, writer: &Writer, run: Seq) -> Result<(), ErrorCode> {
    let active = runs.get(run).ok_or(ErrorCode::NotNow)?;
    if active.record().asker == writer.id || writer.has_powers() {
        Ok(())
    } else {
        Err(ErrorCode::NotAllowed)
    }
}

/// Chooses what a regenerated answer is asked with, so that the bot's chain never goes back.
fn plan_regeneration(cx: &Context<'_>, runs: &Runs, answer: &AnswerRow) -> Result<Regeneration, WriteError> {
    let is_idle = runs.of_bot(&answer.bot).next().is_none();
    let chain = cx.storage.chain(&answer.bot)?;
    let last = chain.as_ref().map(|chain| chain.last).unwrap_or_default();
    if !answer.is_in_chain() {
        // The chain holds nothing of the answer, so it is asked like a new question; where the chain has gone on, or may go on
        // before this run starts, with everything that was written until now.
        let is_next = is_idle && answer.parent > last;
        let through = if is_next { answer.parent } else { cx.log.head() };
        return Ok(Regeneration { through, continues_from: None });
    }
    if is_idle && answer.parent == last {
        // Not what the answer's own row says it continued: something of that may have been deleted.
        let continues_from = chain.and_then(|chain| chain.base);
        return Ok(Regeneration { through: answer.parent, continues_from });
    }
    Err(ErrorCode::NotNow.into())
}

/// The bots that a message asks, in order: first the one whose answer it replies to, then those that it mentions, at most
/// [`limits::BOTS_PER_MESSAGE`].
fn asked_bots(cx: &Context<'_>, presence: &Presence, text: &str, replied_to: Option<&LogRow>) -> Vec<String> {
    let mut bots: Vec<String> =
        replied_to.and_then(LogRow::as_answer).map(|answer| answer.bot.clone()).into_iter().collect();
    if text.contains('@') {
        let handles = cx.config.bots.iter().flat_map(|bot| {
            let names = std::iter::once(&bot.handle).chain(&bot.aliases);
            names.map(|name| Mentionable { name: name.clone(), target: Some(bot.handle.clone()) })
        });
        // A nickname from before a bot had its name takes no calls from it.
        let people = presence.roster().people().filter(|person| !swallows_calls(cx.config, &person.name));
        let people = people.map(|person| Mentionable { name: person.name.clone(), target: None });
        let names: Vec<Mentionable<Option<String>>> = handles.chain(people).collect();
        for bot in mentioned(text, &names).into_iter().flatten() {
            if !bots.contains(&bot) {
                bots.push(bot);
            }
        }
    }
    bots.retain(|bot| cx.config.bot(bot).is_some());
    bots.truncate(limits::BOTS_PER_MESSAGE);
    bots
}
