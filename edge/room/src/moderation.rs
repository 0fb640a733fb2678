//! How strictly a room moderates what bots are asked and what they answer. People's own talk is not moderated.
//!
//! The caller checks the question before its request leaves and the answer at its end, because it has the moderation service;
//! [`crate::Call::moderation`] tells it how strictly. The room checks the text of an answer that ends without the caller: one
//! that was stopped, took too long, or broke off with the room. Not checked: a summary that a bot writes for itself, because nobody
//! sees it, and the messages of others in the prompt, because otherwise whoever writes something bad would silence the bots
//! for everybody.

use shared::Strictness;

use crate::context::Context;

impl Context<'_> {
    /// How strictly this room moderates: as its owner chose, or as the deployment does.
    pub(crate) fn moderation(&self) -> Strictness {
        self.log.settings().moderation.unwrap_or(self.config.moderation)
    }

    /// Whether a text of an answer that the caller has not checked must not stay.
    pub(crate) fn must_withdraw(&self, text: &str) -> bool {
        self.moderation() != Strictness::Off && !text.is_empty() && (self.config.is_listed)(text)
    }
}
