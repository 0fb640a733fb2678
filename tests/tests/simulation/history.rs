//! What was said, accepted and told during a run: the material of the checker.

use std::collections::{BTreeMap, BTreeSet};

use shared::{Author, Event, Message, Nonce, PersonId, Seq, ServerFrame};

use crate::world::World;

/// Something that a person said.
#[derive(Debug)]
pub(crate) struct SaidOnce {
    /// Who.
    pub(crate) author: PersonId,
    /// What. No two are alike.
    pub(crate) text: String,
    /// Where the room said that it stands.
    pub(crate) accepted: Option<Seq>,
    /// The person threw it away before it was accepted.
    pub(crate) is_discarded: bool,
}

/// What happened how often.
#[derive(Debug, Default)]
pub(crate) struct Met(pub(crate) BTreeMap<String, u64>);

/// What identifies a row of the log, whoever tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// Somebody's words.
    Said { author: PersonId, nonce: Option<Nonce>, text: String },
    /// A bot's answer.
    Answer { bot: String, parent: Seq },
    /// The end of an answer.
    End { target: Seq },
    /// A place and no more.
    Unknown,
}

/// Everything that is kept about a run.
#[derive(Default)]
pub(crate) struct History {
    /// By attempt.
    pub(crate) says: BTreeMap<Nonce, SaidOnce>,
    /// Questions that were asked again, by attempt.
    pub(crate) again: BTreeMap<Nonce, Option<Seq>>,
    /// What pages were told about each place.
    pub(crate) told: BTreeMap<Seq, Told>,
    /// The last place whose words belong to each run.
    pub(crate) through: BTreeMap<Seq, Seq>,
    /// Runs that had a call when the room lost them: none may be called again.
    pub(crate) interrupted: BTreeSet<Seq>,
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
                Self::Said { author: id.clone(), nonce: message.nonce.clone(), text: message.text.clone() }
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
            _ => Self::Unknown,
        }
    }
}

impl History {
    /// A page was told what stands at a place. It must be the same for all and for ever.
    pub(crate) fn tell(&mut self, seq: Seq, told: Told) -> Result<(), String> {
        match self.told.get(&seq) {
            Some(before) if *before != told => {
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
        let known = match (self.says.get_mut(nonce), self.again.get_mut(nonce)) {
            (Some(said), _) => &mut said.accepted,
            (None, Some(again)) => again,
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
    /// Keeps what a frame tells, for the checker.
    pub(crate) fn read(&mut self, page: usize, text: &str) {
        let Some(frame) = ServerFrame::parse(text) else { return };
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
            for (seq, told) in told {
                if let Err(violation) = self.history.tell(seq, told) {
                    self.fail(violation);
                }
            }
        }
    }
}
