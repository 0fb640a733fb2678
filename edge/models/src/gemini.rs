//! Google's Gemini API (`v1beta`, `streamGenerateContent`).
//!
//! It keeps nothing: every turn holds the transcript. Not here: several candidates, media, caches, Google's own tools, and
//! the API that Google offers in the manner of Chat Completions. What the API sends was collected from its reference
//! (<https://ai.google.dev/api/generate-content>), from its libraries' types and from the reports of their users.

mod contents;
mod decoder;
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
