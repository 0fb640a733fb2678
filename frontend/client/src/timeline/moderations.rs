//! What owners and operators did: quiet lines between the messages, the room's settings, and what it means for this person.

use shared::{Event, Moderation, ModerationAct, RoomSettings};

use super::Timeline;
use crate::effect::{Change, Effects};
use crate::item_key::ItemKey;
use crate::outbox::OutboxItem;

impl Timeline {
    /// What an event says that an owner or operator did, if it was not applied before.
    pub(super) fn new_act(&self, event: &Event) -> Option<ModerationAct> {
        match event {
            Event::Moderation(moderation) if Some(moderation.seq) > self.log.position() => {
                Some(moderation.act.clone())
            }
            _ => None,
        }
    }

    /// Returns the keys of all items from top to bottom: first the log's, then the unsent ones. Among those of messages are the
    /// keys of what owners and operators did ([`Self::moderation`]).
    pub fn keys(&self) -> Vec<ItemKey> {
        let mut keys = Vec::new();
        let shown = self.log.moderations().keys().copied().filter(|seq| self.history.shows_act(*seq));
        let mut acts = shown.peekable();
        let (first, last) = self.history.range();
        for logged in self.log.messages_in(first, last) {
            let seq = logged.message.seq;
            let beside = self.log.answers_beside(seq);
            if beside.iter().any(|other| first <= other.message.seq && other.message.seq < seq) {
                continue;
            }
            while let Some(seq) = acts.next_if(|seq| *seq < logged.message.seq) {
                keys.push(ItemKey::Seq(seq));
            }
            keys.push(logged.key.clone());
        }
        keys.extend(acts.map(ItemKey::Seq));
        if !self.is_detached() {
            keys.extend(self.outbox.items().iter().map(OutboxItem::key));
        }
        keys
    }

    /// Returns what an owner or operator did, to be shown in one quiet line; `None` for the key of a message.
    pub fn moderation(&self, key: &ItemKey) -> Option<&Moderation> {
        let ItemKey::Seq(seq) = key else { return None };
        self.log.moderations().get(seq)
    }

    /// Returns the room's settings; the default ones before the first welcome.
    pub fn settings(&self) -> &RoomSettings {
        &self.settings
    }

    /// Applies what an owner or operator did to this person and to the room.
    pub(super) fn moderated(&mut self, act: ModerationAct, effects: &mut Effects) {
        if let ModerationAct::RoomSet { settings } = act {
            return self.set_settings(settings, effects);
        }
        let Some(you) = &mut self.you else { return };
        let before = you.clone();
        match act {
            ModerationAct::Muted { person, until, .. } if person == you.id => you.muted_until = Some(until),
            ModerationAct::Unmuted { person, .. } if person == you.id => you.muted_until = None,
            ModerationAct::HandedOver { person, .. } => {
                you.owner = person == you.id;
                if you.owner {
                    you.muted_until = None;
                }
            }
            _ => {}
        }
        if *you != before {
            effects.show(Change::You);
        }
    }

    pub(super) fn set_settings(&mut self, settings: RoomSettings, effects: &mut Effects) {
        if self.settings != settings {
            self.settings = settings;
            effects.show(Change::Settings);
        }
    }
}
