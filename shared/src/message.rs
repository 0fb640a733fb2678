//! What clients see of a room's log: messages in their current state, and the events that lead there.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::tolerant::{self, Unreadable, field, one_or_many, read};
use crate::{Answer, Bot, Card, Millis, Moderation, Nonce, Person, PersonId, Reaction, Seq};

/// A message in its current state: a person's, or a bot's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub seq: Seq,
    /// When the server stored it.
    pub at: Millis,
    pub author: Author,
    /// The text. An answer that has not ended has none here: its text so far is in [`crate::frame::RunStatus`].
    pub text: String,
    /// The nonce of the write, by which its author's page recognises its own message. Nobody else is sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// Present when the message is a bot's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// The message was deleted: only its seq, time and author are left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub reactions: Vec<Reaction>,
}

/// A new message of a person, as everybody in the room is sent it: in the fewest bytes, because it is sent to each socket.
/// Its author's page knows the nonce from `accepted`, which comes before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub seq: Seq,
    /// When the server stored it.
    pub at: Millis,
    pub by: Speaker,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
}

/// The author of a [`Said`]. On the wire it is a number or a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, try_from = "Value")]
pub enum Speaker {
    /// The number of a person whom the page knows: from `welcome`, from `people`, or from an earlier message.
    Known(u32),
    /// A person who is new to some page, or has another nickname or badge than before.
    Introduced(Person),
}

impl TryFrom<Value> for Speaker {
    type Error = Unreadable;
    fn try_from(value: Value) -> Result<Self, Self::Error> {
        if value.is_number() { read(value).map(Self::Known) } else { read(value).map(Self::Introduced) }
    }
}

/// Who wrote a message. It is read through [`AuthorFields`]: see [`tolerant`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "AuthorFields")]
pub enum Author {
    Human {
        id: PersonId,
        /// The nickname when they wrote it.
        name: String,
        /// Whether they owned the room then.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        owner: bool,
    },
    Bot {
        name: String,
    },
}

/// The fields of both kinds of authors.
#[derive(Deserialize)]
struct AuthorFields {
    kind: String,
    id: Option<PersonId>,
    name: String,
    #[serde(default)]
    owner: bool,
}

impl TryFrom<AuthorFields> for Author {
    type Error = &'static str;

    /// # Errors
    /// For a person without an id, and for an author of another kind.
    fn try_from(fields: AuthorFields) -> Result<Self, Self::Error> {
        let AuthorFields { kind, id, name, owner } = fields;
        match (kind.as_str(), id) {
            ("human", Some(id)) => Ok(Self::Human { id, name, owner }),
            ("bot", _) => Ok(Self::Bot { name }),
            _ => Err("an author is a person with an id, or a bot"),
        }
    }
}

impl Author {
    /// The nickname or the handle.
    pub fn name(&self) -> &str {
        match self {
            Self::Human { name, .. } | Self::Bot { name } => name,
        }
    }

    /// Whether the author is that person.
    pub fn is(&self, person: &PersonId) -> bool {
        matches!(self, Self::Human { id, .. } if id == person)
    }
}

/// One row of the log as clients see it. An item without a `kind` is [`Event::Said`]. It says the new state absolutely, so applying it twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "Value")]
pub enum Event {
    /// A new answer, or a message in its current state: on resume every message is one.
    Message(Message),
    Ended(AnswerEnd),
    /// The text of the message `target` is another one now.
    Edited {
        seq: Seq,
        at: Millis,
        target: Seq,
        text: String,
    },
    /// The message `target` was deleted.
    Deleted {
        seq: Seq,
        at: Millis,
        target: Seq,
    },
    /// Somebody voted in a poll, or took their votes back.
    Voted {
        seq: Seq,
        /// The answer that holds the poll.
        target: Seq,
        /// Who voted; in a secret poll the id that stands for them in it.
        person: PersonId,
        /// The options for which they vote now, counted from 0.
        #[serde(
            rename = "option",
            serialize_with = "tolerant::one_or_many::serialize",
            skip_serializing_if = "Vec::is_empty"
        )]
        options: Vec<usize>,
    },
    /// Somebody changed the card of the answer `target`, which is this one now.
    CardChanged {
        seq: Seq,
        target: Seq,
        card: Card,
    },
    /// Somebody put an emoji on the message or answer `target`, or took it away.
    Reacted {
        seq: Seq,
        target: Seq,
        person: PersonId,
        emoji: String,
        on: bool,
    },
    /// The room has a new custom bot, or another one under the same handle.
    BotSet {
        seq: Seq,
        bot: Box<Bot>,
    },
    /// The bot gave a further answer to the question of the answer `target`, or failed to: its text and state now.
    Alternatives(AnswerEnd),
    /// Somebody chose one of the options of the answer `target`, which is its text now.
    Chosen {
        seq: Seq,
        target: Seq,
        /// Which option, counted from 0.
        index: usize,
        by: PersonId,
    },
    /// A custom bot was removed.
    BotGone {
        seq: Seq,
        handle: String,
    },
    /// An owner or operator did something.
    Moderation(Box<Moderation>),
    /// A new message of a person.
    #[serde(untagged)]
    Said(Said),
    /// An event of a newer server. It has a seq, and is otherwise ignored (promise G15).
    #[serde(untagged)]
    Unknown(UnknownEvent),
}

