//! JSON schemas in strict mode: what the API refuses in one, and a small value that fits one.

use serde_json::{Map, Value, json};

/// Says why strict mode refuses this schema: every object must list all its properties as required and close
/// itself with `additionalProperties: false`.
pub(crate) fn check(schema: &Value) -> Result<(), String> {
    if schema["type"] != "object" {
        return Err(format!("schema must be a JSON Schema of 'type: \"object\"', got 'type: {}'.", schema["type"]));
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

/// A value that fits the schema; strings are taken in turn from `words`, the first string being what the whole is
/// about.
pub(crate) fn fill(schema: &Value, words: &[String]) -> Value {
    let mut taken = 0;
    fill_at(schema, words, &mut taken)
}

fn fill_at(schema: &Value, words: &[String], taken: &mut usize) -> Value {
    if let Some(choice) = schema["enum"].as_array().and_then(|choices| choices.first()) {
        return choice.clone();
    }
    if !schema["const"].is_null() {
        return schema["const"].clone();
    }
    if let Some(choice) = schema["anyOf"].as_array().and_then(|choices| choices.first()) {
        return fill_at(choice, words, taken);
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str).unwrap_or("null"),
        kind => kind.as_str().unwrap_or("null"),
    };
    let at_least = |name: &str, fallback: u64| schema[name].as_u64().unwrap_or(fallback);
    match kind {
        "object" => {
            let mut filled = Map::new();
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                filled.insert(name.clone(), fill_at(property, words, taken));
            }
            Value::Object(filled)
        }
        "array" => {
            let count = at_least("minItems", 2).min(at_least("maxItems", 100));
            (0..count).map(|_| fill_at(&schema["items"], words, taken)).collect()
        }
        "string" => {
            let count = words.len().max(1);
            let word = words.get(*taken % count).cloned().unwrap_or_else(|| "demo".to_owned());
            // Lists of choices must differ from each other even when the words run out.
            let word = if *taken < count { word } else { format!("{word} {}", *taken / count + 1) };
            *taken += 1;
            let limit = usize::try_from(at_least("maxLength", u64::MAX)).unwrap_or(usize::MAX);
            json!(word.chars().take(limit).collect::<String>())
        }
        "integer" | "number" => json!(at_least("minimum", 1)),
        "boolean" => json!(true),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll() -> Value {
        json!({"type": "object", "additionalProperties": false, "required": ["question", "options"],
            "properties": {"question": {"type": "string"},
                "options": {"type": "array", "minItems": 2, "items": {"type": "string"}}}})
    }

    #[test]
    fn an_open_object_and_an_optional_property_are_refused() {
        assert_eq!(check(&poll()), Ok(()));
        let mut open = poll();
        open["additionalProperties"] = json!(true);
        assert!(check(&open).unwrap_err().contains("'additionalProperties' is required"));
        let mut optional = poll();
        optional["required"] = json!(["question"]);
        assert!(check(&optional).unwrap_err().ends_with("Missing 'options'."));
    }

    #[test]
    fn a_filled_poll_has_different_options() {
        let filled = fill(&poll(), &["lunch?".to_owned()]);
        let texts: Vec<&str> = filled["options"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(filled["question"].as_str().unwrap_or(""), "lunch? 3");
        assert_eq!(texts, ["lunch?", "lunch? 2"]);
    }
}
