//! What is stored of spending: per spender and period.

use shared::time::{DAY_MS, HOUR_MS};
use shared::{Millis, PersonId, Totals};

/// Who spends: budgets and bills count for each of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spender {
    /// The room as a whole.
    Room,
    /// One person in the room.
    Person(PersonId),
    /// The people in the room who share an address, as `@` and its hash. Only their questions are counted.
    Address(String),
}

/// A span of time for which spending is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// Since the room was created.
    All,
    /// A day in UTC, counted from 1970.
    Day(u64),
    /// An hour, counted from 1970.
    Hour(u64),
}

/// What a spender spent in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendingRecord {
    pub spender: Spender,
    pub period: Period,
    /// What the bill shows. In periods of an hour only the number of questions is counted, as `answers`.
    pub totals: Totals,
    /// Micro-dollars that count against budgets: the cost, or all that was reserved where the usage is unknown.
    pub charged: u64,
}

impl Spender {
    /// Everybody at the address with this hash.
    pub(crate) fn address(hash: &str) -> Self {
        Self::Address(format!("@{hash}"))
    }

    /// The text of the column `spender`: a person's id, an address with its `@`, or empty for the room.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Room => "",
            Self::Person(person) => person.as_str(),
            Self::Address(address) => address,
        }
    }
}

impl Period {
    /// The text of the column `period`: `all`, `d20777`, `h498665`.
    pub fn as_str(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Day(day) => format!("d{day}"),
            Self::Hour(hour) => format!("h{hour}"),
        }
    }

    /// The UTC day that `now` is in.
    pub(crate) fn day(now: Millis) -> Self {
        Self::Day(now.0 / DAY_MS)
    }

    /// The hour that `now` is in.
    pub(crate) fn hour(now: Millis) -> Self {
        Self::Hour(now.0 / HOUR_MS)
    }

    /// The moment at which the period ends; [`Period::All`] never does.
    pub(crate) fn end(self) -> Millis {
        match self {
            Self::All => Millis(u64::MAX),
            Self::Day(day) => Millis(day.saturating_add(1).saturating_mul(DAY_MS)),
            Self::Hour(hour) => Millis(hour.saturating_add(1).saturating_mul(HOUR_MS)),
        }
    }
}
