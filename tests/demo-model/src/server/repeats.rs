//! Counts how often the same prompt was asked, so that an owner's bot that gives several answers to a question has several.

use crate::prompt::Prompt;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

/// Prompts that are remembered.
const KEPT: usize = 200;

#[derive(Debug, Default)]
pub(crate) struct Repeats(Mutex<VecDeque<u64>>);

impl Repeats {
    /// How often the prompt was asked before.
    pub(crate) fn count(&self, prompt: &Prompt) -> usize {
        let mut digest = DefaultHasher::new();
        format!("{prompt:?}").hash(&mut digest);
        let digest = digest.finish();
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = asked.iter().filter(|other| **other == digest).count();
        asked.push_back(digest);
        if asked.len() > KEPT {
            asked.pop_front();
        }
        before
    }
}
