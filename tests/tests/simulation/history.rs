//! What was said, accepted and told during a run: the material of the checker.

use std::collections::{BTreeMap, BTreeSet};

use shared::{Author, Event, Message, Nonce, PersonId, Seq};

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
    /// How often the room's memory was built, for the statistics.
    pub(crate) wakes: u64,
    /// How many stores failed.
    pub(crate) failed_stores: u64,
}

impl Told {
    /// What a message says of its place.
    pub(crate) fn message(message: &Message) -> Self {
        match (&message.author, &message.answer) {
            (Author::Human { id, .. }, _) => {
                Self::Said { author: id.clone(), nonce: message.nonce.clone(), text: message.text.clone() }
            }
            (Author::Bot { name }, Some(answer)) => {
                Self::Answer { bot: name.clone(), parent: answer.parent }
            }
            (Author::Bot { .. }, None) => Self::Unknown,
        }
    }

    /// What an event says of its place.
    pub(crate) fn event(event: &Event) -> Self {
        match event {
            Event::Message(message) => Self::message(message),
            Event::Ended(ended) => Self::End { target: ended.target },
            Event::Unknown(_) => Self::Unknown,
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
