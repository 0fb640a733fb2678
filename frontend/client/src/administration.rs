//! What an owner or operator knows of the room's moderation: the audit list, and how many messages have reports.
//!
//! Not here: the room's settings and what is done to this person, which are part of the log (`timeline`).

use shared::{Audit, ClientFrame};

use crate::bots::query::Query;
use crate::effect::{Change, Effects};

/// The audit list and the count of reports.
#[derive(Debug, Default)]
pub(crate) struct Administration {
    audit: Query<Audit>,
    reports: usize,
    is_private: bool,
}

impl Administration {
    pub(crate) fn audit(&self) -> Option<&Audit> {
        self.audit.reply()
    }

    pub(crate) fn reports(&self) -> usize {
        self.reports
    }

    pub(crate) fn is_private(&self) -> bool {
        self.is_private
    }

    /// Returns the frame that asks for the audit list.
    pub(crate) fn request_audit(&mut self) -> ClientFrame {
        self.audit.ask();
        ClientFrame::Audit
    }

    /// Returns the query to send again on a new socket.
    pub(crate) fn unanswered(&self) -> Option<ClientFrame> {
        self.audit.is_waiting().then_some(ClientFrame::Audit)
    }

    pub(crate) fn set_audit(&mut self, audit: Audit, effects: &mut Effects) {
        self.audit.answer(audit);
        effects.show(Change::Audit);
    }

    pub(crate) fn set_reports(&mut self, reports: usize, effects: &mut Effects) {
        if self.reports != reports {
            self.reports = reports;
            effects.show(Change::Reports);
        }
    }

    /// Applies what a welcome says. The count of reports follows it, where there are some.
    pub(crate) fn welcomed(&mut self, is_private: bool, effects: &mut Effects) {
        if self.is_private != is_private {
            self.is_private = is_private;
            effects.show(Change::Settings);
        }
        self.set_reports(0, effects);
    }

    /// The room refused something without a nonce, which may have been the query.
    pub(crate) fn query_refused(&mut self) {
        self.audit.give_up();
    }
}
