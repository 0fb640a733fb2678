//! What was said, accepted and told during a run: the material of the checker.

use std::collections::{BTreeMap, BTreeSet};

use client::Input;
use room::{LogRow, RowData};
use shared::{Author, Event, Message, Nonce, PersonId, Seq, ServerFrame};

use crate::secrets::Secrets;
use crate::world::World;

/// Something that a person said.
#[derive(Debug)]
pub(crate) struct SaidOnce {
    /// Who.
    pub(crate) author: PersonId,
    /// What. No two are alike.
    pub(crate) text: String,
    /// The words in it that call bots, or nobody.
    pub(crate) calls: Vec<String>,
    /// Where the room said that it stands.
    pub(crate) accepted: Option<Seq>,
    /// The person threw it away before it was accepted.
    pub(crate) is_discarded: bool,
}

/// An attempt that is no message: asking again, another text, a deletion, a vote, a bot.
#[derive(Debug)]
pub(crate) struct Tried {
    /// What it says.
    pub(crate) what: Input,
    /// Where the room said that it stands.
    pub(crate) accepted: Option<Seq>,
}

/// What happened how often.
#[derive(Debug, Default)]
pub(crate) struct Met(pub(crate) BTreeMap<String, u64>);

/// What identifies a row of the log, whoever tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// Somebody's words.
    MessageRow { author: PersonId, nonce: Option<Nonce> },
    /// A bot's answer.
    Answer { bot: String, parent: Seq },
    /// The end of an answer.
    End { target: Seq },
    /// Other words. Once their message is deleted, only the place is told.
    Edited { target: Seq },
    /// A message is gone.
    Deleted { target: Seq },
    /// A vote.
    Voted { target: Seq, person: PersonId, option: Option<usize> },
    /// A bot of the owner's.
    BotSet { handle: String },
    /// It is gone.
    BotGone { handle: String },
    /// A place and no more.
    Unknown,
}

/// Everything that is kept about a run.
#[derive(Default)]
pub(crate) struct History {
    /// By attempt.
    pub(crate) says: BTreeMap<Nonce, SaidOnce>,
    /// Everything else that somebody tried to write, by attempt.
    pub(crate) tried: BTreeMap<Nonce, Tried>,
    /// What pages were told about each place.
    pub(crate) told: BTreeMap<Seq, Told>,
    /// The last place whose words belong to each run.
    pub(crate) through: BTreeMap<Seq, Seq>,
    /// Runs that had a call when the room lost them: none may be called again.
    pub(crate) interrupted: BTreeSet<Seq>,
    /// Responses of which the room knows.
    pub(crate) recorded: BTreeSet<String>,
    /// What was written where, and what of it was deleted.
    pub(crate) secrets: Secrets,
    /// What happened how often: a run proves nothing about what it never met.
    pub(crate) met: Met,
}

impl Met {
    /// It happened once more.
    pub(crate) fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    /// Adds another run's.
    pub(crate) fn add(&mut self, other: Self) {
        for (what, times) in other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }
}

impl Told {
    /// What a message says of its place.
    pub(crate) fn message(message: &Message) -> Self {
        match (&message.author, &message.answer) {
            (Author::Human { id, .. }, _) => {
                Self::MessageRow { author: id.clone(), nonce: message.nonce.clone() }
            }
            (Author::Bot { name }, Some(answer)) => Self::Answer { bot: name.clone(), parent: answer.parent },
            (Author::Bot { .. }, None) => Self::Unknown,
        }
    }

    /// What an event says of its place.
    pub(crate) fn event(event: &Event) -> Self {
        match event {
            Event::Message(message) => Self::message(message),
            Event::Ended(ended) => Self::End { target: ended.target },
            Event::Edited { target, .. } => Self::Edited { target: *target },
            Event::Deleted { target, .. } => Self::Deleted { target: *target },
            Event::Voted { target, person, option, .. } => {
                Self::Voted { target: *target, person: person.clone(), option: *option }
            }
            Event::BotSet { bot, .. } => Self::BotSet { handle: bot.handle.clone() },
            Event::BotGone { handle, .. } => Self::BotGone { handle: handle.clone() },
            Event::Unknown(_) => Self::Unknown,
        }
    }

