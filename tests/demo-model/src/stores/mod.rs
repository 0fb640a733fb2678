//! What the server keeps between requests: stored responses and the prompt cache.

mod prompt_cache;
mod responses;

pub(crate) use prompt_cache::{PromptCache, PromptTokens, cached_tokens};
pub(crate) use responses::{ResponseStore, StoredResponse};

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
pub(crate) struct Stores {
    responses: Mutex<ResponseStore>,
    prompt_cache: Mutex<PromptCache>,
}

impl Stores {
    pub(crate) fn new(responses: ResponseStore) -> Stores {
        Stores { responses: Mutex::new(responses), prompt_cache: Mutex::new(PromptCache::default()) }
    }

    pub(crate) fn responses(&self) -> MutexGuard<'_, ResponseStore> {
        self.responses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn prompt_cache(&self) -> MutexGuard<'_, PromptCache> {
        self.prompt_cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A new id with the prefix that the API gives to this kind of object.
pub(crate) fn fresh_id(prefix: &str) -> String {
    // RandomState is seeded by the operating system, which is enough to differ between restarts.
    let part = || RandomState::new().build_hasher().finish();
    format!("{prefix}_{:016x}{:016x}{:016x}", part(), part(), part())
}
