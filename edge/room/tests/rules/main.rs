//! The room from outside: every promise of the wire that the room decides, every bad input and fault that it meets.
//!
//! A test's name carries the number of the promise (`g1`) or of the catalogue's row (`case_26`). Not here: sockets, SQL
//! and HTTP, which are tested in the real runtime, and what a page makes of the frames.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

mod answers;
mod bot_fields;
mod breaker;
mod calls;
mod cards;
mod chain;
mod changes;
mod cost;
mod crash;
mod deletions;
mod forgetting;
mod frames;
mod history;
mod ledgers;
mod money;
mod names;
mod order;
mod own_bots;
mod presence;
mod prompt;
mod queue;
mod random;
mod rates;
mod regenerate;
mod resume;
mod rotation;
mod rounds;
mod searching;
mod slow;
mod speakers;
mod stage;
mod storm;
mod tools;
mod words;
