//! The end of a run: everybody leaves, and the room runs on until the model's server was asked to delete every response
//! that holds deleted text; a room that is not the lobby removes itself after a month.

use room::memory::MemoryStorage;

use crate::world::World;

/// How long deletions may take in the lobby: after failures the room waits up to an hour before it retries.
const FORGETTING_MS: u64 = 4 * 3_600_000;
/// How long a room may exist after its last visitor left.
const LEAVING_MS: u64 = 33 * 24 * 3_600_000;

impl World {
    pub(crate) fn close_all_tabs(&mut self) {
        self.is_shutting_down = true;
        self.shutdown_at = self.schedule.now;
        self.trace.line(self.schedule.now, || "everybody leaves".to_owned());
        let links: Vec<usize> = self.shell.sockets.values().map(|socket_state| socket_state.link).collect();
        links.into_iter().for_each(|link| self.socket_is_gone(link));
    }

    /// Whether the run is over. At its end the last promises are checked.
    pub(crate) fn is_shut_down(&mut self) -> bool {
        let is_over = if self.options.is_named {
            self.shell.is_removed
        } else {
            !self.shell.storage.memory.responses.values().any(|response| response.deletion_pending)
        };
        let limit = if self.options.is_named { LEAVING_MS } else { FORGETTING_MS };
        if !is_over && self.schedule.now < self.shutdown_at + limit {
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

    /// Carries out the removal of the room.
    pub(crate) fn remove_room(&mut self) {
        self.history.coverage.count("room removed");
        if !self.is_shutting_down {
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
