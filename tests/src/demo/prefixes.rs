//! The cache of prompts for the APIs that keep no state: an equal beginning, sent before, is cheaper. It knows
//! digests only.

use super::output::tokens;
use super::prompt::{Item, Prompt};
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The fewest tokens that are cached.
const LEAST: u64 = 1024;
/// Cached tokens come in steps of so many.
const STEP: u64 = 128;
/// How many beginnings are kept.
const KEPT: usize = 4096;

/// The beginnings of all prompts lately.
#[derive(Debug, Default)]
pub(crate) struct Prefixes {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

/// What a prompt costs, and how much of it was cached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) input: u64,
    pub(crate) cached: u64,
}

impl Prefixes {
    /// Counts a prompt, and remembers it for the next ones.
    pub(crate) fn count(&mut self, model: &str, prompt: &Prompt) -> Cost {
        let mut digest = DefaultHasher::new();
        model.hash(&mut digest);
        prompt.instructions.hash(&mut digest);
        let mut cost = Cost { input: tokens(&prompt.instructions) + 3, cached: 0 };
        let mut beginnings = vec![digest.finish()];
        if self.known.contains(&digest.finish()) {
            cost.cached = cost.input;
        }
        for item in &prompt.items {
            cost.input += item_tokens(item);
            item_digest(item, &mut digest);
            beginnings.push(digest.finish());
            if self.known.contains(&digest.finish()) {
                cost.cached = cost.input;
            }
        }
        cost.cached = stepped(cost.cached);
        for beginning in beginnings {
            if self.known.insert(beginning) {
                self.order.push_back(beginning);
            }
        }
        while self.order.len() > KEPT {
            let oldest = self.order.pop_front();
            oldest.map(|oldest| self.known.remove(&oldest));
        }
        cost
    }
}

/// Cached tokens, as the APIs count them.
pub(crate) fn stepped(cached: u64) -> u64 {
    if cached >= LEAST { cached / STEP * STEP } else { 0 }
}

fn item_tokens(item: &Item) -> u64 {
    3 + match item {
        Item::User(text) | Item::Model(text) | Item::Output(text) => tokens(text),
        Item::Call { name, arguments } => tokens(name) + tokens(arguments),
    }
}

fn item_digest(item: &Item, digest: &mut DefaultHasher) {
    std::mem::discriminant(item).hash(digest);
    match item {
        Item::User(text) | Item::Model(text) | Item::Output(text) => text.hash(digest),
        Item::Call { name, arguments } => (name, arguments).hash(digest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_long_beginning_that_was_there_before_is_cached() {
        let mut prefixes = Prefixes::default();
        let long = Item::User("word ".repeat(1000));
        let mut prompt = Prompt { items: vec![long], ..Prompt::default() };
        assert_eq!(prefixes.count("m", &prompt).cached, 0);
        prompt.items.push(Item::User("and now?".to_owned()));
        let second = prefixes.count("m", &prompt);
        assert!(second.cached >= 1024 && second.cached % 128 == 0 && second.cached < second.input);
        assert_eq!(prefixes.count("another", &prompt).cached, 0);
        prompt.instructions = "changed".to_owned();
        assert_eq!(prefixes.count("m", &prompt).cached, 0);
    }
}
