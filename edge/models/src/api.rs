//! [`Api`] names the model APIs that a bot can use and dispatches to their modules.
//!
//! To add an API: write a module beside `responses` that implements [`ModelApi`], add a variant to [`Api`] and its line in
//! [`Api::implementation`].

use strum::{EnumString, IntoStaticStr};

use crate::error::ModelError;
use crate::http::{Endpoint, HttpRequest};
use crate::model_api::{Decoder, ModelApi};
use crate::turn::Turn;
use crate::{chat_completions, gemini, responses};

/// A model API. Its names (`responses`, `chat_completions`, `gemini`) stand in `bots.toml` and in `OPENAI_API`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Api {
    #[default]
    Responses,
    /// OpenAI's Chat Completions, which most other servers speak.
    ChatCompletions,
    Gemini,
}

impl Api {
    pub const ALL: [Self; 3] = [Self::Responses, Self::ChatCompletions, Self::Gemini];

    /// The name in `bots.toml`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    fn implementation(self) -> &'static dyn ModelApi {
        match self {
            Self::Responses => &responses::Responses,
            Self::ChatCompletions => &chat_completions::ChatCompletions,
            Self::Gemini => &gemini::Gemini,
        }
    }

    /// See [`ModelApi::keeps_chains`].
    pub fn keeps_chains(self) -> bool {
        self.implementation().keeps_chains()
    }

    /// See [`ModelApi::key_header`].
    pub fn key_header(self, key: &str) -> (&'static str, String) {
        self.implementation().key_header(key)
    }

    /// See [`ModelApi::request`].
    pub fn request(self, turn: &Turn, endpoint: &Endpoint) -> HttpRequest {
        self.implementation().request(turn, endpoint)
    }

    /// See [`ModelApi::decoder`].
    pub fn decoder(self) -> Decoder {
        self.implementation().decoder()
    }

    /// See [`ModelApi::error_response`].
    pub fn error_response(self, status: u16, headers: &[(String, String)], body: &[u8]) -> ModelError {
        self.implementation().error_response(status, headers, body)
    }
}
