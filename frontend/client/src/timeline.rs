//! The messages as they stand on the screen: the log's, then the outbox's, with what the person did and may do with each.
//! Holding and changing them is `log`'s and `outbox`'s; here the two are kept from showing the same message twice
//! (promise G4).

use shared::frame::{RunStatus, Welcome, You};
use shared::{Answer, Author, ErrorCode, Event, Message, Millis, PersonId, RunState, Seq};

use crate::attempt::Attempts;
use crate::effect::Out;
use crate::log::{Held, Log, Step, cast};
use crate::older::Older;
use crate::outbox::{Delivery, Item, Outbox};
use crate::{Change, Key, Making, Rights, Row, RowState};

/// The messages on the screen.
#[derive(Debug, Default)]
pub struct Timeline {
    pub(crate) log: Log,
    pub(crate) outbox: Outbox,
    pub(crate) attempts: Attempts,
    pub(crate) older: Older,
    pub(crate) you: Option<You>,
}

impl Timeline {
    /// The rows' names from top to bottom: what the room has, in its order, then what it does not have yet.
    pub fn keys(&self) -> Vec<Key> {
        let sent = self.log.rows().map(|held| held.key.clone());
        let unsent = self.outbox.items().iter().map(Item::key);
        sent.chain(unsent).collect()
    }

