//! Writes a change of a message: the message's row in its new state, and the row of the change, in one transaction (promise G8).

use shared::{PersonId, Seq};

use super::write_request::WriteRequest;
use crate::context::Context;
use crate::storage::{LogRow, RowData, Write};

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

/// Writes the new state of a row of somebody who has everything deleted, and appends the change.
pub(super) fn append_erased(cx: &mut Context<'_>, author: PersonId, target: &LogRow, change: RowData) {
    cx.effects.write(Write::Rewrite { seq: target.seq, data: target.data.clone() });
    let (seq, at) = (cx.log.next_seq(), cx.now);
    cx.append(LogRow { seq, at, author, nonce: None, target: Some(target.seq), data: change }, Some(target));
}
