//! Changes of messages: edits, deletions, votes. Each is a row of its own and rewrites its target's row in the same
//! transaction (promise G8).
//!
//! A deletion also reaches what bots remember: no chain that holds the deleted text is continued, and the responses that hold it
//! are deleted at the model servers.

use shared::{Body, ErrorCode, PersonId, Seq, Vote, card, limits};

use super::Subjects;
use super::write_request::{WriteError, WriteRequest, Writer};
use crate::context::Context;
use crate::storage::{LogRow, RowData, Write};

/// Replaces the text of the writer's own message. Mentions in the new text ask nobody.
pub(crate) fn edit(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    target: Seq,
    text: &str,
) -> Result<Seq, WriteError> {
    let writer = request.authorize(cx, subjects.presence)?;
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

/// Deletes a message or an ended answer. Authors may delete their messages, the room's owner everything.
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
    let seq = rewrite(cx, request, &LogRow { data, ..row }, writer.id, RowData::Deleted);
    subjects.runs.question_deleted(cx, target);
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
    let writer = request.authorize(cx, subjects.presence)?;
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

/// The state of a row after its deletion.
///
/// # Errors
/// When there is nothing to delete, the writer may not, or the answer must be stopped first.
fn deleted(row: &LogRow, writer: &Writer) -> Result<RowData, ErrorCode> {
    match &row.data {
        RowData::Message(message) if message.deleted => Err(ErrorCode::NoSuchMessage),
        RowData::Message(_) if row.author != writer.id && !writer.owner => Err(ErrorCode::NotAllowed),
        RowData::Message(message) => {
            let mut message = message.clone();
            message.text.clear();
            // Whoever missed an edit before is told of the deletion alone.
            (message.edited, message.deleted) = (false, true);
            Ok(RowData::Message(message))
        }
        RowData::Answer(answer) if answer.deleted => Err(ErrorCode::NoSuchMessage),
        RowData::Answer(_) if !writer.owner => Err(ErrorCode::NotAllowed),
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
