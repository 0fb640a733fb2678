//! Write requests: who makes one, whether it may be made now, whether it was written already, and how it is answered.

use shared::{ErrorCode, FieldError, Nonce, PersonId, Seq, ServerFrame, limits};

use crate::attachment::SocketId;
use crate::context::Context;
use crate::presence::Presence;
use crate::storage::{LogRow, RowData, StorageError, Write};

/// A frame that writes something.
pub(crate) struct WriteRequest {
    pub(crate) socket: SocketId,
    pub(crate) nonce: Nonce,
    /// The head that the client knew when it first sent the request.
    pub(crate) after: Seq,
}

/// Why a write request writes nothing.
pub(crate) enum WriteError {
    Refused {
        code: ErrorCode,
        retry_after_ms: Option<u64>,
    },
    /// Fields of a bot's draft are wrong.
    InvalidFields(Vec<FieldError>),
    /// The request was written before, at this `seq`: it is accepted again, and nobody else is told.
    AlreadyWritten(Seq),
    Storage(StorageError),
}

/// The person who makes a write request.
pub(crate) struct Writer {
    pub(crate) id: PersonId,
    /// The hash of the address of the socket.
    pub(crate) address: String,
    pub(crate) name: String,
    pub(crate) number: u32,
    pub(crate) owner: bool,
    /// They have signed in as operator.
    pub(crate) operator: bool,
}

impl Writer {
    /// Whether the person may do what the room's owner may.
    pub(crate) fn has_powers(&self) -> bool {
        self.owner || self.operator
    }
}

impl From<ErrorCode> for WriteError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused { code, retry_after_ms: None }
    }
}

impl From<StorageError> for WriteError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl WriteRequest {
    /// What every write request must pass first: its author has joined, keeps the rate limit, and has not written it before.
    pub(crate) fn authorize(
        &self,
        cx: &mut Context<'_>,
        presence: &mut Presence,
    ) -> Result<Writer, WriteError> {
        let writer = self.authorize_unlogged(cx, presence)?;
        self.find_earlier(cx, &writer.id)?;
        Ok(writer)
    }

    /// The same for a request that writes nothing to the log, so that an earlier one is not found there.
    pub(crate) fn authorize_unlogged(
        &self,
        cx: &mut Context<'_>,
        presence: &mut Presence,
    ) -> Result<Writer, WriteError> {
        let writer = writer(cx, presence, self.socket).ok_or(ErrorCode::NotJoined)?;
        presence.take_write(cx, self.socket).map_err(|wait| WriteError::Refused {
            code: ErrorCode::SlowDown,
            retry_after_ms: Some(wait.ms),
        })?;
        Ok(writer)
    }

    /// What a request must pass that shows something to others: its author is not muted.
    pub(crate) fn authorize_speaker(
        &self,
        cx: &mut Context<'_>,
        presence: &mut Presence,
    ) -> Result<Writer, WriteError> {
        let writer = self.authorize(cx, presence)?;
        match cx.administration.muted_until(&writer.id, cx.now) {
            Some(until) if !writer.has_powers() => {
                Err(WriteError::Refused { code: ErrorCode::Muted, retry_after_ms: Some(until.since(cx.now)) })
            }
            _ => Ok(writer),
        }
    }

    /// What a request must pass that only the room's owner and operators may make.
    pub(crate) fn authorize_owner(
        &self,
        cx: &mut Context<'_>,
        presence: &mut Presence,
    ) -> Result<Writer, WriteError> {
        let writer = self.authorize(cx, presence)?;
        if writer.has_powers() { Ok(writer) } else { Err(ErrorCode::NotAllowed.into()) }
    }

    /// To be called when nothing can refuse the request any more: trims the log.
    pub(crate) fn commit(&self, cx: &mut Context<'_>) -> Result<(), StorageError> {
        if let Some(through) = cx.log.trim(cx.now, cx.storage)? {
            cx.effects.write(Write::Trim { through });
        }
        Ok(())
    }

    /// A row that this request writes.
    pub(crate) fn row(
        &self,
        cx: &Context<'_>,
        author: PersonId,
        target: Option<Seq>,
        data: RowData,
    ) -> LogRow {
        let nonce = Some(self.nonce.clone());
        LogRow { seq: cx.log.next_seq(), at: cx.now, author, nonce, target, data }
    }

    /// Answers the client: the request is accepted at a `seq`, or refused.
    pub(crate) fn answer(
        self,
        cx: &mut Context<'_>,
        presence: &mut Presence,
        result: Result<Seq, WriteError>,
    ) {
        let Self { socket, nonce, .. } = self;
        match result {
            Ok(seq) => {
                let state = presence.roster().socket(socket);
                let Some(author) = state.map(|state| state.attachment.visitor.person.clone()) else { return };
                presence.accept(&author, Some(socket), nonce, seq);
            }
            Err(WriteError::AlreadyWritten(seq)) => {
                presence.send(cx, socket, &ServerFrame::Accepted { nonce, seq });
            }
            Err(WriteError::Refused { code, retry_after_ms }) => {
                presence.refuse(cx, socket, Some(nonce), code, retry_after_ms);
            }
            Err(WriteError::InvalidFields(fields)) => {
                let code = ErrorCode::BadBot;
                let refused = ServerFrame::Refused { nonce: Some(nonce), code, retry_after_ms: None, fields };
                presence.send(cx, socket, &refused);
            }
            Err(WriteError::Storage(error)) => presence.refuse_unreadable(cx, socket, Some(nonce), &error),
        }
    }

    /// Looks for the request in the log (promise G3).
    ///
    /// # Errors
    /// [`WriteError::AlreadyWritten`], or [`ErrorCode::Stale`] when it is too old to tell.
    fn find_earlier(&self, cx: &Context<'_>, author: &PersonId) -> Result<(), WriteError> {
        let (head, oldest) = (cx.log.head(), cx.log.oldest());
        // Rows that were trimmed cannot be searched.
        if head.since(self.after) > limits::NONCE_REACH || self.after.next() < oldest {
            return Err(ErrorCode::Stale.into());
        }
        if self.after >= head {
            return Ok(());
        }
        match cx.log.find_nonce(self.after, author, &self.nonce, cx.storage)? {
            Some(seq) => Err(WriteError::AlreadyWritten(seq)),
            None => Ok(()),
        }
    }
}

/// The person who writes with a socket; `None` if they have not joined.
pub(crate) fn writer(cx: &Context<'_>, presence: &Presence, socket: SocketId) -> Option<Writer> {
    let attachment = &presence.roster().socket(socket)?.attachment;
    let present = presence.roster().person(&attachment.visitor.person)?;
    attachment.name.as_ref()?;
    Some(Writer {
        id: present.person.id.clone(),
        address: attachment.visitor.address.clone(),
        name: present.person.name.clone(),
        number: present.person.number,
        owner: present.person.owner,
        operator: attachment.visitor.is_operator(cx.now),
    })
}
