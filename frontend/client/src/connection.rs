//! The connection to the room: entry, socket, handshake, heartbeat, backoff. [`Connector`] joins the parts.

mod acknowledgement;
mod backoff;
mod connector;
mod entry;
mod handshake;
mod heartbeat;
mod phase;
mod state;

pub(crate) use self::connector::Connector;
pub use self::entry::{EnterError, EntryState};
pub use self::state::Connection;
