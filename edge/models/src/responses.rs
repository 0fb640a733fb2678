//! OpenAI's Responses API, and the servers that speak it too.
//!
//! Not here: the other endpoints (retrieving, conversations, input tokens), tools that run at the provider, and the
//! WebSocket mode. What the API sends and what is real beyond its documentation was collected from its OpenAPI
//! description, from its own libraries' sources and from the reports of their users.

mod decoder;
mod items;
mod request;
mod wire;

pub use decoder::{Decoder, Reader, decoder};
pub use request::{delete, request};

use crate::error::ModelError;
use crate::errors;

/// What a response with an error status says.
pub fn error_response(status: u16, headers: &[(String, String)], body: &[u8]) -> ModelError {
    errors::error_response(status, headers, body)
}
