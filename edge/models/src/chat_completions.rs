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

use crate::errors;
use crate::fault::Fault;

/// What a response with an error status says.
pub fn refusal(status: u16, headers: &[(String, String)], body: &[u8]) -> Fault {
    errors::without_chains(errors::refusal(status, headers, body))
}
