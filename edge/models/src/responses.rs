//! OpenAI's Responses API, and the servers that speak it too.
//!
//! Not here: the other endpoints (retrieving, conversations, input tokens), tools, and the WebSocket mode. What the API
//! sends and what is real beyond its documentation was collected from its OpenAPI description, from its own libraries'
//! sources and from the reports of their users.

mod decoder;
mod errors;
mod request;
mod wire;

pub use decoder::{Decoder, decoder};
pub use errors::refusal;
pub use request::{delete, request};
