//! What answers cost: the budgets of the room and its people, what was spent, and the bill that clients are shown.
//!
//! Before a call its highest possible cost is reserved, in the run's record and in one of the room's [`leases`], which are blocks
//! of money that the deployment's [`ledger`] granted. When the call has
//! ended its real cost is charged, or all that was reserved where the cost is unknown. A refusal costs nothing and says when
//! its budget resets.

pub(crate) mod budgets;
pub mod leases;
pub mod ledger;
pub(crate) mod settlements;
pub(crate) mod spending;

use shared::{Bill, PersonId};

use crate::context::Context;
use crate::storage::{Period, Spender, StorageError};

/// The bill that a person is shown.
///
/// # Errors
/// When what was spent cannot be read.
pub(crate) fn bill(cx: &Context<'_>, person: PersonId) -> Result<Bill, StorageError> {
    let totals = |spender: &Spender, period| {
        cx.storage
            .spending(spender, period)
            .map(|record| record.map(|record| record.totals).unwrap_or_default())
    };
    let today = Period::day(cx.now);
    Ok(Bill {
        day: totals(&Spender::Room, today)?,
        all: totals(&Spender::Room, Period::All)?,
        yours: totals(&Spender::Person(person), today)?,
        room_day: cx.config.budget.room_day,
        person_day: cx.config.budget.person_day,
        resets_at: today.end(),
        off: cx.config.budget.bots_off,
    })
}
