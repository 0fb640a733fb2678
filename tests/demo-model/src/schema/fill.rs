//! A value that fits a schema: from what is known under a property's name, and otherwise from the words at hand.

use super::number::number;
use serde_json::{Map, Value, json};

/// How deep a schema that refers to itself is followed.
const DEPTH: usize = 6;

/// What is known: values by the names of properties, and words for everything else, of which the first is what the
/// whole is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hints {
    pub(crate) values: Vec<(&'static str, Value)>,
    pub(crate) words: Vec<String>,
}

/// A value in which every property of the schema is filled. Without a schema any object will do.
pub(crate) fn fill_answer(schema: &Value, hints: &Hints) -> Value {
    if !schema.is_object() {
        return json!({"answer": hints.words.first().map_or("demo", String::as_str)});
    }
    Filling { root: schema, hints, taken: 0, optional: true }.fill(schema, None, 0)
}

/// Arguments of a function: optional ones that nothing is known about are left out.
pub(crate) fn fill_arguments(schema: &Value, hints: &Hints) -> Value {
    let filled = Filling { root: schema, hints, taken: 0, optional: false }.fill(schema, None, 0);
    if filled.is_object() { filled } else { json!({}) }
}

struct Filling<'a> {
    root: &'a Value,
    hints: &'a Hints,
    taken: usize,
    /// Whether optional properties are filled when nothing is known for them.
    optional: bool,
}

