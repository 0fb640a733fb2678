//! The state that views show, as signals, and the session that keeps it up to date from the `client` crate.

mod acts;
pub(crate) mod announcer;
mod bots;
pub(crate) mod message;
mod pending_deletion;
pub(crate) mod room_context;
pub(crate) mod room_signals;
pub(crate) mod session;
