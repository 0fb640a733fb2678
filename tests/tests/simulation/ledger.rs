//! The deployment's ledger behind a network that fails, compared with a second account of the simplest kind: what was
//! granted, what was settled, and that both together never exceed a cap.

use std::collections::BTreeMap;

use room::ledger::{Caps, Claim};
use room::{Call, ClaimReply, Input, Ledger};
use shared::{Millis, Seq, Usage};

use crate::fixtures;
use crate::options::Mutation;
use crate::schedule::SimEvent;
use crate::world::World;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// The ledger releases an unsettled reservation after this.
const UNUSED_MS: u64 = 15 * 60_000;

/// The ledger and the second account.
#[derive(Default)]
pub(crate) struct CheckedLedger {
    real: Ledger,
    expected: BTreeMap<(Seq, u32), Entry>,
    /// Calls whose cost the room has settled, whether or not that reached the ledger.
    settlements: BTreeMap<(Seq, u32), Option<u64>>,
    /// Calls of models with a price.
    calls: Vec<(Seq, u32)>,
}

/// The second account's entry for a call.
#[derive(Debug, Clone, Copy)]
struct Entry {
    micros: u64,
    at: Millis,
    settled: Option<(u64, Millis)>,
}

/// A request of the room to the ledger.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LedgerRequest {
    Reserve(u64),
    Settle(Option<u64>),
}

impl CheckedLedger {
    /// What is reserved or was spent in the present period of this length.
    fn sum(&self, now: Millis, length: u64) -> u64 {
        let is_now = |at: Millis| at.0 / length == now.0 / length;
        let of = |entry: &Entry| match entry.settled {
            Some((micros, at)) if is_now(at) => micros,
            None if now.since(entry.at) < UNUSED_MS => entry.micros,
            _ => 0,
        };
        self.expected.values().map(of).sum()
    }

    fn check(&self, now: Millis, caps: Caps) -> Result<(), String> {
        for (cap, length) in [(caps.hour, HOUR_MS), (caps.day, DAY_MS)] {
            let sum = self.sum(now, length);
            if cap.is_some_and(|cap| sum > cap) {
                return Err(format!("overdrawn: {sum} of {cap:?} at the ledger"));
            }
        }
        Ok(())
    }
}

impl World {
    /// Sends a request to the ledger, which may be lost or late.
    pub(crate) fn request_ledger(&mut self, run: Seq, call_number: u32, request: LedgerRequest) {
        match request {
            LedgerRequest::Reserve(_) if self.options.has_mutation(Mutation::LedgerNotAsked) => {
                let reply = Some(ClaimReply::Granted);
                let answer = Input::Reserved { run, call_number, reply };
                return self.schedule.after(1, SimEvent::Reply { process: self.shell.process, answer });
            }
            LedgerRequest::Settle(_) if self.options.has_mutation(Mutation::LostSettlements) => return,
            LedgerRequest::Settle(micros) => drop(self.ledger.settlements.insert((run, call_number), micros)),
            LedgerRequest::Reserve(_) => {}
        }
        let may_fail = self.options.faults.ledger && !self.is_settling;
        let process = self.shell.process;
        let wait = if may_fail && self.random.percent(15) {
            self.random.between(1_000, 14_000)
        } else {
            self.random.between(1, 80)
        };
        if may_fail && self.random.percent(10) {
            self.history.coverage.count("ledger not reached");
            // The shell may notice or wait in vain.
            if matches!(request, LedgerRequest::Reserve(_)) && self.random.percent(60) {
                let answer = Input::Reserved { run, call_number, reply: None };
                self.schedule.after(wait, SimEvent::Reply { process, answer });
            }
            return;
        }
        self.schedule.after(wait, SimEvent::Ledger { process, run, call_number, request });
    }

