//! Fan-out: decides when all sockets are told what happened, and in which frames.
//!
//! Sending costs time per frame and socket, hardly per byte. A new row of the log leaves at once while the room has sending
//! time left, and is gathered with others when it has not (`pacer`). Deltas of answers, joins, leaves and typing wait longer,
//! each for a share of the time of its own; a row never waits for them, and comes first in a frame with them.

mod interval;
mod introductions;
mod pacer;
mod people;
mod typing;

use std::collections::BTreeMap;

use shared::frame::{Delta, RunStatus};
use shared::{Event, FinalText, Millis, Person, Said, Seq, ServerFrame, limits};

use crate::config::Tuning;
use crate::storage::LogRow;
use interval::{after, is_due};
use introductions::Introductions;
use pacer::Pacer;
use people::PeopleNews;
use typing::Typing;

/// What has not been sent yet.
pub(crate) struct Fanout {
    pacer: Pacer,
    introductions: Introductions,
    events: Vec<Event>,
    events_at: Option<Millis>,
    runs: BTreeMap<Seq, RunStatus>,
    deltas: Vec<Delta>,
    /// The last deltas of runs whose end is among the events: they come before it.
    last_deltas: Vec<Delta>,
    /// Where the text ends that every socket was sent, for each run. A delta that begins there needs no offset.
    sent_to: BTreeMap<Seq, u64>,
    deltas_at: Option<Millis>,
    /// The first text of an answer waits for nothing.
    is_urgent: bool,
    people: PeopleNews,
    /// What everybody was told of who is here has changed since this was last asked.
    has_told_people: bool,
    typing: Typing,
    /// Rows added since the last look at the sending time.
    unpaid: usize,
}

impl Fanout {
    pub(crate) fn new(tuning: &Tuning) -> Self {
        Self {
            pacer: Pacer::new(tuning.send_micros),
            introductions: Introductions::default(),
            events: Vec::new(),
            events_at: None,
            runs: BTreeMap::new(),
            deltas: Vec::new(),
            last_deltas: Vec::new(),
            sent_to: BTreeMap::new(),
            deltas_at: None,
            is_urgent: false,
            people: PeopleNews::new(tuning.crowd_people),
            has_told_people: false,
            typing: Typing::default(),
            unpaid: 0,
        }
    }

    /// Adds the event of a new row of the log. `target` is the row that it changes, in its new state.
    pub(crate) fn row(&mut self, row: &LogRow, target: Option<&LogRow>) {
        let event = match row.speaker() {
            Some((person, message)) => Event::Said(Said {
                seq: row.seq,
                at: row.at,
                by: self.introductions.speaker(person),
                text: message.text.clone(),
                reply_to: message.reply_to,
            }),
            None => row.event(target),
        };
        self.event(event);
    }

    /// Adds the end of an answer whose text was streamed: it says no more than how long that text is.
    pub(crate) fn ended(&mut self, row: &LogRow, target: &LogRow, is_streamed: bool) {
        let mut event = row.event(Some(target));
        if let Event::Ended(ended) = &mut event
            && let FinalText::Whole(text) = &ended.text
            && is_streamed
        {
            ended.text = FinalText::Streamed(u64::try_from(text.len()).unwrap_or(u64::MAX));
        }
        self.event(event);
    }

    /// Adds the status of a run, in place of an earlier one that was not sent.
    pub(crate) fn run_status(&mut self, run: RunStatus) {
        self.runs.insert(run.run, run);
    }

    /// Adds text to an answer; `offset` is where it begins, in bytes.
    pub(crate) fn delta(&mut self, run: Seq, offset: u64, text: &str) {
        match self.deltas.iter_mut().find(|delta| delta.run == run) {
            Some(delta) => delta.text.push_str(text),
            None => self.deltas.push(Delta { run, offset: Some(offset), text: text.to_owned() }),
        }
    }

