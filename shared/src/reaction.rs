//! Reactions: emoji that people put on messages and answers.

use serde::{Deserialize, Serialize};

use crate::PersonId;

/// An emoji on a message, with everybody who put it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    pub emoji: String,
    /// In the order in which they reacted, at least one.
    pub people: Vec<PersonId>,
}

/// Adds one person's reaction to those of a message, or removes it. Setting what is so already changes nothing.
pub fn set_reaction(reactions: &mut Vec<Reaction>, emoji: &str, person: &PersonId, on: bool) {
    let index = reactions.iter().position(|reaction| reaction.emoji == emoji);
    match index.and_then(|index| reactions.get_mut(index)) {
        None if on => {
            reactions.push(Reaction { emoji: emoji.to_owned(), people: vec![person.clone()] });
        }
        None => {}
        Some(reaction) => {
            let is_set = reaction.people.contains(person);
            if on && !is_set {
                reaction.people.push(person.clone());
            } else if !on && is_set {
                reaction.people.retain(|other| other != person);
                reactions.retain(|reaction| !reaction.people.is_empty());
            }
        }
    }
}

/// Whether this person has put that emoji on the message.
pub fn has_reacted(reactions: &[Reaction], emoji: &str, person: &PersonId) -> bool {
    reactions.iter().any(|reaction| reaction.emoji == emoji && reaction.people.contains(person))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_there_once_and_goes_with_its_last_person() {
        let [ann, bob] = ["person-a", "person-b"].map(|id| PersonId::parse(id).unwrap());
        let mut reactions = Vec::new();
        set_reaction(&mut reactions, "👍", &ann, false);
        assert_eq!(reactions, []);
        for person in [&ann, &bob, &ann] {
            set_reaction(&mut reactions, "👍", person, true);
        }
        set_reaction(&mut reactions, "🎉", &bob, true);
        let of = |emoji: &str, people: &[&PersonId]| Reaction {
            emoji: emoji.to_owned(),
            people: people.iter().map(|person| (*person).clone()).collect(),
        };
        assert_eq!(reactions, [of("👍", &[&ann, &bob]), of("🎉", &[&bob])]);
        assert!(has_reacted(&reactions, "🎉", &bob) && !has_reacted(&reactions, "🎉", &ann));
        set_reaction(&mut reactions, "👍", &ann, false);
        set_reaction(&mut reactions, "🎉", &bob, false);
        assert_eq!(reactions, [of("👍", &[&bob])]);
    }
}
