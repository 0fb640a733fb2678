//! JSON schemas in strict mode: what the API refuses in one, and a small value that fits one.

mod fill;
mod number;

pub(crate) use fill::{Hints, fill_answer, fill_arguments};

use serde_json::Value;

/// Says why strict mode refuses this schema: every object must list all its properties as required and close
/// itself with `additionalProperties: false`.
pub(crate) fn check(schema: &Value) -> Result<(), String> {
    if schema["type"] != "object" {
        return Err(format!(
            "schema must be a JSON Schema of 'type: \"object\"', got 'type: {}'.",
            schema["type"]
        ));
    }
    check_at(schema, "()")
}

fn check_at(schema: &Value, context: &str) -> Result<(), String> {
    if let Some(properties) = schema["properties"].as_object() {
        if schema["additionalProperties"] != false {
            return Err(format!(
                "In context={context}, 'additionalProperties' is required to be supplied and to be false."
            ));
        }
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if let Some(missing) = properties.keys().find(|name| !required.contains(&name.as_str())) {
            return Err(format!(
                "In context={context}, 'required' is required to be supplied and to be an array including every \
                 key in properties. Missing '{missing}'."
            ));
        }
        for (name, property) in properties {
            check_at(property, &format!("('properties', '{name}')"))?;
        }
    }
    if schema["items"].is_object() {
        check_at(&schema["items"], &format!("{context}, 'items'"))?;
    }
    for (place, choice) in schema["anyOf"].as_array().into_iter().flatten().enumerate() {
        check_at(choice, &format!("{context}, 'anyOf', {place}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_open_object_and_an_optional_property_are_refused() {
        let poll = json!({"type": "object", "additionalProperties": false, "required": ["question", "options"],
            "properties": {"question": {"type": "string"},
                "options": {"type": "array", "minItems": 2, "items": {"type": "string"}}}});
        assert_eq!(check(&poll), Ok(()));
        let mut open = poll.clone();
        open["additionalProperties"] = json!(true);
        assert!(check(&open).unwrap_err().contains("'additionalProperties' is required"));
        let mut optional = poll;
        optional["required"] = json!(["question"]);
        assert!(check(&optional).unwrap_err().ends_with("Missing 'options'."));
    }
}