    /// Notes that somebody was sent a welcome: it holds text of running answers that the others have not been sent yet.
    pub(crate) fn welcomed(&mut self) {
        self.sent_to.clear();
    }

    /// Sends the deltas and statuses at once, because people wait for them.
    pub(crate) fn send_soon(&mut self) {
        self.is_urgent = true;
    }

    /// Adds somebody who joined or has a new nickname.
    pub(crate) fn joined(&mut self, person: Person) {
        // Pages are about to know them under this nickname, and no page may take an earlier message for one under it.
        self.introductions.forget(person.number);
        self.people.joined(person);
    }

    /// Adds somebody who left.
    pub(crate) fn left(&mut self, person: &Person) {
        self.typing.set(Millis(0), &person.name, false);
        self.introductions.forget(person.number);
        self.people.left(&person.id);
    }

    /// Tells everybody who is here, whatever they were told before.
    pub(crate) fn tell_all(&mut self, people: impl Iterator<Item = Person>) {
        self.people.tell_all(people);
    }

    /// Whether there are so many people that pages are told their number only.
    pub(crate) fn is_crowd(&self) -> bool {
        self.people.is_crowd()
    }

    /// Whether a frame about people was taken since this was last asked.
    pub(crate) fn take_told_people(&mut self) -> bool {
        std::mem::take(&mut self.has_told_people)
    }

    /// Notes how many people are in the room. `everybody` is asked for when a crowd has become a small room.
    pub(crate) fn count_people(&mut self, people: usize, everybody: impl FnOnce() -> Vec<Person>) {
        self.people.count(people, everybody);
    }

    /// The people whom every page must know, because messages name them by number.
    pub(crate) fn introduced(&self) -> impl Iterator<Item = &Person> {
        self.introductions.people()
    }

    /// Notes that somebody types or stopped typing.
    pub(crate) fn typing(&mut self, now: Millis, name: &str, on: bool) {
        self.typing.set(now, name, on);
    }

    /// When the next frame is due; `sockets` are how many it is sent to.
    pub(crate) fn due(&self, sockets: usize) -> Option<Millis> {
        let has_events = !self.events.is_empty();
        let gap_ms = self.pacer.message_gap_ms(self.pacer.spent_at(), sockets);
        let events = has_events.then(|| after(self.events_at, gap_ms));
        // They leave with the events, if there are any.
        let deltas =
            (self.has_deltas() && !has_events).then(|| after(self.deltas_at, self.deltas_gap_ms(sockets)));
        let people =
            self.people.due(self.presence_gap_ms(sockets, limits::PEOPLE_MS)).filter(|_| !has_events);
        let typing = self.typing.due(self.presence_gap_ms(sockets, limits::TYPING_EVERY_MS));
        [events, deltas, people, typing].into_iter().flatten().min()
    }

    /// Takes what is due now as one frame. `count` is the number of people in the room, `sockets` that of open sockets.
    pub(crate) fn take(&mut self, now: Millis, count: usize, sockets: usize) -> Option<ServerFrame> {
        for _ in 0..std::mem::take(&mut self.unpaid) {
            self.pacer.spend(now, sockets);
        }
        let mut frames = Vec::new();
        let has_events = self.take_events(now, sockets, &mut frames);
        self.take_deltas(now, sockets, has_events, &mut frames);
        frames.extend(self.take_people(now, sockets, count));
        self.typing.expire(now);
        let typing = self.typing.take(now, self.presence_gap_ms(sockets, limits::TYPING_EVERY_MS));
        frames.extend(typing.map(|names| ServerFrame::Typing { names }));
        if !frames.is_empty() && !has_events {
            self.pacer.spend(now, sockets);
        }
        if frames.len() > 1 {
            return Some(ServerFrame::Batch { frames });
        }
        frames.pop()
    }

