//! Tests of the room's rules through its public API: every guarantee that the room decides, every bad input and fault.
//!
//! A test runs a script and compares the printed lines (`expect!`) or the storage; both are described in [`harness`]. Its
//! name carries the number of the promise (`g1`, docs/guarantees.md) or of the bad input (`case_26`, docs/bad-inputs.md).
//! A file begins with what it tests; helpers that only it needs come before the tests that use them. Not here: sockets, SQL
//! and HTTP, which are tested in the real runtime (`tests/tests/runtime`), and the page's client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

mod ageing;
mod alternatives;
mod answers;
mod attribution;
mod bounded_reads;
mod budgets;
mod cards;
mod chain;
mod changes;
mod circuit_breaker;
mod cost;
mod crash;
mod crowds;
mod custom_bot_fields;
mod custom_bots;
mod deletions;
mod empty_answers;
mod failed_calls;
mod frames;
mod harness;
mod history;
mod kept_memory;
mod knowledge;
mod ledger;
mod moderation;
mod nicknames;
mod order;
mod own_data;
mod owner_powers;
mod owner_rooms;
mod presence;
mod private_answers;
mod prompt;
mod push;
mod queue;
mod random_chat;
mod random_powers;
mod random_with_models;
mod rate_limits;
mod reactions;
mod reading;
mod regenerate;
mod requests;
mod resume;
mod rotation;
mod schemas;
mod search;
mod secret_polls;
mod slow_readers;
mod small_context;
mod starts;
mod texts;
mod tool_rounds;
mod tools;
mod unjoined_rooms;
mod upstream_deletions;
mod weather;
mod withdrawn;
