//! Thought signatures: what a client gets with a function call and must send back unchanged. Here they are a digest
//! of the call, so that they are known again without being kept, even after a restart.

use serde_json::Value;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Documented for calls that no Gemini model made, as in a conversation taken over from another one.
const SKIPS: [&str; 2] = ["context_engineering_is_the_way_to_go", "skip_thought_signature_validator"];

/// The signature of a call.
pub(crate) fn of(name: &str, arguments: &Value) -> String {
    let mut digest = DefaultHasher::new();
    (name, canonical(arguments)).hash(&mut digest);
    // Letters and digits in a multiple of four: it is a `bytes` field, which JSON carries as base64.
    format!("EvQB{:016x}{:016x}", digest.finish(), digest.finish().rotate_left(17))
}

/// Whether this is the signature that the call was given.
pub(crate) fn fits(signature: &str, name: &str, arguments: &Value) -> bool {
    SKIPS.contains(&signature) || signature == of(name, arguments)
}

/// The signature of an answer without calls, which may be left out and is not checked.
pub(crate) fn of_text(text: &str) -> String {
    of("", &Value::from(text))
}

/// The value with its names in order and its numbers as numbers: who keeps it as JSON may have written it anew.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, String> =
                fields.iter().map(|(name, value)| (name, canonical(value))).collect();
            format!("{sorted:?}")
        }
        Value::Array(items) => format!("{:?}", items.iter().map(canonical).collect::<Vec<_>>()),
        Value::Number(number) => format!("{:?}", number.as_f64()),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_signature_belongs_to_its_call_however_the_call_is_written() {
        let signature = of("look", &json!({"a": 1, "b": [2.0]}));
        assert!(fits(&signature, "look", &json!({"b": [2], "a": 1.0})));
        assert!(!fits(&signature, "look", &json!({"a": 1, "b": [3]})));
        assert!(!fits(&signature, "find", &json!({"a": 1, "b": [2.0]})));
        assert!(fits("skip_thought_signature_validator", "look", &json!({})));
        assert_eq!(signature.len() % 4, 0);
    }
}
