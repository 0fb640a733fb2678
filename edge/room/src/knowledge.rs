//! The knowledge of a bot: a text, such as an FAQ, that is cut into passages, and from which the bot is given those that fit a
//! question.
//!
//! A bot with knowledge is sent the transcript each turn and keeps no chain ([`crate::CustomBot::build`]): so passages stand in
//! one request, before its question, and are neither gathered in a chain nor kept at a model's server.

mod passages;
mod ranking;
mod words;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use passages::contact;
pub use passages::{Passage, cut};
pub use ranking::{PassageHits, words};
pub(crate) use ranking::{rank, search};
pub(crate) use words::question;

/// What a bot knows, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knowledge {
    /// Who is named where it holds no answer; empty for the room's owner.
    pub contact: String,
    /// The passages of a built-in bot; `None`: they are stored in the room, under the bot's handle.
    pub built_in: Option<Arc<[Passage]>>,
}

/// What is stored with a custom bot of its knowledge, besides the passages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KnowledgeRecord {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact: String,
}

impl Knowledge {
    /// The knowledge of a built-in bot.
    pub fn built_in(text: &str) -> Self {
        Self { contact: contact(text), built_in: Some(cut(text).into()) }
    }

    /// The knowledge of a custom bot.
    pub(crate) fn stored(record: &KnowledgeRecord) -> Self {
        Self { contact: record.contact.clone(), built_in: None }
    }
}
