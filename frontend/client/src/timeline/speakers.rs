//! The people whom messages name by number: whoever was in a `welcome`, in `people`, or spoke before.

use std::collections::BTreeMap;

use shared::{Author, Person, Speaker};

/// The people by their number in the room.
#[derive(Debug, Default)]
pub(super) struct Speakers(BTreeMap<u32, Person>);

impl Speakers {
    /// Learns people, under the nicknames that they have now.
    pub(super) fn learn<'a>(&mut self, people: impl IntoIterator<Item = &'a Person>) {
        self.0.extend(people.into_iter().map(|person| (person.number, person.clone())));
    }

    /// Returns the author of a message; `None` for a number that nobody introduced.
    pub(super) fn author(&self, speaker: &Speaker) -> Option<Author> {
        let person = match speaker {
            Speaker::Known(number) => self.0.get(number)?,
            Speaker::Introduced(person) => person,
        };
        let Person { id, name, owner, .. } = person.clone();
        Some(Author::Human { id, name, owner })
    }
}
