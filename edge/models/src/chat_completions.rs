//! OpenAI's Chat Completions, and the many servers that speak it too.
//!
//! It keeps nothing: every turn holds the transcript. Not here: several choices, audio, and tools that run at the
//! provider. What the API sends was collected from its OpenAPI description, what other servers send from the reports of
//! their users.

mod decoder;
mod messages;
mod request;
mod wire;

pub use decoder::{Decoder, Reader, decoder};
pub use request::request;

use crate::error::ModelError;
use crate::errors;

/// What a response with an error status says.
pub fn error_response(status: u16, headers: &[(String, String)], body: &[u8]) -> ModelError {
    errors::without_chains(errors::error_response(status, headers, body))
}
