//! Chat Completions.

mod endings;
mod failures;
mod requests;
mod streams;
mod tools;

use expect_test::Expect;
use models::Api;

use crate::script::{self, data};

/// The chunks of a documented answer: the role, words, the reason, and the tokens.
const ROLE: &str = r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","system_fingerprint":"fp_1","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x7"}"#;
const HELLO: &str = r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,"finish_reason":null}],"usage":null}"#;
const STOP: &str = r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"#;
const USAGE: &str = r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}"#;
const DONE: &str = "[DONE]";

fn check(chunks: &[&str], expected: Expect) {
    script::check(Api::ChatCompletions, chunks, expected);
}

/// The same for events that come in one chunk.
fn check_events(events: &[&str], expected: Expect) {
    check(&[&data(events)], expected);
}

/// An answer that ended for this reason.
fn ended(reason: &str) -> String {
    STOP.replace("\"stop\"", reason)
}
