//! What everybody is told of who joined and who left. In a crowd that is their number only: names for everybody at every
//! join would be the most that a crowd is sent.

use std::collections::{BTreeMap, BTreeSet};

use shared::{Millis, Person, PersonId, ServerFrame};

use super::interval::{after, is_due};

/// Joins and leaves that were not told yet.
#[derive(Debug, Default)]
pub(super) struct PeopleNews {
    /// With more people than this the room is a crowd.
    crowd_people: usize,
    is_crowd: bool,
    joined: BTreeMap<PersonId, Person>,
    left: BTreeSet<PersonId>,
    /// `joined` is everybody, because a crowd has become a small room.
    is_everybody: bool,
    has_news: bool,
    sent_at: Option<Millis>,
}

impl PeopleNews {
    pub(super) fn new(crowd_people: usize) -> Self {
        Self { crowd_people, ..Self::default() }
    }

    /// Adds somebody who joined or has a new nickname.
    pub(super) fn joined(&mut self, person: Person) {
        self.has_news = true;
        if !self.is_crowd {
            self.left.remove(&person.id);
            self.joined.insert(person.id.clone(), person);
        }
    }

    /// Adds somebody who left.
    pub(super) fn left(&mut self, person: &PersonId) {
        self.has_news = true;
        if !self.is_crowd {
            self.joined.remove(person);
            self.left.insert(person.clone());
        }
    }

    /// Tells everybody who is here, whatever they were told before.
    pub(super) fn tell_all(&mut self, people: impl Iterator<Item = Person>) {
        self.has_news = true;
        if !self.is_crowd {
            self.is_everybody = true;
            self.left.clear();
            self.joined = people.map(|person| (person.id.clone(), person)).collect();
        }
    }

    /// Whether there are so many people that pages are told their number only.
    pub(super) fn is_crowd(&self) -> bool {
        self.is_crowd
    }

    /// Begins or ends the crowd when the number of people asks for it. `everybody` is asked for when it ends.
    pub(super) fn count(&mut self, people: usize, everybody: impl FnOnce() -> Vec<Person>) {
        if !self.is_crowd && people > self.crowd_people {
            (self.is_crowd, self.is_everybody) = (true, false);
            self.joined.clear();
            self.left.clear();
        } else if self.is_crowd && people <= self.crowd_people.saturating_sub(self.crowd_people / 5) {
            (self.is_crowd, self.is_everybody, self.has_news) = (false, true, true);
            self.joined = everybody().into_iter().map(|person| (person.id.clone(), person)).collect();
        }
    }

    /// When the next frame is due; `gap_ms` is the time between two.
    pub(super) fn due(&self, gap_ms: u64) -> Option<Millis> {
        self.has_news.then(|| after(self.sent_at, gap_ms))
    }

    /// Takes the frame, if it is due. `count` is the number of people.
    pub(super) fn take(&mut self, now: Millis, gap_ms: u64, count: usize) -> Option<ServerFrame> {
        if !self.has_news || !is_due(now, self.sent_at, gap_ms) {
            return None;
        }
        (self.has_news, self.sent_at) = (false, Some(now));
        let joined = std::mem::take(&mut self.joined).into_values().collect();
        let mut left: Vec<PersonId> = std::mem::take(&mut self.left).into_iter().collect();
        let all = std::mem::take(&mut self.is_everybody);
        if all {
            left.clear();
        }
        Some(ServerFrame::People { joined, left, count, all })
    }
}
