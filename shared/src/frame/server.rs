//! What the room says.

use serde::Serialize;

use crate::json::Value;
use crate::{
    Bill, Bot, CardKind, Code, Draft, Epoch, Event, FieldFault, Limits, Look, Message, Millis, Nonce, Offer,
    Person, PersonId, RoomName, RunState, Seq,
};

/// A frame from the room to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to a hello: either everything that was missed, or a fresh start (promises G5 and G6).
    Welcome(Box<Welcome>),
    /// New rows of the log, in order.
    Events {
        /// At least one.
        events: Vec<Event>,
    },
    /// The attempt is written, and durable (promise G2).
    Accepted {
        /// The attempt.
        nonce: Nonce,
        /// Its place.
        seq: Seq,
    },
    /// Something was refused. Nothing is stored, nobody else sees anything, the connection stays. A hello whose nickname is
    /// refused is welcomed all the same, as a reader or under the former name.
    Refused {
        /// The attempt, where there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nonce: Option<Nonce>,
        /// Why.
        code: Code,
        /// When it may be tried again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
        /// The fields that are wrong, for `bad_bot`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<FieldFault>,
    },
    /// More text of an answer (promise G9).
    Delta {
        /// The answer.
        run: Seq,
        /// Where the text belongs, in UTF-8 bytes from the answer's start, on a character's boundary.
        offset: u64,
        /// The text.
        text: String,
    },
    /// How an answer that has not ended stands.
    Run(Run),
    /// Who came and who went, at most four times a second.
    People {
        /// Who is new, or has a new nickname.
        joined: Vec<Person>,
        /// Who is gone.
        left: Vec<PersonId>,
        /// How many are here now.
        count: usize,
    },
    /// Who types, oneself included; at most five.
    Typing {
        /// Nicknames.
        names: Vec<String>,
    },
    /// Older messages, oldest first.
    Page {
        /// The `before` that was asked for.
        before: Seq,
        /// Messages in their current state.
        messages: Vec<Message>,
        /// Whether there are still older ones.
        more: bool,
    },
    /// The room's own bots as its owner wrote them, for the owner.
    Drafts {
        /// The bots.
        drafts: Vec<Draft>,
        /// What they may be made of.
        offer: Offer,
    },
    /// What the bots cost, for one client.
    Bill(Box<Bill>),
    /// Several frames of the same moment, in order. It holds no other batch.
    Batch {
        /// At least two.
        frames: Vec<ServerFrame>,
    },
    /// A type of a newer server, ignored (promise G15).
    Unknown,
}

/// A room as it stands, or what happened since the client was last here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Welcome {
    /// Who the client is.
    pub you: You,
    /// The room.
    pub room: RoomName,
    /// The server's clock.
    pub now: Millis,
    /// The life of the numbering that `head` belongs to.
    pub epoch: Epoch,
    /// The newest place.
    pub head: Seq,
    /// The oldest place that is still kept (promise G12).
    pub oldest: Seq,
    /// True: `events` holds everything since the client's position. False: forget everything, `messages` is the start.
    pub recovered: bool,
    /// The newest messages in their current state, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Message>,
    /// Whether there are messages before these.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// Every row that was missed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// Everybody who is here.
    pub people: Vec<Person>,
    /// The bots that can be called.
    pub bots: Vec<Bot>,
    /// Answers that have not ended, with their text so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
    /// What the page needs to know of the limits.
    pub limits: Limits,
    /// Whether the answers come from the demo model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

/// Who a client is in this room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct You {
    /// Who.
    pub id: PersonId,
    /// The nickname; without one the client only reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the room is theirs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
}

/// An answer that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The answer's place.
    pub run: Seq,
    /// `queued`, `thinking` or `streaming`.
    pub state: RunState,
    /// How many answers come before it, while it is queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// The bot lost its memory of the room and reads it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reread: bool,
    /// What the bot looked up so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looked: Vec<Look>,
    /// The form that the answer will have: what streams is not to be shown as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardKind>,
    /// The text so far, in a `welcome`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl ServerFrame {
    /// Reads a frame. `None` is a text that is none; unknown types are [`ServerFrame::Unknown`].
    pub fn parse(text: &str) -> Option<Self> {
        super::read::frame(Value::parse(text)?)
    }

    /// Writes a frame.
    pub fn encode(&self) -> String {
        // The derived serializer fails only for maps with keys that are not text, and no frame has one.
        serde_json::to_string(self).unwrap_or_default()
    }
}
