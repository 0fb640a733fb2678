//! Pieces of answers while they stream, the most frequent of what a room sends.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Seq;
use crate::tolerant::Unreadable;

/// A piece of an answer's text. On the wire it is the array `[run, text]`, or `[run, offset, text]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "WireDelta")]
pub struct Delta {
    pub run: Seq,
    /// Where the text belongs, in UTF-8 bytes from the answer's start, on a character boundary. `None`: after all that was sent.
    pub offset: Option<u64>,
    pub text: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WireDelta {
    Appended(Seq, String),
    At(Seq, u64, String),
}

impl TryFrom<Value> for Delta {
    type Error = Unreadable;

    /// # Errors
    /// For anything but one of the two arrays.
    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let Value::Array(mut parts) = value else { return Err(Unreadable) };
        let Some(Value::String(text)) = parts.pop() else { return Err(Unreadable) };
        let mut numbers = parts.iter().map(Value::as_u64);
        let run = numbers.next().flatten().map(Seq).ok_or(Unreadable)?;
        match (numbers.next(), numbers.next()) {
            (None, _) => Ok(Self { run, offset: None, text }),
            (Some(offset @ Some(_)), None) => Ok(Self { run, offset, text }),
            _ => Err(Unreadable),
        }
    }
}

impl From<Delta> for WireDelta {
    fn from(Delta { run, offset, text }: Delta) -> Self {
        match offset {
            None => Self::Appended(run, text),
            Some(offset) => Self::At(run, offset, text),
        }
    }
}
