//! Google's error bodies: `{"error":{"code","message","status","details"}}`.

use crate::api::Rejection;
use serde_json::{Value, json};

/// The statuses with their HTTP codes.
const STATUSES: [(&str, u16); 11] = [
    ("INVALID_ARGUMENT", 400),
    ("FAILED_PRECONDITION", 400),
    ("UNAUTHENTICATED", 401),
    ("PERMISSION_DENIED", 403),
    ("NOT_FOUND", 404),
    ("RESOURCE_EXHAUSTED", 429),
    ("CANCELLED", 499),
    ("INTERNAL", 500),
    ("UNIMPLEMENTED", 501),
    ("UNAVAILABLE", 503),
    ("DEADLINE_EXCEEDED", 504),
];

/// An error answer without details.
pub(crate) fn rejection(status: &str, message: impl Into<String>) -> Rejection {
    let (code, body) = error(status, &message.into());
    Rejection { status: code, body }
}

/// The code and the body of an error. Names of other APIs are translated, unknown ones are internal errors.
pub(crate) fn error(status: &str, message: &str) -> (u16, Value) {
    let status = match status {
        "rate_limit_exceeded" | "insufficient_quota" => "RESOURCE_EXHAUSTED",
        "server_is_overloaded" => "UNAVAILABLE",
        other => other,
    };
    let known = STATUSES.iter().find(|(name, _)| *name == status);
    let (status, code) = known.copied().unwrap_or(("INTERNAL", 500));
    (code, json!({"error": {"code": code, "message": message, "status": status}}))
}

pub(crate) fn invalid(message: impl Into<String>) -> Rejection {
    rejection("INVALID_ARGUMENT", message)
}

/// A field that the message at this place does not have; the place is empty for the request itself.
pub(crate) fn unknown_name(name: &str, place: &str) -> Rejection {
    let at = if place.is_empty() { String::new() } else { format!(" at '{place}'") };
    violation(
        place,
        &format!("Invalid JSON payload received. Unknown name \"{name}\"{at}: Cannot find field."),
    )
}

/// A value of a wrong kind, or out of its list.
pub(crate) fn wrong_value(place: &str, kind: &str, value: &Value) -> Rejection {
    violation(place, &format!("Invalid value at '{place}' ({kind}), {value}"))
}

fn violation(place: &str, message: &str) -> Rejection {
    let mut rejection = invalid(message);
    let violation = if place.is_empty() {
        json!({"description": message})
    } else {
        json!({"field": place, "description": message})
    };
    rejection.body["error"]["details"] =
        json!([{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]);
    rejection
}

pub(crate) fn no_key() -> Rejection {
    rejection(
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or \
         other form of API consumer identity to call this API.",
    )
}

pub(crate) fn no_model(model: &str) -> Rejection {
    rejection(
        "NOT_FOUND",
        format!(
            "models/{model} is not found for API version v1beta, or is not supported for generateContent. Call \
             ListModels to see the list of available models and their supported methods."
        ),
    )
}
