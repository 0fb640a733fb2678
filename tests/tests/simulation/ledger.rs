//! The deployment's ledger behind a network that fails, compared with a second account of the simplest kind: what was
//! granted, what was settled, and that both together never exceed a cap.

use std::collections::BTreeMap;

use room::ledger::{Caps, Claim, LedgerWrite, MOST_WRITES, OpenClaim, SpentSums};
use room::{Call, ClaimReply, Input, Ledger};
use shared::{Millis, Seq, Usage};

use crate::fixtures;
use crate::options::Mutation;
use crate::schedule::SimEvent;
use crate::world::World;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// The ledger charges an unsettled reservation after this.
const EXPIRES_MS: u64 = 15 * 60_000;

/// The ledger and the second account.
#[derive(Default)]
pub(crate) struct CheckedLedger {
    real: Ledger,
    rows: LedgerRows,
    expected: BTreeMap<(Seq, u32), Entry>,
    /// What was settled before the ledger last lost its memory, and with it what it knows of closed claims.
    past: Vec<(u64, Millis)>,
    /// Calls whose cost the room has settled, whether or not that reached the ledger.
    settlements: BTreeMap<(Seq, u32), Option<u64>>,
    /// Calls of models with a price.
    calls: Vec<(Seq, u32)>,
}

/// What the ledger's object stores.
#[derive(Default)]
struct LedgerRows {
    sums: SpentSums,
    claims: BTreeMap<Claim, OpenClaim>,
    addresses: BTreeMap<String, SpentSums>,
}

/// The second account's entry for a call.
#[derive(Debug, Clone, Copy)]
struct Entry {
    micros: u64,
    at: Millis,
    settled: Option<(u64, Millis)>,
}

/// A request of the room to the ledger.
#[derive(Debug, Clone)]
pub(crate) enum LedgerRequest {
    Reserve { micros: u64, address: String },
    Settle(Option<u64>),
}

