//! What a client wants done, and what of it changed on the screen.

use shared::entry::EnterRequest;
use shared::{ErrorCode, Nonce};

use crate::Key;

/// One thing for the shell to do. Effects are carried out in their order: an item is persisted before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the door; its answer comes back as [`crate::Input::Entered`].
    Enter(EnterRequest),
    /// Open a socket to the room, and forget any former one.
    Open,
    /// Send this text frame.
    Send(String),
    /// Close the socket and forget it: what it still reports is not given to the client.
    Close,
    /// Keep an unsent message over a reload, or forget it.
    Persist {
        /// Under this name.
        nonce: Nonce,
        /// The text to keep, to be given back in [`crate::Config::outbox`]; `None` forgets.
        item: Option<String>,
    },
    /// Show what changed. These come last, each at most once.
    Show(Change),
}

/// What changed. A view reads the new state from the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// [`crate::Client::connection`].
    Connection,
    /// [`crate::Client::door`].
    Door,
    /// [`crate::Client::you`]. What one may do with a row may have changed with it.
    You,
    /// [`crate::Client::people`] or [`crate::Client::count`].
    People,
    /// [`crate::Client::typing`].
    Typing,
    /// [`crate::Client::bots`], [`crate::Client::limits`] or [`crate::Client::demo`].
    Bots,
    /// Rows came, went or moved.
    Order,
    /// A row that stays changed.
    Row(Key),
    /// [`crate::Timeline::has_older`] or [`crate::Timeline::is_loading_older`].
    Older,
    /// [`crate::Client::drafts`].
    Drafts,
    /// [`crate::Client::bill`].
    Bill,
    /// [`crate::Client::setting`].
    Setting,
    /// Something was refused: to be told once, in words.
    Notice {
        /// Why.
        code: ErrorCode,
        /// When it may be tried again.
        retry_after_ms: Option<u64>,
    },
}

/// Effects while they are gathered. Changes are told last and once each.
#[derive(Debug, Default)]
pub(crate) struct Out {
    effects: Vec<Effect>,
    changes: Vec<Change>,
}

impl Out {
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn send(&mut self, frame: &shared::ClientFrame) {
        self.effects.push(Effect::Send(frame.encode()));
    }

    pub(crate) fn show(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    pub(crate) fn finish(self) -> Vec<Effect> {
        let mut effects = self.effects;
        effects.extend(self.changes.into_iter().map(Effect::Show));
        effects
    }
}
