//! What a client says.

use serde::Deserialize;
use serde_json::Value;

use crate::json::Object;
use crate::{Code, Draft, Epoch, Lang, Nonce, Seq, TabId};

/// A frame from a client to the room.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame, within ten seconds. A later one joins, renames or resumes.
    Hello {
        /// The version that the page speaks. It is read before anything else in the frame.
        protocol: u32,
        /// Which load of the page this is.
        tab: TabId,
        /// The page's language.
        #[serde(default)]
        lang: Lang,
        /// With it one joins, without it one reads.
        #[serde(default)]
        nickname: Option<String>,
        /// Where the client was.
        #[serde(default)]
        resume: Option<Resume>,
    },
    /// Says something. Answered by `accepted` or `refused` with the same nonce.
    Say {
        /// The attempt.
        nonce: Nonce,
        /// The head that the client knew when it first tried.
        after: Seq,
        /// The words.
        text: String,
        /// The message that it replies to.
        #[serde(default)]
        reply_to: Option<Seq>,
    },
    /// Asks the bot of an answer again. Answered like `say`; the new answer has a place of its own.
    Regenerate {
        /// The attempt.
        nonce: Nonce,
        /// The head that the client knew when it first tried.
        after: Seq,
        /// The answer.
        run: Seq,
    },
    /// Gives one's own message other words. Answered like `say`. It calls nobody.
    Edit {
        /// The attempt.
        nonce: Nonce,
        /// The head that the client knew when it first tried.
        after: Seq,
        /// The message.
        seq: Seq,
        /// The words.
        text: String,
    },
    /// Deletes a message: one's own, or as the room's owner anybody's. Answered like `say`.
    Delete {
        /// The attempt.
        nonce: Nonce,
        /// The head that the client knew when it first tried.
        after: Seq,
        /// The message.
        seq: Seq,
    },
    /// Votes in a poll. Answered like `say`.
    Vote {
        /// The attempt.
        nonce: Nonce,
        /// The head that the client knew when it first tried.
        after: Seq,
        /// The answer that holds the poll.
        seq: Seq,
        /// The choice, counted from 0; none takes a vote back.
        #[serde(default)]
        option: Option<usize>,
    },
    /// Adds a bot to the room, or changes the room's bot of that handle. Only its owner may. Answered like `say`.
    SetBot {
        /// The attempt.
        nonce: Nonce,
        /// The head that the client knew when it first tried.
        after: Seq,
        /// The bot.
        draft: Box<Draft>,
    },
    /// Removes a bot that the room's owner added. Only its owner may. Answered like `say`.
    RemoveBot {
        /// The attempt.
        nonce: Nonce,
        /// The head that the client knew when it first tried.
        after: Seq,
        /// Its handle.
        handle: String,
    },
    /// Asks for the room's own bots as its owner wrote them, answered by `drafts`. Only its owner may.
    Drafts,
    /// Asks what the bots cost, answered by `bill`.
    Bill,
    /// Ends an answer that waits or streams. Its end comes as an event.
    Stop {
        /// The answer.
        run: Seq,
    },
    /// The person began or ceased to type.
    Typing {
        /// Whether they type.
        on: bool,
    },
    /// Asks for older messages, answered by `page`.
    History {
        /// The oldest message that the client has.
        before: Seq,
        /// How many, at most; the server has its own limit.
        limit: u32,
    },
    /// Acknowledges what was read.
    Ack {
        /// UTF-8 bytes of the frames received since the last ack, `pong` not counted.
        bytes: u64,
    },
}

/// Where a client was when it lost its connection.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Resume {
    /// The epoch of the position. Any text is taken; one that is not the room's means a fresh snapshot.
    pub epoch: String,
    /// The last event that the client has. Any integer is taken: an impossible one means a fresh snapshot, since
    /// refusing the hello would keep the client out for good.
    pub after: i64,
}

impl Resume {
    /// A position in an epoch.
    pub fn new(epoch: &Epoch, after: Seq) -> Self {
        Self { epoch: epoch.as_str().to_owned(), after: i64::try_from(after.0).unwrap_or(-1) }
    }

