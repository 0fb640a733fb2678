//! Changes of messages: edits, deletions, votes, reactions. Each is a row of its own and rewrites its target's row in the same
//! transaction (promise G8).
//!
//! A deletion also reaches what bots remember: no chain that holds the deleted text is continued, and the responses that hold it
//! are deleted at the model servers.

use shared::reaction::{has_reacted, set_reaction};
use shared::{Body, ErrorCode, ModerationAct, PersonId, Seq, Vote, card, limits};

use super::write_request::{WriteError, WriteRequest, Writer};
use super::{Subjects, owner_actions, reports};
use crate::context::Context;
use crate::storage::{LogRow, LogStorage, MessageRow, ReactedRow, RowData, StorageError, Write};

/// Replaces the text of the writer's own message. Mentions in the new text ask nobody.
pub(crate) fn edit(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    target: Seq,
    text: &str,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_speaker(cx, subjects.presence)?;
    let body = Body::parse(text)?;
    let row = cx.storage.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
    let RowData::Message(message) = &row.data else { return Err(ErrorCode::NoSuchMessage.into()) };
    if row.author != writer.id {
        return Err(ErrorCode::NotAllowed.into());
    }
    if message.deleted {
        return Err(ErrorCode::NoSuchMessage.into());
    }
    request.commit(cx)?;
    let mut message = message.clone();
    message.text = body.into_string();
    message.edited = true;
    subjects.runs.message_edited();
    let target = LogRow { data: RowData::Message(message), ..row };
    Ok(rewrite(cx, request, &target, writer.id, RowData::Edited))
}

/// Deletes a message or an ended answer. Authors may delete their messages, owners and operators everything.
pub(crate) fn delete(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    target: Seq,
) -> Result<Seq, WriteError> {
    let writer = request.authorize(cx, subjects.presence)?;
    let row = cx.storage.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
    let data = deleted(&row, &writer)?;
    request.commit(cx)?;
    subjects.runs.forget_from(cx, target);
    let is_own = matches!(row.data, RowData::Message(_)) && row.author == writer.id;
    let seq = rewrite(cx, request, &LogRow { data, ..row }, writer.id.clone(), RowData::Deleted);
    subjects.runs.question_deleted(cx, target);
    reports::message_deleted(cx, subjects.presence, target);
    if !is_own {
        owner_actions::record(cx, &writer, seq, ModerationAct::Deleted { target });
    }
    Ok(seq)
}

/// Votes for an option of a poll, or withdraws the writer's vote.
pub(crate) fn vote(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    target: Seq,
    option: Option<usize>,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_speaker(cx, subjects.presence)?;
    let row = cx.storage.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
    let RowData::Answer(answer) = &row.data else { return Err(ErrorCode::NoSuchMessage.into()) };
    let Some(card::Card::Poll { options, .. }) = &answer.card else {
        return Err(ErrorCode::NoSuchMessage.into());
    };
    if option.is_some_and(|option| option >= options.len()) {
        return Err(ErrorCode::OutOfRange.into());
    }
    let mut answer = answer.clone();
    answer.votes.retain(|vote| vote.person != writer.id);
    if let Some(option) = option {
        if answer.votes.len() >= limits::POLL_VOTERS {
            return Err(ErrorCode::TooMany.into());
        }
        answer.votes.push(Vote { person: writer.id.clone(), option });
    }
    request.commit(cx)?;
    let target = LogRow { data: RowData::Answer(answer), ..row };
    Ok(rewrite(cx, request, &target, writer.id, RowData::Voted(option)))
}

/// Puts an emoji on a message or on an answer that has ended, or takes it away.
pub(crate) fn react(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    target: Seq,
    emoji: &str,
    on: bool,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_speaker(cx, subjects.presence)?;
    // An emoji can be written with and without a variation selector; its table has one way to write it.
    let emoji = emojis::get(emoji).ok_or(ErrorCode::OutOfRange)?.as_str();
    let mut row = cx.storage.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
    match &row.data {
        RowData::Message(message) if !message.deleted => {}
        RowData::Answer(answer) if answer.deleted => return Err(ErrorCode::NoSuchMessage.into()),
        RowData::Answer(answer) if answer.state.is_end() => {}
        RowData::Answer(_) => return Err(ErrorCode::NotNow.into()),
        _ => return Err(ErrorCode::NoSuchMessage.into()),
    }
    let reactions = row.data.reactions_mut().ok_or(ErrorCode::NoSuchMessage)?;
    if on && !has_reacted(reactions, emoji, &writer.id) {
        let is_new = reactions.iter().all(|reaction| reaction.emoji != emoji);
        let people = reactions.iter().map(|reaction| reaction.people.len()).sum::<usize>();
        let is_full = is_new && reactions.len() >= limits::REACTIONS_PER_MESSAGE;
        if is_full || people >= limits::REACTORS_PER_MESSAGE {
            return Err(ErrorCode::TooMany.into());
        }
    }
    set_reaction(reactions, emoji, &writer.id, on);
    request.commit(cx)?;
    let change = RowData::Reacted(ReactedRow { emoji: emoji.to_owned(), on });
    Ok(rewrite(cx, request, &row, writer.id, change))
}

