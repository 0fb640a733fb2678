//! The budgets of the room and of its people, checked before each call.

use models::Turn;
use shared::{ErrorCode, Millis, PersonId, Usage};

use super::spending;
use crate::bot::Bot;
use crate::context::Context;
use crate::storage::{Period, RunRecord, Spender, SpendingStorage, StorageError};

/// Output tokens that are reserved for a bot without a limit of its own.
const UNLIMITED_OUTPUT: u32 = 8_192;

/// A call whose cost is to be reserved.
pub(crate) struct PlannedCall<'a> {
    pub(crate) asker: &'a PersonId,
    /// The highest possible cost in micro-dollars.
    pub(crate) micros: u64,
}

/// What other runs have reserved and not yet spent.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OpenReservations {
    /// Micro-dollars of all runs in the room.
    pub(crate) room_micros: u64,
    /// Micro-dollars of the asker's runs.
    pub(crate) person_micros: u64,
}

/// Why a call cannot be paid for.
pub(crate) enum BudgetError {
    Exceeded { code: ErrorCode, resets_at: Millis },
    Storage(StorageError),
}

impl From<StorageError> for BudgetError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// The highest possible cost of a call in micro-dollars; 0 for a bot without a price.
pub(crate) fn highest_cost(bot: &Bot, turn: &Turn, input_tokens: u64) -> u64 {
    let Some(price) = bot.price else { return 0 };
    let output = u64::from(turn.parameters.max_output_tokens.unwrap_or(UNLIMITED_OUTPUT));
    price.of(&Usage { input: input_tokens, cached: 0, output })
}

/// Checks that the room and the asker can pay for a call, together with everything that is reserved already.
///
/// # Errors
/// [`BudgetError::Exceeded`] says which budget is used up and when it resets.
pub(crate) fn check(
    cx: &Context<'_>,
    call: &PlannedCall<'_>,
    open: OpenReservations,
) -> Result<(), BudgetError> {
    let budget = cx.config.budget;
    let storage = cx.pending_storage();
    let person = Spender::Person(call.asker.clone());
    let today = Period::day(cx.now);
    for (limit, spender, reserved, code) in [
        (budget.room_day, &Spender::Room, open.room_micros, ErrorCode::BudgetRoom),
        (budget.person_day, &person, open.person_micros, ErrorCode::BudgetPerson),
    ] {
        let Some(limit) = limit else { continue };
        // A limit of 0 allows nothing, whether or not the price is known.
        if limit == 0 {
            return Err(BudgetError::Exceeded { code, resets_at: today.end() });
        }
        let charged = storage.spending(spender, today)?.map_or(0, |record| record.charged);
        if charged.saturating_add(reserved).saturating_add(call.micros) > limit {
            return Err(BudgetError::Exceeded { code, resets_at: today.end() });
        }
    }
    Ok(())
}

/// Counts the question of a run in this hour, if its person and its address may ask another one. It counts from the moment of
/// asking, whether or not it is ever sent: otherwise questions that are withdrawn at once would be free.
///
/// # Errors
/// [`BudgetError::Exceeded`] says when the next may be asked; then nothing is counted.
pub(crate) fn take_question(cx: &mut Context<'_>, run: &RunRecord) -> Result<(), BudgetError> {
    let Some(limit) = cx.config.budget.person_hour else { return Ok(()) };
    let hour = Period::hour(cx.now);
    // People of one school or company share an address.
    let shared_limit = limit.saturating_mul(cx.config.tuning.address_factor.into());
    let limits = [
        (Spender::Person(run.asker.clone()), limit, ErrorCode::QuestionsPerson),
        (Spender::address(&run.address), shared_limit, ErrorCode::QuestionsAddress),
    ];
    for (spender, limit, code) in &limits {
        let asked = cx.pending_storage().spending(spender, hour)?.map_or(0, |record| record.totals.answers);
        if asked >= *limit {
            return Err(BudgetError::Exceeded { code: *code, resets_at: hour.end() });
        }
    }
    for (spender, ..) in limits {
        spending::count_question(cx, spender);
    }
    Ok(())
}
