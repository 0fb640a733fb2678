//! JSON as small as the page needs it: values read from a text, and objects written in the order of their fields.
//!
//! The Worker reads what clients say with `serde_json`. In the page that library and what it derives would weigh more
//! than all rules of the protocol. Both take the same texts for JSON, but for numbers beyond
//! every float, which this one passes over; the tests compare them.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use write::Object;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number from 0 to 2^64 - 1, or any other one, which no frame has.
    Number(Option<u64>),
    /// A text.
    Text(String),
    /// Values in their order.
    List(Vec<Value>),
    /// Named values in their order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Reads a text that is one value and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        read::whole(text)
    }

    /// The field of an object; of two fields of one name the last.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => *number,
            _ => None,
        }
    }
}

/// What the Worker read.
impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(is) => Self::Bool(is),
            serde_json::Value::Number(number) => Self::Number(number.as_u64()),
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(fields) => {
                Self::Object(fields.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}
