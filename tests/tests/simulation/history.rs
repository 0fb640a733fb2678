//! Records what was sent, accepted and told to tabs during a run, for the checker.

use std::collections::{BTreeMap, BTreeSet};

use client::Input;
use room::{LogRow, ReactedRow, RowData};
use shared::{Author, Event, Message, ModerationAct, Nonce, PersonId, Said, Seq, ServerFrame, Speaker};

use crate::deleted_texts::DeletedTexts;
use crate::erasures::Erased;
use crate::world::World;

/// A message that a person sent.
#[derive(Debug)]
pub(crate) struct SentMessage {
    pub(crate) author: PersonId,
    /// No two messages have the same text.
    pub(crate) text: String,
    /// The mentions in it.
    pub(crate) calls: Vec<String>,
    /// The seq that the room answered.
    pub(crate) accepted: Option<Seq>,
    /// The person discarded it before it was accepted.
    pub(crate) is_discarded: bool,
}

/// A write that is no new message: a regeneration, edit, deletion, vote or custom bot.
#[derive(Debug)]
pub(crate) struct OtherWrite {
    pub(crate) what: Input,
    /// The seq that the room answered.
    pub(crate) accepted: Option<Seq>,
}

/// How often each kind of thing happened.
#[derive(Debug, Default)]
pub(crate) struct Coverage(pub(crate) BTreeMap<String, u64>);

/// What a frame or the storage says about the row at a seq.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ToldRow {
    Message {
        author: PersonId,
    },
    Answer {
        bot: String,
        parent: Seq,
    },
    End {
        target: Seq,
    },
    /// An edit. Once its message is deleted, it is told as unknown.
    Edited {
        target: Seq,
    },
    Deleted {
        target: Seq,
    },
    Reacted {
        target: Seq,
        person: PersonId,
        emoji: String,
        on: bool,
    },
    Voted {
        target: Seq,
        person: PersonId,
        options: Vec<usize>,
    },
    /// A change of a card. Once the answer is deleted, it is told as unknown.
    CardChanged {
        target: Seq,
    },
    /// A further answer. Once the answer is deleted, it is told as unknown.
    Alternatives {
        target: Seq,
    },
    /// A choice. Once the answer is deleted, it is told as unknown.
    Chosen {
        target: Seq,
        person: PersonId,
        index: usize,
    },
    BotSet {
        handle: String,
    },
    BotGone {
        handle: String,
    },
    Moderation {
        act: ModerationAct,
    },
    /// Only the seq is known.
    Unknown,
}

/// Everything that is recorded about a run.
#[derive(Default)]
pub(crate) struct History {
    /// By nonce.
    pub(crate) messages: BTreeMap<Nonce, SentMessage>,
    /// What somebody hostile sent, who may use the nonces of others.
    pub(crate) hostile_messages: BTreeMap<(PersonId, Nonce), SentMessage>,
    /// All other writes, by nonce.
    pub(crate) other_writes: BTreeMap<Nonce, OtherWrite>,
    /// What tabs were told about each row.
    pub(crate) told: BTreeMap<Seq, ToldRow>,
    /// The last row that belongs to the prompt of each run.
    pub(crate) through: BTreeMap<Seq, Seq>,
    /// Runs that had a call when the room lost its memory: none may be called again.
    pub(crate) interrupted: BTreeSet<Seq>,
    /// The ids of the responses that the room has stored.
    pub(crate) recorded: BTreeSet<String>,
    pub(crate) deleted_texts: DeletedTexts,
    pub(crate) erased: Erased,
    /// A run proves nothing about what it does not cover.
    pub(crate) coverage: Coverage,
}

impl Coverage {
    pub(crate) fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    /// Adds another run's counts.
    pub(crate) fn add(&mut self, other: Self) {
        for (what, times) in other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }
}

impl ToldRow {
    pub(crate) fn message(message: &Message) -> Self {
        match (&message.author, &message.answer) {
            (Author::Human { id, .. }, _) => Self::Message { author: id.clone() },
            (Author::Bot { name }, Some(answer)) => Self::Answer { bot: name.clone(), parent: answer.parent },
            (Author::Bot { .. }, None) => Self::Unknown,
        }
    }

