//! What a client knows of bots besides the room's list of them: the custom bots as their owner wrote them, the bill, and
//! the progress of saving a bot. The list itself is part of the log.

mod custom_bots;
pub(crate) mod query;

use shared::{Bill, BotDraft, BotOptions, ClientFrame};

pub use self::custom_bots::{BotSaveState, CustomBots};
use self::query::Query;
use crate::effect::{Change, Effects};

/// Custom bots, bill and save state.
#[derive(Debug, Default)]
pub(crate) struct Bots {
    custom_bots: Query<CustomBots>,
    /// The bot whose knowledge was asked for last, and the reply.
    knowledge: Option<(String, Option<String>)>,
    bill: Query<Bill>,
    save_state: BotSaveState,
}

impl Bots {
    pub(crate) fn custom_bots(&self) -> Option<&CustomBots> {
        self.custom_bots.reply()
    }

    pub(crate) fn knowledge(&self, handle: &str) -> Option<&str> {
        self.knowledge.as_ref().filter(|(asked, _)| asked == handle)?.1.as_deref()
    }

    pub(crate) fn bill(&self) -> Option<&Bill> {
        self.bill.reply()
    }

    pub(crate) fn save_state(&self) -> &BotSaveState {
        &self.save_state
    }

    /// Returns the frame that asks for the custom bots.
    pub(crate) fn request_custom_bots(&mut self) -> ClientFrame {
        self.custom_bots.ask();
        ClientFrame::Drafts
    }

    /// Returns the frame that asks for the knowledge of a bot.
    pub(crate) fn request_knowledge(&mut self, handle: String) -> ClientFrame {
        self.knowledge = Some((handle.clone(), None));
        ClientFrame::Knowledge { handle }
    }

    /// Returns the frame that asks for the bill.
    pub(crate) fn request_bill(&mut self) -> ClientFrame {
        self.bill.ask();
        ClientFrame::Bill
    }

    /// Returns the queries to send again on a new socket. They write nothing, so asking twice is harmless.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = ClientFrame> + use<> {
        let custom_bots = self.custom_bots.is_waiting().then_some(ClientFrame::Drafts);
        let knowledge = self.knowledge.iter().filter(|(_, reply)| reply.is_none());
        let knowledge = knowledge.map(|(handle, _)| ClientFrame::Knowledge { handle: handle.clone() }).next();
        custom_bots.into_iter().chain(knowledge).chain(self.bill.is_waiting().then_some(ClientFrame::Bill))
    }

    pub(crate) fn set_custom_bots(
        &mut self,
        drafts: Vec<BotDraft>,
        options: BotOptions,
        effects: &mut Effects,
    ) {
        self.custom_bots.answer(CustomBots { drafts, options });
        effects.show(Change::CustomBots);
    }

    pub(crate) fn set_knowledge(&mut self, handle: &str, text: String, effects: &mut Effects) {
        if let Some((_, reply)) = self.knowledge.as_mut().filter(|(asked, _)| asked == handle) {
            *reply = Some(text);
            effects.show(Change::CustomBots);
        }
    }

    pub(crate) fn set_bill(&mut self, bill: Bill, effects: &mut Effects) {
        self.bill.answer(bill);
        effects.show(Change::Bill);
    }

    /// Stops waiting for all queries: the room refused something without a nonce, which may have been one of them.
    pub(crate) fn query_refused(&mut self) {
        self.custom_bots.give_up();
        self.knowledge.take_if(|(_, reply)| reply.is_none());
        self.bill.give_up();
    }

    pub(crate) fn set_save_state(&mut self, state: BotSaveState, effects: &mut Effects) {
        if self.save_state != state {
            self.save_state = state;
            effects.show(Change::BotSaveState);
        }
    }

    /// Ends a save that is under way. Returns whether one was: a view that was left does not wait any more.
    pub(crate) fn finish_save(&mut self, state: BotSaveState, effects: &mut Effects) -> bool {
        let is_awaited = self.save_state == BotSaveState::Saving;
        if is_awaited {
            self.set_save_state(state, effects);
        }
        is_awaited
    }
}
