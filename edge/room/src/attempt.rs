//! An attempt to write something, of whatever kind: who makes it, whether it may be made now, whether it was written
//! already, and how it is answered.

use shared::{ErrorCode, FieldError, Millis, Nonce, PersonId, Seq, ServerFrame};

use crate::room::Effects;
use crate::{Effect, LogRow, Room, RowData, SocketId, Storage, StorageError};

/// A frame that writes something.
pub(crate) struct WriteRequest {
    pub(crate) now: Millis,
    pub(crate) socket: SocketId,
    pub(crate) nonce: Nonce,
    /// The head that the client knew when it first tried.
    pub(crate) after: Seq,
}

/// Why an attempt came to nothing.
pub(crate) enum Refusal {
    /// Nothing is stored, and the client is told why.
    Code(ErrorCode, Option<u64>),
    /// The same, with the fields that are wrong.
    Fields(Vec<FieldError>),
    /// The attempt was written before: it is accepted again, and nobody else hears of it.
    Written(Seq),
    /// The room cannot read.
    Unread(StorageError),
}

/// Who writes.
pub(crate) struct Writer {
    pub(crate) id: PersonId,
    pub(crate) name: String,
    pub(crate) number: u32,
    pub(crate) owner: bool,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::Code(code, None)
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Self::Unread(error)
    }
}

impl WriteRequest {
    /// The row that the attempt leads to.
    pub(crate) fn row(&self, seq: Seq, author: PersonId, target: Option<Seq>, data: RowData) -> LogRow {
        LogRow { seq, at: self.now, author, nonce: Some(self.nonce.clone()), target, data }
    }
}

impl Room {
    /// What every attempt to write must pass first: who, how fast, and whether it was written already.
    pub(crate) fn try_write(
        &mut self,
        attempt: &WriteRequest,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<Writer, Refusal> {
        let writer = self.writer(attempt.socket).ok_or(ErrorCode::NotJoined)?;
        let is_low = self
            .roster
            .take_say(attempt.now, attempt.socket)
            .map_err(|wait| Refusal::Code(ErrorCode::SlowDown, Some(wait)))?;
        if is_low && let Some(seat) = self.roster.seat(attempt.socket) {
            out.push(Effect::SaveAttachment(seat.attachment.clone()));
        }
        match self.written(attempt.after, &writer.id, &attempt.nonce, log) {
            Ok(None) => Ok(writer),
            Ok(Some(seq)) => Err(Refusal::Written(seq)),
            Err(None) => Err(ErrorCode::Stale.into()),
            Err(Some(error)) => Err(error.into()),
        }
    }

    /// From here on the attempt is written: room is made for it, and a failed store refuses it.
    pub(crate) fn commit(
        &mut self,
        attempt: &WriteRequest,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<(), StorageError> {
        self.trim(attempt.now, log, out)?;
        out.or_refuse(attempt.socket, Some(attempt.nonce.clone()));
        Ok(())
    }

    /// Accepts or refuses.
    pub(crate) fn answer_attempt(
        &mut self,
        attempt: WriteRequest,
        result: Result<Seq, Refusal>,
        out: &mut Effects,
    ) {
        let WriteRequest { socket, nonce, .. } = attempt;
        match result {
            Ok(seq) | Err(Refusal::Written(seq)) => {
                self.send(socket, &ServerFrame::Accepted { nonce, seq }, out);
            }
            Err(Refusal::Code(code, wait)) => self.refuse(socket, Some(nonce), code, wait, out),
            Err(Refusal::Fields(fields)) => {
                let code = ErrorCode::BadBot;
                let refused = ServerFrame::Refused { nonce: Some(nonce), code, retry_after_ms: None, fields };
                self.send(socket, &refused, out);
            }
            Err(Refusal::Unread(error)) => self.refuse_unread(socket, Some(nonce), &error, out),
        }
    }

    /// Who writes with a socket: somebody who has joined.
    pub(crate) fn writer(&self, socket: SocketId) -> Option<Writer> {
        let attachment = &self.roster.seat(socket)?.attachment;
        let present = self.roster.present(&attachment.visitor.person)?;
        attachment.name.as_ref()?;
        Some(Writer {
            id: present.person.id.clone(),
            name: present.person.name.clone(),
            number: present.number,
            owner: present.person.owner,
        })
    }
}
