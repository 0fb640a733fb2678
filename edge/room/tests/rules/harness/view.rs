//! What one tab makes of the frames: a minimal client that asserts what a client may rely on.

use std::collections::BTreeMap;

use shared::frame::{Delta, Resume, RunStatus};
use shared::reaction::set_reaction;
use shared::{
    Answer, Author, Epoch, Event, FinalText, Message, Person, PersonId, Said, Seq, ServerFrame, Speaker,
};

/// What a tab knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct View {
    pub(crate) epoch: Option<Epoch>,
    /// The seq of its last event.
    pub(crate) last: Seq,
    pub(crate) oldest: Seq,
    pub(crate) messages: BTreeMap<Seq, Message>,
    /// The text of answers that have not ended.
    pub(crate) texts: BTreeMap<Seq, String>,
    pub(crate) runs: BTreeMap<Seq, RunStatus>,
    pub(crate) people: BTreeMap<PersonId, String>,
    /// Whom messages may name by number.
    pub(crate) speakers: BTreeMap<u32, Person>,
    pub(crate) count: usize,
    pub(crate) name: Option<String>,
    /// How many ends of each answer it was sent.
    pub(crate) ends: BTreeMap<Seq, u32>,
    /// It noticed a gap and has to resume.
    pub(crate) is_behind: bool,
    /// Whether the last welcome was a resume.
    pub(crate) recovered: bool,
    /// Every frame, with batches unpacked.
    pub(crate) frames: Vec<ServerFrame>,
}

impl View {
    pub(crate) fn read(&mut self, text: &str) {
        if text != "pong" {
            self.take(ServerFrame::parse(text).expect(text));
        }
    }

    fn take(&mut self, frame: ServerFrame) {
        if let ServerFrame::Batch { frames } = frame {
            assert!(frames.len() > 1, "a batch of one");
            return frames.into_iter().for_each(|frame| self.take(frame));
        }
        self.frames.push(frame.clone());
        match frame {
            ServerFrame::Welcome(welcome) => {
                self.recovered = welcome.recovered;
                if welcome.recovered {
                    assert_eq!(self.epoch.as_ref(), Some(&welcome.epoch));
                    assert!(welcome.messages.is_empty());
                    let seqs: Vec<Seq> = welcome.events.iter().map(Event::seq).collect();
                    // A room that woke may have sent the newest one between the hello and this.
                    let first = seqs.first().copied().unwrap_or(self.last.next()).min(self.last.next());
                    let missed: Vec<Seq> = (first.0..=welcome.head.0).map(Seq).collect();
                    assert_eq!(seqs, missed, "all that was missed, in order");
                } else {
                    assert!(welcome.events.is_empty());
                    self.messages.clear();
                    self.last = welcome.head;
                }
                self.epoch = Some(welcome.epoch);
                self.oldest = welcome.oldest;
                self.name = welcome.you.name;
                self.is_behind = false;
                for message in welcome.messages {
                    self.messages.insert(message.seq, message);
                }
                self.events(welcome.events);
                self.texts = welcome.runs.iter().map(|run| (run.run, run.text.clone())).collect();
                self.runs = welcome.runs.into_iter().map(|run| (run.run, run)).collect();
                self.learn(&welcome.people);
                self.count = welcome.count;
                self.people = welcome.people.into_iter().map(|person| (person.id, person.name)).collect();
            }
            ServerFrame::Events { events } => {
                assert!(!events.is_empty());
                self.events(events);
            }
            ServerFrame::Said(said) => self.events(vec![Event::Said(said)]),
            ServerFrame::Deltas { deltas } => {
                deltas.into_iter().for_each(|Delta { run, offset, text }| self.delta(run, offset, &text));
            }
            ServerFrame::Run(run) => drop(self.runs.insert(run.run, run)),
            ServerFrame::People { joined, left, count, all } => {
                self.learn(&joined);
                if all {
                    self.people.clear();
                }
                left.iter().for_each(|id| drop(self.people.remove(id)));
                self.people.extend(joined.into_iter().map(|person| (person.id, person.name)));
                self.count = count;
            }
            _ => {}
        }
    }

    fn learn(&mut self, people: &[Person]) {
        self.speakers.extend(people.iter().map(|person| (person.number, person.clone())));
    }

    /// The message that somebody has written. Its author must be known: a client has no other way to name them.
    fn message(&mut self, said: Said) -> Message {
        let Said { seq, at, by, text, reply_to } = said;
        let person = match by {
            Speaker::Introduced(person) => {
                self.learn(std::slice::from_ref(&person));
                person
            }
            Speaker::Known(number) => self.speakers[&number].clone(),
        };
        let author = Author::Human { id: person.id, name: person.name, owner: person.owner };
        Message {
            seq,
            at,
            author,
            text,
            nonce: None,
            reply_to,
            answer: None,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        }
    }

