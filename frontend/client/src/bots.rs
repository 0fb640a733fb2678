//! What is known of a room's bots besides the bots themselves: the owner's own as they were written, the bill, and how
//! the setting of a bot goes.

use shared::{Bill, BotDraft, BotOptions, ClientFrame, ErrorCode, FieldError};

use crate::Change;
use crate::effect::Out;

/// The owner's own bots, and what they may be made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drafts {
    /// The bots.
    pub drafts: Vec<BotDraft>,
    /// What the operator offers.
    pub offer: BotOptions,
}

/// How the setting of a bot goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Setting {
    /// None was set.
    #[default]
    Idle,
    /// The room has not answered yet.
    UnderWay,
    /// The room did not take it.
    Refused {
        /// Why.
        code: ErrorCode,
        /// The fields that are wrong, where it is about these.
        faults: Vec<FieldError>,
    },
    /// The room took it.
    Done,
}

/// What the room said of all that, and what it was asked and did not say yet.
#[derive(Debug, Default)]
pub(crate) struct Bots {
    pub(crate) drafts: Option<Drafts>,
    pub(crate) bill: Option<Bill>,
    pub(crate) setting: Setting,
    asks_drafts: bool,
    asks_bill: bool,
}

impl Bots {
    /// The drafts are asked for.
    pub(crate) fn ask_drafts(&mut self) -> ClientFrame {
        self.asks_drafts = true;
        ClientFrame::Drafts
    }

    /// The bill is asked for.
    pub(crate) fn ask_bill(&mut self) -> ClientFrame {
        self.asks_bill = true;
        ClientFrame::Bill
    }

    /// The questions to put again on a new socket: they write nothing, so asking twice is harmless.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = ClientFrame> + use<> {
        let drafts = self.asks_drafts.then_some(ClientFrame::Drafts);
        drafts.into_iter().chain(self.asks_bill.then_some(ClientFrame::Bill))
    }

    pub(crate) fn drafts_came(&mut self, drafts: Vec<BotDraft>, offer: BotOptions, out: &mut Out) {
        self.asks_drafts = false;
        self.drafts = Some(Drafts { drafts, offer });
        out.show(Change::Drafts);
    }

    pub(crate) fn bill_came(&mut self, bill: Bill, out: &mut Out) {
        self.asks_bill = false;
        self.bill = Some(bill);
        out.show(Change::Bill);
    }

    /// Something without a nonce was refused: it may have been one of these questions, and is not put again.
    pub(crate) fn refused(&mut self) {
        self.asks_drafts = false;
        self.asks_bill = false;
    }

    /// The room has answered. Returns whether somebody waits for it: who has gone on does not.
    pub(crate) fn settle(&mut self, setting: Setting, out: &mut Out) -> bool {
        let is_awaited = self.setting == Setting::UnderWay;
        if is_awaited {
            self.turn(setting, out);
        }
        is_awaited
    }

    pub(crate) fn turn(&mut self, setting: Setting, out: &mut Out) {
        if self.setting != setting {
            self.setting = setting;
            out.show(Change::Setting);
        }
    }
}
