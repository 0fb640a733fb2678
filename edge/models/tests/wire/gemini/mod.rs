//! The Gemini API.

mod endings;
mod failures;
mod requests;
mod streams;
mod tools;

use expect_test::Expect;
use models::Api;

use crate::script::{self, data};

/// The chunks of an answer as the reference shows them.
const HELLO: &str = r#"{"candidates":[{"content":{"parts":[{"text":"Hello"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":11,"totalTokenCount":11,"promptTokensDetails":[{"modality":"TEXT","tokenCount":11}]},"modelVersion":"gemini-2.5-flash","responseId":"r1"}"#;
const STOP: &str = r#"{"candidates":[{"content":{"parts":[{"text":" there"}],"role":"model"},"finishReason":"STOP","index":0,"safetyRatings":[{"category":"HARM_CATEGORY_HARASSMENT","probability":"NEGLIGIBLE"}]}],"usageMetadata":{"promptTokenCount":11,"cachedContentTokenCount":4,"candidatesTokenCount":3,"totalTokenCount":34,"thoughtsTokenCount":20},"modelVersion":"gemini-2.5-flash","responseId":"r1"}"#;

fn check(chunks: &[&str], expected: Expect) {
    script::check(Api::Gemini, chunks, expected);
}

/// The same for events that come in one chunk.
fn check_events(events: &[&str], expected: Expect) {
    check(&[&data(events)], expected);
}

/// The last chunk, with another reason and no words.
fn ended(reason: &str) -> String {
    STOP.replace("STOP", reason).replace(r#""parts":[{"text":" there"}],"#, "")
}
