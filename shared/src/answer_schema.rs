//! The JSON schema that an owner, or `bots.toml`, gives a bot's answers, and reading an answer by it as a card.
//!
//! It is the part of JSON Schema that the strict modes of all model APIs take
//! (<https://platform.openai.com/docs/guides/structured-outputs>, <https://ai.google.dev/gemini-api/docs/structured-output>):
//! an object at the root, every object closed, every property required. `required` and `additionalProperties` are filled in
//! where they are left out.

use serde_json::Value;

use crate::card::{Card, CardEntry, InvalidCard};
use crate::ordered_json::OrderedJson as Json;
use crate::{ErrorCode, limits};

/// A schema that is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerSchema {
    /// The schema as it is sent.
    json: Json,
    properties: Vec<Property>,
}

/// Why a schema is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    pub code: ErrorCode,
    /// The JSON pointer of what is wrong (RFC 6901), or line and column (`2:7`) where the text is not JSON.
    pub place: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Property {
    name: String,
    /// What people are shown: the schema's `title`, or else the name.
    title: String,
    kind: Kind,
    is_nullable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Text,
    /// One of these texts.
    Choice(Vec<String>),
    Number,
    Integer,
    Boolean,
    List(Box<Property>),
    Object(Vec<Property>),
}

impl AnswerSchema {
    /// Reads a schema as it was written.
    ///
    /// # Errors
    /// `NotJson`, `NotInSchema`, `TooDeep`, `TooMany`, `TooLong` or `Empty`, with the place.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        if text.chars().count() > limits::SCHEMA_CHARACTERS {
            return Err(SchemaError { code: ErrorCode::TooLong, place: String::new() });
        }
        let json: Json = serde_json::from_str(text).map_err(|error| SchemaError {
            code: ErrorCode::NotJson,
            place: format!("{}:{}", error.line(), error.column()),
        })?;
        let mut reader = Reader { place: Vec::new(), properties: 0 };
        let root = reader.property(String::new(), &json, 0).map_err(|code| reader.error(code))?;
        let (Kind::Object(properties), false) = (root.kind, root.is_nullable) else {
            reader.place.push("type".to_owned());
            return Err(reader.error(ErrorCode::NotInSchema));
        };
        Ok(Self { json: closed(json), properties })
    }

    /// The schema as model APIs are sent it.
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// Reads an answer as a card.
    ///
    /// # Errors
    /// [`InvalidCard`] when it does not fit the schema as a whole, or is too large to be shown.
    pub fn read(&self, answer: &str) -> Result<Card, InvalidCard> {
        let value: Value = serde_json::from_str(answer.trim()).map_err(|_| InvalidCard)?;
        let mut entries = Vec::new();
        add_object(&mut entries, &self.properties, &value, 0).ok_or(InvalidCard)?;
        Ok(Card::Fields { entries })
    }
}

/// Checks a schema. `place` says where it is, or where it stopped.
struct Reader {
    place: Vec<String>,
    properties: usize,
}

impl Reader {
    fn error(&self, code: ErrorCode) -> SchemaError {
        let escaped = self.place.iter().map(|part| part.replace('~', "~0").replace('/', "~1"));
        SchemaError { code, place: escaped.map(|part| format!("/{part}")).collect() }
    }

    /// Goes to a part of the place and back, unless it is wrong.
    fn within<T>(
        &mut self,
        part: &str,
        read: impl FnOnce(&mut Self) -> Result<T, ErrorCode>,
    ) -> Result<T, ErrorCode> {
        self.place.push(part.to_owned());
        let done = read(self)?;
        self.place.pop();
        Ok(done)
    }

