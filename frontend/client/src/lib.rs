//! The page's side of the protocol, without a browser: what to send, when to come back, what to show.
//!
//! [`Client::handle`] is the one way in and its [`Effect`]s the one way out. The shell around it owns the socket, the
//! clock, the storage and the screen; it carries out effects in their order and calls back with what happened. In here
//! there is no clock, no random source and nothing of a browser: moments, seeds and nonces come in as inputs, so every
//! run can be repeated exactly.

mod acknowledge;
mod attempt;
mod backoff;
mod bots;
mod client;
pub mod complete;
mod connecting;
mod connection;
mod crowd;
mod effect;
pub mod figures;
mod greeting;
mod heartbeat;
pub mod hint;
mod input;
mod link;
mod log;
mod older;
mod outbox;
mod persisted;
mod receiving;
mod row;
mod sorted;
mod timeline;
mod typing;
mod writing;

#[cfg(test)]
mod tests;

pub use bots::{Drafts, Setting};
pub use client::{Client, Config};
pub use connection::{Connection, Door};
pub use effect::{Change, Effect};
pub use input::{EnterFault, Input};
pub use row::{Key, Making, Rights, Row, RowState};
pub use shared::frame::You;
pub use sorted::Sorted;
pub use timeline::Timeline;
