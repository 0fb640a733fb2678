//! The timeline: the messages of the log, then those of the outbox, with this person's own changes and permissions. It keeps
//! the log and the outbox from showing the same message twice (promise G4).

mod active_runs;
mod answer_pages;
mod event_log;
mod gap;
mod history;
mod item;
mod item_builder;
mod moderations;
mod new_message;
mod paging;
mod speakers;
mod write_requests;

use std::sync::Arc;

use shared::frame::{Resume, RunStatus, Welcome, You};
use shared::{
    Answer, Author, Body, Bot, ClientFrame, Epoch, Event, Millis, Nonce, Person, PersonId, RoomSettings, Seq,
    SplitMix64,
};

use self::event_log::EventLog;
pub(crate) use self::gap::Gap;
use self::history::History;
pub use self::item::{ItemState, PartialCard, Permissions, TimelineItem};
use self::item_builder::{ItemBuilder, unsent};
use self::speakers::Speakers;
pub(crate) use self::write_requests::Refusal;
use self::write_requests::WriteRequests;
use crate::effect::{Change, Effects};
use crate::item_key::ItemKey;
use crate::outbox::{DeliveryState, Outbox, OutboxItem};

/// The messages of one room as this person sees them.
#[derive(Debug, Default)]
pub struct Timeline {
    log: EventLog,
    outbox: Outbox,
    requests: WriteRequests,
    history: History,
    speakers: Speakers,
    you: Option<You>,
    settings: RoomSettings,
}

/// What the views read.
impl Timeline {
    /// Returns an item by its key.
    pub fn item(&self, key: &ItemKey) -> Option<TimelineItem<'_>> {
        let logged = self.log.by_key(key).map(|logged| self.builder().shown(logged));
        logged.or_else(|| self.outbox.by_key(key).map(unsent))
    }

    /// Returns a message of the log, for example the one that another replies to; `None` if it is not loaded.
    pub fn by_seq(&self, seq: Seq) -> Option<TimelineItem<'_>> {
        self.log.by_seq(seq).map(|logged| self.builder().logged(logged))
    }

    /// Returns the nickname of a person who wrote a loaded message, as of the newest one. Who had everything deleted has none.
    pub fn nickname(&self, person: &PersonId) -> Option<&str> {
        let newest = self.log.messages().rev().find(|logged| logged.message.author.is(person))?;
        Some(newest.message.author.name()).filter(|name| !name.is_empty())
    }

    /// Returns the text that editing a message starts with: that of a refused edit, else the message's own.
    pub fn to_edit(&self, seq: Seq) -> Option<&str> {
        self.requests.refused_edit(seq).or_else(|| self.by_seq(seq).map(|item| item.text))
    }

    pub(crate) fn you(&self) -> Option<&You> {
        self.you.as_ref()
    }

    /// Whether this person has a nickname here.
    pub(crate) fn is_joined(&self) -> bool {
        self.you.as_ref().is_some_and(|you| you.name.is_some())
    }

    pub(crate) fn bots(&self) -> &[Bot] {
        self.log.bots()
    }

    /// Whether a bot is being saved.
    pub(crate) fn is_saving_bot(&self) -> bool {
        self.requests.is_saving_bot()
    }

    /// Returns the newest answer of a bot whose usage is known.
    pub(crate) fn last_answer_with_usage(&self, bot: &str) -> Option<&Answer> {
        self.log.messages().rev().find_map(|logged| {
            let is_of_bot = matches!(&logged.message.author, Author::Bot { name } if name == bot);
            logged.message.answer.as_ref().filter(|answer| is_of_bot && answer.usage.is_some())
        })
    }

    /// Returns the texts of people's messages after a position, newest first.
    pub(crate) fn texts_after(&self, position: Seq) -> impl Iterator<Item = &str> {
        let newer = self.log.messages().rev().take_while(move |logged| logged.message.seq > position);
        newer.filter(|logged| logged.message.answer.is_none()).map(|logged| logged.message.text.as_str())
    }

    /// Returns the messages that those on screen reply to, and that are not held.
    pub(crate) fn replied_to_and_not_held(&self) -> impl Iterator<Item = Seq> {
        let (first, last) = self.history.range();
        let replied_to = self.log.messages_in(first, last).filter_map(|logged| logged.message.reply_to);
        replied_to.filter(|seq| self.log.by_seq(*seq).is_none())
    }

    fn builder(&self) -> ItemBuilder<'_> {
        ItemBuilder { log: &self.log, requests: &self.requests, you: self.you.as_ref() }
    }
}

/// What the room says.
impl Timeline {
    /// Starts with the messages that were persisted before a reload.
    pub(crate) fn restore(outbox: &[String]) -> Self {
        Self { outbox: Outbox::restore(outbox), ..Self::default() }
    }

    /// Returns the position for a hello; `None` asks for a fresh snapshot.
    pub(crate) fn resume(&self) -> Option<Resume> {
        self.log.resume()
    }

