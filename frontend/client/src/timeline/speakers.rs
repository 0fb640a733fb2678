//! The people whom messages name by number: whoever was in a `welcome`, in `people`, or spoke before.

use shared::frame::You;
use shared::{Author, Message, Nonce, Person, Said, Speaker};

use super::gap::Gap;

/// The people, sorted by their number in the room. A map would take three times as much of the page.
#[derive(Debug, Default)]
pub(super) struct Speakers(Vec<Person>);

impl Speakers {
    /// Learns people, under the nicknames that they have now.
    pub(super) fn learn<'a>(&mut self, people: impl IntoIterator<Item = &'a Person>) {
        for person in people {
            let place = self.place(person.number);
            if let Ok(known) = place {
                self.0.remove(known);
            }
            self.0.insert(place.unwrap_or_else(|place| place), person.clone());
        }
    }

    fn get(&self, number: u32) -> Option<&Person> {
        self.0.get(self.place(number).ok()?)
    }

    /// Where the person with this number is, or else would be.
    fn place(&self, number: u32) -> Result<usize, usize> {
        self.0.binary_search_by_key(&number, |person| person.number)
    }

    /// The message that somebody has written. `nonce` is what was accepted at its `seq`: one of this person's own has it, so that
    /// its item stays the same (promise G4).
    ///
    /// # Errors
    /// Fails when nobody introduced its author: the welcome that repairs it names everybody.
    pub(super) fn message(
        &mut self,
        said: Said,
        nonce: Option<Nonce>,
        you: Option<&You>,
    ) -> Result<Message, Gap> {
        let Said { seq, at, by, text, reply_to } = said;
        let person = match by {
            Speaker::Known(number) => self.get(number).ok_or(Gap)?.clone(),
            Speaker::Introduced(person) => {
                self.learn([&person]);
                person
            }
        };
        let nonce = nonce.filter(|_| you.is_some_and(|you| you.id == person.id));
        let author = Author::Human { id: person.id, name: person.name, owner: person.owner };
        Ok(Message {
            seq,
            at,
            author,
            text,
            nonce,
            reply_to,
            answer: None,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        })
    }
}
