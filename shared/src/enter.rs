//! `POST /api/enter`: the door. It renews the identity cookie and says what a socket to the room would find.
//!
//! A browser never sees why a socket's upgrade failed, so every reason is told here.

use serde::{Deserialize, Serialize};

use crate::json::{Object, Value};
use crate::{PersonId, RoomName};

/// What the page asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterRequest {
    /// The version that the page speaks.
    pub protocol: u32,
    /// Which room.
    pub room: RoomName,
    /// Makes the room if there is none. Whoever makes it owns it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub create: bool,
    /// The key of a private room's link, as it stands after `#k=`. With `create` it makes the room private.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// What the door says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterReply {
    /// Whether a socket may be opened.
    pub status: EnterStatus,
    /// Who the browser is.
    pub you: PersonId,
    /// Whether the answers come from the demo model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

/// The door's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnterStatus {
    /// Come in.
    Open,
    /// There is no such room, or not for this key: the two look the same.
    Absent,
    /// The room was deleted.
    Gone,
    /// The person is banned from it.
    Banned,
    /// The page speaks another version: reload it.
    Version,
    /// A word of a newer server.
    #[serde(other)]
    Unknown,
}

/// A refusal of the door or of any other address below `/api/`, with an HTTP status that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// A stable word: `origin`, `identity`, `bad_request`, `method`, `not_found`, `misconfigured`, `try_later`.
    pub error: String,
}

// The page's side, by hand: what is derived for these would weigh more than all that the door says.

impl EnterRequest {
    /// Writes a request.
    pub fn encode(&self) -> String {
        let mut fields = Object::new();
        fields.number("protocol", u64::from(self.protocol));
        fields.text("room", self.room.as_str());
        if self.create {
            fields.flag("create", true);
        }
        if let Some(key) = &self.key {
            fields.text("key", key);
        }
        fields.finish()
    }
}

impl EnterReply {
    /// Reads a reply. `None`: it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let value = Value::parse(text)?;
        let status = match value.get("status")?.as_str()? {
            "open" => EnterStatus::Open,
            "absent" => EnterStatus::Absent,
            "gone" => EnterStatus::Gone,
            "banned" => EnterStatus::Banned,
            "version" => EnterStatus::Version,
            _ => EnterStatus::Unknown,
        };
        let demo = value.get("demo") == Some(&Value::Bool(true));
        Some(Self { status, you: PersonId::parse(value.get("you")?.as_str()?)?, demo })
    }
}

impl ApiError {
    /// Reads a refusal. `None`: it is none.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self { error: Value::parse(text)?.get("error")?.as_str()?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_they_were_written() {
        let room = RoomName::parse("마당-7").unwrap();
        let least = EnterRequest { protocol: 1, room, create: false, key: None };
        let whole = EnterRequest { create: true, key: Some("k\"\\".to_owned()), ..least.clone() };
        for request in [least, whole] {
            let text = request.encode();
            assert_eq!(text, serde_json::to_string(&request).unwrap());
            assert_eq!(serde_json::from_str::<EnterRequest>(&text).unwrap(), request);
        }
    }

    #[test]
    fn replies_are_read_as_they_were_written() {
        use EnterStatus::{Absent, Banned, Gone, Open, Unknown, Version};
        for status in [Open, Absent, Gone, Banned, Version, Unknown] {
            for demo in [false, true] {
                let reply = EnterReply { status, you: PersonId::parse("pppppppp").unwrap(), demo };
                assert_eq!(EnterReply::parse(&serde_json::to_string(&reply).unwrap()), Some(reply));
            }
        }
        for text in ["", "{}", "[]", r#"{"status":"open"}"#, r#"{"status":"open","you":"short"}"#] {
            assert_eq!(EnterReply::parse(text), None, "{text}");
        }
    }

    #[test]
    fn refusals_are_read_as_they_were_written() {
        let refusal = ApiError { error: "try_later".to_owned() };
        assert_eq!(ApiError::parse(&serde_json::to_string(&refusal).unwrap()), Some(refusal));
        assert_eq!(ApiError::parse("<html>"), None);
    }
}
