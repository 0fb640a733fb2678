//! Frames from the room to its clients.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::VariantNames;

use super::delta::Delta;
use super::history_place::{HistoryPlace, Places};
use crate::tolerant::{self, Unreadable, array, field, items, read, readable};
use crate::{
    Audit, Bill, Bot, BotDraft, BotOptions, CardKind, Epoch, ErrorCode, Event, FieldError, Hit, Limits,
    Message, Millis, Moderation, Nonce, Person, PersonId, PrivateRequest, RoomName, RoomSettings, RunState,
    Said, Seq, ToolUse, message,
};

/// A frame from the room to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "Value")]
#[strum(serialize_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to a hello: either every missed event, or a fresh snapshot (promises G5 and G6).
    Welcome(Box<Welcome>),
    /// A new message of a person that is sent alone.
    Said(Said),
    /// New rows of the log, at least one, in `seq` order.
    Events { events: Vec<Event> },
    /// The write is stored, and durable (promise G2). It goes to every socket of its author, before the event.
    Accepted { nonce: Nonce, seq: Seq },
    /// Something was refused. Nothing is stored, nobody else sees anything, the connection stays. A hello whose nickname is
    /// refused is welcomed all the same, as a reader or under the former name.
    Refused {
        /// The nonce of the write, where there was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        nonce: Option<Nonce>,
        code: ErrorCode,
        /// Milliseconds after which the same frame may be sent again.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
        /// The fields that are wrong, with `bad_bot`.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        fields: Vec<FieldError>,
    },
    /// More text of answers (promise G9). Alone in a WebSocket frame it is the bare array of deltas: with five answers at once
    /// the object around it would be a third of what is sent.
    Deltas { deltas: Vec<Delta> },
    /// The state of a run that has not ended.
    Run(RunStatus),
    /// Who joined and who left, at most once per [`crate::limits::PEOPLE_MS`].
    People {
        /// People who are new, or have a new nickname.
        joined: Vec<Person>,
        left: Vec<PersonId>,
        /// How many people are here now. In a crowd it is all that is told; see [`crate::limits::CROWD_PEOPLE`].
        count: usize,
        /// `joined` is everybody: the crowd is one no more.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        all: bool,
    },
    /// A part of the list of people, in the order of their ids.
    PeoplePage {
        /// The `after` that was asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<PersonId>,
        people: Vec<Person>,
        /// Whether there are more people after these.
        more: bool,
    },
    /// Nicknames of those who type, oneself included, at most [`crate::limits::TYPING_NAMES`].
    Typing { names: Vec<String> },
    /// Messages in their current state, oldest first.
    Page {
        /// The place that was asked for.
        #[serde(flatten)]
        place: HistoryPlace,
        messages: Vec<Message>,
        /// Whether there are messages before these; it says nothing of a page after a place.
        more: bool,
        /// Whether there are messages after these; it says nothing of a page before a place.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        newer: bool,
    },
    /// What a search found in one part of the log.
    SearchPage {
        /// The words, as they were asked for.
        query: String,
        /// The `before` that was asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<Seq>,
        /// Newest first, at most [`crate::limits::SEARCH_HITS`].
        hits: Vec<Hit>,
        /// Where the search goes on: everything from here on was searched. None: there is nothing before.
        #[serde(skip_serializing_if = "Option::is_none")]
        next: Option<Seq>,
    },
    /// The answer to what a person asked for themselves, or why there is none. It goes to every socket of theirs.
    PrivateAnswer {
        request: PrivateRequest,
        /// Markdown. Empty where there is none.
        #[serde(skip_serializing_if = "String::is_empty")]
        text: String,
        /// Why there is no answer, or why it is not whole.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<ErrorCode>,
        /// When a limit that was reached begins anew.
        #[serde(skip_serializing_if = "Option::is_none")]
        resets_at: Option<Millis>,
        /// Micro-dollars that it cost, where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        cost: Option<u64>,
    },
    /// The drafts of the room's custom bots, for the owner.
    Drafts {
        drafts: Vec<BotDraft>,
        /// What the owner may choose from.
        offer: BotOptions,
    },
    /// The knowledge of a custom bot, for the owner.
    Knowledge {
        handle: String,
        /// Empty where it has none.
        text: String,
    },
    /// What the bots cost, for one client.
    Bill(Box<Bill>),
    /// What was moderated, for the room's owner and operators.
    Audit(Box<Audit>),
    /// How many messages have reports, for the room's owner and operators: after each change, and after their `welcome` when
    /// there are some.
    Reports { count: usize },
    /// Several frames of the same moment, at least two, in order. It holds no other batch.
    Batch { frames: Vec<ServerFrame> },
    /// A frame of a newer server, ignored (promise G15).
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
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "message::event_list")]
    pub events: Vec<Event>,
    /// With a fresh start: what owners and operators did since the first of `messages`, the newest
    /// [`crate::limits::WELCOME_ACTS`], oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub acts: Vec<Moderation>,
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

impl TryFrom<Value> for ServerFrame {
    type Error = Unreadable;

