//! The names of the model APIs. What each of them does is in [`crate::api`].

use strum::{EnumString, IntoStaticStr};

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
}
