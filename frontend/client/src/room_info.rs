//! What the server says of the room itself: its limits, and whether its answers come from the demo model.

use shared::Limits;

use crate::effect::{Change, Effects};

/// The room's limits, the default ones until a welcome says them.
#[derive(Debug, Default)]
pub(crate) struct RoomInfo {
    limits: Limits,
    is_demo: bool,
}

impl RoomInfo {
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn is_demo(&self) -> bool {
        self.is_demo
    }

    /// Applies what a welcome says.
    pub(crate) fn welcomed(&mut self, limits: Limits, is_demo: bool, effects: &mut Effects) {
        if self.limits != limits || self.is_demo != is_demo {
            (self.limits, self.is_demo) = (limits, is_demo);
            effects.show(Change::Bots);
        }
    }

    /// Applies what the entry reply says before any welcome.
    pub(crate) fn entered(&mut self, is_demo: bool, effects: &mut Effects) {
        if self.is_demo != is_demo {
            self.is_demo = is_demo;
            effects.show(Change::Bots);
        }
    }
}
