//! Messages that the log does not show yet: persisted before they are sent, sent one at a time in their order, and kept
//! until the log shows them.

mod item;
mod persistence;

use shared::frame::You;
use shared::{ClientFrame, Epoch, ErrorCode, Millis, Nonce, Seq, SplitMix64};

pub(crate) use self::item::{DeliveryState, OutboxItem};
use crate::effect::{Change, Effect, Effects};
use crate::item_key::ItemKey;

/// How long a `say` may stay unanswered on a live socket.
const REPLY_TIMEOUT_MS: u64 = 15_000;
/// How long to wait after a refusal that names no time.
const RETRY_MS: u64 = 2_000;
/// The most that is added at random, so that pages refused at the same moment do not retry at the same moment.
const JITTER_MS: u64 = 250;

/// The attempt that waits for its reply.
#[derive(Debug)]
struct InFlight {
    nonce: Nonce,
    deadline: Millis,
}

/// The unsent messages in the order in which they were written.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    items: Vec<OutboxItem>,
    in_flight: Option<InFlight>,
}

impl Outbox {
    /// Reads what was persisted before a reload and leaves out what cannot be read.
    pub(crate) fn restore(persisted: &[String]) -> Self {
        let mut outbox = Self::default();
        for item in persisted.iter().filter_map(|text| persistence::decode(text).ok()) {
            if outbox.find(&item.nonce).is_none() {
                // The browser's storage has no order of its own. The items are few, and a sort would weigh more.
                let order = (item.at, item.after);
                let index = outbox.items.partition_point(|other| (other.at, other.after) <= order);
                outbox.items.insert(index, item);
            }
        }
        outbox
    }

    pub(crate) fn items(&self) -> &[OutboxItem] {
        &self.items
    }

    pub(crate) fn by_key(&self, key: &ItemKey) -> Option<&OutboxItem> {
        let ItemKey::Human { author, nonce } = key else { return None };
        self.find(nonce).filter(|item| item.person == *author)
    }

    /// Adds a message and persists it. Ignores a nonce that was used before.
    pub(crate) fn add(&mut self, item: OutboxItem, effects: &mut Effects) {
        if self.find(&item.nonce).is_some() {
            return;
        }
        persist(&item, effects);
        self.items.push(item);
        effects.show(Change::Order);
    }

    /// The room accepted the message. It stays on the screen until the log shows it, unless the log is already past it.
    pub(crate) fn accepted(&mut self, nonce: &Nonce, seq: Seq, position: Option<Seq>, effects: &mut Effects) {
        self.reply_arrived(nonce);
        let Some(item) = self.find_mut(nonce) else { return };
        item.delivery = DeliveryState::Sent { seq };
        let key = item.key();
        unpersist(nonce, effects);
        effects.show(Change::Item(key));
        self.log_reached(position, effects);
    }

    /// Returns the nonce of the message that the room accepted at this `seq`.
    pub(crate) fn accepted_nonce(&self, seq: Seq) -> Option<Nonce> {
        let is_it =
            |item: &&OutboxItem| matches!(item.delivery, DeliveryState::Sent { seq: sent } if sent == seq);
        self.items.iter().find(is_it).map(|item| item.nonce.clone())
    }

    /// The room refused the message. Returns whether it is one of this outbox.
    pub(crate) fn refused(
        &mut self,
        now: Millis,
        nonce: &Nonce,
        code: ErrorCode,
        retry_after_ms: Option<u64>,
        rng: &mut SplitMix64,
        effects: &mut Effects,
    ) -> bool {
        let Some(item) = self.find_mut(nonce) else { return false };
        if item.is_sent() {
            // Another tab of the person sent it as well, and that was accepted before.
        } else if code.is_temporary() {
            let wait = retry_after_ms.unwrap_or(RETRY_MS).saturating_add(rng.up_to(JITTER_MS));
            item.delivery = DeliveryState::Pending { not_before: Some(now.plus(wait)) };
        } else {
            fail(item, code, effects);
        }
        self.reply_arrived(nonce);
        true
    }

    /// The log shows this item: its message has arrived, whatever the replies said so far.
    pub(crate) fn shown_by_log(&mut self, key: &ItemKey, effects: &mut Effects) {
        let Some(item) = self.by_key(key) else { return };
        let nonce = item.nonce.clone();
        if !item.is_sent() {
            unpersist(&nonce, effects);
        }
        self.remove(&nonce, effects);
    }

    /// The log was applied up to `position`: accepted messages up to there are in it, or came before its first row.
    pub(crate) fn log_reached(&mut self, position: Option<Seq>, effects: &mut Effects) {
        let is_passed = |seq: Seq| position.is_some_and(|position| seq <= position);
        self.remove_all(
            |item| matches!(item.delivery, DeliveryState::Sent { seq } if is_passed(seq)),
            effects,
        );
    }

