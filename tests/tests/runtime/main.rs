//! Tests against the real runtime: the built Worker in `wrangler dev` on a scratch folder, with the demo model as the
//! model's server. `cargo xtask test` builds what they need and runs them; by themselves they are ignored.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should be"
)]

mod asking;
mod attempts;
mod door;
mod frames;
mod guest;
mod paces;
mod person;
mod raw;
mod restart;
mod rooms;
mod sleep;
mod stage;
mod streams;
mod talk;
mod upstream;
mod web;
mod words;