impl<'a> Filling<'a> {
    /// A value for this schema; `hint` is what is known for it.
    fn fill(&mut self, schema: &'a Value, hint: Option<&Value>, depth: usize) -> Value {
        let schema = self.resolved(schema);
        if let Some(choices) = schema["enum"].as_array().filter(|choices| !choices.is_empty()) {
            let chosen = choices.iter().find(|choice| Some(*choice) == hint).or(choices.first());
            return chosen.cloned().unwrap_or_default();
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        for several in ["anyOf", "oneOf", "allOf"] {
            if let Some(choices) = schema[several].as_array().filter(|choices| !choices.is_empty()) {
                return self.choose(choices, hint, depth);
            }
        }
        let kinds = kinds(schema);
        // Nothing rather than something made up, where nothing is allowed.
        let nothing = kinds.iter().any(|kind| kind == "null") || schema["nullable"] == true;
        if nothing && hint.is_none() && (!self.optional || depth > DEPTH) {
            return Value::Null;
        }
        match kinds.iter().map(String::as_str).find(|kind| *kind != "null") {
            Some("object") => self.object(schema, depth),
            Some("array") => self.array(schema, hint, depth),
            Some("string") => json!(self.text(schema, hint)),
            Some("integer") => json!(number(schema, hint).ceil_to_integer()),
            Some("number") => number(schema, hint).0,
            Some("boolean") => hint.filter(|hint| hint.is_boolean()).cloned().unwrap_or(json!(true)),
            _ => hint.cloned().unwrap_or_default(),
        }
    }

    /// The schema that a reference within the whole points to.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        for _ in 0..DEPTH {
            let pointer = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
            match pointer.and_then(|pointer| self.root.pointer(pointer)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    fn choose(&mut self, choices: &'a [Value], hint: Option<&Value>, depth: usize) -> Value {
        let is_null = |choice: &&Value| choice["type"] == "null";
        let wants_null = depth > DEPTH || (hint.is_none() && !self.optional);
        let null = choices.iter().find(is_null).filter(|_| wants_null);
        let chosen = null.or_else(|| choices.iter().find(|choice| !is_null(choice))).or(choices.first());
        chosen.map_or(Value::Null, |choice| self.fill(choice, hint, depth + 1))
    }

    fn object(&mut self, schema: &'a Value, depth: usize) -> Value {
        const HEADLINES: [&str; 4] = ["title", "topic", "subject", "headline"];
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let hints = self.hints;
        let headline = hints.words.first().map(|word| json!(word));
        let mut filled = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let value = hints.values.iter().find(|(known, _)| known == name).map(|(_, value)| value);
            let hint = value.or(headline.as_ref().filter(|_| HEADLINES.contains(&name.as_str())));
            let left_out = depth > DEPTH || (!self.optional && hint.is_none());
            if left_out && !required.contains(&name.as_str()) {
                continue;
            }
            filled.insert(name.clone(), self.fill(property, hint, depth + 1));
        }
        Value::Object(filled)
    }

    fn array(&mut self, schema: &'a Value, hint: Option<&Value>, depth: usize) -> Value {
        let bound = |name: &str| schema[name].as_u64().and_then(|bound| usize::try_from(bound).ok());
        let most = bound("maxItems").unwrap_or(usize::MAX);
        let least = bound("minItems").unwrap_or(0);
        let mut filled: Vec<Value> = Vec::new();
        let items = hint.and_then(Value::as_array);
        for hint in items.into_iter().flatten().take(most) {
            let item = self.fill(&schema["items"], Some(hint), depth + 1);
            if !filled.contains(&item) {
                filled.push(item);
            }
        }
        // What is known to be empty stays empty, unless the schema wants more.
        let usual = if items.is_some() || depth > DEPTH { 0 } else { 2 };
        for _ in 0..least.max(usual) + 8 {
            if filled.len() >= least.max(usual).min(most) {
                break;
            }
            let item = self.fill(&schema["items"], None, depth + 1);
            // Choices must differ from each other; other items need not.
            if !filled.contains(&item) || schema["uniqueItems"] != true {
                filled.push(item);
            }
        }
        Value::Array(filled)
    }

    fn text(&mut self, schema: &Value, hint: Option<&Value>) -> String {
        match schema["format"].as_str() {
            Some("date") => return "2026-11-20".to_owned(),
            Some("date-time") => return "2026-11-20T12:00:00Z".to_owned(),
            Some("time") => return "12:00:00Z".to_owned(),
            Some("email") => return "demo@example.com".to_owned(),
            Some("uri") => return "https://example.com/".to_owned(),
            Some("uuid") => return "00000000-0000-4000-8000-000000000000".to_owned(),
            _ => {}
        }
        let mut text = match hint {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => self.word(),
        };
        let bound = |name: &str| schema[name].as_u64().and_then(|bound| usize::try_from(bound).ok());
        if let Some(most) = bound("maxLength") {
            text = text.chars().take(most).collect();
        }
        while text.chars().count() < bound("minLength").unwrap_or(0) {
            text.push('…');
        }
        text
    }

    /// The next word, behind the one that the whole is about; different ones even when they run out.
    fn word(&mut self) -> String {
        let details = match self.hints.words.as_slice() {
            [] => return self.numbered("demo"),
            [only] => std::slice::from_ref(only),
            [_, details @ ..] => details,
        };
        let (round, place) = (self.taken / details.len(), self.taken % details.len());
        self.taken += 1;
        let word = details.get(place).map_or("demo", String::as_str);
        if round == 0 { word.to_owned() } else { format!("{word} {}", round + 1) }
    }

    fn numbered(&mut self, word: &str) -> String {
        self.taken += 1;
        if self.taken == 1 { word.to_owned() } else { format!("{word} {}", self.taken) }
    }
}

/// The types of a schema. Gemini writes them in capitals; an object needs none.
fn kinds(schema: &Value) -> Vec<String> {
    match &schema["type"] {
        Value::String(kind) => vec![kind.to_lowercase()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).map(str::to_lowercase).collect(),
        _ if schema["properties"].is_object() => vec!["object".to_owned()],
        _ if schema["items"].is_object() => vec!["array".to_owned()],
        _ => vec!["string".to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Hints {
        Hints { words: words.iter().map(|word| (*word).to_owned()).collect(), ..Hints::default() }
    }

    #[test]
    fn known_values_come_first_and_bounds_are_kept() {
        let schema = json!({"type": "object", "required": ["options"], "properties": {
            "options": {"type": "array", "minItems": 3, "maxItems": 3, "items": {"type": "string", "maxLength": 4}},
            "count": {"type": "integer", "minimum": 3, "multipleOf": 2},
            "day": {"type": "string", "format": "date"},
            "mood": {"enum": ["calm", "wild"]},
            "share": {"type": "number", "maximum": 0.5}}});
        let hints =
            Hints { values: vec![("options", json!(["kimbap", "rice"]))], ..words(&["lunch", "soup"]) };
        assert_eq!(
            fill_answer(&schema, &hints),
            json!({"options": ["kimb", "rice", "soup"], "count": 4, "day": "2026-11-20", "mood": "calm", "share": 0.5})
        );
        assert_eq!(fill_arguments(&schema, &hints), json!({"options": ["kimb", "rice", "soup"]}));
    }

    #[test]
    fn references_alternatives_and_capitals() {
        let schema = json!({"$defs": {"node": {"type": "object", "required": ["name", "next"], "properties": {
            "name": {"type": "string"}, "next": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/node"}]}}}},
            "$ref": "#/$defs/node"});
        let filled = fill_answer(&schema, &words(&["a"]));
        assert_eq!(filled["next"]["name"], "a 2");
        assert!(filled.to_string().contains("\"next\":null"));
        let gemini =
            json!({"type": "OBJECT", "properties": {"list": {"type": "ARRAY", "items": {"type": "STRING"}}}});
        assert_eq!(fill_answer(&gemini, &words(&["x", "y"])), json!({"list": ["y", "y 2"]}));
        assert_eq!(fill_answer(&Value::Null, &words(&["x"])), json!({"answer": "x"}));
        let nullable = json!({"type": "object", "required": ["zone"], "properties": {"zone": {"type": ["string", "null"]}}});
        assert_eq!(fill_arguments(&nullable, &words(&["x"])), json!({"zone": null}));
    }
}
