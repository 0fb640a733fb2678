//! What people take from their rates: writes, and requests for what is stored, which may be large.

use shared::{CloseCode, ErrorCode, Millis, ServerFrame, limits};

use super::{LargeAnswer, Presence};
use crate::attachment::{SocketId, Visitor};
use crate::context::Context;
use crate::effect::Effect;
use crate::token_bucket::Wait;

/// When a client may ask again while the last answer is on its way, in milliseconds.
const ON_THE_WAY_RETRY_MS: u64 = 1_000;

/// Whether something may be read for a client.
pub(crate) enum ReadCheck {
    Read,
    /// The request was refused, or its socket closed.
    Done,
}

impl Presence {
    /// Takes a token for a write of the person behind a socket.
    ///
    /// # Errors
    /// When they, their address or the room must wait.
    pub(crate) fn take_write(&mut self, cx: &mut Context<'_>, socket: SocketId) -> Result<(), Wait> {
        let Some(state) = self.roster.socket_mut(socket) else { return Err(Wait { ms: 0 }) };
        if let Some(bucket) = self.rates.take_write(cx.now, &state.attachment.visitor)? {
            state.attachment.says = bucket;
            cx.effects.push(Effect::SaveAttachment(state.attachment.clone()));
        }
        Ok(())
    }

    /// Takes further tokens for a write that is made.
    pub(crate) fn charge_writes(&mut self, cx: &Context<'_>, socket: SocketId, tokens: u32) {
        if let Some(state) = self.roster.socket(socket) {
            self.rates.charge_writes(cx.now, &state.attachment.visitor, tokens);
        }
    }

    /// Counts the rows that an input appended to the log.
    pub(crate) fn charge_rows(&mut self, cx: &Context<'_>) {
        self.rates.charge_rows(cx.now, cx.effects.count_appended());
    }

    /// Checks whether a client may be answered: the last answer of that kind must have been read, and there must be tokens for
    /// about so many `rows`. A `hello` that may not be answered closes the socket, which must know nothing of the room then.
    pub(crate) fn check_read(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        kind: LargeAnswer,
        rows: u64,
    ) -> ReadCheck {
        let Some(state) = self.roster.socket(socket) else { return ReadCheck::Done };
        let tokens = u32::try_from(rows.div_ceil(limits::READ_TOKEN_ROWS).max(1)).unwrap_or(u32::MAX);
        let wait = if self.roster.is_waiting_for(socket, kind) {
            Wait { ms: ON_THE_WAY_RETRY_MS }
        } else {
            match self.rates.take_read(cx.now, &state.attachment.visitor, tokens) {
                Ok(()) => return ReadCheck::Read,
                Err(wait) => wait,
            }
        };
        self.refuse(cx, socket, None, ErrorCode::SlowDown, Some(wait.ms));
        if kind == LargeAnswer::Welcome {
            self.close(cx, socket, CloseCode::Reset);
        }
        ReadCheck::Done
    }

    /// Takes read tokens of a visitor who asks without a socket.
    ///
    /// # Errors
    /// When they, their address or the room must wait.
    pub(crate) fn take_read_of(&mut self, now: Millis, visitor: &Visitor, tokens: u32) -> Result<(), Wait> {
        self.rates.take_read(now, visitor, tokens)
    }

    /// Takes further read tokens for what was read.
    pub(crate) fn charge_read_of(&mut self, now: Millis, visitor: &Visitor, tokens: u32) {
        self.rates.charge_read(now, visitor, tokens);
    }

    /// Sends what a client asked for, and charges the person for its size.
    pub(crate) fn answer(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        kind: LargeAnswer,
        frame: &ServerFrame,
    ) {
        let text = frame.encode();
        if let Some(state) = self.roster.socket(socket) {
            let tokens = u32::try_from(text.len() / limits::READ_TOKEN_BYTES).unwrap_or(u32::MAX);
            self.rates.charge_read(cx.now, &state.attachment.visitor, tokens);
        }
        self.roster.count_sent(socket, text.len(), Some(kind));
        cx.effects.push(Effect::Send { socket, text });
    }

    /// Counts bytes that a client says it has read. More than it was sent is a malformed frame.
    pub(crate) fn acknowledge(&mut self, cx: &mut Context<'_>, socket: SocketId, bytes: u64) {
        if self.roster.acknowledge(socket, bytes).is_err() {
            self.strike(cx, socket, ErrorCode::BadFrame, None);
        }
    }
}
