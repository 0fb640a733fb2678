//! What the person reads besides the newest messages: other parts of the log, what a search finds, and what bots write for
//! them alone.

use shared::{Event, Hit, Millis, Seq};

use super::Client;
use crate::effect::Effects;
use crate::input::Input;

impl Client {
    pub(super) fn read_history(&mut self, now: Millis, input: Input, effects: &mut Effects) {
        let is_live = self.connection.is_live();
        let frame = match input {
            Input::LoadOlder if is_live => self.timeline.load_older(now, effects),
            Input::LoadNewer if is_live => self.timeline.load_newer(now, effects),
            Input::JumpTo { seq } => {
                self.timeline.jump(seq);
                // A message that is not held is asked for as soon as the room is there.
                let is_reachable = is_live || self.timeline.by_seq(seq).is_some();
                is_reachable.then(|| self.timeline.find_target(now, effects)).flatten()
            }
            Input::Search { query } => self.search.start(&query, effects),
            Input::SearchOlder => self.search.go_on(effects),
            Input::AskPrivately { request } => {
                self.private_answers.ask(request, self.lang, self.can_write(), effects)
            }
            Input::DropPrivateAnswer { request } => {
                self.private_answers.drop_answer(request, effects);
                None
            }
            Input::Following(is_following) => {
                self.timeline.follow(is_following, effects);
                None
            }
            Input::ToNewest => {
                self.timeline.show_newest(effects);
                None
            }
            _ => None,
        };
        if let Some(frame) = frame {
            self.send_if_live(&frame, effects);
        }
    }

    /// Asks a room that is there again for what was not answered.
    pub(super) fn read_again(&mut self, now: Millis, effects: &mut Effects) {
        let target = self.timeline.find_target(now, effects);
        let frames = target.into_iter().chain(self.search.unanswered());
        frames.for_each(|frame| effects.send(&frame));
    }

    pub(super) fn search_page(
        &mut self,
        query: &str,
        before: Option<Seq>,
        hits: Vec<Hit>,
        next: Option<Seq>,
        effects: &mut Effects,
    ) {
        if let Some(frame) = self.search.found(query, before, hits, next, effects) {
            effects.send(&frame);
        }
    }

    /// Drops what was deleted from what a search found, and private answers that may repeat it; changes quotes.
    pub(super) fn follow_changes(&mut self, events: &[Event], effects: &mut Effects) {
        self.quotes.events(events, effects);
        self.private_answers.events(events, effects);
        for event in events {
            if let Event::Deleted { target, .. } = event {
                self.search.message_deleted(*target, effects);
            }
        }
    }
}
