//! The end of a run: everybody goes, and the room goes on alone until the model's server has been asked to forget what it
//! must not keep; a room that is not the lobby is gone itself after a month.

use room::memory::MemoryStorage;

use crate::world::World;

/// How long deletions may take in the lobby: failures that came before make the room wait for an hour.
const FORGETTING_MS: u64 = 4 * 3_600_000;
/// How long a room may outlive its last visitor.
const LEAVING_MS: u64 = 33 * 24 * 3_600_000;

impl World {
    /// Everybody closes the page.
    pub(crate) fn leave(&mut self) {
        self.is_leaving = true;
        self.left_at = self.agenda.now;
        self.trace.line(self.agenda.now, || "everybody leaves".to_owned());
        let links: Vec<usize> = self.shell.sockets.values().map(|seat| seat.link).collect();
        links.into_iter().for_each(|link| self.socket_is_gone(link));
    }

    /// Whether nothing is left to do. Once it is, or time is over, the last promises are judged.
    pub(crate) fn has_gone(&mut self) -> bool {
        let is_over = if self.options.is_named {
            self.shell.is_removed
        } else {
            !self.shell.storage.memory.responses.values().any(|response| response.deletion_pending)
        };
        let limit = if self.options.is_named { LEAVING_MS } else { FORGETTING_MS };
        if !is_over && self.agenda.now < self.left_at + limit {
            return false;
        }
        if !is_over {
            self.fail(
                if self.options.is_named { "kept: the room outlives its month" } else { "kept: responses" }
                    .to_owned(),
            );
        }
        if let Err(violation) = self.check_forgotten() {
            self.fail(violation);
        }
        true
    }

    /// The room removes itself.
    pub(crate) fn remove_room(&mut self) {
        self.history.met.count("room removed");
        if !self.is_leaving {
            self.fail("removed: somebody is in the room".to_owned());
        }
        let storage = &mut self.shell.storage;
        if let Some(id) = storage.memory.responses.keys().next() {
            let id = id.clone();
            self.fail(format!("kept: {id} outlives its room"));
        }
        let room = self.shell.storage.memory.room.clone();
        self.shell.storage.memory = MemoryStorage::new(room.name, room.epoch, None, room.created);
        self.shell.is_removed = true;
    }
}
