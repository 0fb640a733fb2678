//! Frames from a client to the room.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::VariantNames;

use super::history_place::HistoryPlace;
use crate::{
    BotDraft, CardChange, Epoch, ErrorCode, Lang, ModerationAction, Nonce, PersonId, PrivateRequest,
    RoomSettings, Seq, TabId, tolerant,
};

/// A frame from a client to the room.
///
/// Frames that write something carry a `nonce` and `after`, the head of the log that the client knew when it first tried:
/// the room looks for `(author, nonce)` in the log after that, so that a retry is written once (promise G3). They are
/// answered by `accepted` or `refused` with the same nonce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(tag = "type", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame, within [`crate::limits::HELLO_MS`]. A later one joins, renames or resumes.
    Hello {
        /// [`crate::PROTOCOL_VERSION`] of the page. It is read before anything else in the frame.
        protocol: u32,
        tab: TabId,
        #[serde(default)]
        lang: Lang,
        /// With a nickname one joins, without it one only reads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nickname: Option<String>,
        /// Where the client was before it lost its connection.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume: Option<Resume>,
    },
    Say {
        nonce: Nonce,
        after: Seq,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
    },
    /// Asks the bot of an earlier answer again; the new answer gets a seq of its own. Only who asked and the room's owner may.
    Regenerate {
        nonce: Nonce,
        after: Seq,
        run: Seq,
        /// Also where the answer is a poll in which people have voted.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        confirmed: bool,
    },
    /// Chooses one of the options of an answer. Only who asked and the room's owner may.
    Choose {
        nonce: Nonce,
        after: Seq,
        seq: Seq,
        /// Which option, counted from 0.
        index: usize,
    },
    /// Replaces the text of one's own message. A mention in the new text calls no bot.
    Edit { nonce: Nonce, after: Seq, seq: Seq, text: String },
    /// Deletes a message: one's own, or as the room's owner anybody's.
    Delete { nonce: Nonce, after: Seq, seq: Seq },
    /// Votes in a poll.
    Vote {
        nonce: Nonce,
        after: Seq,
        /// The answer that holds the poll.
        seq: Seq,
        /// The options that the person votes for from now on, counted from 0: one, or where the poll allows it several. None takes
        /// the votes back.
        #[serde(
            default,
            rename = "option",
            with = "tolerant::one_or_many",
            skip_serializing_if = "Vec::is_empty"
        )]
        options: Vec<usize>,
    },
    /// Changes a card: closes a poll, which only who asked and the room's owner may, adds an option to it, or ticks off a question of
    /// a summary.
    ChangeCard {
        nonce: Nonce,
        after: Seq,
        /// The answer that holds the card.
        seq: Seq,
        change: CardChange,
    },
    /// Puts an emoji on a message or on an answer that has ended, or takes it away.
    React { nonce: Nonce, after: Seq, seq: Seq, emoji: String, on: bool },
    /// Adds a custom bot to the room, or changes the one of that handle. Only the room's owner may.
    SetBot {
        nonce: Nonce,
        after: Seq,
        draft: Box<BotDraft>,
        /// The text from which the bot is given what fits a question; empty removes it, and without it nothing changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        knowledge: Option<String>,
    },
    /// Removes a custom bot. Only the room's owner may.
    RemoveBot { nonce: Nonce, after: Seq, handle: String },
    /// Mutes, kicks or bans a person, or takes that back. Only the room's owner and operators may.
    Moderate { nonce: Nonce, after: Seq, person: PersonId, action: ModerationAction },
    /// Gives the room these settings, all of them. Only the room's owner and operators may.
    SetRoom { nonce: Nonce, after: Seq, settings: RoomSettings },
    /// Gives a private room's link another key, which the page has made. Only the room's owner and operators may.
    RotateKey {
        nonce: Nonce,
        after: Seq,
        /// As in [`crate::entry::EnterRequest`]: 22 to 128 characters.
        key: String,
    },
    /// Makes another person the room's owner. Only the room's owner and operators may.
    HandOver { nonce: Nonce, after: Seq, person: PersonId },
    /// Deletes the room with everything in it. Only the room's owner and operators may. All sockets are closed with
    /// [`crate::CloseCode::Gone`].
    DeleteRoom { nonce: Nonce },
    /// Reports a message to the room's owner. A later report of the same person replaces this one.
    Report {
        nonce: Nonce,
        seq: Seq,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Removes the reports of a message. Only the room's owner and operators may.
    DismissReports { nonce: Nonce, seq: Seq },
    /// Asks for what was moderated, answered by `audit`. Only the room's owner and operators may.
    Audit,
    /// Asks for the drafts of the room's custom bots, answered by `drafts`. Only the room's owner may.
    Drafts,
    /// Asks for the knowledge of a custom bot, answered by `knowledge`. Only the room's owner may.
    Knowledge { handle: String },
    /// Asks what the bots cost, answered by `bill`.
    Bill,
    /// Ends an answer that is queued or streaming. Its end comes as an event.
    Stop { run: Seq },
    /// The person began or ceased to type.
    Typing { on: bool },
    /// Asks for messages before, after or around a place, answered by `page`.
    History {
        #[serde(flatten)]
        place: HistoryPlace,
        /// How many, at most; the server has its own limit.
        limit: u32,
    },
    /// Asks for messages that contain these words, the newest first, answered by `search_page`. Only people who joined may.
    Search {
        query: String,
        /// The `next` of the page before; none begins at the newest message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Seq>,
    },
    /// Asks a bot for something that nobody else is shown, answered by `private_answer`. Only people who joined may, and it
    /// counts as one of their questions.
    AskPrivately {
        request: PrivateRequest,
        /// The language of the answer.
        #[serde(default)]
        lang: Lang,
    },
    /// Asks for a part of the list of people, answered by `people_page`.
    People {
        /// The last person that the client has of the list; none asks for the first part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<PersonId>,
    },
    /// Acknowledges received frames, so that the server can bound what a slow client has not read (promise G11).
    Ack {
        /// UTF-8 bytes of the frames received since the last ack, `pong` not counted.
        bytes: u64,
    },
}

