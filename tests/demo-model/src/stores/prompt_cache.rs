//! The prompt cache of the APIs that keep no state: a beginning of a prompt that was sent before costs less. It keeps
//! hashes only.

use crate::answer::tokens;
use crate::prompt::{Item, Prompt};
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The fewest tokens that are cached (OpenAI, "Prompt caching").
const LEAST: u64 = 1024;
/// Cached tokens come in steps of so many.
const STEP: u64 = 128;
/// How many beginnings are kept.
const KEPT: usize = 4096;

/// The beginnings of the latest prompts.
#[derive(Debug, Default)]
pub(crate) struct PromptCache {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

/// How many tokens a prompt has, and how many of them were cached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PromptTokens {
    pub(crate) input: u64,
    pub(crate) cached: u64,
}

impl PromptCache {
    /// Counts a prompt, and remembers it for the next ones.
    pub(crate) fn count(&mut self, model: &str, prompt: &Prompt) -> PromptTokens {
        let mut digest = DefaultHasher::new();
        model.hash(&mut digest);
        prompt.instructions.hash(&mut digest);
        let mut counted = PromptTokens { input: tokens(&prompt.instructions) + 3, cached: 0 };
        let mut beginnings = vec![digest.finish()];
        if self.known.contains(&digest.finish()) {
            counted.cached = counted.input;
        }
        for item in &prompt.items {
            counted.input += item_tokens(item);
            item_digest(item, &mut digest);
            beginnings.push(digest.finish());
            if self.known.contains(&digest.finish()) {
                counted.cached = counted.input;
            }
        }
        counted.cached = cached_tokens(counted.cached);
        for beginning in beginnings {
            if self.known.insert(beginning) {
                self.order.push_back(beginning);
            }
        }
        while self.order.len() > KEPT {
            let oldest = self.order.pop_front();
            oldest.map(|oldest| self.known.remove(&oldest));
        }
        counted
    }
}

/// Cached tokens, as the APIs count them.
pub(crate) fn cached_tokens(cached: u64) -> u64 {
    if cached >= LEAST { cached / STEP * STEP } else { 0 }
}

fn item_tokens(item: &Item) -> u64 {
    3 + match item {
        Item::User(text) | Item::Model(text) | Item::ToolOutput(text) => tokens(text),
        Item::ToolCall { name, arguments } => tokens(name) + tokens(arguments),
    }
}

fn item_digest(item: &Item, digest: &mut DefaultHasher) {
    std::mem::discriminant(item).hash(digest);
    match item {
        Item::User(text) | Item::Model(text) | Item::ToolOutput(text) => text.hash(digest),
        Item::ToolCall { name, arguments } => (name, arguments).hash(digest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_long_beginning_that_was_there_before_is_cached() {
        let mut cache = PromptCache::default();
        let long = Item::User("word ".repeat(1000));
        let mut prompt = Prompt { items: vec![long], ..Prompt::default() };
        assert_eq!(cache.count("m", &prompt).cached, 0);
        prompt.items.push(Item::User("and now?".to_owned()));
        let second = cache.count("m", &prompt);
        assert!(second.cached >= 1024 && second.cached % 128 == 0 && second.cached < second.input);
        assert_eq!(cache.count("another", &prompt).cached, 0);
        prompt.instructions = "changed".to_owned();
        assert_eq!(cache.count("m", &prompt).cached, 0);
    }
}
