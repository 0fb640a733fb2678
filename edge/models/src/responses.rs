//! OpenAI's Responses API, and the servers that speak it too.
//!
//! Not here: the other endpoints (retrieving, conversations, input tokens), tools that run at the provider, and the
//! WebSocket mode. What the API sends, also beyond its documentation, was collected from its OpenAPI description, from the
//! sources of its own libraries and from reports of their users.

mod decoder;
mod item;
mod request;
mod wire;

pub use request::{delete, request};

use crate::error::ModelError;
use crate::error_classification;
use crate::http::{Endpoint, HttpRequest};
use crate::model_api::{Decoder, ModelApi};
use crate::stream;
use crate::turn::Turn;

pub struct Responses;

impl ModelApi for Responses {
    fn keeps_chains(&self) -> bool {
        true
    }

    fn request(&self, turn: &Turn, endpoint: &Endpoint) -> HttpRequest {
        request(turn, endpoint)
    }

    fn decoder(&self) -> Decoder {
        Box::new(stream::Decoder::<decoder::Reader>::default())
    }

    fn error_response(&self, status: u16, headers: &[(String, String)], body: &[u8]) -> ModelError {
        error_classification::error_response(status, headers, body)
    }
}
