//! The wire and its vocabulary: what the page and the Worker say to each other, and nothing else.
//!
//! Frames ([`frame`]), what they carry ([`message`], [`answer`], [`person`], [`bot`], [`mod@knowledge`], [`card`], [`reaction`], [`search`], [`private_request`], [`bill`], [`moderation`]), validated text ([`text`]), mention parsing
//! ([`mention`]), names that both ends need ([`tool_name`]) and the [`limits`] of all of it. Both ends parse with the same constructors, so a value that exists is
//! a value that is valid. No rules of the room live here, no input or output, no clock and no random source.

pub mod answer;
pub mod answer_schema;
pub mod bill;
pub mod bot;
pub mod card;
pub mod close_code;
pub mod entry;
pub mod error_code;
pub mod frame;
pub mod ids;
pub mod knowledge;
pub mod limits;
pub mod mention;
pub mod message;
pub mod moderation;
pub mod nickname_calls;
pub mod operator;
pub mod ordered_json;
pub mod person;
pub mod private_request;
pub mod reaction;
pub mod rng;
pub mod room_name;
pub mod search;
pub mod text;
pub mod time;
pub mod tokens;
pub mod tolerant;
pub mod tool_name;

pub use answer::{Answer, RunState, ToolUse};
pub use bill::{Bill, Totals, Usage};
pub use bot::{Bot, BotDraft, BotOptions, FieldError, LocalizedText, Price};
pub use card::{Card, CardChange, CardEntry, CardKind, Vote};
pub use close_code::CloseCode;
pub use error_code::ErrorCode;
pub use frame::{ClientFrame, ServerFrame};
pub use ids::{Epoch, Millis, Nonce, PersonId, Seq, TabId};
pub use limits::Limits;
pub use message::{AnswerEnd, Author, Event, FinalText, Message, Said, Speaker};
pub use moderation::{
    Audit, Moderation, ModerationAct, ModerationAction, Report, Restriction, RoomSettings, Strictness,
};
pub use person::{Lang, Person};
pub use private_request::PrivateRequest;
pub use reaction::Reaction;
pub use rng::SplitMix64;
pub use room_name::RoomName;
pub use search::Hit;
pub use text::{Body, Nickname};
pub use tolerant::Unreadable;

/// The version of the wire. A server speaks exactly one; it refuses a page of another with [`CloseCode::Protocol`].
pub const PROTOCOL_VERSION: u32 = 2;
