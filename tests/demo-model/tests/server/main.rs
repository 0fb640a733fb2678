//! The demo model over real sockets, read byte by byte with a client of a few lines, so that nothing between the
//! demo and the assertion could repair what it sends.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "this is a test: what is not as expected shall fail it"
)]

mod all_apis;
mod cards;
mod characters;
mod chat_completions;
mod faults;
mod gemini;
mod raw_client;
mod responses;
mod same_faults;
mod tools;
mod weather;
