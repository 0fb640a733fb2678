//! The JSON schemas of cards, in the subset of JSON Schema that every supported model API takes.

use models::Schema;
use serde_json::json;
use shared::CardKind;

use crate::bot::Bot;

/// The schema that a bot's answers must have, if they are cards.
pub(super) fn of(bot: &Bot) -> Option<Schema> {
    let kind = bot.card?;
    match &bot.schema {
        Some(own) => Some(Schema { name: kind.as_str().to_owned(), schema: own.json().clone() }),
        None => built_in(kind),
    }
}

fn built_in(kind: CardKind) -> Option<Schema> {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let list = |about: &str| json!({ "type": "array", "items": { "type": "string" }, "description": about });
    let (properties, required) = match kind {
        CardKind::Poll => (
            json!({
                "question": text("The question, one line."),
                "options": list("2 to 12 short options, all different."),
                "multiple": json!({
                    "type": "boolean",
                    "description": "Whether a person may choose several options: only where the request says so.",
                }),
                "secret": json!({
                    "type": "boolean",
                    "description": "Whether nobody is shown who voted for what: only where the request says so.",
                }),
            }),
            json!(["question", "options", "multiple", "secret"]),
        ),
        CardKind::Summary => (
            json!({
                "topics": list("What was talked about, one line each, at most 8."),
                "decisions": list("What was decided and by whom, one line each; empty if nothing was."),
                "open_questions": list("What is still open, one line each; empty if nothing is."),
            }),
            json!(["topics", "decisions", "open_questions"]),
        ),
        CardKind::Fields => return None,
    };
    let schema = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    });
    Some(Schema { name: kind.as_str().to_owned(), schema: schema.into() })
}
