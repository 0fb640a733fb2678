//! The messages of Google's JSON: which fields each has, and of which kind they are. Names are the ones of the
//! documentation, in `camelCase`; places in errors are in `snake_case`, as Google writes them.

use super::error::{unknown_name, wrong_value};
use crate::api::Rejection;
use serde_json::{Map, Value};

/// A message with its place in the request.
#[derive(Clone, Debug)]
pub(crate) struct Message<'a> {
    fields: &'a Map<String, Value>,
    place: String,
}

impl<'a> Message<'a> {
    /// Reads an object that has no other fields than these.
    pub(crate) fn read(value: &'a Value, place: &str, known: &[&str]) -> Result<Message<'a>, Rejection> {
        let Some(fields) = value.as_object() else {
            return Err(wrong_value(place, "MESSAGE", value));
        };
        match fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => Err(unknown_name(unknown, place)),
            None => Ok(Message { fields, place: place.to_owned() }),
        }
    }

    /// The message in this field, if it is there.
    pub(crate) fn message(&self, name: &str, known: &[&str]) -> Result<Option<Message<'a>>, Rejection> {
        self.get(name).map(|value| Message::read(value, &self.at(name), known)).transpose()
    }

    /// The messages in this field.
    pub(crate) fn messages(&self, name: &str, known: &[&str]) -> Result<Vec<Message<'a>>, Rejection> {
        let place = self.at(name);
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => {
                let read = |(number, value)| Message::read(value, &format!("{place}[{number}]"), known);
                values.iter().enumerate().map(read).collect()
            }
            // One message stands for a list of one.
            Some(value) => Ok(vec![Message::read(value, &place, known)?]),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&'a str>, Rejection> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong_value(&self.at(name), "TYPE_STRING", other)),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Rejection> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(wrong_value(&self.at(name), "TYPE_BOOL", other)),
        }
    }

    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, Rejection> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let wrong = || wrong_value(&self.at(name), "TYPE_INT32", value);
        value.as_i64().ok_or_else(wrong).map(Some)
    }

    pub(crate) fn decimal(&self, name: &str) -> Result<Option<f64>, Rejection> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let wrong = || wrong_value(&self.at(name), "TYPE_FLOAT", value);
        value.as_f64().ok_or_else(wrong).map(Some)
    }

    /// One of the names of an enum.
    pub(crate) fn one_of(
        &self,
        name: &str,
        kind: &str,
        names: &[&str],
    ) -> Result<Option<&'a str>, Rejection> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let known = value.as_str().filter(|value| names.contains(value));
        let kind = format!("type.googleapis.com/google.ai.generativelanguage.v1beta.{kind}");
        known.ok_or_else(|| wrong_value(&self.at(name), &kind, value)).map(Some)
    }

    /// The field as it is.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// The place of a field.
    pub(crate) fn at(&self, name: &str) -> String {
        let mut snake = String::new();
        for letter in name.chars() {
            if letter.is_ascii_uppercase() {
                snake.push('_');
            }
            snake.push(letter.to_ascii_lowercase());
        }
        if self.place.is_empty() { snake } else { format!("{}.{snake}", self.place) }
    }
}