    /// What an event says. `people` are the ids of the people by their numbers.
    pub(crate) fn event(event: &Event, people: &BTreeMap<u32, PersonId>) -> Self {
        match event {
            Event::Said(said) => match &said.by {
                Speaker::Introduced(person) => Self::Message { author: person.id.clone() },
                Speaker::Known(number) => match people.get(number) {
                    Some(id) => Self::Message { author: id.clone() },
                    None => Self::Unknown,
                },
            },
            Event::Message(message) => Self::message(message),
            Event::Ended(ended) => Self::End { target: ended.target },
            Event::Edited { target, .. } => Self::Edited { target: *target },
            Event::Deleted { target, .. } => Self::Deleted { target: *target },
            Event::Voted { target, person, options, .. } => {
                Self::Voted { target: *target, person: person.clone(), options: options.clone() }
            }
            Event::CardChanged { target, .. } => Self::CardChanged { target: *target },
            Event::Reacted { target, person, emoji, on, .. } => {
                Self::Reacted { target: *target, person: person.clone(), emoji: emoji.clone(), on: *on }
            }
            Event::Alternatives(state) => Self::Alternatives { target: state.target },
            Event::Chosen { target, index, by, .. } => {
                Self::Chosen { target: *target, person: by.clone(), index: *index }
            }
            Event::BotSet { bot, .. } => Self::BotSet { handle: bot.handle.clone() },
            Event::BotGone { handle, .. } => Self::BotGone { handle: handle.clone() },
            Event::Moderation(moderation) => Self::Moderation { act: moderation.act.clone() },
            Event::Unknown(_) => Self::Unknown,
        }
    }

    pub(crate) fn row(row: &LogRow) -> Self {
        match (row.message(), row.target, &row.data) {
            (Some(message), ..) => Self::message(&message),
            (None, Some(target), RowData::Ended) => Self::End { target },
            (None, Some(target), RowData::Edited) => Self::Edited { target },
            (None, Some(target), RowData::Deleted) => Self::Deleted { target },
            (None, Some(target), RowData::Voted(options)) => {
                Self::Voted { target, person: row.author.clone(), options: options.clone() }
            }
            (None, Some(target), RowData::CardChanged(_)) => Self::CardChanged { target },
            (None, Some(target), RowData::Reacted(ReactedRow { emoji, on })) => {
                Self::Reacted { target, person: row.author.clone(), emoji: emoji.clone(), on: *on }
            }
            (None, Some(target), RowData::Alternatives) => Self::Alternatives { target },
            (None, Some(target), RowData::Chosen(Some(index))) => {
                Self::Chosen { target, person: row.author.clone(), index: *index }
            }
            (None, _, RowData::BotSaved(bot)) => Self::BotSet { handle: bot.handle.clone() },
            (None, _, RowData::BotRemoved(handle)) => Self::BotGone { handle: handle.clone() },
            (None, _, RowData::Administration(row)) => Self::Moderation { act: row.act.clone() },
            _ => Self::Unknown,
        }
    }

    /// Whether both may be told about one row.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        let is_blanked = |one: &Self, two: &Self| {
            matches!(
                one,
                Self::Edited { .. }
                    | Self::CardChanged { .. }
                    | Self::Alternatives { .. }
                    | Self::Chosen { .. }
            ) && *two == Self::Unknown
        };
        // In a secret poll only the voter themself is told whose the vote is.
        let is_secret = |one: &Self, two: &Self| match (one, two) {
            (Self::Voted { target, person, options }, Self::Voted { target: other, options: others, .. }) => {
                (target, options) == (other, others) && person.as_str().starts_with("secret-ballot-")
            }
            _ => false,
        };
        let is_told_so = |one: &Self, two: &Self| is_blanked(one, two) || is_secret(one, two);
        self == other || is_told_so(self, other) || is_told_so(other, self)
    }
}

impl History {
    /// Records what a tab was told about a row. An error: another tab was told otherwise.
    pub(crate) fn tell(&mut self, seq: Seq, told: ToldRow) -> Result<(), String> {
        match self.told.get(&seq) {
            Some(before) if !before.agrees(&told) && !self.erased.rows.contains(&seq) => {
                Err(format!("reused: place {seq} was told as {before:?} and as {told:?}"))
            }
            Some(_) => Ok(()),
            None => {
                self.told.insert(seq, told);
                Ok(())
            }
        }
    }

    /// The message that was sent by this author under this nonce.
    pub(crate) fn message(&self, author: &PersonId, nonce: &Nonce) -> Option<&SentMessage> {
        let honest = self.messages.get(nonce).filter(|sent| sent.author == *author);
        honest.or_else(|| self.hostile_messages.get(&(author.clone(), nonce.clone())))
    }

    /// Records that a write was accepted. An error: it was never sent, or accepted at another seq.
    pub(crate) fn accept(&mut self, nonce: &Nonce, seq: Seq) -> Result<(), String> {
        // A vote that was deleted for its author, who made no request for it.
        if nonce.as_str() == "deleted-for-its-author" {
            return Ok(());
        }
        let known = match (self.messages.get_mut(nonce), self.other_writes.get_mut(nonce)) {
            (Some(said), _) => &mut said.accepted,
            (None, Some(tried)) => &mut tried.accepted,
            (None, None) => return Err(format!("phantom: {nonce} was accepted and never tried")),
        };
        match known.replace(seq) {
            Some(before) if before != seq => {
                Err(format!("moved: {nonce} was accepted at {before} and at {seq}"))
            }
            _ => Ok(()),
        }
    }
}

