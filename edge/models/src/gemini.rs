//! Google's Gemini API (`v1beta`, `streamGenerateContent`).
//!
//! The server keeps no conversation: every turn holds the transcript. Not here: several candidates, media, caches, Google's
//! own tools, and Google's compatibility endpoint for Chat Completions. What the API sends was collected from its reference
//! (<https://ai.google.dev/api/generate-content>), from its libraries' types and from reports of their users.

mod content;
mod decoder;
mod request;
mod wire;

pub use request::request;

use crate::error::ModelError;
use crate::error_classification;
use crate::http::{Endpoint, HttpRequest};
use crate::model_api::{Decoder, ModelApi};
use crate::stream;
use crate::turn::Turn;

pub struct Gemini;

impl ModelApi for Gemini {
    fn key_header(&self, key: &str) -> (&'static str, String) {
        ("x-goog-api-key", key.to_owned())
    }

    fn request(&self, turn: &Turn, endpoint: &Endpoint) -> HttpRequest {
        request(turn, endpoint)
    }

    fn decoder(&self) -> Decoder {
        Box::new(stream::Decoder::<decoder::Reader>::default())
    }

    fn error_response(&self, status: u16, headers: &[(String, String)], body: &[u8]) -> ModelError {
        error_classification::without_chains(error_classification::error_response(status, headers, body))
    }
}
