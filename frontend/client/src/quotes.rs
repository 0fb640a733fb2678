//! Messages that others reply to and that the client does not hold. Each is asked for alone, so that its quote can name its author and
//! its first words.

use shared::frame::HistoryPlace;
use shared::{AnswerEnd, Author, ClientFrame, Event, Message, Millis, Seq};

use crate::effect::{Change, Effects};

/// Characters of a message that are kept.
const EXCERPT_CHARACTERS: usize = 200;
/// How many messages are kept; beyond that the first are dropped.
const MAX_KEPT: usize = 500;
/// How long a page may take.
const REPLY_TIMEOUT_MS: u64 = 10_000;
/// How long nothing is asked for after a refusal.
const PAUSE_MS: u64 = 10_000;

/// The author and the first words of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    pub author: Author,
    /// Empty where the message is deleted.
    pub text: String,
    pub deleted: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Quotes {
    /// What the room said; `None` where it does not keep the message.
    known: Vec<(Seq, Option<Excerpt>)>,
    wanted: Vec<Seq>,
    /// The message that was asked for, and until when its page may come.
    request: Option<(Seq, Millis)>,
    not_before: Millis,
}

impl Quotes {
    pub(crate) fn get(&self, seq: Seq) -> Option<&Excerpt> {
        self.known.iter().find(|(known, _)| *known == seq)?.1.as_ref()
    }

    /// Notes which messages are quoted and not held.
    pub(crate) fn want(&mut self, quoted: impl Iterator<Item = Seq>) {
        self.wanted = quoted.filter(|seq| self.known.iter().all(|(known, _)| known != seq)).collect();
        self.wanted.dedup();
    }

    /// Returns the frame that asks for the last of them, unless a page is on its way or the room has refused one just now.
    pub(crate) fn request(&mut self, now: Millis) -> Option<ClientFrame> {
        if self.request.is_some() || now < self.not_before {
            return None;
        }
        let seq = self.wanted.pop()?;
        self.request = Some((seq, now.plus(REPLY_TIMEOUT_MS)));
        Some(ClientFrame::History { place: HistoryPlace::Around(seq), limit: 1 })
    }

    /// Takes the page that was asked for. Returns whether this was it.
    pub(crate) fn page(&mut self, place: HistoryPlace, messages: &[Message], effects: &mut Effects) -> bool {
        let Some((seq, _)) = self.request.filter(|(seq, _)| place == HistoryPlace::Around(*seq)) else {
            return false;
        };
        self.request = None;
        let message = messages.iter().find(|message| message.seq == seq);
        self.wanted.retain(|other| *other != seq);
        if self.known.len() >= MAX_KEPT {
            self.known.remove(0);
        }
        self.known.push((seq, message.map(excerpt)));
        effects.show(Change::Quotes);
        true
    }

    /// Follows changes of the messages that are kept.
    pub(crate) fn events(&mut self, events: &[Event], effects: &mut Effects) {
        for event in events {
            let (target, text) = match event {
                Event::Edited { target, text, .. } => (*target, Some(text)),
                Event::Deleted { target, .. } => (*target, None),
                // Its text was not there yet.
                Event::Ended(AnswerEnd { target, .. }) => {
                    let known = self.known.iter().position(|(known, _)| known == target);
                    self.wanted.extend(known.map(|at| self.known.remove(at).0));
                    continue;
                }
                _ => continue,
            };
            let mut known = self.known.iter_mut().filter(|(known, _)| *known == target);
            if let Some((_, Some(known))) = known.next() {
                known.text = text.map(|text| first_words(text)).unwrap_or_default();
                known.deleted = text.is_none();
                effects.show(Change::Quotes);
            }
        }
    }

    /// The room sent a fresh snapshot: what was changed before it is not told.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// The room refused a request without a nonce, which may be this one.
    pub(crate) fn query_refused(&mut self, now: Millis) {
        if self.give_up() {
            self.not_before = now.plus(PAUSE_MS);
        }
    }

    pub(crate) fn socket_lost(&mut self) {
        self.give_up();
    }

    /// Gives up a page that does not come.
    pub(crate) fn meet_deadline(&mut self, now: Millis) {
        if self.request.is_some_and(|(_, deadline)| deadline <= now) {
            self.query_refused(now);
        }
    }

    /// When there is something to do on a live socket.
    pub(crate) fn next_wakeup(&self) -> Option<Millis> {
        let pause = (!self.wanted.is_empty()).then_some(self.not_before);
        self.request.map(|(_, deadline)| deadline).or(pause)
    }

    fn give_up(&mut self) -> bool {
        let request = self.request.take();
        self.wanted.extend(request.map(|(seq, _)| seq));
        request.is_some()
    }
}

fn excerpt(message: &Message) -> Excerpt {
    Excerpt { author: message.author.clone(), text: first_words(&message.text), deleted: message.deleted }
}

fn first_words(text: &str) -> String {
    text.chars().take(EXCERPT_CHARACTERS).collect()
}