impl World {
    /// Checks that every text told to a tab was stored at some time, or is empty after a deletion.
    fn check_words(&mut self, frame: &ServerFrame) {
        let said = match frame {
            ServerFrame::Said(said) => vec![said],
            ServerFrame::Events { events } => events.iter().filter_map(said).collect(),
            _ => Vec::new(),
        };
        let known = &self.history.deleted_texts.texts;
        let is_stored = |said: &&&Said| known.get(&said.seq).is_some_and(|texts| texts.contains(&said.text));
        if let Some(unknown) = said.iter().find(|said| !is_stored(said)) {
            self.fail(format!("phantom: {unknown:?} was told and never stored"));
        }
        let messages: Vec<&Message> = match frame {
            ServerFrame::Events { events } => events.iter().filter_map(message).collect(),
            ServerFrame::Welcome(welcome) => {
                welcome.events.iter().filter_map(message).chain(&welcome.messages).collect()
            }
            ServerFrame::Page { messages, .. } => messages.iter().collect(),
            _ => Vec::new(),
        };
        let texts = &self.history.deleted_texts.texts;
        let is_known = |message: &&&Message| {
            let known = texts.get(&message.seq).is_some_and(|texts| texts.contains(&message.text));
            known || (message.text.is_empty() && (message.deleted || message.answer.is_some()))
        };
        if let Some(unknown) = messages.iter().find(|message| !is_known(message)) {
            self.fail(format!("phantom: {unknown:?} was told and never stored"));
        }
    }

    /// Checks that a tab is told nobody else's nonce.
    fn check_nonces(&mut self, tab: usize, frame: &ServerFrame) {
        let messages: Vec<&Message> = match frame {
            ServerFrame::Events { events } => events.iter().filter_map(message).collect(),
            ServerFrame::Welcome(welcome) => {
                welcome.events.iter().filter_map(message).chain(&welcome.messages).collect()
            }
            ServerFrame::Page { messages, .. } => messages.iter().collect(),
            _ => Vec::new(),
        };
        let me = &self.people[self.tabs[tab].person].id;
        let is_foreign = |message: &&&Message| match (&message.answer, &message.nonce) {
            (_, None) => false,
            (Some(answer), Some(_)) => answer.asker != *me,
            (None, Some(_)) => !message.author.is(me),
        };
        if let Some(foreign) = messages.iter().find(is_foreign) {
            self.fail(format!("leaked: {foreign:?} was told to {me} with its nonce"));
        }
    }

    /// Records what a frame tells.
    pub(crate) fn read(&mut self, tab: usize, text: &str) {
        let Ok(frame) = ServerFrame::parse(text) else { return };
        let frames = match frame {
            ServerFrame::Batch { frames } => frames,
            frame => vec![frame],
        };
        let people = self.history.erased.numbers.clone();
        for frame in frames {
            self.check_nonces(tab, &frame);
            let told: Vec<(Seq, ToldRow)> = match &frame {
                ServerFrame::Said(said) => {
                    vec![(said.seq, ToldRow::event(&Event::Said(said.clone()), &people))]
                }
                ServerFrame::Events { events } => {
                    events.iter().map(|event| (event.seq(), ToldRow::event(event, &people))).collect()
                }
                ServerFrame::Welcome(welcome) => {
                    self.history.coverage.count(if welcome.recovered { "resumed" } else { "fresh start" });
                    if !welcome.recovered {
                        self.tabs[tab].position = None;
                    }
                    let messages = welcome.messages.iter().map(|it| (it.seq, ToldRow::message(it)));
                    let events =
                        welcome.events.iter().map(|event| (event.seq(), ToldRow::event(event, &people)));
                    messages.chain(events).collect()
                }
                ServerFrame::Page { messages, .. } => {
                    messages.iter().map(|message| (message.seq, ToldRow::message(message))).collect()
                }
                ServerFrame::Accepted { nonce, seq } => {
                    if let Err(violation) = self.history.accept(nonce, *seq) {
                        self.fail(violation);
                    }
                    Vec::new()
                }
                ServerFrame::Refused { code, .. } => {
                    self.history.coverage.count(format!("refused {code:?}"));
                    Vec::new()
                }
                _ => Vec::new(),
            };
            self.check_words(&frame);
            for (seq, told) in told {
                if let Err(violation) = self.history.tell(seq, told) {
                    self.fail(violation);
                }
            }
        }
    }
}

fn said(event: &Event) -> Option<&Said> {
    match event {
        Event::Said(said) => Some(said),
        _ => None,
    }
}

fn message(event: &Event) -> Option<&Message> {
    match event {
        Event::Message(message) => Some(message),
        _ => None,
    }
}
