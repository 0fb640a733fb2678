//! The handshake: the first `hello` of a socket makes it a reader; any `hello` may join, rename or resume.

use shared::{CloseCode, PersonId, TabId};

use super::Presence;
use super::nicknames::JoinError;
use crate::attachment::SocketId;
use crate::context::Context;
use crate::effect::Effect;

/// What follows a `hello`.
pub(crate) enum Handshake {
    /// The caller answers with a `welcome` for this person.
    Welcome(PersonId),
    /// The socket was closed, or is not known.
    Closed,
}

impl Presence {
    /// Handles a `hello` up to its answer. A nickname that cannot be taken is refused, and the socket remains a reader.
    pub(crate) fn hello(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        tab: TabId,
        nickname: Option<&str>,
    ) -> Handshake {
        self.roster.finish_handshake(socket);
        let Some(state) = self.roster.socket_mut(socket) else { return Handshake::Closed };
        let mut changed = Vec::new();
        if state.attachment.tab.as_ref() != Some(&tab) {
            state.attachment.tab = Some(tab);
            changed.push(socket);
        }
        let id = state.attachment.visitor.person.clone();
        if let Some(other) = self.roster.same_tab(socket) {
            // Socket ids grow, so a `hello` from an older socket was delayed: its page has another socket by now.
            if other > socket {
                self.close(cx, socket, CloseCode::Replaced);
                return Handshake::Closed;
            }
            self.close(cx, other, CloseCode::Replaced);
        }
        if let Some(nickname) = nickname {
            match self.join(cx, socket, &id, nickname) {
                Ok(renamed) => changed.extend(renamed),
                Err(JoinError::Refused(code)) => self.refuse(cx, socket, None, code, None),
                Err(JoinError::TooFast(wait)) => {
                    self.refuse(cx, socket, None, shared::ErrorCode::SlowDown, Some(wait.ms));
                }
                Err(JoinError::Storage(error)) => self.refuse_unreadable(cx, socket, None, &error),
            }
        }
        changed.sort_unstable();
        changed.dedup();
        for socket in changed {
            if let Some(state) = self.roster.socket(socket) {
                cx.effects.push(Effect::SaveAttachment(state.attachment.clone()));
            }
        }
        Handshake::Welcome(id)
    }
}
