//! What answers cost: estimates before a call, the room's and its people's budgets, and the bill.
//!
//! Before a call the worst case is reserved, here and at the deployment's ledger; when it ended, what it really was is
//! charged, or all that was reserved where that is not known. Refusals are free, immediate, and say when they end.

use models::Turn;
use shared::{Bill, ErrorCode, Millis, PersonId, Seq, ServerFrame, Usage};

use crate::answers::{ActiveRun, Phase};
use crate::bot::tokens;
use crate::room::Effects;
use crate::storage::SpendingStorage as _;
use crate::{Bot, Effect, Period, Room, SocketId, Spender, SpendingRecord, Storage, StorageError, Write};

/// How many days totals of days are kept, and totals of hours. Budgets need one of each.
const DAYS_KEPT: u64 = 31;
const HOURS_KEPT_DAYS: u64 = 2;
/// Tokens that an answer may have where its bot sets no limit.
const UNLIMITED_OUTPUT: u32 = 8_192;
/// Tokens that the form of a request adds, and those of each tool and of an answer's form.
const FORM_TOKENS: u64 = 64;
const TOOL_TOKENS: u64 = 160;

/// A budget that does not suffice.
pub(crate) struct Refused {
    pub(crate) code: ErrorCode,
    pub(crate) resets_at: Millis,
}

/// Tokens that a model reads for a turn, about. `chained` are those that its server adds from its memory.
pub(crate) fn given(turn: &Turn, chained: u64) -> u64 {
    let said: usize = turn.input.iter().map(|item| item.text().len()).sum();
    let forms = turn.tools.len().saturating_add(usize::from(turn.schema.is_some()));
    let forms = u64::try_from(forms).unwrap_or_default().saturating_mul(TOOL_TOKENS);
    tokens(said.saturating_add(turn.instructions.len()))
        .saturating_add(forms)
        .saturating_add(FORM_TOKENS)
        .saturating_add(chained)
}

/// What a call costs at worst, in micro-dollars. `input` are the tokens that the model is given.
pub(crate) fn worst(bot: &Bot, turn: &Turn, input: u64) -> u64 {
    let Some(price) = bot.price else { return 0 };
    let output = u64::from(turn.parameters.max_output_tokens.unwrap_or(UNLIMITED_OUTPUT));
    price.of(&Usage { input, cached: 0, output })
}

impl Room {
    /// Whether the room and the person can pay this, together with all that is reserved already.
    pub(crate) fn afford(
        &self,
        now: Millis,
        run: Seq,
        micros: u64,
        log: &dyn Storage,
    ) -> Result<Option<Refused>, StorageError> {
        let Some(asker) = self.answers.get(run).map(|live| live.record.asker.clone()) else {
            return Ok(None);
        };
        let budget = self.config.budget;
        let person = Spender::Person(asker.clone());
        let reserved = |of: Option<&PersonId>| {
            let open = self.answers.open().filter(|live| {
                live.record.run != run && of.is_none_or(|person| live.record.asker == *person)
            });
            open.fold(0_u64, |sum, live| sum.saturating_add(live.record.reserved_micros))
        };
        for (limit, spender, open, code) in [
            (budget.room_day, &Spender::Room, reserved(None), ErrorCode::BudgetRoom),
            (budget.person_day, &person, reserved(Some(&asker)), ErrorCode::BudgetPerson),
        ] {
            let Some(limit) = limit else { continue };
            let charged = log.spending(spender, Period::day(now))?.map_or(0, |spend| spend.charged);
            if charged.saturating_add(open).saturating_add(micros) > limit {
                return Ok(Some(Refused { code, resets_at: Period::day(now).end() }));
            }
        }
        let is_first = self.answers.get(run).is_some_and(|live| live.record.calls == 0);
        if let Some(limit) = budget.person_hour.filter(|_| is_first) {
            let asked = log.spending(&person, Period::hour(now))?.map_or(0, |spend| spend.totals.answers);
            // Those that wait for the ledger have not been counted.
            let is_about_to = |live: &&ActiveRun| {
                let is_theirs = live.record.run != run && live.record.asker == asker;
                is_theirs && live.record.calls == 0 && matches!(live.phase, Phase::Reserving { .. })
            };
            let about_to = self.answers.open().filter(is_about_to).count();
            if asked.saturating_add(u64::try_from(about_to).unwrap_or_default()) >= limit {
                let resets_at = Period::hour(now).end();
                return Ok(Some(Refused { code: ErrorCode::BudgetPerson, resets_at }));
            }
        }
        Ok(None)
    }

    /// A question is asked for the first time: it counts in this hour.
    pub(crate) fn count_question(
        &self,
        now: Millis,
        person: &PersonId,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        if self.config.budget.person_hour.is_some() {
            let spender = Spender::Person(person.clone());
            note(spender, Period::hour(now), log, out, |spend| {
                spend.totals.answers = spend.totals.answers.saturating_add(1);
            });
        }
    }

