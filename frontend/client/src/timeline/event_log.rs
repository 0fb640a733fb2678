//! The part of the room's log that this client holds: messages in their current state, the room's bots, and the position up
//! to which every event was applied. It detects gaps; asking for what is missing is the connection's part.

use std::collections::BTreeMap;

use shared::card::set_votes;
use shared::frame::{Resume, RunStatus, Welcome};
use shared::reaction::set_reaction;
use shared::{AnswerEnd, Author, Bot, Card, CardKind, Epoch, Event, FinalText, Message, Moderation, Seq};

use super::active_runs::{ActiveRun, ActiveRuns};
use super::gap::Gap;
use crate::effect::{Change, Effects};
use crate::item_key::ItemKey;

/// Acts of owners and operators that are kept, so that nobody fills a page's memory with them.
const MODERATIONS: usize = 200;

/// A message of the log with the key of its timeline item.
#[derive(Debug)]
pub(super) struct LoggedMessage {
    pub(super) key: ItemKey,
    pub(super) message: Message,
    /// The last event that its state includes. Applied once more, two changes of a reaction would change the order.
    current: Seq,
    /// Which of the answers to its question the person has turned to, where it is the newest of them.
    pub(super) page: Option<usize>,
}

/// What is held of the log.
#[derive(Debug, Default)]
pub(super) struct EventLog {
    /// The sequence space; `None` before the first welcome.
    epoch: Option<Epoch>,
    last: Seq,
    /// The head when the room last sent messages in their state at the head.
    head: Seq,
    /// The room contradicted itself about what comes after `last`, so the next hello asks for a fresh snapshot.
    is_inconsistent: bool,
    messages: BTreeMap<Seq, LoggedMessage>,
    seqs: BTreeMap<ItemKey, Seq>,
    runs: ActiveRuns,
    /// The newest answer of each bot.
    newest_answers: Vec<(String, Seq)>,
    bots: Vec<Bot>,
    /// What owners and operators did, the newest [`MODERATIONS`].
    moderations: BTreeMap<Seq, Moderation>,
}

impl EventLog {
    /// Returns the position of the last applied event; `None` before the first welcome.
    pub(super) fn position(&self) -> Option<Seq> {
        self.epoch.as_ref().map(|_| self.last)
    }

    pub(super) fn epoch(&self) -> Option<&Epoch> {
        self.epoch.as_ref()
    }

    /// Returns the position for a hello; `None` asks for a fresh snapshot.
    pub(super) fn resume(&self) -> Option<Resume> {
        let epoch = self.epoch.as_ref().filter(|_| !self.is_inconsistent)?;
        Some(Resume::new(epoch, self.last))
    }

    /// Returns the messages from one place to another, both included.
    pub(super) fn messages_in(&self, first: Seq, last: Seq) -> impl Iterator<Item = &LoggedMessage> {
        self.messages().filter(move |logged| first <= logged.message.seq && logged.message.seq <= last)
    }

    pub(super) fn messages(&self) -> impl DoubleEndedIterator<Item = &LoggedMessage> {
        self.messages.values()
    }

    pub(super) fn moderations(&self) -> &BTreeMap<Seq, Moderation> {
        &self.moderations
    }

    pub(super) fn by_seq(&self, seq: Seq) -> Option<&LoggedMessage> {
        self.messages.get(&seq)
    }

    pub(super) fn by_key(&self, key: &ItemKey) -> Option<&LoggedMessage> {
        self.seqs.get(key).and_then(|seq| self.messages.get(seq))
    }

    pub(super) fn bots(&self) -> &[Bot] {
        &self.bots
    }

    /// Returns the kind of card that a bot answers with, if its answers are cards.
    pub(super) fn card_kind(&self, bot: &str) -> Option<CardKind> {
        self.bots.iter().find(|other| other.handle == bot)?.card
    }

    pub(super) fn active_run(&self, run: Seq) -> Option<&ActiveRun> {
        self.runs.get(run)
    }

    /// Whether this is the newest answer of a bot.
    pub(super) fn is_newest_answer(&self, bot: &str, run: Seq) -> bool {
        self.newest_answers.iter().any(|(name, newest)| name == bot && *newest == run)
    }

    /// Replaces everything but the bots by the snapshot of a welcome.
    pub(super) fn reset(&mut self, welcome: &mut Welcome, messages: Vec<Message>, effects: &mut Effects) {
        let before = std::mem::take(&mut self.seqs);
        let bots = std::mem::take(&mut self.bots);
        let known = std::mem::take(&mut welcome.acts).into_iter().filter(|act| act.seq <= welcome.head);
        let mut moderations = BTreeMap::new();
        // Collecting would bring a sort of its own into the page.
        moderations.extend(known.take(MODERATIONS).map(|act| (act.seq, act)));
        let epoch = Some(welcome.epoch.clone());
        *self = Self { epoch, last: welcome.head, head: welcome.head, bots, moderations, ..Self::default() };
        for message in messages {
            self.insert(message, effects);
        }
        // A key may stand for another message now, or for the same one in another state.
        for key in self.seqs.keys().filter(|key| before.contains_key(key)) {
            effects.show(Change::Item(key.clone()));
        }
        effects.show(Change::Order);
    }

