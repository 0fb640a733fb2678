//! The wire formats of the model APIs: a [`Turn`] becomes an [`HttpRequest`], and response bytes become [`ModelEvent`]s.
//!
//! ```
//! use models::{Api, Endpoint, Item, Turn};
//!
//! let endpoint = Endpoint { base_url: "https://api.openai.com/v1".to_owned(), model: "gpt-5.4-mini".to_owned() };
//! let turn = Turn { input: vec![Item::user("Hello")], ..Turn::default() };
//! let request = Api::Responses.request(&turn, &endpoint);
//! assert_eq!(request.url, "https://api.openai.com/v1/responses");
//!
//! let mut decoder = Api::Responses.decoder();
//! let events = decoder.push(b"data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\n");
//! assert_eq!(events, [models::ModelEvent::Text("Hi".to_owned())]);
//! ```
//!
//! One module per API ([`responses`], [`chat_completions`], [`gemini`]), each an implementation of [`ModelApi`]. What they
//! share: Server-Sent Events ([`sse`]), the stream decoder ([`stream`]) and the classification of errors. The crate is pure:
//! it sends nothing, waits for nothing, retries nothing and never sees a key; the Worker does that, and the room decides.

pub mod api;
mod api_name;
pub mod chat_completions;
mod context_size;
pub mod error;
mod error_classification;
pub mod event;
pub mod families;
pub mod gemini;
mod http;
mod lenient;
pub mod model_api;
pub mod moderation;
pub mod paragraphs;
pub mod refused_field;
pub mod responses;
mod retry_after;
pub mod sse;
pub mod stream;
mod text_kind;
mod think_tags;
mod tool_calls;
pub mod turn;

pub use api_name::Api;
pub use error::{ModelError, ModelErrorKind};
pub use error_classification::ERROR_HEADERS;
pub use event::{CallEnd, FinishReason, ModelEvent};
pub use http::{Endpoint, HttpRequest};
pub use model_api::{Decode, Decoder, ModelApi};
pub use turn::{Item, Parameters, Role, Schema, Tool, ToolCall, ToolChoice, Turn};
