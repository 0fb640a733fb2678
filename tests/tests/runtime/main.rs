//! Tests against the real runtime: the built Worker in `wrangler dev` on a scratch folder, with the demo model as the
//! model's server. `cargo xtask test` builds what they need and runs them; by themselves they are ignored.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should be"
)]

mod api;
mod asking;
mod attempts;
mod bots;
mod cards;
mod chains;
mod changes;
mod door;
mod frames;
mod guest;
mod mentions;
mod moderation;
mod money;
mod offline;
mod own_bots;
mod paces;
mod person;
mod raw;
mod restart;
mod rooms;
mod secrets;
mod sleep;
mod stage;
mod streams;
mod talk;
mod tools;
mod upstream;
mod web;
mod words;
