//! One tab's side of one room: passes each input to the parts that it concerns, and lets views read their state.
//!
//! `connection` gets to the room and back, `timeline` holds messages and writes, `presence` people, `bots` what the bots'
//! owner edits. The client itself only holds what joins them; the frames that arrive are in `frames`.

mod administrate;
mod frames;
mod reading;
mod writing;

use std::collections::BTreeMap;

use shared::entry::EnterReply;
use shared::frame::You;
use shared::{
    Audit, Bill, Bot, ClientFrame, Lang, Limits, Millis, Person, PersonId, PrivateRequest, Seq, SplitMix64,
};

use crate::administration::Administration;
use crate::bots::{BotSaveState, Bots, CustomBots};
use crate::composer::{self, CostHint, MentionCompletion};
use crate::config::Config;
use crate::connection::{Connection, Connector, EnterError, EntryState};
use crate::effect::{Effect, Effects};
use crate::input::Input;
use crate::presence::Presence;
use crate::private_answers::{PrivateAnswer, PrivateAnswers};
use crate::quotes::{Excerpt, Quotes};
use crate::room_info::RoomInfo;
use crate::search::Search;
use crate::timeline::Timeline;

/// The client of one room. See the crate's documentation for how to drive it.
#[derive(Debug)]
pub struct Client {
    lang: Lang,
    rng: SplitMix64,
    connection: Connector,
    timeline: Timeline,
    presence: Presence,
    bots: Bots,
    administration: Administration,
    room_info: RoomInfo,
    search: Search,
    quotes: Quotes,
    private_answers: PrivateAnswers,
}

impl Client {
    /// Creates a client that does nothing before [`Input::Start`].
    pub fn new(config: Config) -> Self {
        Self {
            lang: config.lang,
            rng: SplitMix64::new(config.seed),
            connection: Connector::new(&config),
            timeline: Timeline::restore(&config.outbox),
            presence: Presence::default(),
            bots: Bots::default(),
            administration: Administration::default(),
            room_info: RoomInfo::default(),
            search: Search::default(),
            quotes: Quotes::default(),
            private_answers: PrivateAnswers::default(),
        }
    }

    /// Applies what happened and returns what to do. `now` only measures waiting: it may repeat.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Effect> {
        let mut effects = Effects::default();
        self.apply(now, input, &mut effects);
        // After the input, which may be just what a deadline waited for.
        self.meet_deadlines(now, &mut effects);
        if effects.shows_order() {
            self.quotes.want(self.timeline.replied_to_and_not_held());
        }
        self.send_due(now, &mut effects);
        effects.into_vec()
    }

    /// Returns when [`Input::Tick`] is due. It may change with every input.
    pub fn next_wakeup(&self) -> Option<Millis> {
        let say = self.timeline.next_say().filter(|_| self.can_write());
        let quote = self.quotes.next_wakeup().filter(|_| self.may_ask_for_quotes());
        [self.connection.next_wakeup(), self.timeline.next_wakeup(), say, quote].into_iter().flatten().min()
    }

    pub fn connection(&self) -> &Connection {
        self.connection.shown()
    }

    /// Returns what the entry call said last.
    pub fn entry_state(&self) -> EntryState {
        self.connection.entry_state()
    }

    /// Returns who this person is in the room; `None` before the first welcome.
    pub fn you(&self) -> Option<&You> {
        self.timeline.you()
    }

    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    pub fn people(&self) -> &BTreeMap<PersonId, Person> {
        self.presence.people()
    }

    /// Returns how many people are in the room, which may be more than the roster names.
    pub fn people_count(&self) -> usize {
        self.presence.count()
    }

    /// Returns the nicknames of the others who type.
    pub fn typing(&self) -> &[String] {
        self.presence.typing()
    }

    /// Returns the bots that can be asked.
    pub fn bots(&self) -> &[Bot] {
        self.timeline.bots()
    }

    /// Until when an owner or operator keeps this person out; `None` where nobody knows.
    pub fn kept_out_until(&self) -> Option<Millis> {
        self.connection.kept_out_until()
    }

    /// Returns the custom bots as their owner wrote them; `None` before [`Input::RequestCustomBots`] was answered.
    pub fn custom_bots(&self) -> Option<&CustomBots> {
        self.bots.custom_bots()
    }

    /// Returns the knowledge of a custom bot; `None` before [`Input::RequestKnowledge`] was answered.
    pub fn knowledge(&self, handle: &str) -> Option<&str> {
        self.bots.knowledge(handle)
    }

    /// Returns the newest bill; `None` before [`Input::RequestBill`] was answered.
    pub fn bill(&self) -> Option<&Bill> {
        self.bots.bill()
    }

    /// Returns the progress of saving a custom bot.
    pub fn bot_save_state(&self) -> &BotSaveState {
        self.bots.save_state()
    }

    /// Returns the room's limits; the default ones before the first welcome.
    pub fn limits(&self) -> &Limits {
        self.room_info.limits()
    }

    /// Whether the answers come from the demo model.
    pub fn is_demo(&self) -> bool {
        self.room_info.is_demo()
    }

    /// Returns what owners and operators see of the room's moderation; `None` before [`Input::RequestAudit`] was answered.
    pub fn audit(&self) -> Option<&Audit> {
        self.administration.audit()
    }

    /// Returns how many messages have reports, for owners and operators.
    pub fn reports(&self) -> usize {
        self.administration.reports()
    }

    /// Returns the search in the room; without words before [`Input::Search`].
    pub fn search(&self) -> &Search {
        &self.search
    }

    /// Returns what is known of a message that others reply to and that the timeline does not hold.
    pub fn excerpt(&self, seq: Seq) -> Option<&Excerpt> {
        self.quotes.get(seq)
    }

    /// Returns what became of a private request; `None` before [`Input::AskPrivately`].
    pub fn private_answer(&self, request: PrivateRequest) -> Option<&PrivateAnswer> {
        self.private_answers.get(request)
    }

    /// Whether the room has a key.
    pub fn is_private(&self) -> bool {
        self.administration.is_private()
    }

    /// Returns suggestions for the `@` word or the command at the caret, whose position counts UTF-16 units.
    pub fn complete_mention(&self, text: &str, caret: usize) -> Option<MentionCompletion> {
        let me = self.you().map(|you| &you.id);
        composer::complete(text, caret, self.bots(), self.people().values(), me, self.lang)
    }

    /// Estimates what sending a text would cost; `None` when it asks no bot.
    pub fn cost_hint(&self, text: &str, reply_to: Option<Seq>) -> Option<CostHint> {
        composer::cost_hint(text, reply_to, self.bots(), self.people().values(), &self.timeline)
    }
}

