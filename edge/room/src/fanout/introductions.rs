//! Introductions: whom every page in the room knows, so that a message names its author by number.
//!
//! A person is introduced by a `people` frame, or when they speak: the message holds them whole, and every socket that is open
//! then has them. Sockets that open later are told of them with their `welcome`. Only those who joined or spoke last are kept,
//! so that this stays small; whoever was dropped is introduced again.

use std::collections::{BTreeMap, VecDeque};

use shared::{Person, Speaker, limits};

/// The people who were introduced, under the nickname and badge that pages know.
#[derive(Debug, Default)]
pub(super) struct Introductions {
    people: BTreeMap<u32, Person>,
    /// Their numbers, the one who joined or spoke last at the end.
    order: VecDeque<u32>,
}

impl Introductions {
    /// Notes that everybody is told of a person who joined or has another nickname.
    pub(super) fn add(&mut self, person: &Person) {
        self.move_to_end(person.number);
        // A message does not say whether its author is an operator.
        self.insert(Person { operator: false, ..person.clone() });
    }

    /// How a message names its author. It introduces those whom a page may not know, or not under this nickname.
    pub(super) fn speaker(&mut self, person: Person) -> Speaker {
        let number = person.number;
        self.move_to_end(number);
        if self.people.get(&number) == Some(&person) {
            return Speaker::Known(number);
        }
        self.insert(person.clone());
        Speaker::Introduced(person)
    }

    /// Forgets a person who left, so that no `welcome` holds them any more, or who has another nickname.
    pub(super) fn forget(&mut self, number: u32) {
        if self.people.remove(&number).is_some() {
            self.order.retain(|other| *other != number);
        }
    }

    /// The people whom every page must know.
    pub(super) fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    fn move_to_end(&mut self, number: u32) {
        if self.order.back() != Some(&number) {
            self.order.retain(|other| *other != number);
            self.order.push_back(number);
        }
    }

    /// Adds somebody who is at the end of the order, in place of the first.
    fn insert(&mut self, person: Person) {
        self.people.insert(person.number, person);
        if self.order.len() > limits::INTRODUCED_PEOPLE
            && let Some(oldest) = self.order.pop_front()
        {
            self.people.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u32, name: &str) -> Person {
        let id = shared::PersonId::parse(format!("person-{number}")).unwrap();
        Person { number, id, name: name.to_owned(), owner: false, operator: false }
    }

    #[test]
    fn a_person_is_introduced_once_and_again_under_another_nickname() {
        let mut introductions = Introductions::default();
        let ann = person(1, "ann");
        assert_eq!(introductions.speaker(ann.clone()), Speaker::Introduced(ann.clone()));
        assert_eq!(introductions.speaker(ann), Speaker::Known(1));
        assert!(matches!(introductions.speaker(person(1, "anna")), Speaker::Introduced(_)));
        introductions.forget(1);
        assert!(matches!(introductions.speaker(person(1, "anna")), Speaker::Introduced(_)));
    }

    #[test]
    fn those_who_spoke_last_are_kept() {
        let mut introductions = Introductions::default();
        let most = u32::try_from(limits::INTRODUCED_PEOPLE).unwrap();
        for number in 1..=most {
            introductions.speaker(person(number, "x"));
        }
        assert_eq!(introductions.speaker(person(1, "x")), Speaker::Known(1));
        introductions.speaker(person(most + 1, "x"));
        assert_eq!(introductions.people().count(), limits::INTRODUCED_PEOPLE);
        assert_eq!(introductions.speaker(person(1, "x")), Speaker::Known(1));
        assert!(matches!(introductions.speaker(person(2, "x")), Speaker::Introduced(_)));
    }
}
