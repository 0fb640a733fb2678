//! What answers cost: tokens of one answer, and totals of many.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Tokens of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read, the cached ones included.
    pub input: u64,
    /// Tokens read from the provider's cache.
    pub cached: u64,
    /// Tokens written, reasoning included.
    pub output: u64,
}

impl Usage {
    /// The sum of two usages.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            cached: self.cached.saturating_add(other.cached),
            output: self.output.saturating_add(other.output),
        }
    }
}

/// The totals of many answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "FlatTotals")]
pub struct Totals {
    pub answers: u64,
    #[serde(flatten)]
    pub usage: Usage,
    /// Micro-dollars, as far as prices are known: what counts against the limits.
    pub cost: u64,
    /// The part of `cost` that was set aside for calls whose usage is unknown: the most they can have cost.
    #[serde(skip_serializing_if = "is_zero")]
    pub unmetered: u64,
}

/// What the bots of a room cost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bill {
    /// In this room since midnight UTC.
    pub day: Totals,
    /// In this room since it was created.
    pub all: Totals,
    /// The part of `day` that the person who asks has caused.
    pub yours: Totals,
    /// Micro-dollars that this room may cost in a day; absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_day: Option<u64>,
    /// Micro-dollars that one person may cost in a day in this room; absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_day: Option<u64>,
    /// When the day ends.
    pub resets_at: Millis,
    /// The operator has switched the bots off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

/// [`Totals`] as they stand on the wire. Reading a flattened struct buffers all fields, which costs code in the page.
#[derive(Deserialize)]
struct FlatTotals {
    answers: u64,
    input: u64,
    cached: u64,
    output: u64,
    cost: u64,
    #[serde(default)]
    unmetered: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl From<FlatTotals> for Totals {
    fn from(flat: FlatTotals) -> Self {
        let FlatTotals { answers, input, cached, output, cost, unmetered } = flat;
        Self { answers, usage: Usage { input, cached, output }, cost, unmetered }
    }
}