impl Client {
    fn apply(&mut self, now: Millis, input: Input, effects: &mut Effects) {
        match input {
            Input::Start => self.connection.start(now, effects),
            Input::Entered(result) => self.entered(now, result, effects),
            Input::Opened => self.connection.opened(now, self.timeline.resume(), effects),
            Input::Received(text) => self.received(now, &text, effects),
            Input::Closed { code } => self.closed(now, code, effects),
            Input::Online | Input::Visible(true) | Input::Wake => self.connection.nudge(now, effects),
            Input::Offline | Input::Suspend => self.suspend(now, effects),
            Input::Join { nickname } => self.connection.join(now, nickname, effects),
            Input::Say { nonce, text, reply_to } => {
                self.say(now, nonce, &text, reply_to, effects);
            }
            Input::Retry { nonce, fresh } => self.timeline.retry(now, &nonce, fresh, effects),
            Input::Discard { nonce } => self.timeline.discard(&nonce, effects),
            Input::Regenerate { nonce, run, confirmed } => self.regenerate(nonce, run, confirmed, effects),
            Input::ShowPage { seq, page } => self.timeline.show_page(seq, page, effects),
            Input::Choose { nonce, seq, index } => self.choose(nonce, seq, index, effects),
            Input::Edit { nonce, seq, text } => self.edit(nonce, seq, &text, effects),
            Input::Delete { nonce, seq } => {
                self.request(|after| ClientFrame::Delete { nonce, after, seq }, effects);
            }
            Input::Vote { nonce, seq, options } => {
                self.request(|after| ClientFrame::Vote { nonce, after, seq, options }, effects);
            }
            Input::ChangeCard { nonce, seq, change } => {
                self.request(|after| ClientFrame::ChangeCard { nonce, after, seq, change }, effects);
            }
            Input::React { nonce, seq, emoji, on } => {
                self.request(|after| ClientFrame::React { nonce, after, seq, emoji, on }, effects);
            }
            Input::SetBot { nonce, draft, knowledge } => self.set_bot(nonce, draft, knowledge, effects),
            Input::RemoveBot { nonce, handle } => {
                self.request(|after| ClientFrame::RemoveBot { nonce, after, handle }, effects);
            }
            Input::ResetBotSaveState => self.bots.set_save_state(BotSaveState::Idle, effects),
            Input::RequestCustomBots => self.request_custom_bots(effects),
            Input::RequestKnowledge { handle } => self.request_knowledge(handle, effects),
            Input::RequestBill => {
                let frame = self.bots.request_bill();
                self.send_if_live(&frame, effects);
            }
            Input::RequestPeople => self.request_people(now, effects),
            Input::Stop { run } => self.send_if_live(&ClientFrame::Stop { run }, effects),
            Input::Typing(on) if self.can_write() && self.presence.record_own_typing(now, on) => {
                effects.send(&ClientFrame::Typing { on });
            }
            Input::LoadOlder
            | Input::LoadNewer
            | Input::Following(_)
            | Input::ToNewest
            | Input::JumpTo { .. }
            | Input::Search { .. }
            | Input::SearchOlder
            | Input::AskPrivately { .. }
            | Input::DropPrivateAnswer { .. } => self.read_history(now, input, effects),
            Input::Typing(_) | Input::Visible(false) | Input::Tick => {}
            other => self.administrate(other, effects),
        }
    }

