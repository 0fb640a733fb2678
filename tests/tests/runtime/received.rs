//! What a client remembers to understand the room's short frames: the people by their numbers, the texts of answers that
//! stream, the nonces of its own messages. A frame that a client could not understand ends the test.

use std::collections::BTreeMap;

use shared::frame::Delta;
use shared::{
    Answer, AnswerEnd, Author, Event, FinalText, Message, Nonce, Person, PersonId, Said, Seq, ServerFrame,
    Speaker,
};

/// The end of an answer, with its whole text.
#[derive(Debug, Clone)]
#[allow(dead_code, reason = "the benches, which share this file, read parts of it")]
pub(crate) struct EndedAnswer {
    /// The seq of the end itself.
    pub(crate) seq: Seq,
    /// The answer's seq, which is its run's id.
    pub(crate) target: Seq,
    pub(crate) text: String,
    pub(crate) answer: Answer,
}

impl From<AnswerEnd> for EndedAnswer {
    /// Panics for an end whose text was not resolved: its socket had seen it in a welcome before.
    fn from(end: AnswerEnd) -> Self {
        let AnswerEnd { seq, target, answer, text, .. } = end;
        let FinalText::Whole(text) = text else { panic!("the end of {target} came before") };
        Self { seq, target, text, answer }
    }
}

/// What one socket has learned.
#[derive(Default)]
pub(crate) struct Received {
    /// Who the client is, and the last event that it knows; `None` before the first welcome.
    place: Option<(PersonId, Seq)>,
    people: BTreeMap<u32, Person>,
    /// The texts so far of answers that have not ended.
    streamed: BTreeMap<Seq, String>,
    /// The nonces of accepted writes.
    nonces: BTreeMap<Seq, Nonce>,
}

impl Received {
    /// Takes the next frame and returns it in full: with whole messages in place of [`Said`], and the whole text of each answer
    /// that ends. Panics where the page would have to resume, and for a number that nobody introduced.
    pub(crate) fn resolve(&mut self, mut frame: ServerFrame) -> ServerFrame {
        match &mut frame {
            ServerFrame::Said(said) => {
                let said = self.event(Event::Said(said.clone()));
                return ServerFrame::Events { events: vec![said] };
            }
            ServerFrame::Events { events } => {
                *events = std::mem::take(events).into_iter().map(|event| self.event(event)).collect();
            }
            ServerFrame::Welcome(welcome) => {
                self.learn(&welcome.people);
                self.place = None;
                let events = std::mem::take(&mut welcome.events);
                welcome.events = events.into_iter().map(|event| self.event(event)).collect();
                self.place = Some((welcome.you.id.clone(), welcome.head));
                self.streamed = welcome.runs.iter().map(|run| (run.run, run.text.clone())).collect();
            }
            ServerFrame::People { joined, .. } => self.learn(joined),
            ServerFrame::Accepted { nonce, seq } => drop(self.nonces.insert(*seq, nonce.clone())),
            ServerFrame::Run(status) => drop(self.streamed.entry(status.run).or_default()),
            ServerFrame::Deltas { deltas } => deltas.iter().for_each(|delta| self.append(delta)),
            _ => {}
        }
        frame
    }

    fn learn(&mut self, people: &[Person]) {
        self.people.extend(people.iter().map(|person| (person.number, person.clone())));
    }

    /// Resolves one event. What a welcome has told before changes nothing.
    fn event(&mut self, event: Event) -> Event {
        let event = match event {
            Event::Said(said) => Event::Message(self.message(said)),
            other => other,
        };
        if let Some((_, last)) = &mut self.place {
            let seq = event.seq();
            if seq <= *last {
                return event;
            }
            assert_eq!(seq, last.next(), "an event is missing");
            *last = seq;
        }
        match event {
            Event::Ended(end) => Event::Ended(self.end(end)),
            Event::Message(message) => {
                match &message.answer {
                    Some(answer) if answer.state.is_end() => drop(self.streamed.remove(&message.seq)),
                    Some(_) => drop(self.streamed.entry(message.seq).or_default()),
                    None => {}
                }
                Event::Message(message)
            }
            other => other,
        }
    }

    fn message(&mut self, said: Said) -> Message {
        let Said { seq, at, by, text, reply_to } = said;
        let Person { id, name, owner, .. } = match by {
            Speaker::Known(number) => {
                let known = self.people.get(&number);
                known.unwrap_or_else(|| panic!("nobody introduced {number}, who said {text:?}")).clone()
            }
            Speaker::Introduced(person) => {
                self.people.insert(person.number, person.clone());
                person
            }
        };
        let is_mine = self.place.as_ref().is_some_and(|(you, _)| *you == id);
        let nonce = self.nonces.get(&seq).filter(|_| is_mine).cloned();
        let author = Author::Human { id, name, owner };
        Message {
            seq,
            at,
            author,
            text,
            nonce,
            reply_to,
            answer: None,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        }
    }

    fn end(&mut self, mut end: AnswerEnd) -> AnswerEnd {
        let streamed = self.streamed.remove(&end.target).unwrap_or_default();
        if let FinalText::Streamed(bytes) = end.text {
            assert_eq!(streamed.len() as u64, bytes, "not all of {} was streamed: {streamed}", end.target);
            end.text = FinalText::Whole(streamed);
        }
        end
    }

    /// Appends what is not known already. Text of an answer that is not running is dropped.
    fn append(&mut self, delta: &Delta) {
        let Some(text) = self.streamed.get_mut(&delta.run) else { return };
        let known = (text.len() as u64).checked_sub(delta.offset.unwrap_or(text.len() as u64));
        let known = known.unwrap_or_else(|| panic!("text is missing after {text:?}: {delta:?}"));
        let known = usize::try_from(known).unwrap();
        if known < delta.text.len() {
            let (before, more) = delta.text.split_at(known);
            assert!(text.ends_with(before), "{text:?} is not the text before {delta:?}");
            text.push_str(more);
        }
    }
}
