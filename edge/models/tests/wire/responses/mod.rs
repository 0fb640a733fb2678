//! The Responses API.

mod endings;
mod failures;
mod requests;
mod streams;
mod tools;

use expect_test::Expect;
use models::Api;

use crate::script::{self, stream};

fn check(chunks: &[&str], expected: Expect) {
    script::check(Api::Responses, chunks, expected);
}

/// The same for events that come in one chunk.
fn check_events(events: &[&str], expected: Expect) {
    check(&[&stream(events)], expected);
}
