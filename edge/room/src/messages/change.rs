//! Changes of messages: edits, deletions, votes, reactions. Each is a row of its own and rewrites its target's row in the same
//! transaction (promise G8).
//!
//! A deletion also reaches what bots remember: no chain that holds the deleted text is continued, and the responses that hold it
//! are deleted at the model servers.

use shared::reaction::{has_reacted, set_reaction};
use shared::{Body, ErrorCode, ModerationAct, Seq, limits};

use super::rewrite::{append_erased, rewrite};
use super::write_request::{WriteError, WriteRequest, Writer};
use super::{Subjects, cards, owner_actions, reports};
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
        RowData::Voted(_) | RowData::CardChanged(_) => cards::erase(cx, subjects.presence, author, &row)?,
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
            answer.voters.clear();
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
