//! The JSON schemas of cards, in the subset of JSON Schema that every supported model API takes.

use models::Schema;
use serde_json::json;
use shared::CardKind;

/// The schema that an answer of this kind of card must have.
pub(super) fn schema(kind: CardKind) -> Schema {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let list = |about: &str| json!({ "type": "array", "items": { "type": "string" }, "description": about });
    let (properties, required) = match kind {
        CardKind::Poll => (
            json!({
                "question": text("The question, one line."),
                "options": list("2 to 12 short options, all different."),
            }),
            json!(["question", "options"]),
        ),
        CardKind::Summary => (
            json!({
                "topics": list("What was talked about, one line each, at most 8."),
                "decisions": list("What was decided and by whom, one line each; empty if nothing was."),
                "open_questions": list("What is still open, one line each; empty if nothing is."),
            }),
            json!(["topics", "decisions", "open_questions"]),
        ),
    };
    let schema = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    });
    Schema { name: kind.as_str().to_owned(), schema }
}
