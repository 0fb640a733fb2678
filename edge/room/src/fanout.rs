//! What everybody is told, gathered so that a busy room sends few frames.
//!
//! The cost of telling is per frame and socket, hardly per byte: so what happens while the line is idle goes out at
//! once, and what follows within 50 ms goes together in the next frame. In a crowd that takes longer, since telling
//! everybody does.

use std::collections::{BTreeMap, BTreeSet};

use shared::frame::RunStatus;
use shared::{Event, Millis, Person, PersonId, Seq, ServerFrame, limits};

/// What has not been told yet.
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
    typing: BTreeMap<String, Millis>,
    typing_told: Vec<String>,
    typing_at: Option<Millis>,
    typing_since: BTreeMap<String, u64>,
    typed: u64,
}

impl Fanout {
    /// Nothing to tell. What happens while the line is busy is gathered for so long.
    pub(crate) fn new(gather_ms: u64) -> Self {
        Self { gather_ms, ..Self::default() }
    }

    /// A new row of the log.
    pub(crate) fn event(&mut self, event: Event) {
        if let Event::Ended(ended) = &event {
            // Its final text is in the event.
            self.deltas.retain(|(run, ..)| *run != ended.target);
            self.runs.remove(&ended.target);
        }
        self.events.push(event);
    }

    /// A run's state changed.
    pub(crate) fn run(&mut self, run: RunStatus) {
        self.runs.insert(run.run, run);
    }

    /// More text of an answer.
    pub(crate) fn delta(&mut self, run: Seq, offset: u64, text: &str) {
        match self.deltas.iter_mut().find(|(other, ..)| *other == run) {
            Some((_, _, so_far)) => so_far.push_str(text),
            None => self.deltas.push((run, offset, text.to_owned())),
        }
    }

    /// What comes now is waited for: it goes out at once, however busy the line is.
    pub(crate) fn hurry(&mut self) {
        self.sent_at = None;
    }

    /// Somebody came, or has a new nickname.
    pub(crate) fn joined(&mut self, person: Person) {
        self.left.remove(&person.id);
        self.joined.insert(person.id.clone(), person);
    }

    /// Somebody went.
    pub(crate) fn left(&mut self, person: &Person) {
        self.typing(Millis(0), person.name.clone(), false);
        self.joined.remove(&person.id);
        self.left.insert(person.id.clone());
    }

    /// Somebody began, goes on, or ceased to type.
    pub(crate) fn typing(&mut self, now: Millis, name: String, on: bool) {
        if on {
            self.typed = self.typed.wrapping_add(1);
            self.typing_since.entry(name.clone()).or_insert(self.typed);
            self.typing.insert(name, now.plus(limits::TYPING_MS));
        } else {
            self.typing_since.remove(&name);
            self.typing.remove(&name);
        }
    }

    /// When something is due, with so many sockets to tell it to.
    pub(crate) fn due(&self, sockets: usize) -> Option<Millis> {
        let gathered = self.has_news().then(|| after(self.sent_at, pace(self.gather_ms, sockets)));
        let people = self.has_people().then(|| after(self.people_at, pace(limits::PEOPLE_MS, sockets)));
        let typing = (self.typing_names() != self.typing_told)
            .then(|| after(self.typing_at, pace(limits::TYPING_EVERY_MS, sockets)));
        let expiry = self.typing.values().min().copied();
        [gathered, people, typing, expiry].into_iter().flatten().min()
    }

    /// What is due now, as one frame. `count` is how many people are here, and `sockets` how many will be told.
    pub(crate) fn take(&mut self, now: Millis, count: usize, sockets: usize) -> Option<ServerFrame> {
        // An end that is too far away is one of a clock that went back.
        self.typing.retain(|_, until| *until > now && until.since(now) <= limits::TYPING_MS);
        self.typing_since.retain(|name, _| self.typing.contains_key(name));
        let mut frames = Vec::new();
        if self.has_news() && is_due(now, self.sent_at, pace(self.gather_ms, sockets)) {
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
        if self.has_people() && is_due(now, self.people_at, pace(limits::PEOPLE_MS, sockets)) {
            self.people_at = Some(now);
            let joined = std::mem::take(&mut self.joined).into_values().collect();
            let left = std::mem::take(&mut self.left).into_iter().collect();
            frames.push(ServerFrame::People { joined, left, count });
        }
        let names = self.typing_names();
        if names != self.typing_told && is_due(now, self.typing_at, pace(limits::TYPING_EVERY_MS, sockets)) {
            self.typing_at = Some(now);
            self.typing_told.clone_from(&names);
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

    /// Who types, in the order in which they began.
    fn typing_names(&self) -> Vec<String> {
        let mut names: Vec<(&u64, &String)> =
            self.typing_since.iter().map(|(name, since)| (since, name)).collect();
        names.sort();
        names.into_iter().take(limits::TYPING_NAMES).map(|(_, name)| name.clone()).collect()
    }
}

/// How long to gather for so many sockets: in proportion, once they are a crowd, so that telling takes the same share of
/// the room's time however many there are.
fn pace(ms: u64, sockets: usize) -> u64 {
    let sockets = u64::try_from(sockets).unwrap_or(u64::MAX).max(limits::CROWD_SOCKETS);
    ms.saturating_mul(sockets) / limits::CROWD_SOCKETS
}

/// The moment that is `gap` after the last time, and at once where there was none.
fn after(last: Option<Millis>, gap: u64) -> Millis {
    last.map_or(Millis(0), |last| last.plus(gap))
}

/// Whether that moment has come. A clock that went back holds nothing up.
fn is_due(now: Millis, last: Option<Millis>, gap: u64) -> bool {
    after(last, gap) <= now || last.is_some_and(|last| now < last)
}
