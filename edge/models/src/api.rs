//! The model APIs that a bot can use, behind one door.

use crate::error::ModelError;
use crate::event::ModelEvent;
use crate::http::{Endpoint, HttpRequest};
use crate::turn::Turn;
use crate::{chat_completions, gemini, responses};

/// A model API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Api {
    /// OpenAI's Responses API.
    #[default]
    Responses,
    /// OpenAI's Chat Completions, which most other servers speak.
    ChatCompletions,
    /// Google's Gemini API.
    Gemini,
}

/// Turns the bytes of one answer into events.
#[derive(Debug)]
pub enum Decoder {
    /// Of the Responses API.
    Responses(responses::Decoder),
    /// Of Chat Completions.
    ChatCompletions(chat_completions::Decoder),
    /// Of the Gemini API.
    Gemini(gemini::Decoder),
}

impl Api {
    /// Every API.
    pub const ALL: [Self; 3] = [Self::Responses, Self::ChatCompletions, Self::Gemini];

    /// Its name in `bots.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::ChatCompletions => "chat_completions",
            Self::Gemini => "gemini",
        }
    }

    /// The API of a name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.as_str() == word)
    }

    /// Whether its servers keep a conversation that a turn can continue.
    pub fn keeps_chains(self) -> bool {
        match self {
            Self::Responses => true,
            Self::ChatCompletions | Self::Gemini => false,
        }
    }

    /// The header that carries a key, and its value.
    pub fn key_header(self, key: &str) -> (&'static str, String) {
        match self {
            Self::Responses | Self::ChatCompletions => ("authorization", format!("Bearer {key}")),
            Self::Gemini => ("x-goog-api-key", key.to_owned()),
        }
    }

    /// The POST that asks for a streamed answer.
    pub fn request(self, turn: &Turn, endpoint: &Endpoint) -> HttpRequest {
        match self {
            Self::Responses => responses::request(turn, endpoint),
            Self::ChatCompletions => chat_completions::request(turn, endpoint),
            Self::Gemini => gemini::request(turn, endpoint),
        }
    }

    /// A decoder for one answer.
    pub fn decoder(self) -> Decoder {
        match self {
            Self::Responses => Decoder::Responses(responses::decoder()),
            Self::ChatCompletions => Decoder::ChatCompletions(chat_completions::decoder()),
            Self::Gemini => Decoder::Gemini(gemini::decoder()),
        }
    }

    /// What a response with an error status says.
    pub fn error_response(self, status: u16, headers: &[(String, String)], body: &[u8]) -> ModelError {
        match self {
            Self::Responses => responses::error_response(status, headers, body),
            Self::ChatCompletions => chat_completions::error_response(status, headers, body),
            Self::Gemini => gemini::error_response(status, headers, body),
        }
    }
}

impl Decoder {
    /// The events that these bytes complete, or one [`ModelEvent::Alive`] where they complete none.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<ModelEvent> {
        match self {
            Self::Responses(decoder) => decoder.push(bytes),
            Self::ChatCompletions(decoder) => decoder.push(bytes),
            Self::Gemini(decoder) => decoder.push(bytes),
        }
    }

    /// The bytes ended, or broke off. Unless the API has stated an end before, the answer is [`crate::FinishReason::Cut`].
    pub fn finish(&mut self) -> Vec<ModelEvent> {
        match self {
            Self::Responses(decoder) => decoder.finish(),
            Self::ChatCompletions(decoder) => decoder.finish(),
            Self::Gemini(decoder) => decoder.finish(),
        }
    }
}
