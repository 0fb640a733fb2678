//! The parts of a `GenerateContentResponse` that we read. Every field may be missing or of a wrong type: what is zero or
//! empty is not sent at all.

use serde::Deserialize;
use serde_json::Value;
use shared::Usage;

use crate::lenient::{self, count, lenient};

/// One chunk of a stream, or a whole answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Response {
    #[serde(deserialize_with = "lenient")]
    candidates: Vec<Value>,
    #[serde(deserialize_with = "lenient")]
    prompt_feedback: PromptFeedback,
    #[serde(deserialize_with = "lenient")]
    pub(super) usage_metadata: Option<UsageMetadata>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PromptFeedback {
    #[serde(deserialize_with = "lenient")]
    block_reason: String,
}

/// The one answer that we asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Candidate {
    #[serde(deserialize_with = "lenient")]
    content: Content,
    /// Empty where it is not said.
    #[serde(deserialize_with = "lenient")]
    pub(super) finish_reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    #[serde(deserialize_with = "lenient")]
    parts: Vec<Value>,
}

/// A part of the answer: words, thoughts, a call, or what is none of our concern.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Part {
    #[serde(deserialize_with = "lenient")]
    pub(super) text: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) thought: bool,
    #[serde(deserialize_with = "lenient")]
    pub(super) function_call: Option<FunctionCall>,
    #[serde(deserialize_with = "lenient")]
    pub(super) thought_signature: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FunctionCall {
    #[serde(deserialize_with = "lenient")]
    pub(super) id: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) name: String,
    /// An object. It is missing where the function takes nothing.
    pub(super) args: Value,
}

/// Tokens so far. Every chunk may say them; what it leaves out stands as before.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct UsageMetadata {
    prompt_token_count: Value,
    tool_use_prompt_token_count: Value,
    cached_content_token_count: Value,
    candidates_token_count: Value,
    thoughts_token_count: Value,
    total_token_count: Value,
}

impl Response {
    /// Whether this is one at all.
    pub(super) fn is_one(value: &Value) -> bool {
        ["candidates", "promptFeedback", "usageMetadata"].iter().any(|key| value.get(key).is_some())
    }

    /// Why the prompt was not answered, where it was not.
    pub(super) fn block(&self) -> Option<&str> {
        let reason = self.prompt_feedback.block_reason.as_str();
        Some(reason).filter(|reason| !matches!(*reason, "" | "BLOCK_REASON_UNSPECIFIED"))
    }

    pub(super) fn candidate(&self) -> Option<Candidate> {
        let is_ours = |candidate: &&Value| candidate.get("index").and_then(Value::as_u64).unwrap_or(0) == 0;
        self.candidates.iter().find(is_ours).map(lenient::read)
    }
}

impl Candidate {
    pub(super) fn parts(&self) -> impl Iterator<Item = Part> {
        self.content.parts.iter().map(lenient::read)
    }
}

impl UsageMetadata {
    /// Takes over what `newer` says.
    pub(super) fn update(&mut self, newer: Self) {
        for (count, newer) in [
            (&mut self.prompt_token_count, newer.prompt_token_count),
            (&mut self.tool_use_prompt_token_count, newer.tool_use_prompt_token_count),
            (&mut self.cached_content_token_count, newer.cached_content_token_count),
            (&mut self.candidates_token_count, newer.candidates_token_count),
            (&mut self.thoughts_token_count, newer.thoughts_token_count),
            (&mut self.total_token_count, newer.total_token_count),
        ] {
            if !newer.is_null() {
                *count = newer;
            }
        }
    }

    /// The tokens, where the prompt's are there. What was thought is output, and is counted apart.
    pub(super) fn usage(&self) -> Option<Usage> {
        let or_none = |value: &Value| count(value).unwrap_or_default();
        let input =
            count(&self.prompt_token_count)?.saturating_add(or_none(&self.tool_use_prompt_token_count));
        let output =
            or_none(&self.candidates_token_count).saturating_add(or_none(&self.thoughts_token_count));
        let cached = count(&self.cached_content_token_count);
        Some(lenient::usage(input, cached, output, count(&self.total_token_count)))
    }
}
