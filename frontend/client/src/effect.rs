//! What a client wants done, and what of its state changed. The shell carries effects out in their order.

use shared::entry::EnterRequest;
use shared::{ClientFrame, ErrorCode, Nonce, Seq};

use crate::item_key::ItemKey;

/// One thing for the shell to do. The order matters: a message is persisted before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send `POST /api/enter`. The reply comes back as [`crate::Input::Entered`].
    Enter(EnterRequest),
    /// Open a WebSocket to the room and drop any former one.
    Open,
    /// Send this text frame.
    Send(String),
    /// Close the WebSocket and drop it: what it still reports is not given to the client.
    Close,
    /// Store an unsent message so that it survives a reload, or delete it.
    Persist {
        /// The name to store it under.
        nonce: Nonce,
        /// The text to store and to give back in [`crate::Config::outbox`]; `None` deletes.
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
    /// [`crate::Client::entry_state`].
    EntryState,
    /// [`crate::Client::you`]. The permissions of every item may have changed with it.
    You,
    /// [`crate::Client::people`] or [`crate::Client::people_count`].
    People,
    /// [`crate::Client::typing`].
    Typing,
    /// [`crate::Client::bots`], [`crate::Client::limits`] or [`crate::Client::is_demo`].
    Bots,
    /// Timeline items were added, removed or moved: [`crate::Timeline::keys`].
    Order,
    /// One item changed and keeps its place: [`crate::Timeline::item`].
    Item(ItemKey),
    /// [`crate::Timeline::has_older`], [`crate::Timeline::is_detached`], [`crate::Timeline::is_loading`],
    /// [`crate::Timeline::unseen`] or [`crate::Timeline::called_by`].
    History,
    /// The message that [`crate::Input::JumpTo`] named is to be shown now; [`crate::Timeline::by_seq`] says whether there is one.
    Jumped { seq: Seq },
    /// What a search found, or how far it is: [`crate::Client::search`].
    Search,
    /// What is known of messages that others reply to and that are not held: [`crate::Client::excerpt`].
    Quotes,
    /// What was asked privately: [`crate::Client::private_answer`].
    PrivateAnswers,
    /// The bots that the room's owners made: [`crate::Client::custom_bots`], [`crate::Client::knowledge`].
    CustomBots,
    /// What the room's answers cost: [`crate::Client::bill`].
    Bill,
    /// What became of a bot that was sent to be saved: [`crate::Client::bot_save_state`].
    BotSaveState,
    /// The room's settings or whether it is private: [`crate::Timeline::settings`], [`crate::Client::is_private`].
    Settings,
    /// The list of what owners did: [`crate::Client::audit`].
    Audit,
    /// The messages that people reported: [`crate::Client::reports`].
    Reports,
    /// The room has taken this person's report of a message. To be shown once.
    Reported { seq: Seq },
    /// The room or the client refused something. To be shown once.
    Notice {
        code: ErrorCode,
        /// After how many milliseconds it may be tried again.
        retry_after_ms: Option<u64>,
    },
}

/// Collects the effects of one input. Changes come last and once each.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    effects: Vec<Effect>,
    changes: Vec<Change>,
}

impl Effects {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn send(&mut self, frame: &ClientFrame) {
        self.effects.push(Effect::Send(frame.encode()));
    }

    pub(crate) fn show(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Whether items of the timeline were added, removed or moved.
    pub(crate) fn shows_order(&self) -> bool {
        self.changes.contains(&Change::Order)
    }

    pub(crate) fn into_vec(self) -> Vec<Effect> {
        let mut effects = self.effects;
        effects.extend(self.changes.into_iter().map(Effect::Show));
        effects
    }
}
