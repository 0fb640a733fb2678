//! JSON schemas in strict mode: what the API refuses in one, and a small value that fits one.

use serde_json::{Map, Value, json};

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

/// A value that fits the schema, with the strings taken in turn from `words`: the first is what the whole is about,
/// the others are for lists and details.
pub(crate) fn fill(schema: &Value, words: &[String]) -> Value {
    let (headline, details) = match words {
        [] => ("demo", &[][..]),
        [headline] => (headline.as_str(), words),
        [headline, details @ ..] => (headline.as_str(), details),
    };
    Filling { headline, details, taken: 0 }.fill(schema)
}

struct Filling<'a> {
    headline: &'a str,
    details: &'a [String],
    taken: usize,
}

impl Filling<'_> {
    fn fill(&mut self, schema: &Value) -> Value {
        if let Some(choice) = schema["enum"].as_array().and_then(|choices| choices.first()) {
            return choice.clone();
        }
        if !schema["const"].is_null() {
            return schema["const"].clone();
        }
        if let Some(choice) = schema["anyOf"].as_array().and_then(|choices| choices.first()) {
            return self.fill(choice);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.first().and_then(Value::as_str).unwrap_or("null"),
            kind => kind.as_str().unwrap_or("null"),
        };
        match kind {
            "object" => self.object(schema),
            "array" => {
                let least = schema["minItems"].as_u64().unwrap_or(2);
                let count = least.min(schema["maxItems"].as_u64().unwrap_or(least));
                (0..count).map(|_| self.fill(&schema["items"])).collect()
            }
            "string" => {
                let detail = self.detail();
                let limit = schema["maxLength"].as_u64().and_then(|limit| usize::try_from(limit).ok());
                json!(detail.chars().take(limit.unwrap_or(usize::MAX)).collect::<String>())
            }
            "integer" | "number" => json!(schema["minimum"].as_u64().unwrap_or(1)),
            "boolean" => json!(true),
            _ => Value::Null,
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        const HEADLINES: [&str; 5] = ["question", "title", "topic", "subject", "query"];
        let mut filled = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let about = HEADLINES.contains(&name.as_str()) && property["type"] == "string";
            let value = if about { json!(self.headline) } else { self.fill(property) };
            filled.insert(name.clone(), value);
        }
        Value::Object(filled)
    }

    fn detail(&mut self) -> String {
        let count = self.details.len().max(1);
        let word = self.details.get(self.taken % count).map_or(self.headline, String::as_str);
        // Lists of choices must differ from each other even when the words run out.
        let word =
            if self.taken < count { word.to_owned() } else { format!("{word} {}", self.taken / count + 1) };
        self.taken += 1;
        word
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
        let texts: Vec<&str> =
            filled["options"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(filled["question"], "lunch?");
        assert_eq!(texts, ["lunch?", "lunch? 2"]);
    }
}
