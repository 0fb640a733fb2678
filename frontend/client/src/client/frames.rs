//! Passes each frame that arrives to the parts that it concerns.

use shared::frame::{Delta, Welcome};
use shared::{ClientFrame, Event, FieldError, Millis, ModerationAct, Nonce, Seq, ServerFrame};

use super::Client;
use crate::bots::BotSaveState;
use crate::effect::{Change, Effects};
use crate::private_answers::PrivateAnswer;
use crate::timeline::{Gap, Refusal};

/// Frames. One that this version does not know changes nothing (promise G15).
impl Client {
    pub(super) fn received(&mut self, now: Millis, text: &str, effects: &mut Effects) {
        if !self.connection.text_arrived(now, text, effects) {
            return;
        }
        match ServerFrame::parse(text) {
            // A batch holds no other batch, so frames within frames end here.
            Ok(ServerFrame::Batch { frames }) => {
                frames.into_iter().for_each(|frame| self.frame(now, frame, effects));
            }
            Ok(frame) => self.frame(now, frame, effects),
            Err(_) => {}
        }
    }

    fn frame(&mut self, now: Millis, frame: ServerFrame, effects: &mut Effects) {
        match frame {
            // An earlier frame of the same batch may have ended the connection.
            _ if !self.connection.is_open() => {}
            ServerFrame::Welcome(welcome) => self.welcomed(now, *welcome, effects),
            ServerFrame::Refused { nonce: Some(nonce), code, retry_after_ms, fields } => {
                self.refused(now, &nonce, Refusal { code, retry_after_ms }, fields, effects);
            }
            ServerFrame::Refused { nonce: None, code, retry_after_ms, .. } => {
                effects.show(Change::Notice { code, retry_after_ms });
                self.connection.refused(code);
                self.bots.query_refused();
                self.timeline.query_refused(effects);
                self.search.query_refused(code, effects);
                self.quotes.query_refused(now);
                self.administration.query_refused();
            }
            // Events and deltas before the welcome have no known position yet; the welcome holds them all.
            _ if !self.connection.is_live() => {}
            ServerFrame::Said(said) => self.events(vec![Event::Said(said)], effects),
            ServerFrame::Events { events } => self.events(events, effects),
            ServerFrame::Accepted { nonce, seq } => self.accepted(&nonce, seq, effects),
            ServerFrame::Deltas { deltas } => {
                for Delta { run, offset, text } in deltas {
                    let result = self.timeline.delta(run, offset, &text, effects);
                    self.repair(result);
                }
            }
            ServerFrame::Run(status) => self.timeline.run_status(status, effects),
            ServerFrame::People { joined, left, count, all } => {
                self.timeline.learn_people(&joined);
                self.presence.update_people(joined, left, count, all, effects);
            }
            ServerFrame::PeoplePage { after, people, more } => {
                if let Some(frame) = self.presence.people_page(after.as_ref(), people, more, effects) {
                    effects.send(&frame);
                }
            }
            ServerFrame::Typing { names } => {
                let me = self.timeline.you().and_then(|you| you.name.as_deref());
                self.presence.set_typing(names, me, effects);
            }
            ServerFrame::Page { place, messages, .. } if self.quotes.page(place, &messages, effects) => {}
            ServerFrame::Page { place, messages, more, newer } => {
                self.timeline.page(place, messages, more, newer, effects);
            }
            ServerFrame::SearchPage { query, before, hits, next } => {
                self.search_page(&query, before, hits, next, effects);
            }
            answer @ ServerFrame::PrivateAnswer { .. } => self.answered_privately(answer, effects),
            ServerFrame::Drafts { drafts, offer } => self.bots.set_custom_bots(drafts, offer, effects),
            ServerFrame::Knowledge { handle, text } => self.bots.set_knowledge(&handle, text, effects),
            ServerFrame::Bill(bill) => self.bots.set_bill(*bill, effects),
            ServerFrame::Audit(audit) => self.administration.set_audit(*audit, effects),
            ServerFrame::Reports { count } => self.administration.set_reports(count, effects),
            ServerFrame::Batch { .. } | ServerFrame::Unknown => {}
        }
    }

    fn answered_privately(&mut self, frame: ServerFrame, effects: &mut Effects) {
        let ServerFrame::PrivateAnswer { request, text, code, resets_at, cost } = frame else { return };
        let answer = match code {
            Some(code) if text.is_empty() => PrivateAnswer::Failed { code, resets_at },
            code => PrivateAnswer::Done { text, code, cost },
        };
        self.private_answers.answered(request, answer, effects);
    }

    fn welcomed(&mut self, now: Millis, mut welcome: Welcome, effects: &mut Effects) {
        if !welcome.recovered {
            self.quotes.reset();
        }
        self.follow_changes(&welcome.events, effects);
        if self.timeline.welcomed(&mut welcome, effects).is_err() {
            return self.hang_up(now, effects);
        }
        self.presence.set_people(welcome.people, welcome.count, effects);
        self.timeline.replace_bots(welcome.bots, effects);
        self.administration.welcomed(welcome.private, effects);
        self.room_info.welcomed(welcome.limits, welcome.demo, effects);
        if !self.timeline.is_saving_bot() {
            self.bots.finish_save(BotSaveState::Idle, effects);
        }
        if self.connection.welcomed(now, welcome.you.name.as_deref(), effects) {
            self.timeline.unanswered().for_each(|frame| effects.send(frame));
            self.bots.unanswered().for_each(|frame| effects.send(&frame));
            self.administration.unanswered().iter().for_each(|frame| effects.send(frame));
            self.read_again(now, effects);
        }
    }

    fn accepted(&mut self, nonce: &Nonce, seq: Seq, effects: &mut Effects) {
        match self.timeline.accepted(nonce, seq, effects).as_deref() {
            Some(ClientFrame::SetBot { .. }) => _ = self.bots.finish_save(BotSaveState::Saved, effects),
            Some(ClientFrame::RemoveBot { .. }) => {}
            Some(frame) => return self.administrated(frame, effects),
            None => return,
        }
        // What the owner wrote is not part of the log, so ask for it again.
        self.request_custom_bots(effects);
    }

    fn refused(
        &mut self,
        now: Millis,
        nonce: &Nonce,
        refusal: Refusal,
        errors: Vec<FieldError>,
        effects: &mut Effects,
    ) {
        let Refusal { code, retry_after_ms } = refusal;
        let Some(frame) = self.timeline.refused(now, nonce, refusal, &mut self.rng, effects) else { return };
        let is_bot = matches!(*frame, ClientFrame::SetBot { .. });
        if !is_bot || !self.bots.finish_save(BotSaveState::Refused { code, errors }, effects) {
            effects.show(Change::Notice { code, retry_after_ms });
        }
    }

    fn events(&mut self, events: Vec<Event>, effects: &mut Effects) {
        self.follow_changes(&events, effects);
        let acts: Vec<ModerationAct> = events.iter().filter_map(act).collect();
        let result = self.timeline.events(events, effects);
        self.repair(result);
        acts.iter().for_each(|act| self.act_told(act, effects));
    }

    /// Makes a hello due after a gap.
    fn repair(&mut self, result: Result<(), Gap>) {
        if result.is_err() {
            self.connection.note_gap();
        }
    }
}

fn act(event: &Event) -> Option<ModerationAct> {
    match event {
        Event::Moderation(moderation) => Some(moderation.act.clone()),
        _ => None,
    }
}
