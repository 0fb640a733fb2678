//! The interface of a model API: what each API's module implements, and [`crate::Api`] dispatches to.

use std::fmt::Debug;

use crate::error::ModelError;
use crate::event::ModelEvent;
use crate::http::{Endpoint, HttpRequest};
use crate::turn::Turn;

/// What each API's module implements.
pub trait ModelApi: Sync {
    /// Whether its servers keep a conversation that a turn can continue by `previous_response_id`.
    fn keeps_chains(&self) -> bool {
        false
    }

    /// The header that carries a key, and its value.
    fn key_header(&self, key: &str) -> (&'static str, String) {
        ("authorization", format!("Bearer {key}"))
    }

    /// The POST that asks for a streamed answer. Equal turns give bodies that are equal byte by byte.
    fn request(&self, turn: &Turn, endpoint: &Endpoint) -> HttpRequest;

    /// A decoder for one answer.
    fn decoder(&self) -> Decoder;

    /// Classifies a response with an error status.
    fn error_response(&self, status: u16, headers: &[(String, String)], body: &[u8]) -> ModelError;
}

/// Turns the bytes of one answer into events.
pub type Decoder = Box<dyn Decode>;

/// The decoder of one API. How the bytes are split into chunks changes only how the text is divided.
pub trait Decode: Debug {
    /// Returns the events that these bytes complete, or one [`ModelEvent::Alive`] where they complete none.
    fn push(&mut self, bytes: &[u8]) -> Vec<ModelEvent>;

    /// Ends the stream. Unless the API has stated an end before, the answer is [`crate::FinishReason::Cut`].
    fn finish(&mut self) -> Vec<ModelEvent>;
}