    fn events(&mut self, events: Vec<Event>) {
        for event in events {
            let event = match event {
                Event::Said(said) => Event::Message(self.message(said)),
                other => other,
            };
            let seq = event.seq();
            if seq <= self.last {
                continue;
            }
            if seq != self.last.next() {
                self.is_behind = true;
                return;
            }
            self.last = seq;
            match event {
                Event::Message(message) => drop(self.messages.insert(seq, message)),
                Event::Ended(ended) => {
                    let streamed = self.texts.remove(&ended.target).unwrap_or_default();
                    let text = match ended.text {
                        FinalText::Whole(text) => text,
                        FinalText::Streamed(bytes) if bytes == streamed.len() as u64 => streamed,
                        FinalText::Streamed(_) => {
                            self.is_behind = true;
                            self.last = seq.previous();
                            return;
                        }
                    };
                    self.runs.remove(&ended.target);
                    *self.ends.entry(ended.target).or_default() += 1;
                    if let Some(message) = self.messages.get_mut(&ended.target) {
                        message.text = text;
                        message.answer = Some(ended.answer);
                    }
                }
                Event::Alternatives(state) => {
                    if let Some(message) = self.messages.get_mut(&state.target) {
                        let FinalText::Whole(text) = state.text else { panic!("alternatives have a text") };
                        (message.text, message.answer) = (text, Some(state.answer));
                    }
                }
                Event::Chosen { target, index, .. } => {
                    let message = self.messages.get_mut(&target);
                    if let Some((message, answer)) = message
                        .map(|message| (&mut message.text, &mut message.answer))
                        .and_then(|(text, answer)| answer.as_mut().map(|answer| (text, answer)))
                    {
                        message.clone_from(&answer.options[index]);
                        answer.chosen = index;
                    }
                }
                Event::Edited { target, text, .. } => {
                    if let Some(message) = self.messages.get_mut(&target) {
                        (message.text, message.edited) = (text, true);
                    }
                }
                Event::Deleted { target, .. } => {
                    if let Some(message) = self.messages.get_mut(&target) {
                        (message.text, message.edited, message.deleted) = (String::new(), false, true);
                        message.reactions.clear();
                        if let Some(answer) = &mut message.answer {
                            (answer.card, answer.votes, answer.tool_uses) = (None, Vec::new(), Vec::new());
                            answer.sources.clear();
                            answer.options.clear();
                            answer.chosen = 0;
                        }
                    }
                }
                Event::Voted { target, person, options, .. } => {
                    let answer = self.messages.get_mut(&target).and_then(|message| message.answer.as_mut());
                    if let Some(answer) = answer {
                        answer.votes.retain(|vote| vote.person != person);
                        let vote = |option| shared::Vote { person: person.clone(), option };
                        answer.votes.extend(options.into_iter().map(vote));
                    }
                }
                Event::CardChanged { target, card, .. } => {
                    if let Some(message) = self.messages.get_mut(&target) {
                        message.text = card.text();
                        message.answer.as_mut().unwrap().card = Some(card);
                    }
                }
                Event::Reacted { target, person, emoji, on, .. } => {
                    if let Some(message) = self.messages.get_mut(&target) {
                        set_reaction(&mut message.reactions, &emoji, &person, on);
                    }
                }
                Event::Said(_)
                | Event::BotSet { .. }
                | Event::BotGone { .. }
                | Event::Moderation(_)
                | Event::Unknown(_) => {}
            }
        }
    }

    fn delta(&mut self, run: Seq, offset: Option<u64>, text: &str) {
        let have = self.texts.entry(run).or_default();
        let offset = offset.map_or(have.len(), |offset| usize::try_from(offset).unwrap());
        if offset > have.len() {
            self.is_behind = true;
            return;
        }
        let overlap = have.len() - offset;
        if overlap >= text.len() {
            assert_eq!(have.get(offset..offset + text.len()), Some(text), "an overlap says the same");
            return;
        }
        assert_eq!(
            have.get(offset..),
            text.get(..overlap),
            "an overlap says the same, on a character's edge"
        );
        have.push_str(text.get(overlap..).unwrap());
    }

    /// The position for a hello.
    pub(crate) fn resume(&self) -> Option<Resume> {
        self.epoch.as_ref().map(|epoch| Resume::new(epoch, self.last))
    }

    /// The answer's fields of a message.
    pub(crate) fn answer(&self, run: u64) -> &Answer {
        self.messages[&Seq(run)].answer.as_ref().unwrap()
    }

    /// The text of a message.
    pub(crate) fn text(&self, seq: u64) -> &str {
        &self.messages[&Seq(seq)].text
    }

    /// What the tab shows of each message, so that two tabs can be compared.
    pub(crate) fn shown(&self) -> Vec<(Seq, String, String, Option<&'static str>)> {
        let shown = |message: &Message| {
            let state = message.answer.as_ref().map(|answer| answer.state.as_str());
            (message.seq, message.author.name().to_owned(), message.text.clone(), state)
        };
        self.messages.values().map(shown).collect()
    }
}