    fn property(&mut self, name: String, json: &Json, depth: usize) -> Result<Property, ErrorCode> {
        let Json::Object(fields) = json else { return Err(ErrorCode::NotInSchema) };
        let (kind, is_nullable) = self.within("type", |_| kind_of(json))?;
        for (index, (keyword, value)) in fields.iter().enumerate() {
            let is_twice = fields.iter().take(index).any(|(other, _)| other == keyword);
            let is_known = !is_twice
                && match keyword.as_str() {
                    "type" => true,
                    "title" => value.as_str().is_some_and(is_title),
                    "description" => value.as_str().is_some(),
                    "properties" => kind == "object",
                    "required" => kind == "object" && requires_all(json, value),
                    "additionalProperties" => kind == "object" && *value == Json::Bool(false),
                    "items" => kind == "array",
                    "enum" => kind == "string" && !is_nullable,
                    _ => false,
                };
            if !is_known {
                return self.within(keyword, |_| Err(ErrorCode::NotInSchema));
            }
        }
        let title = json.get("title").and_then(Json::as_str).unwrap_or(&name);
        let title = title.replace('_', " ");
        let kind = match kind {
            "string" => match json.get("enum") {
                Some(choices) => self.within("enum", |_| choices_of(choices))?,
                None => Kind::Text,
            },
            "number" => Kind::Number,
            "integer" => Kind::Integer,
            "boolean" => Kind::Boolean,
            _ if depth >= limits::SCHEMA_DEPTH => return Err(ErrorCode::TooDeep),
            "array" => {
                let item = self.within("items", |reader| {
                    let item = json.get("items").ok_or(ErrorCode::Empty)?;
                    let item = reader.property(String::new(), item, depth.saturating_add(1))?;
                    // A list in a list has no title that could be shown.
                    if matches!(item.kind, Kind::List(_)) { Err(ErrorCode::NotInSchema) } else { Ok(item) }
                })?;
                Kind::List(Box::new(item))
            }
            _ => Kind::Object(self.within("properties", |reader| reader.properties(json, depth))?),
        };
        Ok(Property { name, title, kind, is_nullable })
    }

    fn properties(&mut self, json: &Json, depth: usize) -> Result<Vec<Property>, ErrorCode> {
        let Some(Json::Object(fields)) = json.get("properties") else { return Err(ErrorCode::Empty) };
        if fields.is_empty() {
            return Err(ErrorCode::Empty);
        }
        let mut properties: Vec<Property> = Vec::new();
        for (name, schema) in fields {
            let property = self.within(name, |reader| {
                reader.properties = reader.properties.saturating_add(1);
                if reader.properties > limits::SCHEMA_PROPERTIES {
                    return Err(ErrorCode::TooMany);
                }
                if !is_title(name) || properties.iter().any(|other| other.name == *name) {
                    return Err(ErrorCode::NotInSchema);
                }
                reader.property(name.clone(), schema, depth.saturating_add(1))
            })?;
            properties.push(property);
        }
        Ok(properties)
    }
}

/// The type of a schema, and whether null is allowed as well.
fn kind_of(json: &Json) -> Result<(&str, bool), ErrorCode> {
    let (kind, is_nullable) = match json.get("type") {
        Some(Json::Text(kind)) => (kind.as_str(), false),
        Some(Json::List(kinds)) => match kinds.as_slice() {
            [Json::Text(kind), Json::Text(null)] if null == "null" => (kind.as_str(), true),
            _ => return Err(ErrorCode::NotInSchema),
        },
        _ => return Err(ErrorCode::NotInSchema),
    };
    let is_known = ["string", "number", "integer", "boolean", "array", "object"].contains(&kind);
    if is_known { Ok((kind, is_nullable)) } else { Err(ErrorCode::NotInSchema) }
}

/// Whether `required` names every property.
fn requires_all(json: &Json, required: &Json) -> bool {
    let (Some(Json::Object(properties)), Json::List(required)) = (json.get("properties"), required) else {
        return false;
    };
    let is_required = |name: &str| required.iter().any(|other| other.as_str() == Some(name));
    required.len() == properties.len() && properties.iter().all(|(name, _)| is_required(name))
}