    fn encode(&self) -> String {
        let mut fields = Object::new();
        fields.text("epoch", &self.epoch);
        fields.raw("after", &self.after.to_string());
        fields.finish()
    }
}

/// A text that is no frame, and all that can be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFrame {
    /// `bad_json`, `bad_frame`, `unknown_type`.
    pub code: Code,
    /// The nonce that a refusal names, where the text had a valid one.
    pub nonce: Option<Nonce>,
    /// The version that a hello asked for, null when it named none. `None`: it is no hello.
    pub protocol: Option<Value>,
}

impl ClientFrame {
    /// Reads a frame. Nothing is coerced: a number in quotes, a float for a place, a repeated key are all refused.
    pub fn parse(text: &str) -> Result<Self, BadFrame> {
        match serde_json::from_str::<Self>(text) {
            Ok(frame) => Ok(frame),
            Err(_) => Err(BadFrame::diagnose(text)),
        }
    }

    /// The attempt that the frame makes, if it writes something.
    pub fn nonce(&self) -> Option<&Nonce> {
        match self {
            Self::Say { nonce, .. }
            | Self::Regenerate { nonce, .. }
            | Self::Edit { nonce, .. }
            | Self::Delete { nonce, .. }
            | Self::Vote { nonce, .. }
            | Self::SetBot { nonce, .. }
            | Self::RemoveBot { nonce, .. } => Some(nonce),
            Self::Hello { .. }
            | Self::Drafts
            | Self::Bill
            | Self::Stop { .. }
            | Self::Typing { .. }
            | Self::History { .. }
            | Self::Ack { .. } => None,
        }
    }

    /// Writes a frame. By hand, for the page's size; the golden files hold this and the derived reader together.
    pub fn encode(&self) -> String {
        let mut fields = Object::new();
        fields.text("type", self.word());
        if let Some(nonce) = self.nonce() {
            fields.text("nonce", nonce.as_str());
        }
        match self {
            Self::Hello { protocol, tab, lang, nickname, resume } => {
                fields.number("protocol", u64::from(*protocol));
                fields.text("tab", tab.as_str());
                fields.text("lang", lang.word());
                if let Some(nickname) = nickname {
                    fields.text("nickname", nickname);
                }
                if let Some(resume) = resume {
                    fields.raw("resume", &resume.encode());
                }
            }
            Self::Say { nonce: _, after, text, reply_to } => {
                fields.number("after", after.0);
                fields.text("text", text);
                fields.number_if_any("reply_to", reply_to.map(|seq| seq.0));
            }
            Self::Regenerate { nonce: _, after, run } => {
                fields.number("after", after.0);
                fields.number("run", run.0);
            }
            Self::Edit { nonce: _, after, seq, text } => {
                fields.number("after", after.0);
                fields.number("seq", seq.0);
                fields.text("text", text);
            }
            Self::Delete { nonce: _, after, seq } => {
                fields.number("after", after.0);
                fields.number("seq", seq.0);
            }
            Self::Vote { nonce: _, after, seq, option } => {
                fields.number("after", after.0);
                fields.number("seq", seq.0);
                fields.number_if_any("option", option.map(|option| option as u64));
            }
            Self::SetBot { nonce: _, after, draft } => {
                fields.number("after", after.0);
                fields.raw("draft", &draft.encode());
            }
            Self::RemoveBot { nonce: _, after, handle } => {
                fields.number("after", after.0);
                fields.text("handle", handle);
            }
            Self::Drafts | Self::Bill => {}
            Self::Stop { run } => fields.number("run", run.0),
            Self::Typing { on } => fields.flag("on", *on),
            Self::History { before, limit } => {
                fields.number("before", before.0);
                fields.number("limit", u64::from(*limit));
            }
            Self::Ack { bytes } => fields.number("bytes", *bytes),
        }
        fields.finish()
    }

    /// Its `type`.
    fn word(&self) -> &'static str {
        match self {
            Self::Hello { .. } => "hello",
            Self::Say { .. } => "say",
            Self::Regenerate { .. } => "regenerate",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::Vote { .. } => "vote",
            Self::SetBot { .. } => "set_bot",
            Self::RemoveBot { .. } => "remove_bot",
            Self::Drafts => "drafts",
            Self::Bill => "bill",
            Self::Stop { .. } => "stop",
            Self::Typing { .. } => "typing",
            Self::History { .. } => "history",
            Self::Ack { .. } => "ack",
        }
    }
}

