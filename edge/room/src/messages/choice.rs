//! Choosing one of several answers to a question. It is then the answer: what everybody is shown, and what its bot remembers.

use shared::{ErrorCode, Seq};

use super::Subjects;
use super::rewrite::rewrite;
use super::write_request::{WriteError, WriteRequest, Writer};
use crate::context::Context;
use crate::storage::{LogRow, RowData, StorageError};

/// Makes one of the options of an answer its text. Who asked may choose, and owners and operators.
pub(crate) fn choose(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    target: Seq,
    index: usize,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_speaker(cx, subjects.presence)?;
    let mut row = cx.storage.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
    let is_allowed = may_decide(cx, &row, &writer)?;
    let RowData::Answer(answer) = &mut row.data else { return Err(ErrorCode::NoSuchMessage.into()) };
    if answer.deleted {
        return Err(ErrorCode::NoSuchMessage.into());
    }
    if !is_allowed {
        return Err(ErrorCode::NotAllowed.into());
    }
    if answer.options.is_empty() {
        return Err(ErrorCode::NotNow.into());
    }
    let option = answer.options.get(index).ok_or(ErrorCode::OutOfRange)?.clone();
    request.commit(cx)?;
    if answer.chosen != index {
        subjects.runs.option_chosen(cx, &answer.bot, target, &option);
    }
    (answer.text, answer.chosen) = (option.text, index);
    Ok(rewrite(cx, request, &row, writer.id, RowData::Chosen(Some(index))))
}

/// Whether a person may choose among the answers to a question, and ask for another one: who asked, owners and operators. An answer
/// that an owner asked for again is still that of who wrote the question.
pub(super) fn may_decide(cx: &Context<'_>, row: &LogRow, writer: &Writer) -> Result<bool, StorageError> {
    if row.author == writer.id || writer.has_powers() {
        return Ok(true);
    }
    let Some(answer) = row.as_answer() else { return Ok(false) };
    let question = cx.storage.row(answer.parent)?;
    Ok(question.is_some_and(|question| question.author == writer.id))
}