fn choices_of(choices: &Json) -> Result<Kind, ErrorCode> {
    let Json::List(items) = choices else { return Err(ErrorCode::NotInSchema) };
    if items.len() > limits::SCHEMA_PROPERTIES {
        return Err(ErrorCode::TooMany);
    }
    let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    let texts = texts.ok_or(ErrorCode::NotInSchema)?;
    let is_visible = !texts.is_empty() && texts.iter().all(|text| is_title(text));
    if is_visible { Ok(Kind::Choice(texts)) } else { Err(ErrorCode::NotInSchema) }
}

/// Whether a name can stand as the title of a line.
fn is_title(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= limits::SCHEMA_NAME_CHARACTERS
        && !text
            .chars()
            .any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

/// The schema with `required` and `additionalProperties` in every object.
fn closed(json: Json) -> Json {
    let Json::Object(fields) = json else { return json };
    let names: Option<Vec<Json>> = fields.iter().find_map(|(keyword, value)| match value {
        Json::Object(properties) if keyword == "properties" => {
            Some(properties.iter().map(|(name, _)| Json::Text(name.clone())).collect())
        }
        _ => None,
    });
    let mut fields: Vec<(String, Json)> = fields
        .into_iter()
        .map(|(keyword, value)| {
            let value = match value {
                Json::Object(properties) if keyword == "properties" => Json::Object(
                    properties.into_iter().map(|(name, schema)| (name, closed(schema))).collect(),
                ),
                schema if keyword == "items" => closed(schema),
                value => value,
            };
            (keyword, value)
        })
        .collect();
    if let Some(names) = names {
        fields.retain(|(keyword, _)| keyword != "required" && keyword != "additionalProperties");
        fields.push(("required".to_owned(), Json::List(names)));
        fields.push(("additionalProperties".to_owned(), Json::Bool(false)));
    }
    Json::Object(fields)
}

/// Adds the lines of an object. `None`: it does not fit.
fn add_object(entries: &mut Vec<CardEntry>, properties: &[Property], value: &Value, level: u8) -> Option<()> {
    let fields = value.as_object().filter(|fields| fields.len() == properties.len())?;
    for property in properties {
        add(entries, property, property.title.clone(), fields.get(&property.name)?, level)?;
    }
    Some(())
}

/// Adds the lines of one value.
fn add(
    entries: &mut Vec<CardEntry>,
    property: &Property,
    title: String,
    value: &Value,
    level: u8,
) -> Option<()> {
    let below = level.saturating_add(1);
    let text = match (&property.kind, value) {
        (_, Value::Null) if property.is_nullable => "–".to_owned(),
        (Kind::Text, Value::String(text)) => shown(text)?,
        (Kind::Choice(choices), Value::String(text)) if choices.contains(text) => text.clone(),
        (Kind::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => number.to_string(),
        (Kind::Number, Value::Number(number)) => number.to_string(),
        (Kind::Boolean, Value::Bool(value)) => if *value { "✓" } else { "✗" }.to_owned(),
        (Kind::List(_), Value::Array(items)) if items.is_empty() => "–".to_owned(),
        (Kind::List(_), Value::Array(_)) | (Kind::Object(_), Value::Object(_)) => String::new(),
        _ => return None,
    };
    if entries.len() >= limits::CARD_ENTRIES {
        return None;
    }
    entries.push(CardEntry { level, title, text });
    match (&property.kind, value) {
        (Kind::Object(properties), Value::Object(_)) => add_object(entries, properties, value, below),
        (Kind::List(item), Value::Array(items)) => items.iter().enumerate().try_for_each(|(index, value)| {
            let is_object = matches!(item.kind, Kind::Object(_));
            let number = if is_object { index.saturating_add(1).to_string() } else { String::new() };
            add(entries, item, number, value, below)
        }),
        _ => Some(()),
    }
}

/// A text as it is shown: trimmed, not too long, without controls other than line ends.
fn shown(text: &str) -> Option<String> {
    let text = text.trim();
    let is_fit = text.chars().count() <= limits::CARD_TEXT_CHARACTERS
        && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    is_fit.then(|| if text.is_empty() { "–".to_owned() } else { text.to_owned() })
}

#[cfg(test)]
mod tests;
