//! Messages: writing them, changing them, asking bots, editing custom bots, and reading the log for clients.
//!
//! Every write goes through a [`write_request::WriteRequest`], which is written at most once (promise G3).

pub(crate) mod cards;
pub(crate) mod change;
pub(crate) mod choice;
pub(crate) mod custom_bots;
pub(crate) mod history;
pub(crate) mod owner_actions;
pub(crate) mod reports;
mod rewrite;
pub(crate) mod say;
pub(crate) mod write_request;

use crate::presence::Presence;
use crate::runs::Runs;

/// The subjects that writes act on.
pub(crate) struct Subjects<'a> {
    pub(crate) presence: &'a mut Presence,
    pub(crate) runs: &'a mut Runs,
}
