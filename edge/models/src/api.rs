//! Dispatches what an [`Api`] does to its module.
//!
//! To add an API: write a module beside `responses` that implements [`ModelApi`], add a variant to [`Api`] and its line in
//! [`Api::implementation`].

use crate::api_name::Api;
use crate::error::ModelError;
use crate::http::{Endpoint, HttpRequest};
use crate::model_api::{Decoder, ModelApi};
use crate::turn::Turn;
use crate::{chat_completions, families, gemini, responses};

impl Api {
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

    /// See [`ModelApi::request`]. What the model refuses is left out ([`families::fitted`]).
    pub fn request(self, turn: &Turn, endpoint: &Endpoint) -> HttpRequest {
        self.implementation().request(&families::fitted(turn, self, &endpoint.model), endpoint)
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
