//! What the reader asks the room to write. Each request has a nonce of its own, so that a retry is written once.

use client::{Input, ItemKey};
use leptos::prelude::*;
use shared::{CardChange, ModerationAction, Nonce, PersonId, RoomSettings, Seq};

use super::Session;
use crate::browser::random;
use crate::i18n::text;

impl Session {
    pub(crate) fn send_message(self, text: String, reply_to: Option<Seq>) {
        self.tell(Input::Say { nonce: random::nonce(), text, reply_to });
    }

    /// Sends a failed message again.
    pub(crate) fn retry(self, key: &ItemKey) {
        if let Some(nonce) = nonce_of(key) {
            self.tell(Input::Retry { nonce, fresh: random::nonce() });
        }
    }

    /// Deletes a failed message that was never sent.
    pub(crate) fn discard(self, key: &ItemKey) {
        if let Some(nonce) = nonce_of(key) {
            self.tell(Input::Discard { nonce });
        }
    }

    /// Asks the bot for a new answer to the same question, and the person first where people have voted in the present one.
    pub(crate) fn regenerate(self, run: Seq, has_votes: bool) {
        let is_sure = || window().confirm_with_message(text().ask_again_despite_votes).unwrap_or_default();
        if !has_votes || is_sure() {
            self.tell(Input::Regenerate { nonce: random::nonce(), run, confirmed: has_votes });
        }
    }

    pub(crate) fn edit_message(self, seq: Seq, text: String) {
        self.tell(Input::Edit { nonce: random::nonce(), seq, text });
    }

    pub(crate) fn delete_message(self, seq: Seq) {
        self.tell(Input::Delete { nonce: random::nonce(), seq });
    }

    /// Votes for options of a poll; none takes the votes back.
    pub(crate) fn vote(self, seq: Seq, options: Vec<usize>) {
        self.tell(Input::Vote { nonce: random::nonce(), seq, options });
    }

    /// Changes the card of an answer.
    pub(crate) fn change_card(self, seq: Seq, change: CardChange) {
        self.tell(Input::ChangeCard { nonce: random::nonce(), seq, change });
    }

    /// Puts an emoji on a message, or takes it away.
    pub(crate) fn react(self, seq: Seq, emoji: String, on: bool) {
        self.tell(Input::React { nonce: random::nonce(), seq, emoji, on });
    }

    /// Mutes, kicks or bans a person, or takes that back.
    pub(crate) fn moderate(self, person: PersonId, action: ModerationAction) {
        self.tell(Input::Moderate { nonce: random::nonce(), person, action });
    }

    pub(crate) fn set_room(self, settings: RoomSettings) {
        self.tell(Input::SetRoom { nonce: random::nonce(), settings });
    }

    pub(crate) fn rotate_key(self, key: String) {
        self.tell(Input::RotateKey { nonce: random::nonce(), key });
    }

    pub(crate) fn hand_over(self, person: PersonId) {
        self.tell(Input::HandOver { nonce: random::nonce(), person });
    }

    pub(crate) fn delete_room(self) {
        self.tell(Input::DeleteRoom { nonce: random::nonce() });
    }

    pub(crate) fn report(self, seq: Seq, reason: String) {
        self.tell(Input::Report { nonce: random::nonce(), seq, reason });
    }

    pub(crate) fn dismiss_reports(self, seq: Seq) {
        self.tell(Input::DismissReports { nonce: random::nonce(), seq });
    }
}

fn nonce_of(key: &ItemKey) -> Option<Nonce> {
    match key {
        ItemKey::Human { nonce, .. } => Some(nonce.clone()),
        ItemKey::Seq(_) => None,
    }
}