    /// Prepares for the events of a welcome, whose messages are in their state at its head.
    ///
    /// # Errors
    /// Fails when the welcome continues another sequence of events.
    pub(super) fn recover(&mut self, welcome: &Welcome) -> Result<(), Gap> {
        if self.resume().is_none() || self.epoch() != Some(&welcome.epoch) {
            return Err(Gap);
        }
        self.head = welcome.head;
        Ok(())
    }

    /// Makes the next welcome a fresh snapshot. The position stays, as the place that new messages are written after.
    pub(super) fn mark_inconsistent(&mut self) {
        self.is_inconsistent = true;
    }

    /// Applies the next event. One that was applied before is dropped.
    ///
    /// # Errors
    /// Fails when an event before it is missing, or a part of the text that ended with it.
    pub(super) fn apply(&mut self, event: Event, effects: &mut Effects) -> Result<(), Gap> {
        let seq = event.seq();
        if seq <= self.last {
            return Ok(());
        }
        if seq != self.last.next() {
            return Err(Gap);
        }
        if let Event::Ended(end) = &event {
            self.check_final_text(end)?;
        }
        self.last = seq;
        match event {
            Event::Message(message) => {
                self.insert(message, effects);
                effects.show(Change::Order);
            }
            Event::Ended(end) | Event::Alternatives(end) => self.end_answer(end, effects),
            Event::Chosen { target, index, .. } => self.choose(target, index, effects),
            Event::Edited { target, text, .. } => {
                if let Some(message) = self.change(target, effects).filter(|message| !message.deleted) {
                    message.text = text;
                    message.edited = true;
                }
            }
            Event::Deleted { target, .. } => {
                if let Some(message) = self.change(target, effects) {
                    clear(message);
                }
            }
            Event::Voted { target, person, options, .. } => {
                let message = self.change(target, effects);
                if let Some(answer) = message.and_then(|message| message.answer.as_mut()) {
                    set_votes(&mut answer.votes, &person, &options);
                }
            }
            Event::CardChanged { target, card, .. } => self.set_card(target, card, effects),
            Event::Reacted { target, person, emoji, on, .. } => {
                if let Some(message) = self.change(target, effects).filter(|message| !message.deleted) {
                    set_reaction(&mut message.reactions, &emoji, &person, on);
                }
            }
            Event::BotSet { bot, .. } => self.set_bot(*bot, effects),
            Event::BotGone { handle, .. } => {
                self.bots.retain(|bot| bot.handle != handle);
                effects.show(Change::Bots);
            }
            Event::Moderation(moderation) => self.add_moderation(*moderation, effects),
            // The timeline names their authors, and applies them as messages.
            Event::Said(_) | Event::Unknown(_) => {}
        }
        Ok(())
    }

    /// Appends a delta to the text of a streaming answer.
    ///
    /// # Errors
    /// Fails when text before the delta is missing or differs from the room's.
    pub(super) fn apply_delta(
        &mut self,
        run: Seq,
        offset: Option<u64>,
        text: &str,
        effects: &mut Effects,
    ) -> Result<(), Gap> {
        if self.runs.append(run, offset, text)? {
            self.show(run, effects);
        }
        Ok(())
    }

    /// Applies the status of a run.
    pub(super) fn set_run_status(&mut self, status: RunStatus, effects: &mut Effects) {
        let run = status.run;
        // A run up to the position that is not active has ended. The answer of one beyond it is still on its way.
        let has_ended = run <= self.last && self.runs.get(run).is_none();
        if !status.state.is_end() && !has_ended {
            self.runs.set_status(status);
            self.show(run, effects);
        }
    }

    /// Replaces all active runs by those of a welcome.
    pub(super) fn replace_runs(&mut self, runs: Vec<RunStatus>, effects: &mut Effects) {
        for run in self.runs.replace(runs) {
            self.show(run, effects);
        }
    }

    /// Replaces the room's bots by those of a welcome.
    pub(super) fn replace_bots(&mut self, bots: Vec<Bot>, effects: &mut Effects) {
        if self.bots != bots {
            self.bots = bots;
            effects.show(Change::Bots);
        }
    }

    /// Adds a message of a page.
    pub(super) fn hold(&mut self, message: Message, effects: &mut Effects) {
        self.insert(message, effects);
    }

    /// Forgets the messages from one place to another, both included. What happens to them is not applied any more.
    pub(super) fn remove(&mut self, first: Seq, last: Seq) {
        self.seqs = BTreeMap::new();
        // They are few. Removing single ones would be one more kilobyte of the page.
        for (seq, logged) in std::mem::take(&mut self.messages) {
            if seq < first || last < seq {
                self.seqs.insert(logged.key.clone(), seq);
                self.messages.insert(seq, logged);
            }
        }
    }

