//! What the person does: join, say, retry, stop, ask again, edit, delete, vote, set bots, type, look back.

use shared::{Author, Body, BotDraft, ClientFrame, Millis, Nonce, Seq};

use crate::bots::Setting;
use crate::client::Client;
use crate::effect::Out;
use crate::link::Phase;
use crate::outbox::{Delivery, Item};
use crate::{Change, Door, Key, attempt};

/// Messages that are asked for at once.
const PAGE: u32 = 50;

impl Client {
    pub(crate) fn join(&mut self, now: Millis, nickname: String, out: &mut Out) {
        self.greeting.want(nickname);
        // The person waits, so the next attempt does not. A link that leads nowhere stays one.
        let leads_nowhere = self.door == Door::Absent && self.key.is_some();
        if matches!(self.link.phase(), Phase::Offline { .. }) && !leads_nowhere {
            self.enter(now, out);
        }
    }

    pub(crate) fn say(
        &mut self,
        now: Millis,
        nonce: Nonce,
        text: &str,
        reply_to: Option<Seq>,
        out: &mut Out,
    ) {
        let body = match Body::parse(text) {
            Ok(body) => body,
            Err(code) => return out.show(Change::Notice { code, retry_after_ms: None }),
        };
        if let Some(item) = self.item(now, nonce, body.into_string(), reply_to) {
            self.timeline.outbox.add(item, out);
        }
    }

    pub(crate) fn retry(&mut self, now: Millis, nonce: &Nonce, fresh: Nonce, out: &mut Out) {
        if let Some(anew) = self.item(now, fresh, String::new(), None) {
            self.timeline.outbox.retry(nonce, anew, out);
        }
    }

    pub(crate) fn regenerate(&mut self, nonce: Nonce, run: Seq, out: &mut Out) {
        self.attempt(|after| ClientFrame::Regenerate { nonce, after, run }, out);
    }

    pub(crate) fn edit(&mut self, nonce: Nonce, seq: Seq, text: &str, out: &mut Out) {
        match Body::parse(text) {
            Ok(body) => {
                let text = body.into_string();
                let is_same = self.timeline.by_seq(seq).is_some_and(|row| row.text == text);
                if is_same {
                    return;
                }
                self.attempt(|after| ClientFrame::Edit { nonce, after, seq, text }, out);
            }
            Err(code) => out.show(Change::Notice { code, retry_after_ms: None }),
        }
    }

    pub(crate) fn delete(&mut self, nonce: Nonce, seq: Seq, out: &mut Out) {
        self.attempt(|after| ClientFrame::Delete { nonce, after, seq }, out);
    }

    pub(crate) fn vote(&mut self, nonce: Nonce, seq: Seq, option: Option<usize>, out: &mut Out) {
        self.attempt(|after| ClientFrame::Vote { nonce, after, seq, option }, out);
    }

    pub(crate) fn set_bot(&mut self, nonce: Nonce, draft: Box<BotDraft>, out: &mut Out) {
        if self.attempt(|after| ClientFrame::SetBot { nonce, after, draft }, out) {
            self.bots.turn(Setting::UnderWay, out);
        }
    }

    pub(crate) fn remove_bot(&mut self, nonce: Nonce, handle: String, out: &mut Out) {
        self.attempt(|after| ClientFrame::RemoveBot { nonce, after, handle }, out);
    }

    pub(crate) fn ask_drafts(&mut self, out: &mut Out) {
        let frame = self.bots.ask_drafts();
        self.ask(&frame, out);
    }

    pub(crate) fn ask_bill(&mut self, out: &mut Out) {
        let frame = self.bots.ask_bill();
        self.ask(&frame, out);
    }

    /// Asks the room for something that it writes down, from here and now. False before the first welcome.
    fn attempt(&mut self, frame: impl FnOnce(Seq) -> ClientFrame, out: &mut Out) -> bool {
        let timeline = &mut self.timeline;
        let (Some(epoch), Some(after), Some(you)) =
            (timeline.log.epoch().cloned(), timeline.log.position(), &timeline.you)
        else {
            return false;
        };
        let frame = frame(after);
        if !timeline.attempts.add(&frame, epoch, you.id.clone()) {
            return false;
        }
        if let Some(seq) = attempt::target(&frame) {
            timeline.log.show(seq, out);
        }
        self.ask(&frame, out);
        true
    }

    fn ask(&self, frame: &ClientFrame, out: &mut Out) {
        if self.link.is_live() {
            out.send(frame);
        }
    }

    pub(crate) fn stop(&mut self, run: Seq, out: &mut Out) {
        if self.link.is_live() {
            out.send(&ClientFrame::Stop { run });
        }
    }

    pub(crate) fn types(&mut self, now: Millis, on: bool, out: &mut Out) {
        if self.link.is_live() && self.timeline.is_joined() && self.typing.tell(now, on) {
            out.send(&ClientFrame::Typing { on });
        }
    }

    pub(crate) fn load_older(&mut self, now: Millis, out: &mut Out) {
        let Some(before) = self.timeline.log.oldest() else { return };
        if self.link.is_live() && self.timeline.older.ask(before, now, out) {
            out.send(&ClientFrame::History { before, limit: PAGE });
        }
    }

    /// A message of the person's, from here and now. `None` before they joined, and for a nonce that was used before:
    /// the room would take it for that attempt again.
    fn item(&self, now: Millis, nonce: Nonce, text: String, reply_to: Option<Seq>) -> Option<Item> {
        let you = self.timeline.you.as_ref()?;
        let name = you.name.clone()?;
        let key = Key::Human { author: you.id.clone(), nonce: nonce.clone() };
        if self.timeline.log.by_key(&key).is_some() {
            return None;
        }
        Some(Item {
            nonce,
            author: Author::Human { id: you.id.clone(), name, owner: you.owner },
            person: you.id.clone(),
            epoch: self.timeline.log.epoch().cloned(),
            after: self.timeline.log.position()?,
            at: now,
            text,
            reply_to,
            delivery: Delivery::Pending { not_before: None },
        })
    }
}
