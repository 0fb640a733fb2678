//! The connection as people see it. How it gets there is in `phase` and `connector`.

use shared::{CloseCode, Millis};

/// The connection as a view shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// There is no socket, and none is being opened.
    Offline {
        /// When the client tries again; `None` waits for the network, the page, the person or a first start.
        retry_at: Option<Millis>,
    },
    /// The client waits for the entry reply, for the socket to open or for the welcome.
    Opening {
        /// Whether it has been live before.
        again: bool,
    },
    /// The room has sent its welcome.
    Live { since: Millis },
    /// Closed for good. Only [`crate::Input::Start`] connects again.
    Ended { why: CloseCode },
}
