//! What the person writes: messages, and requests that change something.

use shared::{Body, BotDraft, ClientFrame, ErrorCode, Millis, Nonce, Seq};

use super::Client;
use crate::bots::BotSaveState;
use crate::effect::{Change, Effects};

impl Client {
    pub(super) fn say(
        &mut self,
        now: Millis,
        nonce: Nonce,
        text: &str,
        reply_to: Option<Seq>,
        effects: &mut Effects,
    ) {
        if let Some(text) = checked(text, effects) {
            self.timeline.say(now, nonce, text, reply_to, effects);
        }
    }

    pub(super) fn edit(&mut self, nonce: Nonce, seq: Seq, text: &str, effects: &mut Effects) {
        let Some(text) = checked(text, effects).map(Body::into_string) else { return };
        if self.timeline.by_seq(seq).is_none_or(|item| item.text != text) {
            self.request(|after| ClientFrame::Edit { nonce, after, seq, text }, effects);
        }
    }

    pub(super) fn set_bot(
        &mut self,
        nonce: Nonce,
        draft: Box<BotDraft>,
        knowledge: Option<String>,
        effects: &mut Effects,
    ) {
        if self.request(|after| ClientFrame::SetBot { nonce, after, draft, knowledge }, effects) {
            self.bots.set_save_state(BotSaveState::Saving, effects);
        }
    }

    pub(super) fn regenerate(&mut self, nonce: Nonce, run: Seq, confirmed: bool, effects: &mut Effects) {
        self.request(|after| ClientFrame::Regenerate { nonce, after, run, confirmed }, effects);
    }

    pub(super) fn choose(&mut self, nonce: Nonce, seq: Seq, index: usize, effects: &mut Effects) {
        self.request(|after| ClientFrame::Choose { nonce, after, seq, index }, effects);
    }

    /// Makes a write request and sends it on a live socket; otherwise the next one sends it. Returns whether it was made.
    pub(super) fn request(&mut self, frame: impl FnOnce(Seq) -> ClientFrame, effects: &mut Effects) -> bool {
        let frame = self.timeline.position().map(frame);
        frame.is_some_and(|frame| self.make_request(frame, effects))
    }

    fn make_request(&mut self, frame: ClientFrame, effects: &mut Effects) -> bool {
        let frame = self.timeline.request(frame, effects);
        if let Some(frame) = &frame {
            self.send_if_live(frame, effects);
        }
        frame.is_some()
    }
}

/// Checks a typed text. One that the room would refuse becomes a notice.
fn checked(text: &str, effects: &mut Effects) -> Option<Body> {
    let refused = |code: ErrorCode| effects.show(Change::Notice { code, retry_after_ms: None });
    Body::parse(text).map_err(refused).ok()
}
