//! What each model API says on the wire: a [`Turn`] becomes an [`HttpRequest`], bytes become [`ModelEvent`]s.
//!
//! Not here: sending anything, waiting, retrying, keys, and every rule of the room. The crate is pure: the shell carries
//! the bytes, the room decides what they mean. One module per API, with the same three verbs in each: `request`, `decoder`,
//! `push`; [`Api`] is the one door to them. What the APIs have in common is beside them: the shape of the bytes ([`stream`],
//! [`sse`]) and what errors mean.

mod api;
mod calls;
pub mod chat_completions;
pub mod error;
mod errors;
pub mod event;
pub mod gemini;
mod http;
mod lenient;
pub mod moderation;
mod output_kind;
pub mod responses;
mod retry_after;
pub mod sse;
pub mod stream;
pub mod turn;

pub use api::{Api, Decoder};
pub use error::{ModelError, ModelErrorKind};
pub use event::{CallEnd, FinishReason, ModelEvent};
pub use http::{Endpoint, HttpRequest};
pub use turn::{Item, Parameters, Role, Schema, Tool, ToolCall, Turn};