    /// A call ended: what it cost is charged, and what was reserved is free again.
    pub(crate) fn charge(
        &mut self,
        now: Millis,
        run: Seq,
        paid: CallCost,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        if !std::mem::take(&mut live.has_open_call) {
            return;
        }
        let reserved = std::mem::take(&mut live.record.reserved_micros);
        let price = live.price;
        let (usage, cost, charged) = match paid {
            CallCost::Nothing => (None, Some(0), 0),
            CallCost::Unknown => (None, None, reserved),
            CallCost::Usage(usage) => {
                let cost = price.map(|price| price.of(&usage));
                (Some(usage), cost, cost.unwrap_or_default())
            }
        };
        if let Some(usage) = usage {
            live.usage = Some(live.usage.unwrap_or_default().plus(usage));
            live.cost = cost.map(|cost| live.cost.unwrap_or_default().saturating_add(cost)).or(live.cost);
        }
        let (call_number, asker) = (live.record.calls, live.record.asker.clone());
        if reserved > 0 {
            // Otherwise a crash before the next call would charge this one again.
            out.write(Write::Run(live.record.clone()));
        }
        if self.config.budget.has_ledger && reserved > 0 {
            let micros = (!matches!(paid, CallCost::Unknown)).then_some(charged);
            out.push(Effect::SettleClaim { run, call_number, micros });
        }
        if usage.is_none() && charged == 0 {
            return;
        }
        for (spender, period) in [
            (Spender::Room, Period::day(now)),
            (Spender::Room, Period::All),
            (Spender::Person(asker), Period::day(now)),
        ] {
            note(spender, period, log, out, |spend| {
                spend.totals.usage = spend.totals.usage.plus(usage.unwrap_or_default());
                spend.totals.cost = spend.totals.cost.saturating_add(cost.unwrap_or_default());
                spend.charged = spend.charged.saturating_add(charged);
            });
        }
    }

    /// An answer ended that was paid for: it counts as one.
    pub(crate) fn count_answer(&self, now: Millis, person: &PersonId, log: &dyn Storage, out: &mut Effects) {
        for (spender, period) in [
            (Spender::Room, Period::day(now)),
            (Spender::Room, Period::All),
            (Spender::Person(person.clone()), Period::day(now)),
        ] {
            note(spender, period, log, out, |spend| {
                spend.totals.answers = spend.totals.answers.saturating_add(1)
            });
        }
    }

    /// Tells one client what the bots cost.
    pub(crate) fn bill(&mut self, now: Millis, socket: SocketId, log: &dyn Storage, out: &mut Effects) {
        let Some(person) = self.roster.seat(socket).map(|seat| seat.attachment.visitor.person.clone()) else {
            return;
        };
        let totals = |spender: &Spender, period| {
            log.spending(spender, period).map(|spend| spend.map(|spend| spend.totals).unwrap_or_default())
        };
        let bill = || {
            Ok(Bill {
                day: totals(&Spender::Room, Period::day(now))?,
                all: totals(&Spender::Room, Period::All)?,
                yours: totals(&Spender::Person(person), Period::day(now))?,
                room_day: self.config.budget.room_day,
                person_day: self.config.budget.person_day,
                resets_at: Period::day(now).end(),
                off: self.config.budget.bots_off,
            })
        };
        match bill() {
            Ok(bill) => self.send(socket, &ServerFrame::Bill(Box::new(bill)), out),
            Err(error) => self.refuse_unread(socket, None, &error, out),
        }
    }
}

/// What is known of the cost of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CallCost {
    /// It was refused before the model read anything.
    Nothing,
    /// It began, and nobody said what it cost.
    Unknown,
    /// What the server counted.
    Usage(Usage),
}

/// Changes one record. Where it cannot be read it stays as it is: a total that begins at zero again would be worse.
fn note(
    spender: Spender,
    period: Period,
    log: &dyn Storage,
    out: &mut Effects,
    change: impl FnOnce(&mut SpendingRecord),
) {
    match out.ahead(log).spending(&spender, period) {
        Ok(known) => {
            // The first answer of a day takes away what nobody asks for any more.
            if let (None, Spender::Room, Period::Day(day)) = (&known, &spender, period) {
                let hour = day.saturating_sub(HOURS_KEPT_DAYS).saturating_mul(24);
                out.write(Write::TrimSpending { day: day.saturating_sub(DAYS_KEPT), hour });
            }
            let mut spend =
                known.unwrap_or(SpendingRecord { spender, period, totals: Default::default(), charged: 0 });
            change(&mut spend);
            out.write(Write::Spending(spend));
        }
        Err(error) => out.push(Effect::LogWarning(format!("a total could not be read: {error}"))),
    }
}