    /// # Errors
    /// Where a field that a frame of its type must have is missing or cannot be read.
    fn try_from(mut value: Value) -> Result<Self, Self::Error> {
        if let Value::Array(deltas) = value {
            return Ok(Self::Deltas { deltas: readable(deltas) });
        }
        let kind = value.get_mut("type").map(Value::take).unwrap_or_default();
        let kind = kind.as_str().ok_or(Unreadable)?;
        let frame = &mut value;
        Ok(match kind {
            "welcome" => Self::Welcome(Box::new(read(value)?)),
            "said" => Self::Said(read(value)?),
            "events" => Self::Events { events: message::read_events(array(frame, "events")?) },
            "accepted" => Self::Accepted { nonce: field(frame, "nonce")?, seq: field(frame, "seq")? },
            "refused" => Self::Refused {
                nonce: field(frame, "nonce")?,
                code: field(frame, "code")?,
                retry_after_ms: field(frame, "retry_after_ms")?,
                fields: items(frame, "fields")?,
            },
            "deltas" => Self::Deltas { deltas: items(frame, "deltas")? },
            "run" => Self::Run(read(value)?),
            "people" => Self::People {
                joined: items(frame, "joined")?,
                left: items(frame, "left")?,
                count: field(frame, "count")?,
                all: flag(frame, "all")?,
            },
            "people_page" => Self::PeoplePage {
                after: field(frame, "after")?,
                people: items(frame, "people")?,
                more: flag(frame, "more")?,
            },
            "typing" => Self::Typing { names: items(frame, "names")? },
            "page" => Self::Page {
                place: place(frame)?,
                messages: items(frame, "messages")?,
                more: flag(frame, "more")?,
                newer: flag(frame, "newer")?,
            },
            "search_page" => Self::SearchPage {
                query: field(frame, "query")?,
                before: field(frame, "before")?,
                hits: items(frame, "hits")?,
                next: field(frame, "next")?,
            },
            "private_answer" => private_answer(frame)?,
            "drafts" => {
                let offer: Option<BotOptions> = field(frame, "offer")?;
                Self::Drafts { drafts: items(frame, "drafts")?, offer: offer.unwrap_or_default() }
            }
            "knowledge" => Self::Knowledge { handle: field(frame, "handle")?, text: field(frame, "text")? },
            "bill" => Self::Bill(Box::new(read(value)?)),
            "audit" => Self::Audit(Box::new(read(value)?)),
            "reports" => Self::Reports { count: field(frame, "count")? },
            "batch" => {
                let frames = array(frame, "frames")?.into_iter();
                Self::Batch { frames: frames.filter_map(|frame| frame.try_into().ok()).collect() }
            }
            _ => Self::Unknown,
        })
    }
}

/// Reads a field that is left out where it is false.
fn flag(frame: &mut Value, name: &str) -> Result<bool, Unreadable> {
    field::<Option<bool>>(frame, name).map(Option::unwrap_or_default)
}

fn private_answer(frame: &mut Value) -> Result<ServerFrame, Unreadable> {
    Ok(ServerFrame::PrivateAnswer {
        request: private_request(frame)?,
        text: field::<Option<String>>(frame, "text")?.unwrap_or_default(),
        code: field(frame, "code")?,
        resets_at: field(frame, "resets_at")?,
        cost: field(frame, "cost")?,
    })
}

/// By hand: derived code would more than double what this takes of the page.
fn private_request(frame: &mut Value) -> Result<PrivateRequest, Unreadable> {
    let request = frame.get_mut("request").ok_or(Unreadable)?;
    match (field(request, "catch_up")?, field(request, "translation")?) {
        (Some(after), None) => Ok(PrivateRequest::CatchUp(after)),
        (None, Some(seq)) => Ok(PrivateRequest::Translation(seq)),
        _ => Err(Unreadable),
    }
}

fn place(frame: &mut Value) -> Result<HistoryPlace, Unreadable> {
    let (before, after) = (field(frame, "before")?, field(frame, "after")?);
    let places = Places { before, after, around: field(frame, "around")? };
    places.try_into().map_err(|_| Unreadable)
}

/// Puts an encoded frame before another one, which may be a batch, without encoding either again.
pub fn batch(first: &str, second: &str) -> String {
    const START: &str = r#"{"type":"batch","frames":["#;
    if second.starts_with('[') {
        return format!(r#"{START}{first},{{"type":"deltas","deltas":{second}}}]}}"#);
    }
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
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        serde_json::from_str::<Value>(text).map_err(|_| Unreadable)?.try_into()
    }

    /// Writes the frame as JSON.
    pub fn encode(&self) -> String {
        // Serialization fails only for maps whose keys are not text, and no frame has one.
        match self {
            Self::Deltas { deltas } => serde_json::to_string(deltas),
            frame => serde_json::to_string(frame),
        }
        .unwrap_or_default()
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

    #[test]
    fn deltas_are_an_array_alone_and_an_object_in_a_batch() {
        let delta = |offset| Delta { run: Seq(8), offset, text: "\"a\"".to_owned() };
        let deltas = ServerFrame::Deltas { deltas: vec![delta(None), delta(Some(3))] };
        assert_eq!(deltas.encode(), r#"[[8,"\"a\""],[8,3,"\"a\""]]"#);
        assert_eq!(ServerFrame::parse(&deltas.encode()).ok(), Some(deltas.clone()));
        let typing = ServerFrame::Typing { names: Vec::new() };
        let frames = vec![typing.clone(), deltas.clone()];
        let whole = ServerFrame::Batch { frames }.encode();
        assert_eq!(batch(&typing.encode(), &deltas.encode()), whole);
        assert_eq!(
            ServerFrame::parse(&whole).ok(),
            Some(ServerFrame::Batch { frames: vec![typing, deltas] })
        );
        for text in ["[", "[8", "{}[", "[[8,1.5,\"a\"]", r#"[[8,"a"]"#] {
            assert!(ServerFrame::parse(text).is_err(), "{text}");
        }
        // What cannot be read as a delta is skipped, as in any list (promise G15).
        let text = r#"[[8,"a"],["8","a"],7,[8,-1,"a"],[8,0,"a",{}]]"#;
        let Ok(ServerFrame::Deltas { deltas }) = ServerFrame::parse(text) else { panic!("{text}") };
        assert_eq!(deltas.first().map(|delta| delta.text.as_str()), Some("a"));
    }
}