impl BadFrame {
    /// Says what is wrong with a text that is no frame: a second, slower look that honest clients never cause.
    fn diagnose(text: &str) -> Self {
        let bad = |code| Self { code, nonce: None, protocol: None };
        let Ok(value) = serde_json::from_str::<Value>(text) else { return bad(Code::BadJson) };
        let nonce = value.get("nonce").and_then(Value::as_str).and_then(Nonce::parse);
        match value.get("type").and_then(Value::as_str) {
            // A hello without a version is one of a version that nobody knows.
            Some("hello") => {
                let protocol = value.get("protocol").cloned().unwrap_or_default();
                Self { code: Code::BadFrame, nonce, protocol: Some(protocol) }
            }
            Some(
                "say" | "regenerate" | "edit" | "delete" | "vote" | "set_bot" | "remove_bot" | "drafts"
                | "bill" | "stop" | "typing" | "history" | "ack",
            )
            | None => Self { code: Code::BadFrame, nonce, protocol: None },
            Some(_) => Self { code: Code::UnknownType, nonce, protocol: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        ClientFrame::parse(text).expect_err(text).code
    }

    const SAY: &str = r#"{"type":"say","nonce":"nonce-0123456789","after":7,"text":"hi"}"#;

    #[test]
    fn case_01_text_that_is_not_json() {
        for text in ["", "{", "hello", "{\"type\":\"say\"", "ping ", "\u{fffd}"] {
            assert_eq!(code(text), Code::BadJson, "{text}");
        }
        assert_eq!(code(&format!("{SAY} garbage")), Code::BadJson);
        assert_eq!(code(&format!("{SAY}{SAY}")), Code::BadJson);
    }

    #[test]
    fn case_02_json_of_the_wrong_shape_is_not_coerced() {
        assert!(ClientFrame::parse(SAY).is_ok());
        for text in ["7", "[]", "null", "\"say\"", "{}", r#"{"type":7}"#, r#"{"type":"say"}"#] {
            assert_eq!(code(text), Code::BadFrame, "{text}");
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
            assert_eq!(code(&SAY.replace(good, bad)), Code::BadFrame, "{bad}");
        }
        for (good, bad) in [("\"after\":7", "\"after\":NaN"), ("\"after\":7", "\"after\":1e999")] {
            assert_eq!(code(&SAY.replace(good, bad)), Code::BadJson, "{bad}");
        }
    }

    #[test]
    fn case_03_deep_nesting_is_refused_without_overflow() {
        let deep = "[".repeat(10_000);
        assert_eq!(code(&deep), Code::BadJson);
        assert_eq!(code(&format!("{{\"type\":\"say\",\"x\":{deep}")), Code::BadJson);
    }

    #[test]
    fn case_08_lone_surrogates_are_refused() {
        assert_eq!(code(&SAY.replace("hi", r"\ud800")), Code::BadJson);
    }

    #[test]
    fn case_12_unknown_types_are_named_and_keep_their_nonce() {
        let bad = ClientFrame::parse(r#"{"type":"dance","nonce":"nonce-0123456789"}"#).unwrap_err();
        assert_eq!(bad.code, Code::UnknownType);
        assert_eq!(bad.nonce, Nonce::parse("nonce-0123456789"));
    }

    #[test]
    fn g15_fields_of_a_newer_client_are_ignored() {
        assert!(ClientFrame::parse(&SAY.replace("}", ",\"mood\":\"good\"}")).is_ok());
    }

    #[test]
    fn case_31_an_impossible_position_is_still_a_hello() {
        for after in ["-1", "9007199254740992", "0"] {
            let text = format!(
                r#"{{"type":"hello","protocol":1,"tab":"tab-0123","resume":{{"epoch":"?","after":{after}}}}}"#
            );
            assert!(ClientFrame::parse(&text).is_ok(), "{after}");
        }
    }
}
