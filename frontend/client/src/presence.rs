//! Who is in the room and who types, and when this person's own typing is sent.

use std::collections::BTreeMap;

use shared::{ClientFrame, Millis, Person, PersonId};

use crate::effect::{Change, Effects};

/// The list of a crowd is loaded again at most every 5 s: it is several frames long.
const RELOAD_MS: u64 = 5_000;
/// While a person types, this is sent again at most every 3 s.
const TYPING_INTERVAL_MS: u64 = 3_000;

/// The roster as the room last told it, and the typing indicators in both directions.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    people: BTreeMap<PersonId, Person>,
    count: usize,
    /// The list of a crowd while it is being loaded, and when that began.
    loading: Option<Vec<Person>>,
    load_began: Option<Millis>,
    typing: Vec<String>,
    /// When this person's typing was last sent; `None` after its end was.
    own_typing_sent: Option<Millis>,
}

impl Presence {
    pub(crate) fn people(&self) -> &BTreeMap<PersonId, Person> {
        &self.people
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn typing(&self) -> &[String] {
        &self.typing
    }

    /// Applies the people of a welcome. In a crowd they are some of `count`.
    pub(crate) fn set_people(&mut self, people: Vec<Person>, count: usize, effects: &mut Effects) {
        self.count = count.max(people.len());
        self.people.clear();
        self.add_people(people);
        effects.show(Change::People);
    }

    /// Begins to load the list of a crowd. Returns the frame that asks for its first part; `None` when the list is whole, is
    /// being loaded, or was loaded just now.
    pub(crate) fn request_people(&mut self, now: Millis) -> Option<ClientFrame> {
        let is_recent = self.load_began.is_some_and(|began| now.since(began) < RELOAD_MS);
        if self.people.len() >= self.count || is_recent {
            return None;
        }
        (self.loading, self.load_began) = (Some(Vec::new()), Some(now));
        Some(ClientFrame::People { after: None })
    }

    /// Applies a part of the list. Returns the frame that asks for the next one.
    pub(crate) fn people_page(
        &mut self,
        after: Option<&PersonId>,
        people: Vec<Person>,
        more: bool,
        effects: &mut Effects,
    ) -> Option<ClientFrame> {
        let loading = self.loading.as_mut()?;
        if loading.last().map(|person| &person.id) != after {
            return None;
        }
        loading.extend(people);
        let last = loading.last().map(|person| person.id.clone());
        if more && last.as_ref() != after {
            return Some(ClientFrame::People { after: last });
        }
        let people = self.loading.take().unwrap_or_default();
        self.set_people(people, self.count, effects);
        None
    }

    /// Applies joins and leaves; `all`: those who joined are everybody. A person named in both has joined: the room tells leaves first.
    pub(crate) fn update_people(
        &mut self,
        joined: Vec<Person>,
        left: Vec<PersonId>,
        count: usize,
        all: bool,
        effects: &mut Effects,
    ) {
        if all {
            self.people.clear();
        }
        for id in left {
            self.people.remove(&id);
        }
        self.add_people(joined);
        self.count = count;
        effects.show(Change::People);
    }

    fn add_people(&mut self, people: Vec<Person>) {
        self.people.extend(people.into_iter().map(|person| (person.id.clone(), person)));
    }

    /// Replaces the list of those who type. `me`, this person's nickname, is left out.
    pub(crate) fn set_typing(&mut self, names: Vec<String>, me: Option<&str>, effects: &mut Effects) {
        let others: Vec<String> = names.into_iter().filter(|name| Some(name.as_str()) != me).collect();
        if self.typing != others {
            self.typing = others;
            effects.show(Change::Typing);
        }
    }

    /// Records that this person types or stopped. Returns whether to send that to the room now.
    pub(crate) fn record_own_typing(&mut self, now: Millis, is_typing: bool) -> bool {
        match (is_typing, self.own_typing_sent) {
            (true, Some(sent)) if now.since(sent) < TYPING_INTERVAL_MS => false,
            (true, _) => {
                self.own_typing_sent = Some(now);
                true
            }
            (false, sent) => {
                self.own_typing_sent = None;
                sent.is_some()
            }
        }
    }

    /// Clears the typing indicators, which belong to the lost socket.
    pub(crate) fn socket_lost(&mut self, effects: &mut Effects) {
        self.own_typing_sent = None;
        (self.loading, self.load_began) = (None, None);
        self.set_typing(Vec::new(), None, effects);
    }
}