    fn request_people(&mut self, now: Millis, effects: &mut Effects) {
        if self.connection.is_live()
            && let Some(frame) = self.presence.request_people(now)
        {
            effects.send(&frame);
        }
    }

    fn request_knowledge(&mut self, handle: String, effects: &mut Effects) {
        let frame = self.bots.request_knowledge(handle);
        self.send_if_live(&frame, effects);
    }

    fn request_custom_bots(&mut self, effects: &mut Effects) {
        let frame = self.bots.request_custom_bots();
        self.send_if_live(&frame, effects);
    }

    fn send_if_live(&self, frame: &ClientFrame, effects: &mut Effects) {
        if self.connection.is_live() {
            effects.send(frame);
        }
    }

    fn entered(&mut self, now: Millis, result: Result<EnterReply, EnterError>, effects: &mut Effects) {
        if !self.connection.is_entering() {
            return;
        }
        if let Ok(reply) = &result {
            self.room_info.entered(reply.demo, effects);
        }
        self.connection.entered(now, result, &mut self.rng, effects);
    }

    fn closed(&mut self, now: Millis, code: u16, effects: &mut Effects) {
        if self.connection.has_socket() {
            self.socket_lost(effects);
            self.connection.closed(now, code, &mut self.rng, effects);
        }
    }

    fn suspend(&mut self, now: Millis, effects: &mut Effects) {
        if self.connection.has_socket() {
            self.socket_lost(effects);
        }
        self.connection.suspend(now, effects);
    }

    fn hang_up(&mut self, now: Millis, effects: &mut Effects) {
        self.socket_lost(effects);
        self.connection.hang_up(now, &mut self.rng, effects);
    }

    /// Drops what belonged to the socket only.
    fn socket_lost(&mut self, effects: &mut Effects) {
        self.timeline.socket_lost(effects);
        self.quotes.socket_lost();
        self.presence.socket_lost(effects);
        self.private_answers.socket_lost(effects);
    }

    /// Whether messages may be sent: the connection is live, and this person has joined.
    fn can_write(&self) -> bool {
        self.connection.is_live() && self.timeline.is_joined()
    }

    fn meet_deadlines(&mut self, now: Millis, effects: &mut Effects) {
        self.connection.meet_deadlines(now, &mut self.rng, effects);
        self.timeline.meet_deadlines(now, effects);
        self.quotes.meet_deadline(now);
        if self.connection.is_overdue(now) || (self.can_write() && self.timeline.is_say_overdue(now)) {
            self.hang_up(now, effects);
        }
        self.connection.ping_if_due(now, effects);
    }

    /// Sends what is due on a live socket: a hello, or the next message.
    fn send_due(&mut self, now: Millis, effects: &mut Effects) {
        self.connection.hello_if_due(now, self.timeline.resume(), effects);
        if self.can_write()
            && let Some(frame) = self.timeline.take_say(now)
        {
            effects.send(&frame);
        }
        if self.may_ask_for_quotes()
            && let Some(frame) = self.quotes.request(now)
        {
            effects.send(&frame);
        }
    }

    /// Whether no page is on its way that the person waits for.
    fn may_ask_for_quotes(&self) -> bool {
        self.connection.is_live() && !self.timeline.is_loading()
    }
}
