//! The deployment's ledger behind a network that fails, and a second book of it that is kept by the simplest means: what
//! was granted, what was settled, and that both together never pass a limit.

use std::collections::BTreeMap;

use room::ledger::{Caps, Claim};
use room::{Call, ClaimReply, Input, Ledger};
use shared::{Millis, Seq, Usage};

use crate::agenda::Happening;
use crate::cast;
use crate::options::Sabotage;
use crate::world::World;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// The ledger lets an unsettled reserve go after this.
const UNUSED_MS: u64 = 15 * 60_000;

/// The ledger and the second book.
#[derive(Default)]
pub(crate) struct Bank {
    ledger: Ledger,
    book: BTreeMap<(Seq, u32), Entry>,
    /// Granted calls whose cost the room has told, whether or not the ledger heard of it.
    told: BTreeMap<(Seq, u32), Option<u64>>,
    /// Calls that were made with money.
    paid: Vec<(Seq, u32)>,
}

/// What the book knows of a call.
#[derive(Debug, Clone, Copy)]
struct Entry {
    micros: u64,
    at: Millis,
    settled: Option<(u64, Millis)>,
}

/// What is said to the ledger.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Errand {
    Reserve(u64),
    Settle(Option<u64>),
}

impl Bank {
    /// Settled and kept in the hour or day of this moment.
    fn sum(&self, now: Millis, length: u64) -> u64 {
        let is_now = |at: Millis| at.0 / length == now.0 / length;
        let of = |entry: &Entry| match entry.settled {
            Some((micros, at)) if is_now(at) => micros,
            None if now.since(entry.at) < UNUSED_MS => entry.micros,
            _ => 0,
        };
        self.book.values().map(of).sum()
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
    /// The room says something to the ledger.
    pub(crate) fn tell_ledger(&mut self, run: Seq, call_number: u32, errand: Errand) {
        match errand {
            Errand::Reserve(_) if self.options.is(Sabotage::LedgerNotAsked) => {
                let reply = Some(ClaimReply::Granted);
                let answer = Input::Reserved { run, call_number, reply };
                return self.agenda.after(1, Happening::Answer { life: self.shell.life, answer });
            }
            Errand::Settle(_) if self.options.is(Sabotage::SettlesLost) => return,
            Errand::Settle(micros) => drop(self.bank.told.insert((run, call_number), micros)),
            Errand::Reserve(_) => {}
        }
        let is_troubled = self.options.faults.ledger && !self.is_settling;
        let life = self.shell.life;
        let wait = if is_troubled && self.dice.percent(15) {
            self.dice.between(1_000, 14_000)
        } else {
            self.dice.between(1, 80)
        };
        if is_troubled && self.dice.percent(10) {
            self.history.met.count("ledger not reached");
            // The shell may notice, or be left waiting.
            if matches!(errand, Errand::Reserve(_)) && self.dice.percent(60) {
                let answer = Input::Reserved { run, call_number, reply: None };
                self.agenda.after(wait, Happening::Answer { life, answer });
            }
            return;
        }
        self.agenda.after(wait, Happening::Ledger { life, run, call_number, errand });
    }

    /// The ledger hears it, and answers.
    pub(crate) fn ledger_hears(&mut self, life: u64, run: Seq, call_number: u32, errand: Errand) {
        let now = self.clock(0);
        let caps = self.options.caps;
        let claim = Claim { room: "room/epoch".to_owned(), run: run.0, call_number };
        match errand {
            Errand::Settle(micros) => {
                self.bank.ledger.settle(now, &claim, micros);
                let micros_kept = self.bank.book.get(&(run, call_number)).map_or(0, |entry| entry.micros);
                let spent = micros.unwrap_or(micros_kept);
                let entry = Entry { micros: micros_kept, at: now, settled: None };
                let entry = self.bank.book.entry((run, call_number)).or_insert(entry);
                entry.settled.get_or_insert((spent, now));
            }
            Errand::Reserve(micros) => {
                let reply = self.bank.ledger.reserve(now, caps, claim, micros);
                self.trace.line(self.agenda.now, || format!("ledger: {micros} for {run}: {reply:?}"));
                if reply == ClaimReply::Granted {
                    let entry = Entry { micros, at: now, settled: None };
                    let entry = self.bank.book.entry((run, call_number)).or_insert(entry);
                    entry.micros = entry.micros.max(micros);
                } else {
                    self.history.met.count("refused by the ledger");
                }
                let is_troubled = self.options.faults.ledger && !self.is_settling;
                if !is_troubled || self.dice.percent(93) {
                    let wait = self.dice.between(1, 60);
                    let answer = Input::Reserved { run, call_number, reply: Some(reply) };
                    self.agenda.after(wait, Happening::Answer { life, answer });
                }
            }
        }
        let sums = [HOUR_MS, DAY_MS].map(|length| self.bank.sum(now, length));
        let spent = self.bank.ledger.spent(now);
        if self.options.sabotage.is_none() && (spent.0, spent.1) != (sums[0], sums[1]) {
            self.fail(format!("ledger: it knows of {spent:?} and {sums:?} was spent"));
        }
        if let Err(violation) = self.bank.check(now, caps) {
            self.fail(violation);
        }
    }

    /// A call is made with money that was granted, and enough of it.
    pub(crate) fn check_money(&mut self, call: &Call) -> Result<(), String> {
        if self.options.budget.bots_off {
            return Err("spent: a bot was asked while all are off".to_owned());
        }
        let Some(price) = cast::price(&call.route.endpoint.model) else { return Ok(()) };
        if !self.options.budget.has_ledger {
            return Ok(());
        }
        let bytes: usize = call.turn.input.iter().map(|item| item.text().len()).sum();
        let input = (bytes + call.turn.instructions.len()).div_ceil(3) as u64;
        let output = u64::from(call.turn.parameters.max_output_tokens.unwrap_or_default());
        let least = price.of(&Usage { input, cached: 0, output });
        let (run, call_number) = (call.run, call.call_number);
        self.bank.paid.push((run, call_number));
        match self.bank.book.get(&(run, call_number)) {
            Some(Entry { micros, settled: None, .. }) if *micros >= least => Ok(()),
            entry => Err(format!(
                "unreserved: call {call_number} of {run} may cost {least} and the book says {entry:?}"
            )),
        }
    }

    /// What the room itself counts stays within its own limits, with all that is reserved.
    pub(crate) fn check_budgets(&self) -> Result<(), String> {
        use room::Spender;
        // A clock that goes back across midnight meets a day that is partly spent.
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
            // What is still open was reserved today, or counts today when it ends.
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

    /// Once no answer is open, the ledger was told of every call what it cost.
    pub(crate) fn check_settled(&self) -> Result<(), String> {
        match self.bank.paid.iter().find(|call| !self.bank.told.contains_key(call)) {
            Some((run, call_number)) => {
                Err(format!("unsettled: nobody was told what call {call_number} of {run} cost"))
            }
            None => Ok(()),
        }
    }
}
