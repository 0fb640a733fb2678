//! Messages that are not in the log yet: written ahead, sent one by one in their order, kept until they are seen there.

use shared::frame::You;
use shared::{Author, ClientFrame, Epoch, ErrorCode, Millis, Nonce, PersonId, Seq, SplitMix64};

use crate::effect::Out;
use crate::{Change, Effect, Key, persisted};

/// How long a say may stay unanswered on a live socket.
const ANSWER_MS: u64 = 15_000;
/// How long to wait after a refusal that names no time.
const RETRY_MS: u64 = 2_000;
/// Keeps the pages that were refused at the same moment from coming back at the same moment.
const JITTER_MS: u64 = 250;

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) nonce: Nonce,
    pub(crate) author: Author,
    pub(crate) person: PersonId,
    /// The numbering that `after` and `reply_to` belong to.
    pub(crate) epoch: Option<Epoch>,
    /// Fixed when it was written and the same for every attempt: the room looks for the nonce from here on, so a later
    /// place could miss what an earlier attempt wrote.
    pub(crate) after: Seq,
    pub(crate) at: Millis,
    pub(crate) text: String,
    pub(crate) reply_to: Option<Seq>,
    pub(crate) delivery: Delivery,
}

/// How far it got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// To be sent, or sent and not answered.
    Pending {
        /// The room asked to wait until then.
        not_before: Option<Millis>,
    },
    /// Accepted, and not seen in the log yet.
    Sent {
        /// Its place.
        seq: Seq,
    },
    /// Refused for good.
    Failed {
        /// Why.
        why: ErrorCode,
    },
}

/// The one attempt that waits for its answer.
#[derive(Debug)]
struct InFlight {
    nonce: Nonce,
    until: Millis,
}

/// All messages on their way, in the order in which they were written.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    items: Vec<Item>,
    in_flight: Option<InFlight>,
}

