//! The client's side of the chat protocol, without a browser: what to send, when to reconnect, what to show.
//!
//! [`Client::handle`] takes every [`Input`] and returns the [`Effect`]s. The shell around it owns the socket, the clock, the
//! storage and the screen; it carries out the effects in their order and reports what happened. In here there is no clock, no
//! random source and nothing of a browser: times, seeds and nonces come in as inputs, so every run can be repeated exactly.
//!
//! A module imports only modules that stand before it in this list; a test checks it:
//! `number_format`, `config`, `item_key`, `effect`, `search`, `quotes`, `private_answers`, `room_info`, `presence`, `bots`, `administration`, `connection`, `input`, `outbox`,
//! `timeline`, `composer`, `client`.

mod administration;
mod bots;
mod client;
mod composer;
mod config;
mod connection;
mod effect;
mod input;
mod item_key;
pub mod number_format;
mod outbox;
mod presence;
mod private_answers;
mod quotes;
mod room_info;
mod search;
mod timeline;

#[cfg(test)]
mod tests;

pub use bots::{BotSaveState, CustomBots};
pub use client::Client;
pub use composer::{Command, CostHint, MentionCompletion, Suggestion, SuggestionTarget, parse_command};
pub use config::Config;
pub use connection::{Connection, EnterError, EntryState};
pub use effect::{Change, Effect};
pub use input::Input;
pub use item_key::ItemKey;
pub use private_answers::PrivateAnswer;
pub use quotes::Excerpt;
pub use search::{Search, SearchState, marked};
pub use shared::frame::You;
pub use timeline::{ItemState, PartialCard, Permissions, Timeline, TimelineItem};