    /// Applies the log's part of a welcome and takes it out.
    ///
    /// # Errors
    /// Fails when the welcome claims to continue from the position of the hello and does not. Nothing can be built on it,
    /// so the next hello asks for a fresh snapshot.
    pub(crate) fn welcomed(&mut self, welcome: &mut Welcome, effects: &mut Effects) -> Result<(), Gap> {
        self.speakers.learn(&welcome.people);
        if welcome.recovered {
            self.recover(welcome, effects).inspect_err(|_| self.log.mark_inconsistent())?;
        } else {
            self.start_over(welcome, effects);
        }
        self.log.replace_runs(std::mem::take(&mut welcome.runs), effects);
        for seq in self.requests.welcomed(&welcome.epoch, &welcome.you.id) {
            self.log.show(seq, effects);
        }
        self.drop_confirmed_requests(effects);
        self.outbox.welcomed(&welcome.you, &welcome.epoch, effects);
        self.set_settings(welcome.settings.clone(), effects);
        if self.you.as_ref() != Some(&welcome.you) {
            self.you = Some(welcome.you.clone());
            effects.show(Change::You);
        }
        Ok(())
    }

    pub(crate) fn replace_bots(&mut self, bots: Vec<Bot>, effects: &mut Effects) {
        self.log.replace_bots(bots, effects);
    }

    /// Learns people whom messages will name by number.
    pub(crate) fn learn_people(&mut self, people: &[Person]) {
        self.speakers.learn(people);
    }

    /// Applies events of the log in their order.
    ///
    /// # Errors
    /// Fails at the first event before which another is missing, or whose author is not known. Those before it are applied.
    pub(crate) fn events(&mut self, events: Vec<Event>, effects: &mut Effects) -> Result<(), Gap> {
        let result = events.into_iter().try_for_each(|event| {
            let mut event = match event {
                Event::Said(said) => {
                    let is_old = Some(said.seq) <= self.log.position();
                    let nonce = self.outbox.accepted_nonce(said.seq);
                    match self.speakers.message(said, nonce, self.you.as_ref()) {
                        Ok(message) => Event::Message(message),
                        Err(_) if is_old => return Ok(()),
                        Err(gap) => return Err(gap),
                    }
                }
                other => other,
            };
            self.requests.name_own_voter(&mut event, self.you.as_ref());
            let act = self.new_act(&event);
            let is_new = Some(event.seq()) > self.log.position();
            let message = match &event {
                Event::Message(message) => Some((ItemKey::of(message), self.new_message(message))),
                _ => None,
            };
            self.log.apply(event, effects)?;
            if let Some((key, message)) = message {
                self.outbox.shown_by_log(&key, effects);
                if is_new {
                    self.message_came(&message, effects);
                }
            }
            if let Some(act) = act {
                self.moderated(act, effects);
            }
            Ok(())
        });
        self.outbox.log_reached(self.log.position(), effects);
        self.drop_confirmed_requests(effects);
        result
    }

    /// Appends a delta to a streaming answer.
    ///
    /// # Errors
    /// Fails when text before the delta is missing or differs from the room's.
    pub(crate) fn delta(
        &mut self,
        run: Seq,
        offset: Option<u64>,
        text: &str,
        effects: &mut Effects,
    ) -> Result<(), Gap> {
        self.log.apply_delta(run, offset, text, effects)
    }

    pub(crate) fn run_status(&mut self, status: RunStatus, effects: &mut Effects) {
        self.log.set_run_status(status, effects);
    }

    /// Applies that the room has written something. Returns the frame of a write request other than `say`.
    pub(crate) fn accepted(
        &mut self,
        nonce: &Nonce,
        seq: Seq,
        effects: &mut Effects,
    ) -> Option<Arc<ClientFrame>> {
        self.outbox.accepted(nonce, seq, self.log.position(), effects);
        let frame = self.requests.accepted(nonce, seq);
        self.drop_confirmed_requests(effects);
        frame
    }

    /// Applies a refusal. Returns the frame of a write request other than `say`.
    pub(crate) fn refused(
        &mut self,
        now: Millis,
        nonce: &Nonce,
        refusal: Refusal,
        rng: &mut SplitMix64,
        effects: &mut Effects,
    ) -> Option<Arc<ClientFrame>> {
        let Refusal { code, retry_after_ms } = refusal;
        if self.outbox.refused(now, nonce, code, retry_after_ms, rng, effects) {
            return None;
        }
        let frame = self.requests.refused(nonce)?;
        if let Some(seq) = write_requests::target(&frame) {
            self.log.show(seq, effects);
        }
        Some(frame)
    }

    /// Drops what belonged to the lost socket.
    pub(crate) fn socket_lost(&mut self, effects: &mut Effects) {
        self.outbox.socket_lost();
        self.history.cancel_request(effects);
    }

    /// Gives up a message that was looked for, after the room has refused a request without a nonce.
    pub(crate) fn query_refused(&mut self, effects: &mut Effects) {
        self.history.query_refused(effects);
    }

    /// Gives up a page of history that does not come.
    pub(crate) fn meet_deadlines(&mut self, now: Millis, effects: &mut Effects) {
        self.history.meet_deadline(now, effects);
    }