impl Outbox {
    /// Takes what was kept over a reload; what cannot be read is left out.
    pub(crate) fn new(kept: &[String]) -> Self {
        let mut outbox = Self::default();
        for item in kept.iter().filter_map(|text| persisted::decode(text).ok()) {
            if outbox.find(&item.nonce).is_none() {
                // Storage has no order of its own. They are few, so each is put into its place.
                let place = (item.at, item.after);
                let index = outbox.items.partition_point(|other| (other.at, other.after) <= place);
                outbox.items.insert(index, item);
            }
        }
        outbox
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    pub(crate) fn by_key(&self, key: &Key) -> Option<&Item> {
        let Key::Human { author, nonce } = key else { return None };
        self.find(nonce).filter(|item| item.person == *author)
    }

    pub(crate) fn add(&mut self, item: Item, out: &mut Out) {
        if self.find(&item.nonce).is_some() {
            return;
        }
        persist(&item, out);
        self.items.push(item);
        out.show(Change::Order);
    }

    /// The room took it. It stays on the screen until the log shows it, unless the log is already past it.
    pub(crate) fn accepted(&mut self, nonce: &Nonce, seq: Seq, position: Option<Seq>, out: &mut Out) {
        self.answered(nonce);
        let Some(item) = self.find_mut(nonce) else { return };
        item.delivery = Delivery::Sent { seq };
        forget(nonce, out);
        out.show(Change::Row(item.key()));
        self.passed(position, out);
    }

    /// The room did not take it. False: it is not of this outbox.
    pub(crate) fn refused(
        &mut self,
        nonce: &Nonce,
        code: ErrorCode,
        retry_after_ms: Option<u64>,
        now: Millis,
        chance: &mut SplitMix64,
        out: &mut Out,
    ) -> bool {
        let Some(item) = self.find_mut(nonce) else { return false };
        if code.is_temporary() {
            let wait = retry_after_ms.unwrap_or(RETRY_MS).saturating_add(chance.up_to(JITTER_MS));
            item.delivery = Delivery::Pending { not_before: Some(now.plus(wait)) };
        } else {
            item.fail(code, out);
        }
        self.answered(nonce);
        true
    }

    /// The log shows this row: its item has arrived, whatever was heard of it so far.
    pub(crate) fn seen(&mut self, key: &Key, out: &mut Out) {
        let Some(item) = self.by_key(key) else { return };
        let nonce = item.nonce.clone();
        if !matches!(item.delivery, Delivery::Sent { .. }) {
            forget(&nonce, out);
        }
        self.remove(&nonce, out);
    }

    /// The log was applied up to here: accepted items at or before it are in it, or were before its first row.
    pub(crate) fn passed(&mut self, position: Option<Seq>, out: &mut Out) {
        let count = self.items.len();
        self.items.retain(
            |item| !matches!(item.delivery, Delivery::Sent { seq } if position.is_some_and(|at| seq <= at)),
        );
        if self.items.len() != count {
            out.show(Change::Order);
        }
    }

    /// A welcome said who one is, and which numbering holds. Items of another person are not sent in this one's name,
    /// and items of another numbering cannot be looked for: in both cases the person decides.
    pub(crate) fn welcomed(&mut self, you: &You, epoch: &Epoch, out: &mut Out) {
        let is_other = |item: &Item| item.epoch.as_ref().is_some_and(|of| of != epoch);
        let count = self.items.len();
        self.items.retain(|item| !(matches!(item.delivery, Delivery::Sent { .. }) && is_other(item)));
        if self.items.len() != count {
            out.show(Change::Order);
        }
        for item in &mut self.items {
            if !matches!(item.delivery, Delivery::Pending { .. }) {
                continue;
            }
            if item.person != you.id {
                item.fail(ErrorCode::NotAllowed, out);
            } else if is_other(item) {
                item.fail(ErrorCode::Stale, out);
            }
        }
    }

    /// Sends a failed item again: under its own nonce, or as a new attempt where the old one means nothing any more.
    pub(crate) fn retry(&mut self, nonce: &Nonce, anew: Item, out: &mut Out) {
        let is_fresh_taken = self.find(&anew.nonce).is_some();
        let Some(item) = self.find_mut(nonce) else { return };
        let Delivery::Failed { why } = item.delivery else { return };
        if (why == ErrorCode::Stale || item.person != anew.person) && !is_fresh_taken {
            forget(nonce, out);
            *item = Item { text: item.text.clone(), reply_to: item.reply_to, ..anew };
            out.show(Change::Order);
        } else {
            item.delivery = Delivery::Pending { not_before: None };
            out.show(Change::Row(item.key()));
        }
        persist(item, out);
    }

    /// Throws an item away. An accepted one is the room's already.
    pub(crate) fn discard(&mut self, nonce: &Nonce, out: &mut Out) {
        let Some(item) = self.find(nonce) else { return };
        if matches!(item.delivery, Delivery::Sent { .. }) {
            return;
        }
        forget(nonce, out);
        self.remove(nonce, out);
    }

    /// The next frame to send, if it is time for it. The first in the row holds up the others, so one's own order holds.
    pub(crate) fn next(&mut self, now: Millis) -> Option<ClientFrame> {
        if self.in_flight.is_some() {
            return None;
        }
        let item = self.first_pending()?;
        if matches!(item.delivery, Delivery::Pending { not_before: Some(at) } if at > now) {
            return None;
        }
        let frame = ClientFrame::Say {
            nonce: item.nonce.clone(),
            after: item.after,
            text: item.text.clone(),
            reply_to: item.reply_to,
        };
        self.in_flight = Some(InFlight { nonce: item.nonce.clone(), until: now.plus(ANSWER_MS) });
        Some(frame)
    }

    /// The socket is gone: what was not answered is to be sent again.
    pub(crate) fn lost(&mut self) {
        self.in_flight = None;
    }

    pub(crate) fn is_overdue(&self, now: Millis) -> bool {
        self.in_flight.as_ref().is_some_and(|flight| flight.until <= now)
    }

    /// When a live and joined client has something to do here.
    pub(crate) fn next_wakeup(&self) -> Option<Millis> {
        match (&self.in_flight, self.first_pending().map(|item| item.delivery)) {
            (Some(flight), _) => Some(flight.until),
            (None, Some(Delivery::Pending { not_before })) => not_before,
            (None, _) => None,
        }
    }

    fn first_pending(&self) -> Option<&Item> {
        self.items.iter().find(|item| matches!(item.delivery, Delivery::Pending { .. }))
    }

    fn answered(&mut self, nonce: &Nonce) {
        if self.in_flight.as_ref().is_some_and(|flight| flight.nonce == *nonce) {
            self.in_flight = None;
        }
    }

    fn find(&self, nonce: &Nonce) -> Option<&Item> {
        self.items.iter().find(|item| item.nonce == *nonce)
    }

    fn find_mut(&mut self, nonce: &Nonce) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.nonce == *nonce)
    }

    fn remove(&mut self, nonce: &Nonce, out: &mut Out) {
        self.answered(nonce);
        self.items.retain(|item| item.nonce != *nonce);
        out.show(Change::Order);
    }
}

impl Item {
    pub(crate) fn key(&self) -> Key {
        Key::Human { author: self.person.clone(), nonce: self.nonce.clone() }
    }

    fn fail(&mut self, why: ErrorCode, out: &mut Out) {
        self.delivery = Delivery::Failed { why };
        persist(self, out);
        out.show(Change::Row(self.key()));
    }
}

fn persist(item: &Item, out: &mut Out) {
    out.effect(Effect::Persist { nonce: item.nonce.clone(), item: Some(persisted::encode(item)) });
}

fn forget(nonce: &Nonce, out: &mut Out) {
    out.effect(Effect::Persist { nonce: nonce.clone(), item: None });
}