/// Where a client was when it lost its connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The epoch of the position. Any text is taken; one that is not the room's means a fresh snapshot.
    pub epoch: String,
    /// The last event that the client has. Any integer is taken: an impossible one means a fresh snapshot, since
    /// refusing the hello would keep the client out for good.
    pub after: i64,
}

impl Resume {
    pub fn new(epoch: &Epoch, after: Seq) -> Self {
        Self { epoch: epoch.as_str().to_owned(), after: i64::try_from(after.0).unwrap_or(-1) }
    }
}

/// Why a text is not a valid client frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid frame: {code}")]
pub struct InvalidFrame {
    /// `bad_json`, `bad_frame` or `unknown_type`.
    pub code: ErrorCode,
    /// The nonce that the refusal names, where the text had a valid one.
    pub nonce: Option<Nonce>,
    /// The version that a hello asked for, null when it named none. `None`: the text is not a hello.
    pub protocol: Option<Value>,
}

impl ClientFrame {
    /// Reads a frame. Nothing is coerced: a number in quotes, a float for a seq and a repeated key are all refused.
    ///
    /// # Errors
    /// [`InvalidFrame`] says whether the text is not JSON, has an unknown type, or not the shape of its type.
    pub fn parse(text: &str) -> Result<Self, InvalidFrame> {
        serde_json::from_str(text).map_err(|_| InvalidFrame::diagnose(text))
    }

    /// Writes the frame as JSON.
    pub fn encode(&self) -> String {
        // Serialization fails only for maps whose keys are not text, and no frame has one.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The nonce of a frame that writes something.
    pub fn nonce(&self) -> Option<&Nonce> {
        match self {
            Self::Say { nonce, .. }
            | Self::Regenerate { nonce, .. }
            | Self::Choose { nonce, .. }
            | Self::Edit { nonce, .. }
            | Self::Delete { nonce, .. }
            | Self::Vote { nonce, .. }
            | Self::ChangeCard { nonce, .. }
            | Self::React { nonce, .. }
            | Self::SetBot { nonce, .. }
            | Self::RemoveBot { nonce, .. }
            | Self::Moderate { nonce, .. }
            | Self::SetRoom { nonce, .. }
            | Self::RotateKey { nonce, .. }
            | Self::HandOver { nonce, .. }
            | Self::DeleteRoom { nonce }
            | Self::Report { nonce, .. }
            | Self::DismissReports { nonce, .. } => Some(nonce),
            Self::Hello { .. }
            | Self::Drafts
            | Self::Knowledge { .. }
            | Self::Audit
            | Self::Bill
            | Self::Stop { .. }
            | Self::Typing { .. }
            | Self::History { .. }
            | Self::Search { .. }
            | Self::AskPrivately { .. }
            | Self::People { .. }
            | Self::Ack { .. } => None,
        }
    }
}

impl InvalidFrame {
    /// Finds out why a text could not be read: a second, slower look that honest clients never cause.
    fn diagnose(text: &str) -> Self {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Self { code: ErrorCode::BadJson, nonce: None, protocol: None };
        };
        let nonce = value.get("nonce").and_then(Value::as_str).and_then(|nonce| Nonce::parse(nonce).ok());
        let (code, protocol) = match value.get("type").and_then(Value::as_str) {
            // A hello without a version is of a version that nobody knows.
            Some("hello") => (ErrorCode::BadFrame, Some(value.get("protocol").cloned().unwrap_or_default())),
            Some(name) if !ClientFrame::VARIANTS.contains(&name) => (ErrorCode::UnknownType, None),
            Some(_) | None => (ErrorCode::BadFrame, None),
        };
        Self { code, nonce, protocol }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> ErrorCode {
        ClientFrame::parse(text).expect_err(text).code
    }

