//! Every decoder of text that somebody else wrote, with mutations of a corpus: none may panic, and what each accepts must be what it
//! would write itself.
//!
//! A corpus is a list of texts: golden files, recorded streams, and `corpus/*.json`. proptest picks one, changes it ([`mutation`]) and
//! shrinks what fails. `PROPTEST_CASES=100000 cargo test -p fuzz` looks longer than the default of 256 cases for each target; a
//! text that failed once goes to the corpus. Not here: what a room does with frames (the room's `random_chat.rs` and the
//! simulator), and streams cut at every byte (`edge/models/tests/wire/splits.rs`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test ends at the first thing that is not as it should be"
)]

mod corpus;
mod frames;
mod markup;
mod mutation;
mod names;
#[path = "../../../../edge/models/tests/wire/recordings.rs"]
#[allow(dead_code, reason = "the tests of models, which share this file, compare texts")]
mod recordings;
mod requests;
mod schemas;
mod streams;
mod tables_files;