/// Deletes what somebody wrote in a row of theirs, because they have everything deleted: also their nickname in it. The caller has
/// made the bots forget it.
pub(crate) fn erase(
    cx: &mut Context<'_>,
    subjects: &mut Subjects<'_>,
    row: LogRow,
) -> Result<(), StorageError> {
    let (seq, author) = (row.seq, row.author.clone());
    match row.data {
        RowData::Message(ref message) => {
            let was_deleted = message.deleted;
            let mut message = without_text(message);
            message.name.clear();
            let target = LogRow { data: RowData::Message(message), ..row };
            if was_deleted {
                cx.effects.write(Write::Rewrite { seq, data: target.data });
            } else {
                append_erased(cx, author, &target, RowData::Deleted);
                subjects.runs.question_deleted(cx, seq);
            }
        }
        RowData::Voted(option) => {
            if option.is_some() {
                cx.effects.write(Write::Rewrite { seq, data: RowData::Voted(None) });
            }
            let poll = row.target.map(|poll| cx.pending_storage().row(poll)).transpose()?.flatten();
            if let Some(poll) = poll
                && let RowData::Answer(answer) = &poll.data
                && answer.votes.iter().any(|vote| vote.person == author)
            {
                let mut answer = answer.clone();
                answer.votes.retain(|vote| vote.person != author);
                let target = LogRow { data: RowData::Answer(answer), ..poll };
                append_erased(cx, author, &target, RowData::Voted(None));
            }
        }
        RowData::Reacted(ReactedRow { emoji, on }) => {
            if on {
                let data = RowData::Reacted(ReactedRow { emoji: emoji.clone(), on: false });
                cx.effects.write(Write::Rewrite { seq, data });
            }
            let target = row.target.map(|target| cx.pending_storage().row(target)).transpose()?.flatten();
            if let Some(mut target) = target
                && has_reacted(target.data.reactions(), &emoji, &author)
                && let Some(reactions) = target.data.reactions_mut()
            {
                set_reaction(reactions, &emoji, &author, false);
                append_erased(cx, author, &target, RowData::Reacted(ReactedRow { emoji, on: false }));
            }
        }
        RowData::Chosen(Some(_)) => {
            cx.effects.write(Write::Rewrite { seq, data: RowData::Chosen(None) });
        }
        // The bot is gone, and so is what it said of itself.
        RowData::BotSaved(bot) => {
            cx.effects.write(Write::Rewrite { seq, data: RowData::BotRemoved(bot.handle) });
        }
        _ => {}
    }
    Ok(())
}

/// Writes the new state of a row of somebody who has everything deleted, and appends the change.
fn append_erased(cx: &mut Context<'_>, author: PersonId, target: &LogRow, change: RowData) {
    cx.effects.write(Write::Rewrite { seq: target.seq, data: target.data.clone() });
    let (seq, at) = (cx.log.next_seq(), cx.now);
    cx.append(LogRow { seq, at, author, nonce: None, target: Some(target.seq), data: change }, Some(target));
}

/// A message after its deletion.
fn without_text(message: &MessageRow) -> MessageRow {
    // Whoever missed an edit before is told of the deletion alone.
    MessageRow { text: String::new(), edited: false, deleted: true, reactions: Vec::new(), ..message.clone() }
}

/// The state of a row after its deletion.
///
/// # Errors
/// When there is nothing to delete, the writer may not, or the answer must be stopped first.
fn deleted(row: &LogRow, writer: &Writer) -> Result<RowData, ErrorCode> {
    match &row.data {
        RowData::Message(message) if message.deleted => Err(ErrorCode::NoSuchMessage),
        RowData::Message(_) if row.author != writer.id && !writer.has_powers() => Err(ErrorCode::NotAllowed),
        RowData::Message(message) => Ok(RowData::Message(without_text(message))),
        RowData::Answer(answer) if answer.deleted => Err(ErrorCode::NoSuchMessage),
        RowData::Answer(_) if !writer.has_powers() => Err(ErrorCode::NotAllowed),
        RowData::Answer(answer) if !answer.state.is_end() => Err(ErrorCode::NotNow),
        RowData::Answer(answer) => {
            let mut answer = answer.clone();
            answer.text.clear();
            answer.thoughts.clear();
            (answer.card, answer.deleted) = (None, true);
            answer.votes.clear();
            answer.reactions.clear();
            answer.tool_uses.clear();
            answer.sources.clear();
            answer.options.clear();
            answer.chosen = 0;
            Ok(RowData::Answer(answer))
        }
        _ => Err(ErrorCode::NoSuchMessage),
    }
}

/// Writes the target's new state and appends the change. Returns the `seq` of the change.
pub(super) fn rewrite(
    cx: &mut Context<'_>,
    request: &WriteRequest,
    target: &LogRow,
    author: PersonId,
    change: RowData,
) -> Seq {
    cx.effects.write(Write::Rewrite { seq: target.seq, data: target.data.clone() });
    let row = request.row(cx, author, Some(target.seq), change);
    let seq = row.seq;
    cx.append(row, Some(target));
    seq
}
