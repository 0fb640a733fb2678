//! A simple model of a room, as the expected result: a list of events, and the messages as they were after each.

use shared::frame::{RunStatus, Welcome, You};
use shared::message::UnknownEvent;
use shared::{
    Answer, AnswerEnd, Author, Card, Epoch, Event, FinalText, Limits, Message, Millis, Person, RoomName,
    RunState, Said, Seq, ServerFrame, Speaker, Vote,
};

use super::parse::{nonce, person};

#[derive(Default)]
pub(super) struct ModelRoom {
    rows: Vec<Event>,
    states: Vec<Vec<Message>>,
}

impl ModelRoom {
    pub(super) fn head(&self) -> u64 {
        self.rows.len() as u64
    }

    pub(super) fn append(&mut self, name: &str, attempt: Option<u32>, text: &str) {
        let author = Author::Human { id: person(name), name: name.to_owned(), owner: false };
        // Nobody but ann, who reads it, is told her nonces.
        self.message(author, attempt.filter(|_| name == "ann"), text, None);
    }

    pub(super) fn ask(&mut self, parent: u64) -> Seq {
        let answer = answer(Seq(parent), RunState::Queued);
        self.message(Author::Bot { name: "bot".to_owned() }, None, "", Some(answer))
    }

    pub(super) fn end(&mut self, target: Seq, state: &str, text: &str) {
        let state = serde_json::from_str(&format!("\"{state}\"")).unwrap();
        let mut now = self.state(self.head());
        let message = now.iter_mut().find(|message| message.seq == target).unwrap();
        let answer = answer(message.answer.as_ref().unwrap().parent, state);
        message.answer = Some(answer.clone());
        message.text = text.to_owned();
        let seq = Seq(self.head() + 1);
        self.rows.push(Event::Ended(AnswerEnd {
            seq,
            at: Millis(0),
            target,
            text: FinalText::Whole(text.to_owned()),
            answer,
        }));
        self.states.push(now);
    }

    pub(super) fn append_unknown(&mut self) {
        let seq = self.head() + 1;
        self.rows.push(Event::Unknown(UnknownEvent { seq: Seq(seq) }));
        self.states.push(self.state(seq - 1));
    }

    /// Ends an answer as a poll.
    pub(super) fn end_as_poll(&mut self, target: Seq) {
        self.end(target, "done", "q\n- a\n- b");
        let card = Card::Poll {
            question: "q".to_owned(),
            options: vec!["a".to_owned(), "b".to_owned()],
            added: 0,
            multiple: false,
            secret: false,
            closed: false,
        };
        let place = self.states.len() - 1;
        let message = self.states[place].iter_mut().find(|message| message.seq == target).unwrap();
        message.answer.as_mut().unwrap().card = Some(card);
        if let Event::Ended(ended) = &mut self.rows[place] {
            ended.answer = message.answer.clone().unwrap();
        }
    }

    pub(super) fn edit(&mut self, target: u64, text: &str) {
        let target = Seq(target);
        let event = |seq| Event::Edited { seq, at: Millis(0), target, text: text.to_owned() };
        self.change(target, event, |message| {
            message.text = text.to_owned();
            message.edited = true;
        });
    }

    pub(super) fn delete(&mut self, target: u64) {
        let target = Seq(target);
        self.change(
            target,
            |seq| Event::Deleted { seq, at: Millis(0), target },
            |message| {
                message.text = String::new();
                message.deleted = true;
            },
        );
    }

    pub(super) fn vote(&mut self, target: Seq, name: &str, options: &[usize]) {
        let event = |seq| Event::Voted { seq, target, person: person(name), options: options.to_vec() };
        self.change(target, event, |message| {
            let votes = &mut message.answer.as_mut().unwrap().votes;
            votes.retain(|vote| vote.person != person(name));
            votes.extend(options.iter().map(|option| Vote { person: person(name), option: *option }));
        });
    }

