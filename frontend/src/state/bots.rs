//! What a session knows of bots besides the room's list of them, and what it asks of the room about them.

use client::{BotSaveState, CustomBots, Input};
use leptos::prelude::*;
use shared::{Bill, BotDraft};

use super::session::Session;
use crate::browser::random;

impl Session {
    /// Creates a custom bot, or changes the one with the draft's handle.
    pub(crate) fn save_bot(self, draft: BotDraft, knowledge: Option<String>) {
        self.tell(Input::SetBot { nonce: random::nonce(), draft: Box::new(draft), knowledge });
    }

    pub(crate) fn remove_bot(self, handle: String) {
        self.tell(Input::RemoveBot { nonce: random::nonce(), handle });
    }

    /// The latest bill. Tracked.
    pub(crate) fn bill(self) -> Option<Bill> {
        self.signals.bots_changed.track();
        self.read(|client| client.bill().cloned())?
    }

    /// The room's custom bots as their owner wrote them. Tracked.
    pub(crate) fn custom_bots(self) -> Option<CustomBots> {
        self.signals.bots_changed.track();
        self.read(|client| client.custom_bots().cloned())?
    }

    /// The knowledge of a custom bot, once the room has sent it. Tracked.
    pub(crate) fn knowledge(self, handle: &str) -> Option<String> {
        self.signals.bots_changed.track();
        self.read(|client| client.knowledge(handle).map(str::to_owned))?
    }

    /// The progress of saving a custom bot. Tracked.
    pub(crate) fn bot_save_state(self) -> BotSaveState {
        self.signals.bots_changed.track();
        self.read(|client| client.bot_save_state().clone()).unwrap_or_default()
    }
}
