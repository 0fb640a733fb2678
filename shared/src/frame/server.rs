//! Frames from the room to its clients.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::{
    Audit, Bill, Bot, BotDraft, BotOptions, CardKind, Epoch, ErrorCode, Event, FieldError, Limits, Message,
    Millis, Nonce, Person, PersonId, RoomName, RoomSettings, RunState, Said, Seq, ToolUse, message, tolerant,
};

/// A frame from the room to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(tag = "type", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to a hello: either every missed event, or a fresh snapshot (promises G5 and G6).
    Welcome(#[serde(deserialize_with = "tolerant::value")] Box<Welcome>),
    /// A new message of a person that is sent alone.
    Said(#[serde(deserialize_with = "tolerant::value")] Said),
    /// New rows of the log, at least one, in `seq` order.
    Events {
        #[serde(default, deserialize_with = "message::read_events")]
        events: Vec<Event>,
    },
    /// The write is stored, and durable (promise G2). It goes to every socket of its author, before the event.
    Accepted { nonce: Nonce, seq: Seq },
    /// Something was refused. Nothing is stored, nobody else sees anything, the connection stays. A hello whose nickname is
    /// refused is welcomed all the same, as a reader or under the former name.
    Refused {
        /// The nonce of the write, where there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nonce: Option<Nonce>,
        code: ErrorCode,
        /// Milliseconds after which the same frame may be sent again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
        /// The fields that are wrong, with `bad_bot`.
        #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
        fields: Vec<FieldError>,
    },
    /// More text of answers (promise G9).
    Deltas {
        #[serde(default, deserialize_with = "tolerant::list")]
        deltas: Vec<Delta>,
    },
    /// The state of a run that has not ended.
    Run(#[serde(deserialize_with = "tolerant::value")] RunStatus),
    /// Who joined and who left, at most once per [`crate::limits::PEOPLE_MS`].
    People {
        /// People who are new, or have a new nickname.
        #[serde(default, deserialize_with = "tolerant::list")]
        joined: Vec<Person>,
        #[serde(default, deserialize_with = "tolerant::list")]
        left: Vec<PersonId>,
        /// How many people are here now. In a crowd it is all that is told; see [`crate::limits::CROWD_PEOPLE`].
        count: usize,
        /// `joined` is everybody: the crowd is one no more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        all: bool,
    },
    /// A part of the list of people, in the order of their ids.
    PeoplePage {
        /// The `after` that was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<PersonId>,
        #[serde(default, deserialize_with = "tolerant::list")]
        people: Vec<Person>,
        /// Whether there are more people after these.
        #[serde(default)]
        more: bool,
    },
    /// Nicknames of those who type, oneself included, at most [`crate::limits::TYPING_NAMES`].
    Typing {
        #[serde(default)]
        names: Vec<String>,
    },
    /// Older messages in their current state, oldest first.
    Page {
        /// The `before` that was asked for.
        before: Seq,
        #[serde(default, deserialize_with = "tolerant::list")]
        messages: Vec<Message>,
        /// Whether there are still older ones.
        #[serde(default)]
        more: bool,
    },
    /// The drafts of the room's custom bots, for the owner.
    Drafts {
        #[serde(default, deserialize_with = "tolerant::list")]
        drafts: Vec<BotDraft>,
        /// What the owner may choose from.
        #[serde(default, deserialize_with = "tolerant::value")]
        offer: BotOptions,
    },
    /// What the bots cost, for one client.
    Bill(#[serde(deserialize_with = "tolerant::value")] Box<Bill>),
    /// What was moderated, for the room's owner and operators.
    Audit(#[serde(deserialize_with = "tolerant::value")] Box<Audit>),
    /// How many messages have reports, for the room's owner and operators: after each change, and after their `welcome` when
    /// there are some.
    Reports { count: usize },
    /// Several frames of the same moment, at least two, in order. It holds no other batch.
    Batch {
        #[serde(default, deserialize_with = "tolerant::list")]
        frames: Vec<ServerFrame>,
    },
    /// A frame of a newer server, ignored (promise G15).
    #[serde(other)]
    Unknown,
}

/// A snapshot of the room, or what happened since the client was last here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Who the client is.
    pub you: You,
    pub room: RoomName,
    pub now: Millis,
    pub epoch: Epoch,
    pub head: Seq,
    /// The oldest seq that is still kept (promise G12).
    pub oldest: Seq,
    /// True: `events` holds everything since the client's position. False: forget everything, `messages` is the start.
    #[serde(default)]
    pub recovered: bool,
    /// The newest messages in their current state, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub messages: Vec<Message>,
    /// Whether there are messages before these.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "message::read_events")]
    pub events: Vec<Event>,
    /// People who are here, at most [`crate::limits::WELCOME_PEOPLE`]: among them everybody whom a [`Said`] may name by number.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub people: Vec<Person>,
    /// How many people are here.
    #[serde(default)]
    pub count: usize,
    /// The bots that can be called.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub bots: Vec<Bot>,
    /// Runs that have not ended, with their text so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub runs: Vec<RunStatus>,
    pub limits: Limits,
    /// How the room is run.
    #[serde(default, skip_serializing_if = "is_default")]
    pub settings: RoomSettings,
    /// Whether the room has a key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// Whether the answers come from the demo model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

/// A piece of an answer's text. On the wire it is the array `[run, offset, text]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Seq, u64, String)", into = "(Seq, u64, String)")]
pub struct Delta {
    pub run: Seq,
    /// Where the text belongs, in UTF-8 bytes from the answer's start, on a character boundary.
    pub offset: u64,
    pub text: String,
}

impl From<(Seq, u64, String)> for Delta {
    fn from((run, offset, text): (Seq, u64, String)) -> Self {
        Self { run, offset, text }
    }
}

impl From<Delta> for (Seq, u64, String) {
    fn from(delta: Delta) -> Self {
        (delta.run, delta.offset, delta.text)
    }
}

/// Who a client is in this room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct You {
    pub id: PersonId,
    /// The nickname; without one the client only reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether this person owns the room.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
    /// Whether this person is an operator, who may do in every room what its owner may.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub operator: bool,
    /// Until when this person is muted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Millis>,
}

/// The state of a run that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStatus {
    pub run: Seq,
    /// `queued`, `thinking` or `streaming`.
    pub state: RunState,
    /// How many answers come before it, while it is queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// The bot's chain was lost, so its prompt was rebuilt from the transcript.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chain_rebuilt: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub tool_uses: Vec<ToolUse>,
    /// The kind of card that the answer becomes: what streams is not to be shown as text.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "tolerant::option")]
    pub card: Option<CardKind>,
    /// The text so far, in a `welcome`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

fn is_default(settings: &RoomSettings) -> bool {
    *settings == RoomSettings::default()
}

/// Puts an encoded frame before another one, which may be a batch, without encoding either again.
pub fn batch(first: &str, second: &str) -> String {
    const START: &str = r#"{"type":"batch","frames":["#;
    match second.strip_prefix(START) {
        Some(rest) => format!("{START}{first},{rest}"),
        None => format!("{START}{first},{second}]}}"),
    }
}

impl ServerFrame {
    /// Reads a frame. A frame of an unknown type is [`ServerFrame::Unknown`].
    ///
    /// # Errors
    /// Fails for text that is not JSON or lacks what a frame of its type must have.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// Writes the frame as JSON.
    pub fn encode(&self) -> String {
        // Serialization fails only for maps whose keys are not text, and no frame has one.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_frames_are_joined_to_one_batch() {
        let typing = |name: &str| ServerFrame::Typing { names: vec![name.to_owned()] };
        let two = batch(&typing("a").encode(), &typing("b").encode());
        let three =
            batch(&ServerFrame::Drafts { drafts: Vec::new(), offer: BotOptions::default() }.encode(), &two);
        let Ok(ServerFrame::Batch { frames }) = ServerFrame::parse(&three) else { panic!("{three}") };
        assert_eq!(frames.len(), 3);
        assert_eq!(frames.get(1..), Some([typing("a"), typing("b")].as_slice()));
        assert_eq!(ServerFrame::Batch { frames: vec![typing("a"), typing("b")] }.encode(), two);
    }
}
