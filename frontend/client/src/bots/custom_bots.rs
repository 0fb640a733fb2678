//! A room's custom bots as its owner edits them, and the result of saving one.

use shared::{BotDraft, BotOptions, ErrorCode, FieldError};

/// The custom bots as their owner wrote them, and what may be chosen for one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomBots {
    pub drafts: Vec<BotDraft>,
    pub options: BotOptions,
}

/// The progress of [`crate::Input::SetBot`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BotSaveState {
    /// Nothing was saved, or [`crate::Input::ResetBotSaveState`] ended the view of it.
    #[default]
    Idle,
    /// The room has not replied yet.
    Saving,
    /// The room refused the bot.
    Refused {
        code: ErrorCode,
        /// The fields that are wrong, if the refusal is about fields.
        errors: Vec<FieldError>,
    },
    Saved,
}
