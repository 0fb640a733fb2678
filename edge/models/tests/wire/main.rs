//! The model APIs from outside: what goes out for a turn, and what is understood of the bytes that come back.
//!
//! Not here: the order of calls, retries and the room; they are tested where they are decided.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api;
mod chat_completions;
mod error_responses;
mod exact_parameters;
mod families;
mod gemini;
mod recordings;
mod responses;
mod samples;
mod script;
mod splits;