    /// Handles a request that reached the ledger, and replies.
    pub(crate) fn ledger_receives(
        &mut self,
        process: u64,
        run: Seq,
        call_number: u32,
        request: LedgerRequest,
    ) {
        let now = self.clock(0);
        let caps = self.options.caps;
        let claim = Claim { room: "room/epoch".to_owned(), run: run.0, call_number };
        match request {
            LedgerRequest::Settle(micros) => {
                self.ledger.real.settle(now, &claim, micros);
                let micros_kept =
                    self.ledger.expected.get(&(run, call_number)).map_or(0, |entry| entry.micros);
                let spent = micros.unwrap_or(micros_kept);
                let entry = Entry { micros: micros_kept, at: now, settled: None };
                let entry = self.ledger.expected.entry((run, call_number)).or_insert(entry);
                entry.settled.get_or_insert((spent, now));
            }
            LedgerRequest::Reserve(micros) => {
                let reply = self.ledger.real.reserve(now, caps, claim, micros);
                self.trace.line(self.schedule.now, || format!("ledger: {micros} for {run}: {reply:?}"));
                if reply == ClaimReply::Granted {
                    let entry = Entry { micros, at: now, settled: None };
                    let entry = self.ledger.expected.entry((run, call_number)).or_insert(entry);
                    entry.micros = entry.micros.max(micros);
                } else {
                    self.history.coverage.count("refused by the ledger");
                }
                let may_fail = self.options.faults.ledger && !self.is_settling;
                if !may_fail || self.random.percent(93) {
                    let wait = self.random.between(1, 60);
                    let answer = Input::Reserved { run, call_number, reply: Some(reply) };
                    self.schedule.after(wait, SimEvent::Reply { process, answer });
                }
            }
        }
        let sums = [HOUR_MS, DAY_MS].map(|length| self.ledger.sum(now, length));
        let spent = self.ledger.real.spent(now);
        if self.options.mutation.is_none() && (spent.0, spent.1) != (sums[0], sums[1]) {
            self.fail(format!("ledger: it knows of {spent:?} and {sums:?} was spent"));
        }
        if let Err(violation) = self.ledger.check(now, caps) {
            self.fail(violation);
        }
    }

    /// Checks that a call has a granted reservation that covers it.
    pub(crate) fn check_money(&mut self, call: &Call) -> Result<(), String> {
        if self.options.budget.bots_off {
            return Err("spent: a bot was asked while all are off".to_owned());
        }
        let Some(price) = fixtures::price(&call.route.endpoint.model) else { return Ok(()) };
        if !self.options.budget.has_ledger {
            return Ok(());
        }
        let bytes: usize = call.turn.input.iter().map(|item| item.text().len()).sum();
        let input = (bytes + call.turn.instructions.len()).div_ceil(3) as u64;
        let output = u64::from(call.turn.parameters.max_output_tokens.unwrap_or_default());
        let least = price.of(&Usage { input, cached: 0, output });
        let (run, call_number) = (call.run, call.call_number);
        self.ledger.calls.push((run, call_number));
        match self.ledger.expected.get(&(run, call_number)) {
            Some(Entry { micros, settled: None, .. }) if *micros >= least => Ok(()),
            entry => Err(format!(
                "unreserved: call {call_number} of {run} may cost {least} and the book says {entry:?}"
            )),
        }
    }

    /// Checks that the room's own budgets hold, reservations included.
    pub(crate) fn check_budgets(&self) -> Result<(), String> {
        use room::Spender;
        // A clock that goes back across midnight reaches a day that is partly spent.
        if self.options.faults.clocks {
            return Ok(());
        }
        let memory = &self.shell.storage.memory;
        let budget = self.options.budget;
        for ((spender, period), spend) in &memory.spends {
            let limit = match spender {
                Spender::Room => budget.room_day,
                Spender::Person(_) => budget.person_day,
            };
            // An open run was reserved today or counts today when it ends.
            let today = room::Period::Day(self.server_now().0 / DAY_MS);
            let Some(limit) = limit.filter(|_| *period == today) else { continue };
            let open = memory.runs.values().filter(|run| match spender {
                Spender::Room => true,
                Spender::Person(person) => run.asker == *person,
            });
            let open: u64 = open.map(|run| run.reserved_micros).sum();
            if spend.charged + open > limit {
                return Err(format!("overdrawn: {spender:?} has {} and {open} of {limit}", spend.charged));
            }
        }
        Ok(())
    }

    /// Checks that every call was settled; called once no run is open.
    pub(crate) fn check_settled(&self) -> Result<(), String> {
        match self.ledger.calls.iter().find(|call| !self.ledger.settlements.contains_key(call)) {
            Some((run, call_number)) => {
                Err(format!("unsettled: nobody was told what call {call_number} of {run} cost"))
            }
            None => Ok(()),
        }
    }
}