    /// Applies who this person is and which sequence space is current. Messages of another person are not sent in this
    /// one's name, and nonces of another sequence space cannot be searched for: in both cases the person decides.
    pub(crate) fn welcomed(&mut self, you: &You, epoch: &Epoch, effects: &mut Effects) {
        let is_other_epoch = |item: &OutboxItem| item.epoch.as_ref().is_some_and(|other| other != epoch);
        self.remove_all(|item| item.is_sent() && is_other_epoch(item), effects);
        for item in self.items.iter_mut().filter(|item| item.is_pending()) {
            if item.person != you.id {
                fail(item, ErrorCode::NotAllowed, effects);
            } else if is_other_epoch(item) {
                fail(item, ErrorCode::Stale, effects);
            }
        }
    }

    /// Sends a failed message again: under its own nonce, or as `replacement` (with the old text) where the room could
    /// not recognise the old nonce.
    pub(crate) fn retry(&mut self, nonce: &Nonce, replacement: OutboxItem, effects: &mut Effects) {
        let is_fresh_taken = self.find(&replacement.nonce).is_some();
        let Some(item) = self.find_mut(nonce) else { return };
        let DeliveryState::Failed { why } = item.delivery else { return };
        if (why == ErrorCode::Stale || item.person != replacement.person) && !is_fresh_taken {
            unpersist(nonce, effects);
            *item = OutboxItem { text: item.text.clone(), reply_to: item.reply_to, ..replacement };
            effects.show(Change::Order);
        } else {
            item.delivery = DeliveryState::Pending { not_before: None };
            effects.show(Change::Item(item.key()));
        }
        persist(item, effects);
    }

    /// Deletes an unsent message. An accepted one belongs to the room already.
    pub(crate) fn discard(&mut self, nonce: &Nonce, effects: &mut Effects) {
        if self.find(nonce).is_some_and(|item| !item.is_sent()) {
            unpersist(nonce, effects);
            self.remove(nonce, effects);
        }
    }

    /// Returns the next frame to send, if it is time for it, and counts it as sent. The first pending message holds up
    /// the others, so that a person's own order is kept.
    pub(crate) fn take_frame(&mut self, now: Millis) -> Option<ClientFrame> {
        if self.in_flight.is_some() {
            return None;
        }
        let item = self.first_pending()?;
        if matches!(item.delivery, DeliveryState::Pending { not_before: Some(at) } if at > now) {
            return None;
        }
        let nonce = item.nonce.clone();
        let frame = ClientFrame::Say {
            nonce: nonce.clone(),
            after: item.after,
            text: item.text.clone(),
            reply_to: item.reply_to,
        };
        self.in_flight = Some(InFlight { nonce, deadline: now.plus(REPLY_TIMEOUT_MS) });
        Some(frame)
    }

    /// Makes the message without a reply due again on the next socket.
    pub(crate) fn socket_lost(&mut self) {
        self.in_flight = None;
    }

    pub(crate) fn is_overdue(&self, now: Millis) -> bool {
        self.in_flight.as_ref().is_some_and(|in_flight| in_flight.deadline <= now)
    }

    /// When a live and joined client has something to do for the outbox.
    pub(crate) fn next_wakeup(&self) -> Option<Millis> {
        match (&self.in_flight, self.first_pending().map(|item| item.delivery)) {
            (Some(in_flight), _) => Some(in_flight.deadline),
            (None, Some(DeliveryState::Pending { not_before })) => not_before,
            (None, _) => None,
        }
    }

    fn first_pending(&self) -> Option<&OutboxItem> {
        self.items.iter().find(|item| item.is_pending())
    }

    fn reply_arrived(&mut self, nonce: &Nonce) {
        if self.in_flight.as_ref().is_some_and(|in_flight| in_flight.nonce == *nonce) {
            self.in_flight = None;
        }
    }

    fn find(&self, nonce: &Nonce) -> Option<&OutboxItem> {
        self.items.iter().find(|item| item.nonce == *nonce)
    }

    fn find_mut(&mut self, nonce: &Nonce) -> Option<&mut OutboxItem> {
        self.items.iter_mut().find(|item| item.nonce == *nonce)
    }

    fn remove(&mut self, nonce: &Nonce, effects: &mut Effects) {
        self.reply_arrived(nonce);
        self.items.retain(|item| item.nonce != *nonce);
        effects.show(Change::Order);
    }

    fn remove_all(&mut self, is_removed: impl Fn(&OutboxItem) -> bool, effects: &mut Effects) {
        let count = self.items.len();
        self.items.retain(|item| !is_removed(item));
        if self.items.len() != count {
            effects.show(Change::Order);
        }
    }
}

fn fail(item: &mut OutboxItem, why: ErrorCode, effects: &mut Effects) {
    item.delivery = DeliveryState::Failed { why };
    persist(item, effects);
    effects.show(Change::Item(item.key()));
}

fn persist(item: &OutboxItem, effects: &mut Effects) {
    effects.push(Effect::Persist { nonce: item.nonce.clone(), item: Some(persistence::encode(item)) });
}

fn unpersist(nonce: &Nonce, effects: &mut Effects) {
    effects.push(Effect::Persist { nonce: nonce.clone(), item: None });
}
