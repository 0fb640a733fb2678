//! Tests against the real runtime: the built Worker in `wrangler dev` on a scratch folder, with the demo model as the
//! model's server. `cargo xtask test` builds what they need and runs them; by themselves they are ignored.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should be"
)]

mod person;
mod restart;
mod stage;
mod talk;
mod web;
