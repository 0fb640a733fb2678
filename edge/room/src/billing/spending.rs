//! Counts what calls cost, how many questions were asked, and how many answers were given.

use shared::{PersonId, Price, Totals, Usage, limits};

use crate::context::Context;
use crate::storage::{Period, Spender, SpendingRecord, SpendingStorage, Write};

/// What is known of the cost of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CallCost {
    /// The call was refused before the model read anything.
    Nothing,
    /// The call began, and the model server did not report its usage.
    Unknown,
    /// The usage that the model server reported.
    Usage(Usage),
}

/// A call that ended.
pub(crate) struct EndedCall<'a> {
    pub(crate) asker: &'a PersonId,
    /// Micro-dollars that were reserved for it.
    pub(crate) reserved_micros: u64,
    /// The price when the call was made.
    pub(crate) price: Option<Price>,
}

impl CallCost {
    /// The usage, if it is known, and what it costs in micro-dollars, if the price is known too.
    pub(crate) fn priced(self, price: Option<Price>) -> (Option<Usage>, Option<u64>) {
        match self {
            Self::Nothing => (None, Some(0)),
            Self::Unknown => (None, None),
            Self::Usage(usage) => (Some(usage), price.map(|price| price.of(&usage))),
        }
    }
}

/// Charges a call to the room and to the asker. Returns what the ledger is to be told: micro-dollars, or `None` where the cost is
/// unknown.
pub(crate) fn charge(cx: &mut Context<'_>, call: &EndedCall<'_>, call_cost: CallCost) -> Option<u64> {
    let (usage, cost) = call_cost.priced(call.price);
    let charged = match call_cost {
        CallCost::Nothing => 0,
        CallCost::Unknown => call.reserved_micros,
        CallCost::Usage(_) => cost.unwrap_or_default(),
    };
    if usage.is_some() || charged > 0 {
        for_day_and_all(cx, call.asker, |record| {
            record.totals.usage = record.totals.usage.plus(usage.unwrap_or_default());
            record.totals.cost = record.totals.cost.saturating_add(charged);
            if usage.is_none() {
                record.totals.unmetered = record.totals.unmetered.saturating_add(charged);
            }
            record.charged = record.charged.saturating_add(charged);
        });
    }
    (!matches!(call_cost, CallCost::Unknown)).then_some(charged)
}

/// Counts a question in this hour.
pub(crate) fn count_question(cx: &mut Context<'_>, spender: Spender) {
    let hour = Period::hour(cx.now);
    update(cx, spender, hour, |record| {
        record.totals.answers = record.totals.answers.saturating_add(1);
    });
}

/// Counts an answer for which at least one call was made.
pub(crate) fn count_answer(cx: &mut Context<'_>, person: &PersonId) {
    for_day_and_all(cx, person, |record| {
        record.totals.answers = record.totals.answers.saturating_add(1);
    });
}

fn for_day_and_all(cx: &mut Context<'_>, person: &PersonId, change: impl Fn(&mut SpendingRecord)) {
    let today = Period::day(cx.now);
    for (spender, period) in
        [(Spender::Room, today), (Spender::Room, Period::All), (Spender::Person(person.clone()), today)]
    {
        update(cx, spender, period, &change);
    }
}

/// Removes what was spent before the days that anybody asks for, on this day.
pub(crate) fn trim(cx: &mut Context<'_>, day: u64) {
    let hour = day.saturating_sub(limits::SPENDING_DAYS_OF_HOURS_KEPT).saturating_mul(24);
    cx.effects.write(Write::TrimSpending { day: day.saturating_sub(limits::SPENDING_DAYS_KEPT), hour });
}

/// Changes one record. A record that cannot be read stays as it is: a total that starts at zero again would be worse.
fn update(cx: &mut Context<'_>, spender: Spender, period: Period, change: impl FnOnce(&mut SpendingRecord)) {
    let known = match cx.pending_storage().spending(&spender, period) {
        Ok(known) => known,
        Err(error) => {
            return cx.warn(format!("failed to read what was spent: {error}; the total is not updated"));
        }
    };
    // The first spending of a day removes what is older than anybody asks for.
    if let (None, Spender::Room, Period::Day(day)) = (&known, &spender, period) {
        trim(cx, day);
    }
    let mut record =
        known.unwrap_or(SpendingRecord { spender, period, totals: Totals::default(), charged: 0 });
    change(&mut record);
    cx.effects.write(Write::Spending(record));
}