    fn change(&mut self, target: Seq, event: impl Fn(Seq) -> Event, change: impl Fn(&mut Message)) {
        let mut now = self.state(self.head());
        change(now.iter_mut().find(|message| message.seq == target).unwrap());
        self.rows.push(event(Seq(self.head() + 1)));
        self.states.push(now);
    }

    fn message(&mut self, author: Author, attempt: Option<u32>, text: &str, answer: Option<Answer>) -> Seq {
        let seq = Seq(self.head() + 1);
        let message = Message {
            seq,
            at: Millis(0),
            author,
            text: text.to_owned(),
            nonce: attempt.map(nonce),
            reply_to: None,
            answer,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        };
        let mut now = self.state(self.head());
        now.push(message.clone());
        self.rows.push(Event::Message(message));
        self.states.push(now);
        seq
    }

    fn state(&self, k: u64) -> Vec<Message> {
        k.checked_sub(1).map(|index| self.states[index as usize].clone()).unwrap_or_default()
    }

    /// Returns the welcome for a new client when the log has `k` events.
    pub(super) fn welcome(&self, k: u64) -> ServerFrame {
        self.answer_to_hello(k, None)
    }

    /// Returns the welcome for a client that resumes from `from` when the log has `k` events: messages are in their
    /// current state.
    pub(super) fn resume(&self, from: u64, k: u64) -> ServerFrame {
        let now = self.state(k);
        let mut events = self.rows[from as usize..k as usize].to_vec();
        for event in &mut events {
            if let Event::Message(message) = event {
                *message = now.iter().find(|other| other.seq == message.seq).unwrap().clone();
            }
        }
        self.answer_to_hello(k, Some(events))
    }

    pub(super) fn events(&self, from: u64, to: u64) -> ServerFrame {
        ServerFrame::Events { events: self.rows[from as usize..to as usize].iter().map(live).collect() }
    }

    fn answer_to_hello(&self, k: u64, events: Option<Vec<Event>>) -> ServerFrame {
        let now = self.state(k);
        let live = now.iter().filter(|message| message.answer.as_ref().is_some_and(|a| !a.state.is_end()));
        let runs = live.map(|message| RunStatus {
            run: message.seq,
            state: RunState::Queued,
            position: None,
            chain_rebuilt: false,
            tool_uses: Vec::new(),
            card: None,
            text: String::new(),
        });
        ServerFrame::Welcome(Box::new(Welcome {
            you: You {
                id: person("ann"),
                name: Some("ann".to_owned()),
                owner: false,
                operator: false,
                muted_until: None,
            },
            room: RoomName::lobby(),
            now: Millis(0),
            epoch: Epoch::parse("epoch-aaa").unwrap(),
            head: Seq(k),
            oldest: Seq(1),
            recovered: events.is_some(),
            runs: runs.collect(),
            messages: if events.is_some() { Vec::new() } else { now },
            more: false,
            events: events.unwrap_or_default(),
            acts: Vec::new(),
            people: Vec::new(),
            count: 0,
            bots: Vec::new(),
            limits: Limits::default(),
            settings: shared::RoomSettings::default(),
            private: false,
            demo: false,
        }))
    }
}

/// An event as everybody is sent it when it happens.
fn live(event: &Event) -> Event {
    match event {
        Event::Message(Message {
            seq,
            at,
            author: Author::Human { id, name, owner },
            text,
            reply_to,
            ..
        }) => {
            let number = id.as_str().bytes().map(u32::from).sum();
            let person =
                Person { number, id: id.clone(), name: name.clone(), owner: *owner, operator: false };
            let by = Speaker::Introduced(person);
            Event::Said(Said { seq: *seq, at: *at, by, text: text.clone(), reply_to: *reply_to })
        }
        other => other.clone(),
    }
}

fn answer(parent: Seq, state: RunState) -> Answer {
    Answer::new(parent, person("ann"), state)
}
