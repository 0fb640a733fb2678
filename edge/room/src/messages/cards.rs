//! What people do with cards: votes in polls, and changes of a card. Each is a row of its own and rewrites the answer's row in the
//! same transaction (promise G8).

use shared::card::set_votes;
use shared::{Card, CardChange, ErrorCode, Nonce, PersonId, Seq, ServerFrame, limits};

use super::Subjects;
use super::choice::may_decide;
use super::rewrite::{append_erased, rewrite};
use super::write_request::{WriteError, WriteRequest};
use crate::context::Context;
use crate::presence::Presence;
use crate::storage::{LogRow, LogStorage, RowData, StorageError, Write};

/// What stands in the place of an option whose author has everything deleted. It keeps the places of the other options.
const ERASED_OPTION: &str = "–";
/// The nonce of an `accepted` that tells somebody of a vote that was deleted for them.
const ERASURE_NONCE: &str = "deleted-for-its-author";

/// Votes for these options of a poll, instead of those before; none withdraws the writer's votes.
pub(crate) fn vote(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    target: Seq,
    mut chosen: Vec<usize>,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_speaker(cx, subjects.presence)?;
    let mut row = cx.storage.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
    let RowData::Answer(answer) = &mut row.data else { return Err(ErrorCode::NoSuchMessage.into()) };
    let Some(Card::Poll { options, multiple, closed, .. }) = &answer.card else {
        return Err(ErrorCode::NoSuchMessage.into());
    };
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.iter().any(|option| *option >= options.len()) || (chosen.len() > 1 && !multiple) {
        return Err(ErrorCode::OutOfRange.into());
    }
    if *closed {
        return Err(ErrorCode::NotNow.into());
    }
    set_votes(&mut answer.votes, &writer.id, &chosen);
    answer.hand_out_ballot(&writer.id);
    if answer.votes.len().max(answer.voters.len()) > limits::POLL_VOTES && !chosen.is_empty() {
        return Err(ErrorCode::TooMany.into());
    }
    request.commit(cx)?;
    Ok(rewrite(cx, request, &row, writer.id, RowData::Voted(chosen)))
}

/// Changes a card. Only who asked for it, owners and operators close a poll; the rest everybody may.
pub(crate) fn change(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    target: Seq,
    change: CardChange,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_speaker(cx, subjects.presence)?;
    let mut row = cx.storage.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
    let may_decide = may_decide(cx, &row, &writer)?;
    let RowData::Answer(answer) = &mut row.data else { return Err(ErrorCode::NoSuchMessage.into()) };
    let card = answer.card.as_mut().ok_or(ErrorCode::NoSuchMessage)?;
    if matches!(change, CardChange::Close(_)) && !may_decide {
        return Err(ErrorCode::NotAllowed.into());
    }
    let adds_option = matches!(change, CardChange::AddOption(_));
    card.change(change)?;
    let added = match card {
        Card::Poll { options, .. } if adds_option => options.len().checked_sub(1),
        _ => None,
    };
    answer.text = card.text();
    request.commit(cx)?;
    Ok(rewrite(cx, request, &row, writer.id, RowData::CardChanged(added)))
}

/// Takes the votes of somebody who has everything deleted out of a poll, or the option that they added.
pub(super) fn erase(
    cx: &mut Context<'_>,
    presence: &mut Presence,
    author: PersonId,
    row: &LogRow,
) -> Result<(), StorageError> {
    let emptied = match &row.data {
        RowData::Voted(options) if !options.is_empty() => RowData::Voted(Vec::new()),
        RowData::CardChanged(Some(_)) => RowData::CardChanged(None),
        _ => return Ok(()),
    };
    // The poll may be gone: rows are trimmed from the oldest.
    cx.effects.write(Write::Rewrite { seq: row.seq, data: emptied.clone() });
    let target = row.target.map(|target| cx.pending_storage().row(target)).transpose()?.flatten();
    let Some(mut target) = target else { return Ok(()) };
    let RowData::Answer(answer) = &mut target.data else { return Ok(()) };
    let is_changed = match (&row.data, &mut answer.card) {
        (RowData::CardChanged(Some(added)), Some(Card::Poll { options, .. })) => {
            options.get_mut(*added).map(|option| ERASED_OPTION.clone_into(option)).is_some()
        }
        (RowData::Voted(_), _) => {
            let votes = answer.votes.len();
            set_votes(&mut answer.votes, &author, &[]);
            answer.votes.len() < votes
        }
        _ => false,
    };
    let is_secret = answer.card.as_ref().is_some_and(Card::is_secret);
    if is_changed {
        // Of a secret vote only its author is told that it is theirs, as of any that they cast; there is no request to answer.
        if let Ok(nonce) = Nonce::parse(ERASURE_NONCE)
            && is_secret
        {
            let accepted = ServerFrame::Accepted { nonce, seq: cx.log.next_seq() };
            presence.send_to_person(cx, &author, &accepted);
        }
        append_erased(cx, author, &target, emptied);
    }
    Ok(())
}