impl CheckedLedger {
    /// What is reserved or was spent in the present period of this length.
    fn sum(&self, now: Millis, length: u64) -> u64 {
        let is_now = |at: Millis| at.0 / length == now.0 / length;
        let of = |entry: &Entry| match entry.settled {
            Some((micros, at)) if is_now(at) => micros,
            None => entry.micros,
            Some(_) => 0,
        };
        let past = self.past.iter().filter(|(_, at)| is_now(*at)).map(|(micros, _)| micros);
        self.expected.values().map(of).sum::<u64>() + past.sum::<u64>()
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

    /// Charges what nobody settled in time, in both accounts.
    fn expire(&mut self, now: Millis) {
        self.real.expire(now);
        for entry in self.expected.values_mut() {
            if entry.settled.is_none() && now.since(entry.at) >= EXPIRES_MS {
                entry.settled = Some((entry.micros, now));
            }
        }
    }

    /// Stores what changed.
    ///
    /// # Errors
    /// When those are too many rows.
    fn store(&mut self, most: usize) -> Result<(), String> {
        let writes = self.real.take_writes();
        if writes.len() > most {
            return Err(format!("too much written: {writes:?}"));
        }
        for write in writes {
            match write {
                LedgerWrite::Sums(sums) => self.rows.sums = sums,
                LedgerWrite::Claim(claim, open) => drop(self.rows.claims.insert(claim, open)),
                LedgerWrite::ClaimClosed(claim) => drop(self.rows.claims.remove(&claim)),
                LedgerWrite::Address(address, sums) => drop(self.rows.addresses.insert(address, sums)),
                LedgerWrite::AddressForgotten(address) => drop(self.rows.addresses.remove(&address)),
                LedgerWrite::Usage(_) | LedgerWrite::TrimUsage { .. } => {}
            }
        }
        Ok(())
    }

    /// Drops the ledger's memory and reads it from its rows.
    fn restart(&mut self) {
        let LedgerRows { sums, claims, addresses } = &self.rows;
        self.real = Ledger::restore(*sums, claims.clone(), addresses.clone());
        let closed = self.expected.values().filter_map(|entry| entry.settled);
        self.past.extend(closed);
        self.expected.retain(|_, entry| entry.settled.is_none());
    }
}

impl World {
    /// Sends a request to the ledger, which may be lost or late.
    pub(crate) fn request_ledger(&mut self, run: Seq, call_number: u32, request: LedgerRequest) {
        match request {
            LedgerRequest::Reserve { .. } if self.options.has_mutation(Mutation::LedgerNotAsked) => {
                let reply = Some(ClaimReply::Granted);
                let answer = Input::Reserved { run, call_number, reply };
                return self.schedule.after(1, SimEvent::Reply { process: self.shell.process, answer });
            }
            LedgerRequest::Settle(_) if self.options.has_mutation(Mutation::LostSettlements) => return,
            LedgerRequest::Settle(micros) => {
                self.ledger.settlements.insert((run, call_number), micros);
                if let Err(violation) = self.check_cost(run, call_number, micros) {
                    self.fail(violation);
                }
            }
            LedgerRequest::Reserve { .. } => {}
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
            if matches!(request, LedgerRequest::Reserve { .. }) && self.random.percent(60) {
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
        if self.options.faults.ledger && self.random.percent(5) {
            self.history.coverage.count("ledger restarted");
            self.ledger.restart();
        }
        self.ledger.expire(now);
        let expired = self.ledger.store(usize::MAX);
        match request {
            LedgerRequest::Settle(micros) => {
                self.ledger.real.settle(now, &claim, micros);
                let micros_kept =
                    self.ledger.expected.get(&(run, call_number)).map_or(0, |entry| entry.micros);
                let is_open = self.ledger.expected.contains_key(&(run, call_number));
                let spent = if is_open { micros.unwrap_or(micros_kept) } else { 0 };
                let entry = Entry { micros: micros_kept, at: now, settled: None };
                let entry = self.ledger.expected.entry((run, call_number)).or_insert(entry);
                entry.settled.get_or_insert((spent, now));
                self.settlement_taken(process, run, call_number);
            }
            LedgerRequest::Reserve { micros, address } => {
                let reply = self.ledger.real.reserve(now, caps, claim, &address, micros);
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
        if let Err(violation) = expired.and_then(|()| self.ledger.store(MOST_WRITES)) {
            self.fail(violation);
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

    /// Confirms a settlement, unless the reply is lost.
    fn settlement_taken(&mut self, process: u64, run: Seq, call_number: u32) {
        let may_fail = self.options.faults.ledger && !self.is_settling;
        if !may_fail || self.random.percent(93) {
            let wait = self.random.between(1, 60);
            let answer = Input::ClaimSettled { run, call_number };
            self.schedule.after(wait, SimEvent::Reply { process, answer });
        }
    }

    /// Checks that the room tells the ledger of no cost for a call whose request never left.
    fn check_cost(&self, run: Seq, call_number: u32, micros: Option<u64>) -> Result<(), String> {
        let is_made = self.ledger.calls.contains(&(run, call_number));
        let is_sent = self.model.sent.contains(&(run, call_number));
        // After a crash nobody knows whether the request had left.
        let is_interrupted = self.history.interrupted.contains(&run);
        if is_made && !is_sent && !is_interrupted && micros != Some(0) {
            return Err(format!("charged: call {call_number} of {run} never left and costs {micros:?}"));
        }
        Ok(())
    }

    /// A settlement that the ledger has not confirmed.
    pub(crate) fn unsettled(&self) -> Option<(Seq, u32)> {
        let is_lost = self.options.has_mutation(Mutation::LostSettlements);
        let pending = self.shell.storage.memory.settlements.keys().next().copied();
        pending.filter(|_| !is_lost)
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
        // The claim of the first answer pays for further ones.
        let record = self.shell.storage.memory.runs.get(&run);
        let shared = record.and_then(|record| record.shared_claim.as_ref());
        let (claim, calls) =
            shared.map_or((call_number, 1), |claim| (claim.call_number, u64::from(claim.calls)));
        let left = shared.map_or(u64::MAX, |claim| claim.micros - claim.spent_micros);
        self.ledger.calls.push((run, claim));
        match self.ledger.expected.get(&(run, claim)) {
            Some(Entry { micros, settled: None, .. }) if (*micros).min(left) >= least * calls => Ok(()),
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
                Spender::Address(_) => None,
            };
            // An open run was reserved today or counts today when it ends.
            let today = room::Period::Day(self.server_now().0 / DAY_MS);
            let Some(limit) = limit.filter(|_| *period == today) else { continue };
            let open = memory.runs.values().filter(|run| match spender {
                Spender::Room => true,
                Spender::Person(person) => run.asker == *person,
                Spender::Address(_) => false,
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
