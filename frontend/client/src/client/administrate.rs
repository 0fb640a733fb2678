//! What owners and operators do, and reports to them.

use shared::{ClientFrame, ModerationAct};

use super::Client;
use crate::effect::{Change, Effects};
use crate::input::Input;

impl Client {
    /// Makes the write request, or the query, of an input about the room's moderation.
    pub(super) fn administrate(&mut self, input: Input, effects: &mut Effects) {
        match input {
            Input::Moderate { nonce, person, action } => {
                self.request(|after| ClientFrame::Moderate { nonce, after, person, action }, effects);
            }
            Input::SetRoom { nonce, settings } => {
                self.request(|after| ClientFrame::SetRoom { nonce, after, settings }, effects);
            }
            Input::RotateKey { nonce, key } => {
                self.request(|after| ClientFrame::RotateKey { nonce, after, key }, effects);
            }
            Input::HandOver { nonce, person } => {
                self.request(|after| ClientFrame::HandOver { nonce, after, person }, effects);
            }
            Input::DeleteRoom { nonce } => {
                self.request(|_| ClientFrame::DeleteRoom { nonce }, effects);
            }
            Input::Report { nonce, seq, reason } => {
                self.request(|_| ClientFrame::Report { nonce, seq, reason }, effects);
            }
            Input::DismissReports { nonce, seq } => {
                self.request(|_| ClientFrame::DismissReports { nonce, seq }, effects);
            }
            Input::RequestAudit => {
                let frame = self.administration.request_audit();
                self.send_if_live(&frame, effects);
            }
            _ => {}
        }
    }

    /// The room has done what a frame of this person asked for.
    pub(super) fn administrated(&mut self, frame: &ClientFrame, effects: &mut Effects) {
        match frame {
            ClientFrame::Report { seq, .. } => effects.show(Change::Reported { seq: *seq }),
            ClientFrame::DismissReports { .. } | ClientFrame::Delete { .. } => self.renew_audit(effects),
            _ => {}
        }
    }

    /// Asks for the audit list again when it may have another entry, and somebody has asked for it before.
    pub(super) fn act_told(&mut self, act: &ModerationAct, effects: &mut Effects) {
        let has_lost_it = matches!(act, ModerationAct::HandedOver { .. });
        if !has_lost_it {
            self.renew_audit(effects);
        }
    }

    fn renew_audit(&mut self, effects: &mut Effects) {
        let may_ask = self.you().is_some_and(|you| you.owner || you.operator);
        if may_ask && self.administration.audit().is_some() {
            let frame = self.administration.request_audit();
            self.send_if_live(&frame, effects);
        }
    }
}