    fn event(&mut self, event: Event) {
        if let Event::Ended(ended) = &event {
            let (ended_run, is_streamed) = (ended.target, matches!(ended.text, FinalText::Streamed(_)));
            let (last, others) =
                std::mem::take(&mut self.deltas).into_iter().partition(|delta| delta.run == ended_run);
            self.deltas = others;
            // An end with the whole text needs no delta before it.
            self.last_deltas.extend(Vec::into_iter(last).filter(|_| is_streamed));
            self.runs.remove(&ended_run);
        }
        self.events.push(event);
        self.unpaid = self.unpaid.saturating_add(1);
    }

    /// Takes the events, if they are due.
    fn take_events(&mut self, now: Millis, sockets: usize, frames: &mut Vec<ServerFrame>) -> bool {
        let gap_ms = self.pacer.message_gap_ms(now, sockets);
        if self.events.is_empty() || !is_due(now, self.events_at, gap_ms) {
            return false;
        }
        self.events_at = Some(now);
        if !self.last_deltas.is_empty() {
            let deltas = std::mem::take(&mut self.last_deltas);
            frames.push(self.deltas_frame(deltas));
        }
        let mut events = std::mem::take(&mut self.events);
        for event in &events {
            if let Event::Ended(ended) = event {
                self.sent_to.remove(&ended.target);
            }
        }
        frames.push(match events.pop() {
            Some(Event::Said(said)) if events.is_empty() => ServerFrame::Said(said),
            last => {
                events.extend(last);
                ServerFrame::Events { events }
            }
        });
        true
    }

    /// Takes the statuses of runs and the deltas, if they are due, or if a frame leaves anyway.
    fn take_deltas(&mut self, now: Millis, sockets: usize, is_sending: bool, frames: &mut Vec<ServerFrame>) {
        let is_due = is_due(now, self.deltas_at, self.deltas_gap_ms(sockets));
        // A run begins with its answer's event, so what is told of a run waits for the events.
        if !self.has_deltas() || !self.events.is_empty() || !(is_sending || is_due) {
            return;
        }
        (self.deltas_at, self.is_urgent) = (Some(now), false);
        frames.extend(std::mem::take(&mut self.runs).into_values().map(ServerFrame::Run));
        if !self.deltas.is_empty() {
            let deltas = std::mem::take(&mut self.deltas);
            frames.push(self.deltas_frame(deltas));
        }
    }

    /// Takes who joined and who left, if that is due. It never comes before earlier rows, which name people by number: they were
    /// written under the nicknames from before.
    fn take_people(&mut self, now: Millis, sockets: usize, count: usize) -> Option<ServerFrame> {
        if !self.events.is_empty() {
            return None;
        }
        let people = self.people.take(now, self.presence_gap_ms(sockets, limits::PEOPLE_MS), count);
        self.has_told_people |= people.is_some();
        if let Some(ServerFrame::People { joined, .. }) = &people {
            joined.iter().for_each(|person| self.introductions.add(person));
        }
        people
    }

    /// Leaves out the offsets of deltas that follow what every socket was sent.
    fn deltas_frame(&mut self, mut deltas: Vec<Delta>) -> ServerFrame {
        for Delta { run, offset, text } in &mut deltas {
            let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
            let end = offset.map(|offset| offset.saturating_add(length));
            let before = end.and_then(|end| self.sent_to.insert(*run, end));
            if before == *offset {
                *offset = None;
            }
        }
        ServerFrame::Deltas { deltas }
    }

    fn has_deltas(&self) -> bool {
        !self.runs.is_empty() || !self.deltas.is_empty()
    }

    /// Milliseconds between two frames with deltas.
    fn deltas_gap_ms(&self, sockets: usize) -> u64 {
        if self.is_urgent {
            return 0;
        }
        self.pacer.gap_ms(sockets, limits::DELTAS_PERCENT).max(limits::DELTAS_MS)
    }

    /// Milliseconds between two frames about people, or about who types.
    fn presence_gap_ms(&self, sockets: usize, least_ms: u64) -> u64 {
        self.pacer.gap_ms(sockets, limits::PRESENCE_PERCENT).max(least_ms)
    }
}
