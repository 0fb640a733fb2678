//! What this person's typing tells the room: at most every three seconds while it goes on, and its end at once.

use shared::Millis;

const EVERY_MS: u64 = 3_000;

/// What was told last.
#[derive(Debug, Default)]
pub(crate) struct Typing {
    told: Option<Millis>,
}

impl Typing {
    /// Whether this is to be told now.
    pub(crate) fn tell(&mut self, now: Millis, on: bool) -> bool {
        match (on, self.told) {
            (true, Some(told)) if now.since(told) < EVERY_MS => false,
            (true, _) => {
                self.told = Some(now);
                true
            }
            (false, told) => {
                self.told = None;
                told.is_some()
            }
        }
    }
}