    /// Shows a message again, if it is held; an answer perhaps in the place of an earlier one.
    pub(super) fn show(&self, seq: Seq, effects: &mut Effects) {
        if let Some(logged) = self.messages.get(&seq) {
            effects.show(Change::Item(logged.key.clone()));
            for other in self.answers_beside(seq) {
                if other.message.seq < seq {
                    effects.show(Change::Item(other.key.clone()));
                }
            }
        }
    }

    /// Turns to one of the answers to a question, of which this is the newest; `None`: to that which was chosen.
    pub(super) fn set_page(&mut self, newest: Seq, page: Option<usize>) {
        if let Some(logged) = self.messages.get_mut(&newest) {
            logged.page = page;
        }
    }

    /// The message that the last event changes, if its state does not include the event already.
    fn change(&mut self, target: Seq, effects: &mut Effects) -> Option<&mut Message> {
        self.show(target, effects);
        let logged = self.messages.get_mut(&target)?;
        (logged.current < self.last).then_some(&mut logged.message)
    }

    fn set_card(&mut self, target: Seq, card: Card, effects: &mut Effects) {
        if let Some(message) = self.change(target, effects).filter(|message| !message.deleted)
            && let Some(answer) = &mut message.answer
        {
            message.text = card.text();
            answer.card = Some(card);
        }
    }

    fn add_moderation(&mut self, moderation: Moderation, effects: &mut Effects) {
        self.moderations.insert(moderation.seq, moderation);
        if self.moderations.len() > MODERATIONS {
            self.moderations.pop_first();
        }
        effects.show(Change::Order);
    }

    fn set_bot(&mut self, bot: Bot, effects: &mut Effects) {
        match self.bots.iter_mut().find(|other| other.handle == bot.handle) {
            Some(other) => *other = bot,
            None => self.bots.push(bot),
        }
        effects.show(Change::Bots);
    }

    fn insert(&mut self, message: Message, effects: &mut Effects) {
        let seq = message.seq;
        if let (Some(answer), Author::Bot { name }) = (&message.answer, &message.author) {
            if answer.state.is_end() {
                self.runs.end(seq);
            } else {
                self.runs.begin(seq, answer);
            }
            let newest =
                self.newest_answers.iter_mut().find(|(bot, _)| bot == name).map(|(_, newest)| newest);
            match newest {
                None => self.newest_answers.push((name.clone(), seq)),
                Some(newest) if *newest < seq => {
                    // The former one may no longer be regenerated.
                    let former = std::mem::replace(newest, seq);
                    self.show(former, effects);
                }
                Some(_) => {}
            }
        }
        // The room recognises a nonce only near its position, so the same key may come twice. The first message keeps it.
        let mut key = ItemKey::of(&message);
        if self.seqs.get(&key).is_some_and(|other| *other != seq) {
            key = ItemKey::Seq(seq);
        }
        self.seqs.insert(key.clone(), seq);
        self.messages
            .insert(seq, LoggedMessage { key, message, current: self.last.max(self.head), page: None });
    }

    /// Checks that the whole text of an answer was streamed to this client, where its end does not repeat it.
    fn check_final_text(&self, end: &AnswerEnd) -> Result<(), Gap> {
        let FinalText::Streamed(bytes) = end.text else { return Ok(()) };
        let streamed = self.runs.get(end.target).map_or(0, |run| run.text.len() as u64);
        if streamed == bytes || !self.messages.contains_key(&end.target) { Ok(()) } else { Err(Gap) }
    }

    /// Shows the option of an answer that somebody chose.
    fn choose(&mut self, target: Seq, index: usize, effects: &mut Effects) {
        if let Some(message) = self.change(target, effects)
            && let Some(answer) = &mut message.answer
            && let Some(text) = answer.options.get(index)
        {
            message.text.clone_from(text);
            answer.chosen = index;
        }
        self.set_page(target, None);
    }

    fn end_answer(&mut self, end: AnswerEnd, effects: &mut Effects) {
        let streamed = self.runs.end(end.target);
        let Some(message) = self.change(end.target, effects) else { return };
        message.text = match end.text {
            FinalText::Streamed(_) => streamed,
            FinalText::Whole(text) => text,
        };
        message.answer = Some(end.answer);
        if message.deleted {
            clear(message);
        }
    }
}

/// Removes the contents of a deleted message.
fn clear(message: &mut Message) {
    message.text.clear();
    message.deleted = true;
    message.reactions.clear();
    if let Some(answer) = &mut message.answer {
        answer.card = None;
        answer.votes.clear();
        answer.tool_uses.clear();
        answer.sources.clear();
        answer.options.clear();
    }
}
