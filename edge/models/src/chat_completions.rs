//! OpenAI's Chat Completions, and the many servers that speak it (Ollama, vLLM, LM Studio, llama.cpp, gateways).
//!
//! The server keeps no conversation: every turn holds the transcript. Not here: several choices, audio and images.

mod decoder;
mod message;
mod request;
mod wire;

pub use request::request;

use crate::error::ModelError;
use crate::error_classification;
use crate::http::{Endpoint, HttpRequest};
use crate::model_api::{Decoder, ModelApi};
use crate::stream;
use crate::turn::Turn;

/// The Chat Completions API.
pub struct ChatCompletions;

impl ModelApi for ChatCompletions {
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
