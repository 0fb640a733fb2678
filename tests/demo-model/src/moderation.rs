//! `POST /v1/moderations`: flags exactly the texts that hold one word which nobody writes by chance.

use crate::api::openai::{ApiError, params};
use crate::api::{ReceivedRequest, Rejection, Routed};
use crate::stores::fresh_id;
use serde_json::{Map, Value, json};

/// A text that holds this word is flagged.
pub const FLAGGED_WORD: &str = "moderation-test-flag";

const CATEGORIES: [&str; 13] = [
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
];

pub(crate) fn route(received: &ReceivedRequest) -> Result<Routed, Rejection> {
    let body = received.body.as_ref().ok_or_else(ApiError::not_json)?;
    let fields = body.as_object().ok_or_else(ApiError::not_json)?;
    params::known(fields, &["input", "model"])?;
    let model = params::text(fields, "model")?.unwrap_or("omni-moderation-latest");
    let input = params::given(fields, "input").ok_or_else(|| ApiError::missing("input"))?;
    let results: Vec<Value> = texts(input)?.iter().map(|text| result(text)).collect();
    let id = fresh_id("modr").replace('_', "-");
    Ok(Routed::Json(json!({"id": id, "model": model, "results": results})))
}

/// The texts that are judged each for itself: several strings are several, several parts are one.
fn texts(input: &Value) -> Result<Vec<String>, ApiError> {
    let wrong = |value: &Value| ApiError::wrong_type("input", "one of a string or array", value);
    match input {
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(items) if items.is_empty() => {
            let message = "Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty \
                           array instead.";
            Err(ApiError::about("input", "empty_array", message))
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            let parts: Vec<&str> = items.iter().filter_map(|part| part["text"].as_str()).collect();
            Ok(vec![parts.join("\n")])
        }
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| wrong(item))).collect()
        }
        other => Err(wrong(other)),
    }
}

fn result(text: &str) -> Value {
    let flagged = text.contains(FLAGGED_WORD);
    let each = |value: &dyn Fn(bool) -> Value| -> Value {
        let entry = |name: &str| (name.to_owned(), value(flagged && name == "harassment"));
        Value::Object(CATEGORIES.into_iter().map(entry).collect::<Map<_, _>>())
    };
    json!({
        "flagged": flagged,
        "categories": each(&|hit| json!(hit)),
        "category_scores": each(&|hit| if hit { json!(0.98) } else { json!(0.000_012) }),
        "category_applied_input_types": each(&|_| json!(["text"])),
    })
}