impl TryFrom<Value> for Event {
    type Error = Unreadable;

    /// # Errors
    /// For an event of another kind, and where a field is missing or cannot be read.
    fn try_from(mut value: Value) -> Result<Self, Self::Error> {
        let Some(kind) = value.get_mut("kind").map(Value::take) else {
            return read(value).map(Self::Said);
        };
        let event = &mut value;
        Ok(match kind.as_str().unwrap_or_default() {
            "message" => Self::Message(read(value)?),
            "ended" => Self::Ended(read(value)?),
            "moderation" => Self::Moderation(Box::new(read(value)?)),
            "edited" => Self::Edited {
                seq: field(event, "seq")?,
                at: field(event, "at")?,
                target: field(event, "target")?,
                text: field(event, "text")?,
            },
            "deleted" => Self::Deleted {
                seq: field(event, "seq")?,
                at: field(event, "at")?,
                target: field(event, "target")?,
            },
            "voted" => Self::Voted {
                seq: field(event, "seq")?,
                target: field(event, "target")?,
                person: field(event, "person")?,
                options: one_or_many::read(event, "option")?,
            },
            "card_changed" => Self::CardChanged {
                seq: field(event, "seq")?,
                target: field(event, "target")?,
                card: field(event, "card")?,
            },
            "reacted" => Self::Reacted {
                seq: field(event, "seq")?,
                target: field(event, "target")?,
                person: field(event, "person")?,
                emoji: field(event, "emoji")?,
                on: field(event, "on")?,
            },
            "alternatives" => Self::Alternatives(read(value)?),
            "chosen" => Self::Chosen {
                seq: field(event, "seq")?,
                target: field(event, "target")?,
                index: field(event, "index")?,
                by: field(event, "by")?,
            },
            "bot_set" => Self::BotSet { seq: field(event, "seq")?, bot: field(event, "bot")? },
            "bot_gone" => Self::BotGone { seq: field(event, "seq")?, handle: field(event, "handle")? },
            _ => return Err(Unreadable),
        })
    }
}

/// The end of an answer, or its state after a further one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerEnd {
    /// The seq of the end itself.
    pub seq: Seq,
    pub at: Millis,
    /// The answer's seq, which is its run's id.
    pub target: Seq,
    pub text: FinalText,
    pub answer: Answer,
}

/// The final text of an answer, the same for all (promise G9). On the wire it is a number or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, try_from = "Value")]
pub enum FinalText {
    /// The text that was streamed, of so many UTF-8 bytes. A client that holds fewer or more resumes.
    Streamed(u64),
    Whole(String),
}

impl TryFrom<Value> for FinalText {
    type Error = Unreadable;
    fn try_from(value: Value) -> Result<Self, Self::Error> {
        if value.is_number() { read(value).map(Self::Streamed) } else { read(value).map(Self::Whole) }
    }
}

/// An event of a kind that this version does not know, or cannot read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownEvent {
    pub seq: Seq,
}

impl Event {
    pub fn seq(&self) -> Seq {
        match self {
            Self::Message(message) => message.seq,
            Self::Said(said) => said.seq,
            Self::Ended(ended) | Self::Alternatives(ended) => ended.seq,
            Self::Moderation(moderation) => moderation.seq,
            Self::Edited { seq, .. }
            | Self::Deleted { seq, .. }
            | Self::Voted { seq, .. }
            | Self::CardChanged { seq, .. }
            | Self::Reacted { seq, .. }
            | Self::Chosen { seq, .. }
            | Self::BotSet { seq, .. }
            | Self::BotGone { seq, .. } => *seq,
            Self::Unknown(unknown) => unknown.seq,
        }
    }
}

/// Reads a list of events. One that cannot be read still has its seq and becomes [`Event::Unknown`].
pub(crate) fn read_events(items: Vec<Value>) -> Vec<Event> {
    let read = |item: Value| {
        let seq = item.get("seq").and_then(Value::as_u64).map(Seq)?;
        Some(Event::try_from(item).unwrap_or(Event::Unknown(UnknownEvent { seq })))
    };
    items.into_iter().filter_map(read).collect()
}

/// Reads a list of events for a field with `#[serde(deserialize_with = "message::event_list")]`.
///
/// # Errors
/// Fails only where the field is not a list.
pub(crate) fn event_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Event>, D::Error> {
    Ok(read_events(Vec::deserialize(deserializer)?))
}