    /// What a row's place is.
    pub(crate) fn row(row: &LogRow) -> Self {
        match (row.message(), row.target, &row.data) {
            (Some(message), ..) => Self::message(&message),
            (None, Some(target), RowData::Ended) => Self::End { target },
            (None, Some(target), RowData::Edited) => Self::Edited { target },
            (None, Some(target), RowData::Deleted) => Self::Deleted { target },
            (None, Some(target), RowData::Voted(option)) => {
                Self::Voted { target, person: row.author.clone(), option: *option }
            }
            (None, _, RowData::BotSaved(bot)) => Self::BotSet { handle: bot.handle.clone() },
            (None, _, RowData::BotRemoved(handle)) => Self::BotGone { handle: handle.clone() },
            _ => Self::Unknown,
        }
    }

    /// Whether both may be told of one place.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        let is_blanked = |one: &Self, two: &Self| matches!((one, two), (Self::Edited { .. }, Self::Unknown));
        self == other || is_blanked(self, other) || is_blanked(other, self)
    }
}

impl History {
    /// A page was told what stands at a place. It must be the same for all and for ever.
    pub(crate) fn tell(&mut self, seq: Seq, told: Told) -> Result<(), String> {
        match self.told.get(&seq) {
            Some(before) if !before.agrees(&told) => {
                Err(format!("reused: place {seq} was told as {before:?} and as {told:?}"))
            }
            Some(_) => Ok(()),
            None => {
                self.told.insert(seq, told);
                Ok(())
            }
        }
    }

    /// A page was told that an attempt stands at a place.
    pub(crate) fn accept(&mut self, nonce: &Nonce, seq: Seq) -> Result<(), String> {
        let known = match (self.says.get_mut(nonce), self.tried.get_mut(nonce)) {
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
    /// What a page is told that somebody said is what they said, first or later, or nothing where it was deleted.
    fn check_words(&mut self, frame: &ServerFrame) {
        let messages: Vec<&Message> = match frame {
            ServerFrame::Events { events } => events.iter().filter_map(message).collect(),
            ServerFrame::Welcome(welcome) => {
                welcome.events.iter().filter_map(message).chain(&welcome.messages).collect()
            }
            ServerFrame::Page { messages, .. } => messages.iter().collect(),
            _ => Vec::new(),
        };
        let texts = &self.history.secrets.texts;
        let is_known = |message: &&&Message| {
            let known = texts.get(&message.seq).is_some_and(|texts| texts.contains(&message.text));
            known || (message.text.is_empty() && (message.deleted || message.answer.is_some()))
        };
        if let Some(unknown) = messages.iter().find(|message| !is_known(message)) {
            self.fail(format!("phantom: {unknown:?} was told and never stored"));
        }
    }

    /// Keeps what a frame tells, for the checker.
    pub(crate) fn read(&mut self, page: usize, text: &str) {
        let Ok(frame) = ServerFrame::parse(text) else { return };
        let frames = match frame {
            ServerFrame::Batch { frames } => frames,
            frame => vec![frame],
        };
        for frame in frames {
            let told: Vec<(Seq, Told)> = match &frame {
                ServerFrame::Events { events } => {
                    events.iter().map(|event| (event.seq(), Told::event(event))).collect()
                }
                ServerFrame::Welcome(welcome) => {
                    self.history.met.count(if welcome.recovered { "resumed" } else { "fresh start" });
                    if !welcome.recovered {
                        self.pages[page].position = None;
                    }
                    let messages = welcome.messages.iter().map(|it| (it.seq, Told::message(it)));
                    let events = welcome.events.iter().map(|event| (event.seq(), Told::event(event)));
                    messages.chain(events).collect()
                }
                ServerFrame::Page { messages, .. } => {
                    messages.iter().map(|message| (message.seq, Told::message(message))).collect()
                }
                ServerFrame::Accepted { nonce, seq } => {
                    if let Err(violation) = self.history.accept(nonce, *seq) {
                        self.fail(violation);
                    }
                    Vec::new()
                }
                ServerFrame::Refused { code, .. } => {
                    self.history.met.count(format!("refused {code:?}"));
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

fn message(event: &Event) -> Option<&Message> {
    match event {
        Event::Message(message) => Some(message),
        _ => None,
    }
}