    /// When [`Self::meet_deadlines`] has something to do.
    pub(crate) fn next_wakeup(&self) -> Option<Millis> {
        self.history.next_wakeup()
    }

    /// Applies a welcome that continues from the position that the hello named.
    fn recover(&mut self, welcome: &mut Welcome, effects: &mut Effects) -> Result<(), Gap> {
        self.log.recover(welcome)?;
        self.events(std::mem::take(&mut welcome.events), effects)?;
        if self.log.position() < Some(welcome.head) { Err(Gap) } else { Ok(()) }
    }

    /// Applies a welcome with a fresh snapshot.
    fn start_over(&mut self, welcome: &mut Welcome, effects: &mut Effects) {
        let messages = std::mem::take(&mut welcome.messages);
        let keys: Vec<ItemKey> = messages.iter().map(ItemKey::of).collect();
        let newest_from = messages.first().map_or(welcome.head.next(), |message| message.seq);
        self.log.reset(welcome, messages, effects);
        self.history.reset(newest_from, welcome.more, effects);
        keys.iter().for_each(|key| self.outbox.shown_by_log(key, effects));
        self.outbox.log_reached(self.log.position(), effects);
    }

    /// Removes accepted requests whose changes the log holds by now.
    fn drop_confirmed_requests(&mut self, effects: &mut Effects) {
        for seq in self.requests.log_reached(self.log.position()) {
            self.log.show(seq, effects);
        }
    }
}

/// What the person does.
impl Timeline {
    /// Puts a message into the outbox. Ignored before this person joined.
    pub(crate) fn say(
        &mut self,
        now: Millis,
        nonce: Nonce,
        text: Body,
        reply_to: Option<Seq>,
        effects: &mut Effects,
    ) {
        if let Some(item) = self.new_item(now, nonce, text.into_string(), reply_to) {
            self.outbox.add(item, effects);
        }
    }

    /// Sends a failed message again, under `fresh` where its own nonce cannot be used again.
    pub(crate) fn retry(&mut self, now: Millis, nonce: &Nonce, fresh: Nonce, effects: &mut Effects) {
        if let Some(replacement) = self.new_item(now, fresh, String::new(), None) {
            self.outbox.retry(nonce, replacement, effects);
        }
    }

    pub(crate) fn discard(&mut self, nonce: &Nonce, effects: &mut Effects) {
        self.outbox.discard(nonce, effects);
    }

    /// Returns the position after which a write request is made; `None` before the first welcome.
    pub(crate) fn position(&self) -> Option<Seq> {
        self.log.position()
    }

    /// Adds a write request. Returns its frame; `None` before the first welcome and for a nonce that was used before.
    pub(crate) fn request(&mut self, frame: ClientFrame, effects: &mut Effects) -> Option<Arc<ClientFrame>> {
        let (_, epoch) = self.place()?;
        let frame = Arc::new(frame);
        if !self.requests.add(Arc::clone(&frame), epoch, self.you.as_ref()?.id.clone()) {
            return None;
        }
        if let Some(seq) = write_requests::target(&frame) {
            self.log.show(seq, effects);
        }
        Some(frame)
    }

    /// Returns the write requests to send again on a new socket.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = &ClientFrame> {
        self.requests.unanswered()
    }

    /// Returns the next message to send on a live socket, if it is time for it.
    pub(crate) fn take_say(&mut self, now: Millis) -> Option<ClientFrame> {
        self.outbox.take_frame(now)
    }

    /// Whether a message that was sent on a live socket stays unanswered for too long.
    pub(crate) fn is_say_overdue(&self, now: Millis) -> bool {
        self.outbox.is_overdue(now)
    }

    /// When a live and joined client has a message to send or to give up.
    pub(crate) fn next_say(&self) -> Option<Millis> {
        self.outbox.next_wakeup()
    }

    fn is_own(&self, author: &Author) -> bool {
        self.you.as_ref().is_some_and(|you| author.is(&you.id))
    }

    fn place(&self) -> Option<(Seq, Epoch)> {
        Some((self.log.position()?, self.log.epoch()?.clone()))
    }

    /// Creates a message of this person. `None` before they joined, and for a nonce that the log shows already: the room
    /// would take it for the same message.
    fn new_item(&self, now: Millis, nonce: Nonce, text: String, reply_to: Option<Seq>) -> Option<OutboxItem> {
        let you = self.you.as_ref()?;
        let name = you.name.clone()?;
        let (after, epoch) = self.place()?;
        let key = ItemKey::Human { author: you.id.clone(), nonce: nonce.clone() };
        if self.log.by_key(&key).is_some() {
            return None;
        }
        Some(OutboxItem {
            nonce,
            author: Author::Human { id: you.id.clone(), name, owner: you.owner },
            person: you.id.clone(),
            epoch: Some(epoch),
            after,
            at: now,
            text,
            reply_to,
            delivery: DeliveryState::Pending { not_before: None },
        })
    }
}
