//! An error in the server's words, whatever the shape that they come in.

use serde_json::Value;

use crate::context_size;
use crate::lenient::{self, is_truthy};
use crate::retry_after;

/// An error in the server's words.
#[derive(Debug, Default)]
pub(crate) struct ErrorBody {
    /// A status inside the body, in digits.
    pub(super) status: String,
    /// In lower case, as are `kind` and `reason`. Not an enum: the wire carries codes that no list has.
    pub(crate) code: String,
    /// `type` on OpenAI's wire. On Google's it is `status`, a code of gRPC: `RESOURCE_EXHAUSTED`.
    pub(super) kind: String,
    /// What Google's `details` say more exactly (`google.rpc.ErrorInfo` and `QuotaFailure`).
    pub(super) reason: String,
    pub(crate) param: String,
    pub(crate) message: String,
    /// Google's `google.rpc.RetryInfo`, in milliseconds.
    delay: Option<u64>,
    /// How many tokens the server's context holds: llama.cpp's `n_ctx`.
    context: Option<u64>,
}

impl ErrorBody {
    /// All shapes: `{"error": {…}}`, `{"error": "…"}` with a code beside it, the same in an array, an error object
    /// itself, a text, and `{"detail": …}` as Python frameworks write it.
    pub(crate) fn read(value: &Value) -> Self {
        match value {
            Value::Array(values) => values.first().map(Self::of_one).unwrap_or_default(),
            value => Self::of_one(value),
        }
    }

    /// A page or a sentence.
    pub(crate) fn of_text(text: &str) -> Self {
        Self { message: excerpt(text), ..Self::default() }
    }

    /// How long to wait, in milliseconds, as a field or the sentence says it.
    pub(super) fn retry_after_ms(&self) -> Option<u64> {
        self.delay.or_else(|| retry_after::from_sentence(&self.message))
    }

    /// Tokens of the model's context, as the sentence or llama.cpp's field says it.
    pub(super) fn context_tokens(&self) -> Option<u64> {
        self.context.or_else(|| context_size::from_sentence(&self.message))
    }

    fn of_one(value: &Value) -> Self {
        let outer = value;
        let inner = nested(value).unwrap_or(value);
        // Servers that pass on another's error wrap it once more.
        let inner = nested(inner).filter(|error| error.is_object()).unwrap_or(inner);
        let text = |key: &str| as_str(inner.get(key)).or_else(|| as_str(outer.get(key))).unwrap_or_default();
        let message = match inner {
            Value::String(message) => message.clone(),
            _ => ["message", "detail"].map(text).concat(),
        };
        let is_word = |status: &String| status.parse::<u64>().is_err();
        let kind = as_str(inner.get("type")).or_else(|| as_str(inner.get("status")).filter(is_word));
        let kind = kind.unwrap_or_else(|| text("type")).to_ascii_lowercase();
        // Beside a nested error and in a flat one, this is the event's type and not the error's.
        let is_the_events = kind == "error" || kind.starts_with("response.");
        Self {
            status: as_str(outer.get("status"))
                .or_else(|| as_str(outer.get("status_code")))
                .unwrap_or_default(),
            code: text("code").to_ascii_lowercase(),
            kind: if is_the_events { String::new() } else { kind },
            reason: reason(inner).unwrap_or_default(),
            param: text("param"),
            message: excerpt(&message),
            context: inner.get("n_ctx").and_then(Value::as_u64).filter(|tokens| *tokens > 0),
            delay: details(inner)
                .find_map(|detail| retry_after::from_duration(lenient::text(detail, "retryDelay")?)),
        }
    }
}

/// The error that a value wraps.
fn nested(value: &Value) -> Option<&Value> {
    value.get("error").filter(|error| is_truthy(error))
}

/// The entries of `details`, which Google's errors have (`google.rpc.Status`).
fn details(error: &Value) -> impl Iterator<Item = &Value> {
    list(error, "details")
}

/// An account that has spent its day passes by waiting, but not while anybody waits: that is told apart from a busy minute
/// by the quota's name alone.
fn reason(error: &Value) -> Option<String> {
    let mut violations = details(error).flat_map(|detail| list(detail, "violations"));
    if violations.any(|violation| lenient::text(violation, "quotaId").is_some_and(|id| id.contains("PerDay")))
    {
        return Some("quota_per_day".to_owned());
    }
    details(error).find_map(|detail| lenient::text(detail, "reason")).map(str::to_ascii_lowercase)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// A text or a number as text; anything deeper as its JSON, to be searched.
fn as_str(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

/// Enough of a message to recognise it.
fn excerpt(message: &str) -> String {
    message.chars().take(4096).collect()
}