    const SAY: &str = r#"{"type":"say","nonce":"nonce-0123456789","after":7,"text":"hi"}"#;

    #[test]
    fn case_01_text_that_is_not_json() {
        for text in ["", "{", "hello", "{\"type\":\"say\"", "ping ", "\u{fffd}"] {
            assert_eq!(code(text), ErrorCode::BadJson, "{text}");
        }
        assert_eq!(code(&format!("{SAY} garbage")), ErrorCode::BadJson);
        assert_eq!(code(&format!("{SAY}{SAY}")), ErrorCode::BadJson);
    }

    #[test]
    fn case_02_json_of_the_wrong_shape_is_not_coerced() {
        assert!(ClientFrame::parse(SAY).is_ok());
        for text in ["7", "[]", "null", "\"say\"", "{}", r#"{"type":7}"#, r#"{"type":"say"}"#] {
            assert_eq!(code(text), ErrorCode::BadFrame, "{text}");
        }
        for (good, bad) in [
            ("\"after\":7", "\"after\":7.0"),
            ("\"after\":7", "\"after\":\"7\""),
            ("\"after\":7", "\"after\":-7"),
            ("\"after\":7", "\"after\":null"),
            ("\"after\":7", "\"after\":7,\"after\":8"),
            ("\"after\":7", "\"after\":7,\"type\":\"say\""),
            ("\"hi\"", "7"),
            ("\"hi\"", "[\"hi\"]"),
            ("nonce-0123456789", "short"),
        ] {
            assert_eq!(code(&SAY.replace(good, bad)), ErrorCode::BadFrame, "{bad}");
        }
        for (good, bad) in [("\"after\":7", "\"after\":NaN"), ("\"after\":7", "\"after\":1e999")] {
            assert_eq!(code(&SAY.replace(good, bad)), ErrorCode::BadJson, "{bad}");
        }
    }

    #[test]
    fn case_03_deep_nesting_is_refused_without_overflow() {
        let deep = "[".repeat(10_000);
        assert_eq!(code(&deep), ErrorCode::BadJson);
        assert_eq!(code(&format!("{{\"type\":\"say\",\"x\":{deep}")), ErrorCode::BadJson);
    }

    #[test]
    fn case_08_lone_surrogates_are_refused() {
        assert_eq!(code(&SAY.replace("hi", r"\ud800")), ErrorCode::BadJson);
    }

    #[test]
    fn case_12_unknown_types_are_named_and_keep_their_nonce() {
        let bad = ClientFrame::parse(r#"{"type":"dance","nonce":"nonce-0123456789"}"#).unwrap_err();
        assert_eq!(bad.code, ErrorCode::UnknownType);
        assert_eq!(bad.nonce, Nonce::parse("nonce-0123456789").ok());
    }

    #[test]
    fn g15_fields_of_a_newer_client_are_ignored() {
        assert!(ClientFrame::parse(&SAY.replace("}", ",\"mood\":\"good\"}")).is_ok());
    }

    #[test]
    fn case_213_a_page_has_one_place() {
        for place in [
            "",
            r#","before":7,"after":7"#,
            r#","before":7,"before":7"#,
            r#","around":7.0"#,
            r#","after":"7""#,
        ] {
            let text = format!(r#"{{"type":"history","limit":50{place}}}"#);
            assert_eq!(code(&text), ErrorCode::BadFrame, "{text}");
        }
        for place in ["before", "after", "around"] {
            let text = format!(r#"{{"type":"history","{place}":7,"limit":50,"new":[1]}}"#);
            assert!(ClientFrame::parse(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn case_31_an_impossible_position_is_still_a_hello() {
        for after in ["-1", "9007199254740992", "0"] {
            let text = format!(
                r#"{{"type":"hello","protocol":2,"tab":"tab-0123","resume":{{"epoch":"?","after":{after}}}}}"#
            );
            assert!(ClientFrame::parse(&text).is_ok(), "{after}");
        }
    }
}
