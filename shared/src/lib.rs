//! The wire and its vocabulary: what the page and the Worker say to each other, and nothing else.
//!
//! Frames ([`frame`]), what they carry ([`message`], [`person`], [`bot`], [`card`], [`bill`]), validated text ([`text`]), mention parsing
//! ([`mention`]) and the [`limits`] of all of it. Both ends parse with the same constructors, so a value that exists is
//! a value that is valid. No rules of the room live here, no input or output, no clock and no random source.

pub mod bill;
pub mod bot;
pub mod card;
pub mod chance;
pub mod close;
pub mod code;
pub mod enter;
pub mod frame;
pub mod ids;
pub mod json;
pub mod limits;
pub mod mention;
pub mod message;
pub mod person;
pub mod room_name;
pub mod text;

pub use bill::{Bill, Totals, Usage};
pub use bot::{Bot, Draft, FieldFault, Offer, Price};
pub use card::{Card, CardKind, Vote};
pub use chance::Chance;
pub use close::Close;
pub use code::Code;
pub use frame::{ClientFrame, ServerFrame};
pub use ids::{Epoch, Millis, Nonce, PersonId, Seq, TabId};
pub use limits::Limits;
pub use message::{Answer, Author, Ended, Event, Look, Message, RunState};
pub use person::{Lang, Person};
pub use room_name::RoomName;
pub use text::{Body, Nickname};

/// The version of the wire. A server speaks exactly one; a page of another version is told so by [`Close::Protocol`].
pub const PROTOCOL: u32 = 1;
