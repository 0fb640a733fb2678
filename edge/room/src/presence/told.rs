//! What all pages were last told of who is here, as a digest in the attachment of the oldest open socket. A room that wakes
//! compares it with who is here: what was not told yet when it lost its memory is told then. In a room that hibernated nothing was
//! left to tell, so it tells nothing.
//!
//! A new socket's number is larger than those of all others, so another socket becomes the oldest only when the oldest has gone.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::Presence;
use crate::context::Context;
use crate::effect::Effect;

impl Presence {
    /// Tells everybody who is here, unless that is what they were told last.
    pub(crate) fn tell_what_was_not_told(&self, cx: &mut Context<'_>) {
        let Some((_, oldest)) = self.roster.sockets().next() else { return };
        // A crowd is told less, so it must be known first whether this is one.
        cx.fanout.count_people(self.roster.count_people(), Vec::new);
        if oldest.attachment.told != Some(self.digest(cx)) {
            cx.fanout.tell_all(self.roster.people().cloned());
        }
    }

    /// Notes that everybody was told who is here.
    pub(super) fn note_told(&mut self, cx: &mut Context<'_>) {
        let told = Some(self.digest(cx));
        let Some(socket) = self.roster.sockets().next().map(|(socket, _)| socket) else { return };
        let Some(state) = self.roster.socket_mut(socket) else { return };
        if state.attachment.told != told {
            state.attachment.told = told;
            cx.effects.push(Effect::SaveAttachment(state.attachment.clone()));
        }
    }

    /// The digest of what everybody is told of who is here. Another version of the Worker may compute it in another way: then
    /// everybody is told again.
    fn digest(&self, cx: &Context<'_>) -> u32 {
        let mut hasher = DefaultHasher::new();
        if cx.fanout.is_crowd() {
            self.roster.count_people().hash(&mut hasher);
        } else {
            for person in self.roster.people() {
                (person.number, person.id.as_str(), person.name.as_str(), person.owner).hash(&mut hasher);
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "half of the digest is enough")]
        let digest = hasher.finish() as u32;
        digest
    }
}
