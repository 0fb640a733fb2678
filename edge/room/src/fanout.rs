//! Fan-out: gathers what all sockets are told into few frames.
//!
//! Sending costs time per frame and socket, hardly per byte. So what happens when nothing was sent recently is sent at once,
//! and what follows within 50 ms goes into the next frame together. With many sockets frames are sent less often.

use std::collections::{BTreeMap, BTreeSet};

use shared::frame::RunStatus;
use shared::{Event, Millis, Person, PersonId, Seq, ServerFrame, limits};

/// What has not been sent yet.
#[derive(Default)]
pub(crate) struct Fanout {
    gather_ms: u64,
    events: Vec<Event>,
    runs: BTreeMap<Seq, RunStatus>,
    deltas: Vec<(Seq, u64, String)>,
    sent_at: Option<Millis>,
    joined: BTreeMap<PersonId, Person>,
    left: BTreeSet<PersonId>,
    people_at: Option<Millis>,
    /// Who types, and until when without another frame of theirs.
    typing: BTreeMap<String, Millis>,
    typing_sent: Vec<String>,
    typing_at: Option<Millis>,
    /// Who types, with a number that grows with each person who begins.
    typing_order: BTreeMap<String, u64>,
    typists: u64,
}

impl Fanout {
    /// `gather_ms` are the milliseconds between two frames with events.
    pub(crate) fn new(gather_ms: u64) -> Self {
        Self { gather_ms, ..Self::default() }
    }

    /// Adds the event of a new row of the log.
    pub(crate) fn event(&mut self, event: Event) {
        if let Event::Ended(ended) = &event {
            // The event holds the final text and state.
            self.deltas.retain(|(run, ..)| *run != ended.target);
            self.runs.remove(&ended.target);
        }
        self.events.push(event);
    }

    /// Adds the status of a run, in place of an earlier one that was not sent.
    pub(crate) fn run_status(&mut self, run: RunStatus) {
        self.runs.insert(run.run, run);
    }

    /// Adds text to an answer; `offset` is where it begins, in bytes.
    pub(crate) fn delta(&mut self, run: Seq, offset: u64, text: &str) {
        match self.deltas.iter_mut().find(|(other, ..)| *other == run) {
            Some((_, _, so_far)) => so_far.push_str(text),
            None => self.deltas.push((run, offset, text.to_owned())),
        }
    }

    /// Sends what is added next at once, because people wait for it.
    pub(crate) fn send_soon(&mut self) {
        self.sent_at = None;
    }

    /// Adds somebody who joined or has a new nickname.
    pub(crate) fn joined(&mut self, person: Person) {
        self.left.remove(&person.id);
        self.joined.insert(person.id.clone(), person);
    }

    /// Adds somebody who left.
    pub(crate) fn left(&mut self, person: &Person) {
        self.typing(Millis(0), person.name.clone(), false);
        self.joined.remove(&person.id);
        self.left.insert(person.id.clone());
    }

    /// Notes that somebody types or stopped typing.
    pub(crate) fn typing(&mut self, now: Millis, name: String, on: bool) {
        if on {
            self.typists = self.typists.wrapping_add(1);
            self.typing_order.entry(name.clone()).or_insert(self.typists);
            self.typing.insert(name, now.plus(limits::TYPING_MS));
        } else {
            self.typing_order.remove(&name);
            self.typing.remove(&name);
        }
    }

    /// When the next frame is due; `sockets` are how many it is sent to.
    pub(crate) fn due(&self, sockets: usize) -> Option<Millis> {
        let gathered = self.has_news().then(|| after(self.sent_at, interval(self.gather_ms, sockets)));
        let people = self.has_people().then(|| after(self.people_at, interval(limits::PEOPLE_MS, sockets)));
        let typing = (self.typing_names() != self.typing_sent)
            .then(|| after(self.typing_at, interval(limits::TYPING_EVERY_MS, sockets)));
        let expiry = self.typing.values().min().copied();
        [gathered, people, typing, expiry].into_iter().flatten().min()
    }

    /// Takes what is due now as one frame. `count` is the number of people in the room, `sockets` that of open sockets.
    pub(crate) fn take(&mut self, now: Millis, count: usize, sockets: usize) -> Option<ServerFrame> {
        // An end further away than that was set before the clock went back.
        self.typing.retain(|_, until| *until > now && until.since(now) <= limits::TYPING_MS);
        self.typing_order.retain(|name, _| self.typing.contains_key(name));
        let mut frames = Vec::new();
        if self.has_news() && is_due(now, self.sent_at, interval(self.gather_ms, sockets)) {
            self.sent_at = Some(now);
            if !self.events.is_empty() {
                frames.push(ServerFrame::Events { events: std::mem::take(&mut self.events) });
            }
            frames.extend(std::mem::take(&mut self.runs).into_values().map(ServerFrame::Run));
            let deltas = std::mem::take(&mut self.deltas);
            frames.extend(deltas.into_iter().map(|(run, offset, text)| ServerFrame::Delta {
                run,
                offset,
                text,
            }));
        }
        if self.has_people() && is_due(now, self.people_at, interval(limits::PEOPLE_MS, sockets)) {
            self.people_at = Some(now);
            let joined = std::mem::take(&mut self.joined).into_values().collect();
            let left = std::mem::take(&mut self.left).into_iter().collect();
            frames.push(ServerFrame::People { joined, left, count });
        }
        let names = self.typing_names();
        if names != self.typing_sent
            && is_due(now, self.typing_at, interval(limits::TYPING_EVERY_MS, sockets))
        {
            self.typing_at = Some(now);
            self.typing_sent.clone_from(&names);
            frames.push(ServerFrame::Typing { names });
        }
        if frames.len() > 1 {
            return Some(ServerFrame::Batch { frames });
        }
        frames.pop()
    }

    fn has_news(&self) -> bool {
        !self.events.is_empty() || !self.runs.is_empty() || !self.deltas.is_empty()
    }

    fn has_people(&self) -> bool {
        !self.joined.is_empty() || !self.left.is_empty()
    }

    /// Who types, those first who began first.
    fn typing_names(&self) -> Vec<String> {
        let mut names: Vec<(&u64, &String)> =
            self.typing_order.iter().map(|(name, since)| (since, name)).collect();
        names.sort();
        names.into_iter().take(limits::TYPING_NAMES).map(|(_, name)| name.clone()).collect()
    }
}

/// Milliseconds between two frames: `ms`, and with more than [`limits::CROWD_SOCKETS`] sockets proportionally more, so that
/// sending takes the same share of the room's time.
fn interval(ms: u64, sockets: usize) -> u64 {
    let sockets = u64::try_from(sockets).unwrap_or(u64::MAX).max(limits::CROWD_SOCKETS);
    ms.saturating_mul(sockets) / limits::CROWD_SOCKETS
}

/// `gap` milliseconds after the last time; at once where there was none.
fn after(last: Option<Millis>, gap: u64) -> Millis {
    last.map_or(Millis(0), |last| last.plus(gap))
}

/// Whether that moment has come. A clock that went back delays nothing.
fn is_due(now: Millis, last: Option<Millis>, gap: u64) -> bool {
    after(last, gap) <= now || last.is_some_and(|last| now < last)
}