    /// A row by its name.
    pub fn row(&self, key: &Key) -> Option<Row<'_>> {
        let sent = self.log.by_key(key).map(|held| self.sent(held));
        sent.or_else(|| self.outbox.by_key(key).map(unsent))
    }

    /// A row by its place, for what a message replies to. `None` if it is not held.
    pub fn by_seq(&self, seq: Seq) -> Option<Row<'_>> {
        self.log.by_seq(seq).map(|held| self.sent(held))
    }

    /// The nickname of somebody who has written something that is held, as of their newest message.
    pub fn nickname(&self, person: &PersonId) -> Option<&str> {
        let newest = self.log.rows().rev().find(|held| held.message.author.is(person));
        newest.map(|held| held.message.author.name())
    }

    /// The words with which the changing of a message begins: those that the room refused before, else its own.
    pub fn to_edit(&self, seq: Seq) -> Option<&str> {
        self.attempts.unsaved(seq).or_else(|| self.by_seq(seq).map(|row| row.text))
    }

    /// Whether there are older messages to load.
    pub fn has_older(&self) -> bool {
        self.older.has_more()
    }

    /// Whether older messages are on their way.
    pub fn is_loading_older(&self) -> bool {
        self.older.is_loading()
    }

    /// Whether one has a nickname here.
    pub(crate) fn is_joined(&self) -> bool {
        self.you.as_ref().is_some_and(|you| you.name.is_some())
    }

    /// Takes the log's part of a welcome. A gap: it claims to hold everything since the position, and does not.
    pub(crate) fn welcomed(&mut self, welcome: &mut Welcome, out: &mut Out) -> Step {
        let events = std::mem::take(&mut welcome.events);
        let messages = std::mem::take(&mut welcome.messages);
        if welcome.recovered {
            // It must go on from the very position that a hello could have said.
            if self.log.resume().is_none() || self.log.epoch() != Some(&welcome.epoch) {
                return Step::Gap;
            }
            if self.events(events, out) == Step::Gap || self.log.position() < Some(welcome.head) {
                return Step::Gap;
            }
        } else {
            let keys: Vec<Key> = messages.iter().map(Key::of).collect();
            self.log.reset(welcome.epoch.clone(), welcome.head, messages, out);
            self.older.reset(welcome.more, out);
            keys.iter().for_each(|key| self.outbox.seen(key, out));
            self.outbox.passed(self.log.position(), out);
        }
        self.log.runs(std::mem::take(&mut welcome.runs), out);
        for seq in self.attempts.welcomed(&welcome.epoch, &welcome.you.id) {
            self.log.show(seq, out);
        }
        self.settle(out);
        self.outbox.welcomed(&welcome.you, &welcome.epoch, out);
        if self.you.as_ref() != Some(&welcome.you) {
            self.you = Some(welcome.you.clone());
            out.show(Change::You);
        }
        Step::Fine
    }

    /// Takes rows of the log, in their order, up to the first gap.
    pub(crate) fn events(&mut self, events: Vec<Event>, out: &mut Out) -> Step {
        let mut step = Step::Fine;
        for event in events {
            let key = match &event {
                Event::Message(message) => Some(Key::of(message)),
                _ => None,
            };
            step = self.log.apply(event, out);
            if step == Step::Gap {
                break;
            }
            if let Some(key) = key {
                self.outbox.seen(&key, out);
            }
        }
        self.outbox.passed(self.log.position(), out);
        self.settle(out);
        step
    }

    /// Shows as the log has it what one has changed and the log holds by now.
    pub(crate) fn settle(&mut self, out: &mut Out) {
        for seq in self.attempts.passed(self.log.position()) {
            self.log.show(seq, out);
        }
    }

    /// Takes how an answer stands.
    pub(crate) fn run(&mut self, run: RunStatus, out: &mut Out) {
        self.log.run(run, out);
    }

    /// Takes a page of older messages, if it is the one that was asked for.
    pub(crate) fn page(&mut self, before: Seq, messages: Vec<Message>, more: bool, out: &mut Out) {
        // An empty page that promises more would be asked for again without end.
        if !self.older.came(before, more && !messages.is_empty(), out) {
            return;
        }
        let keys: Vec<Key> = messages.iter().map(Key::of).collect();
        self.log.prepend(messages, out);
        keys.iter().for_each(|key| self.outbox.seen(key, out));
    }

    fn sent<'a>(&'a self, held: &'a Held) -> Row<'a> {
        let message = &held.message;
        let deleted = message.deleted || self.attempts.deletes(message.seq);
        let edit = self.attempts.edit(message.seq);
        let mut row = Row {
            seq: Some(message.seq),
            mine: self.you.as_ref().is_some_and(|you| message.author.is(&you.id)),
            edited: message.edited || edit.is_some(),
            deleted,
            ..row(
                held.key.clone(),
                message.at,
                &message.author,
                edit.unwrap_or(&message.text),
                RowState::Sent,
                message.reply_to,
            )
        };
        if deleted {
            row.text = "";
        }
        if let Some(answer) = &message.answer {
            self.answer(message, answer, &mut row);
        }
        let (is_joined, is_owner) = (self.is_joined(), self.you.as_ref().is_some_and(|you| you.owner));
        let is_whole = !row.deleted && !row.is_running();
        row.rights.reply = is_joined && is_whole;
        row.rights.edit = is_joined && is_whole && row.mine;
        row.rights.delete = is_joined && is_whole && (row.mine || is_owner);
        row
    }

    /// What makes a row an answer.
    fn answer<'a>(&'a self, message: &'a Message, answer: &'a Answer, row: &mut Row<'a>) {
        row.answer = Some(answer);
        row.state = RowState::Answer(answer.state);
        row.chain_rebuilt = answer.chain_rebuilt;
        row.tool_uses = &answer.tool_uses;
        let form = self.log.form(message.author.name());
        if answer.state.is_end() {
            let again = answer.state != RunState::Done || self.is_newest(&message.author, message.seq);
            row.rights.regenerate = again && self.is_joined() && !row.deleted;
            row.rights.vote = self.is_joined();
            row.votes.clone_from(&answer.votes);
            if let (Some(choice), Some(you)) = (self.attempts.vote(message.seq), &self.you) {
                cast(&mut row.votes, you.id.clone(), choice);
            }
            // A card that was cut in the middle is nothing to read.
            let is_cut = answer.card.is_none() && answer.state != RunState::Done;
            if is_cut && answer.code != Some(ErrorCode::Unfit) && form.is_some() && row.text.starts_with('{')
            {
                row.text = "";
            }
            return;
        }
        let may_stop = |you: &You| you.owner || answer.asker == you.id;
        row.rights.stop = self.is_joined() && self.you.as_ref().is_some_and(may_stop);
        let Some(live) = self.log.live(message.seq) else { return };
        row.state = RowState::Answer(live.state);
        row.text = &live.text;
        row.position = live.position;
        row.chain_rebuilt |= live.chain_rebuilt;
        row.tool_uses = &live.tool_uses;
        if let Some(kind) = live.card.or(form) {
            row.making = Some(Making { kind, bytes: live.text.len() });
            row.text = "";
        }
    }

    fn is_newest(&self, author: &Author, run: Seq) -> bool {
        matches!(author, Author::Bot { name } if self.log.is_newest(name, run))
    }
}

fn unsent(item: &Item) -> Row<'_> {
    let (seq, state) = match item.delivery {
        Delivery::Pending { .. } => (None, RowState::Pending),
        Delivery::Sent { seq } => (Some(seq), RowState::Sent),
        Delivery::Failed { why } => (None, RowState::Failed { why }),
    };
    let rights = Rights { reply: seq.is_some(), ..Rights::default() };
    Row {
        seq,
        mine: true,
        rights,
        ..row(item.key(), item.at, &item.author, &item.text, state, item.reply_to)
    }
}

/// A row with what every message has.
fn row<'a>(
    key: Key,
    at: Millis,
    author: &'a Author,
    text: &'a str,
    state: RowState,
    reply_to: Option<Seq>,
) -> Row<'a> {
    Row {
        key,
        seq: None,
        at,
        author,
        text,
        state,
        mine: false,
        reply_to,
        answer: None,
        position: None,
        chain_rebuilt: false,
        tool_uses: &[],
        making: None,
        votes: Vec::new(),
        edited: false,
        deleted: false,
        rights: Rights::default(),
    }
}
