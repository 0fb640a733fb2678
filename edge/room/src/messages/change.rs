//! Changes of messages: edits, deletions, votes. Each is a row of its own and rewrites its target's row in the same
//! transaction (promise G8).
//!
//! A deletion also reaches what bots remember: no chain that holds the deleted text is continued, and the responses that hold it
//! are deleted at the model servers.

use shared::{Body, ErrorCode, ModerationAct, PersonId, Seq, Vote, card, limits};

use super::write_request::{WriteError, WriteRequest, Writer};
use super::{Subjects, owner_actions, reports};
use crate::context::Context;
use crate::storage::{LogRow, LogStorage, MessageRow, RowData, StorageError, Write};

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
        RowData::Voted(_) => {
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
    MessageRow { text: String::new(), edited: false, deleted: true, ..message.clone() }
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
            (answer.card, answer.deleted) = (None, true);
            answer.votes.clear();
            answer.tool_uses.clear();
            Ok(RowData::Answer(answer))
        }
        _ => Err(ErrorCode::NoSuchMessage),
    }
}

/// Writes the target's new state and appends the change. Returns the `seq` of the change.
fn rewrite(
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
