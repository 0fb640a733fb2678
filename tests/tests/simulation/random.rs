//! Seeded random numbers: every random choice of a run comes from its seed, so a run can be repeated exactly.

use shared::{Nonce, SplitMix64, TabId};

/// The random number generator of a run.
#[derive(Debug)]
pub(crate) struct Random(SplitMix64);

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SplitMix64::new(seed))
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.bits()
    }

    /// A number from `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.0.up_to(most - least)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.between(0, count as u64 - 1) as usize
    }

    /// True with this chance in percent.
    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.0.up_to(99) < chance
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(crate) fn nonce(&mut self) -> Nonce {
        Nonce::parse(self.letters(22)).expect("22 letters are a nonce")
    }

    pub(crate) fn tab(&mut self) -> TabId {
        TabId::parse(self.letters(16)).expect("16 letters are a tab")
    }

    fn letters(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(LETTERS[self.below(LETTERS.len())])).collect()
    }
}
