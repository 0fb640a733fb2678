//! Who and what else is in the room: people, typing, limits.

use shared::{Limits, Person, PersonId};

use crate::effect::Out;
use crate::{Change, Sorted};

/// What the room last said of all that.
#[derive(Debug, Default)]
pub(crate) struct Crowd {
    pub(crate) people: Sorted<PersonId, Person>,
    pub(crate) count: usize,
    pub(crate) typing: Vec<String>,
    pub(crate) limits: Limits,
    pub(crate) demo: bool,
}

impl Crowd {
    /// Everybody who is here.
    pub(crate) fn everybody(&mut self, people: Vec<Person>, out: &mut Out) {
        self.count = people.len();
        self.people = Sorted::default();
        for person in people {
            self.people.insert(person.id.clone(), person);
        }
        out.show(Change::People);
    }

    /// Who came and went. Who is named in both has come: the room tells leaving first.
    pub(crate) fn came_and_went(
        &mut self,
        joined: Vec<Person>,
        left: Vec<PersonId>,
        count: usize,
        out: &mut Out,
    ) {
        for id in left {
            self.people.remove(&id);
        }
        for person in joined {
            self.people.insert(person.id.clone(), person);
        }
        self.count = count;
        out.show(Change::People);
    }

    /// Who types, `me` aside.
    pub(crate) fn types(&mut self, names: Vec<String>, me: Option<&str>, out: &mut Out) {
        let others: Vec<String> = names.into_iter().filter(|name| Some(name.as_str()) != me).collect();
        if self.typing != others {
            self.typing = others;
            out.show(Change::Typing);
        }
    }

    /// What a welcome says of the room itself.
    pub(crate) fn room(&mut self, limits: Limits, demo: bool, out: &mut Out) {
        if self.limits != limits || self.demo != demo {
            (self.limits, self.demo) = (limits, demo);
            out.show(Change::Bots);
        }
    }

    /// The door says it as well, before any welcome.
    pub(crate) fn is_demo(&mut self, demo: bool, out: &mut Out) {
        if self.demo != demo {
            self.demo = demo;
            out.show(Change::Bots);
        }
    }
}
