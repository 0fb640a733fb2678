//! Where a client stands: its connection as people see it, and what the door said. How it gets there is in `link`.

use shared::{CloseCode, Millis};

/// The connection as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// No attempt is under way.
    Offline {
        /// When the next one begins by itself; `None` waits for the network, the page, the person or a first start.
        retry_at: Option<Millis>,
    },
    /// At the door, or waiting for the socket to open or for the welcome.
    Opening {
        /// Whether it has been live before.
        again: bool,
    },
    /// Welcomed.
    Live {
        /// Since when.
        since: Millis,
    },
    /// Over. Only [`crate::Input::Start`] begins anew.
    Ended {
        /// Why.
        why: CloseCode,
    },
}

/// What the door said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Nothing yet.
    Unknown,
    /// There is a room, and one may enter.
    Open,
    /// There is none. Without a key, [`crate::Input::Join`] makes it; with one, the link leads nowhere.
    Absent,
    /// It was deleted.
    Gone,
    /// One is banned from it.
    Banned,
    /// The page is of another version: reload it.
    Version,
}
