//! The door: who may open a socket, who may stay, and who has the powers of an owner.

use shared::{CloseCode, PersonId};

use super::Presence;
use crate::administration::DoorCheck;
use crate::attachment::{SocketId, Visitor};
use crate::context::Context;
use crate::storage::StorageError;

impl Presence {
    /// Checks a socket that opened, or that outlived the room's memory. Returns why it must be closed, if it must.
    pub(super) fn check_door(&self, cx: &mut Context<'_>, visitor: &Visitor) -> Option<CloseCode> {
        let is_known = match self.is_known(cx, &visitor.person) {
            Ok(is_known) => is_known,
            Err(error) => {
                cx.warn(format!(
                    "failed to read who has joined: {error}; a socket is closed and connects again"
                ));
                return Some(CloseCode::Reset);
            }
        };
        match cx.administration.check_door(cx.log.record(), visitor, cx.now, is_known) {
            DoorCheck::Open => None,
            DoorCheck::Banned => Some(CloseCode::Banned),
            DoorCheck::Kicked => Some(CloseCode::Kicked),
            // The request to enter says which of them it is.
            DoorCheck::Locked | DoorCheck::Deleted => Some(CloseCode::Gone),
        }
    }

    /// Closes the restored sockets of people who may not be here: the room ended before it closed them.
    pub(crate) fn close_unwelcome(&mut self, cx: &mut Context<'_>) {
        let mut unwelcome = Vec::new();
        for (socket, state) in self.roster.sockets() {
            // Whoever read before the room was locked reads on.
            let is_reader = state.attachment.name.is_none();
            match self.check_door(cx, &state.attachment.visitor) {
                Some(CloseCode::Gone) if is_reader && !cx.log.is_deleted() => {}
                Some(why) => unwelcome.push((socket, why)),
                None => {}
            }
        }
        unwelcome.into_iter().for_each(|(socket, why)| self.close(cx, socket, why));
    }

    /// Whether a person has ever joined the room.
    ///
    /// # Errors
    /// When the storage cannot be read.
    pub(crate) fn is_known(&self, cx: &Context<'_>, person: &PersonId) -> Result<bool, StorageError> {
        Ok(self.roster.person(person).is_some() || cx.storage.person(person)?.is_some())
    }

    /// The nickname of a person; empty where they are not in the room.
    pub(crate) fn name_of(&self, person: &PersonId) -> String {
        self.roster.person(person).map(|present| present.person.name.clone()).unwrap_or_default()
    }

    /// The sockets of people who have joined and may do what the owner may.
    pub(crate) fn sockets_with_powers(&self, cx: &Context<'_>) -> Vec<SocketId> {
        let sockets = self.roster.sockets().filter(|(_, state)| {
            let attachment = &state.attachment;
            let has_powers =
                cx.log.owner() == Some(&attachment.visitor.person) || attachment.visitor.is_operator(cx.now);
            has_powers && attachment.name.is_some()
        });
        sockets.map(|(socket, _)| socket).collect()
    }

    /// Moves the badge of the owner, and tells everybody.
    pub(crate) fn change_owner(&mut self, cx: &mut Context<'_>, former: Option<&PersonId>, owner: &PersonId) {
        let former = former.and_then(|former| self.roster.set_owner(former, false));
        let owner = self.roster.set_owner(owner, true);
        former.into_iter().chain(owner).for_each(|person| cx.fanout.joined(person));
    }
}
