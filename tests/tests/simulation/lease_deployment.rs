//! Rooms that take leases from one ledger, for the tests of `leases`: over a network that loses, delays and reorders requests and answers, while
//! rooms crash or never come back, the ledger restarts or is silent for minutes, and hours and days begin. In any order, what calls
//! really cost, together with what the calls under way may cost, never exceeds a limit: of the deployment or of an address.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use room::leases::{CallClaim, LeaseAction, LeaseBatch, LeaseBatchReply, LeaseRecord};
use room::ledger::{Caps, Claim, LeaseGrant, LedgerWrite, OpenClaim, SpentSums};
use room::{ClaimReply, Leases, Ledger};
use shared::{Millis, Seq};

use crate::random::Random;

const ADDRESSES: u64 = 300;
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// People ask for so long: over the end of a day.
const ASKING_MS: u64 = 15 * 60_000;
const START: u64 = 20_777 * DAY_MS - 8 * 60_000;
/// Micro-dollars that a call costs at most.
const MOST: u64 = 4_000;

/// A deliberate breakage that must be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breakage {
    /// A ledger that restarts knows no lease.
    ForgottenClaims,
    /// A room that crashes knows of no call that its leases pay for.
    ForgottenCalls,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Asked { room: usize },
    Received { room: usize, process: u32, request: usize },
    Answered { room: usize, process: u32, batch: u64, answer: Option<usize> },
    Ended { room: usize, run: u64 },
    Ticked { room: usize },
    Crashed { room: usize },
    Vanished { room: usize },
    LedgerRestarts,
    LedgerSilent { is_silent: bool },
}

pub(crate) struct SimulatedRoom {
    leases: Leases,
    pub(crate) stored: BTreeMap<u64, LeaseRecord>,
    process: u32,
    pub(crate) is_gone: bool,
    runs: u64,
    /// Calls under way, with their address and what they cost at most.
    calls: BTreeMap<u64, (u64, u64)>,
    /// Claims that wait for an answer.
    asked: BTreeMap<u64, (u64, u64)>,
    next_tick: Option<u64>,
}

/// What really was spent in the present hour and day, and what calls under way may cost.
#[derive(Debug, Clone, Copy, Default)]
struct Truth {
    hour: (u64, u64),
    day: (u64, u64),
    open: u64,
}

#[derive(Default)]
struct Rows {
    sums: SpentSums,
    claims: BTreeMap<Claim, OpenClaim>,
    addresses: BTreeMap<String, SpentSums>,
}

pub(crate) struct Deployment {
    pub(crate) now: u64,
    caps: Caps,
    breakage: Option<Breakage>,
    random: Random,
    queue: BinaryHeap<Reverse<(u64, u64, Happening)>>,
    count: u64,
    pub(crate) rooms: Vec<SimulatedRoom>,
    pub(crate) ledger: Ledger,
    rows: Rows,
    is_silent: bool,
    pub(crate) requests: Vec<Option<LeaseBatch>>,
    answers: Vec<Option<LeaseBatchReply>>,
    all: Truth,
    addresses: BTreeMap<u64, Truth>,
    pub(crate) granted: u64,
    pub(crate) refused: u64,
    pub(crate) unreachable: u64,
    /// Calls of busy rooms, and their requests to the ledger.
    pub(crate) busy: (u64, u64),
    pub(crate) violation: Option<String>,
}

impl Truth {
    fn spend(&mut self, now: u64, micros: u64) {
        for (period, length) in [(&mut self.hour, HOUR_MS), (&mut self.day, DAY_MS)] {
            let number = now / length;
            *period = if period.0 == number { (number, period.1 + micros) } else { (number, micros) };
        }
    }

    /// Whether what was spent and may still be spent exceeds a limit.
    fn exceeds(&self, now: u64, hour: Option<u64>, day: Option<u64>) -> bool {
        let of = |(number, spent): (u64, u64), length: u64| if number == now / length { spent } else { 0 };
        let is_over = |cap: Option<u64>, spent: u64| cap.is_some_and(|cap| spent + self.open > cap);
        is_over(hour, of(self.hour, HOUR_MS)) || is_over(day, of(self.day, DAY_MS))
    }
}

impl Deployment {
    pub(crate) fn new(seed: u64, rooms: usize, caps: Caps, breakage: Option<Breakage>) -> Self {
        let room = |number: usize| SimulatedRoom {
            leases: Leases::restore([], |_, _| true, seed ^ ((number as u64) << 20)),
            stored: BTreeMap::new(),
            process: 0,
            is_gone: false,
            runs: 0,
            calls: BTreeMap::new(),
            asked: BTreeMap::new(),
            next_tick: None,
        };
        let mut deployment = Self {
            now: START,
            caps,
            breakage,
            random: Random::new(seed),
            queue: BinaryHeap::new(),
            count: 0,
            rooms: (0..rooms).map(room).collect(),
            ledger: Ledger::default(),
            rows: Rows::default(),
            is_silent: false,
            requests: Vec::new(),
            answers: Vec::new(),
            all: Truth::default(),
            addresses: BTreeMap::new(),
            granted: 0,
            refused: 0,
            unreachable: 0,
            busy: (0, 0),
            violation: None,
        };
        for room in 0..rooms {
            deployment.after_at_most(ASKING_MS, Happening::Asked { room });
            if deployment.random.percent(15) {
                deployment.after_at_most(ASKING_MS, Happening::Crashed { room });
            }
            if deployment.random.percent(3) {
                deployment.after_at_most(ASKING_MS, Happening::Vanished { room });
            }
        }
        for _ in 0..20 {
            deployment.after_at_most(ASKING_MS, Happening::LedgerRestarts);
        }
        deployment.after(4 * 60_000, Happening::LedgerSilent { is_silent: true });
        deployment.after(6 * 60_000, Happening::LedgerSilent { is_silent: false });
        deployment
    }

    fn after(&mut self, wait: u64, happening: Happening) {
        self.count += 1;
        self.queue.push(Reverse((self.now + wait, self.count, happening)));
    }

    fn after_at_most(&mut self, most: u64, happening: Happening) {
        let wait = self.random.between(0, most);
        self.after(wait, happening);
    }

    /// Plays until nothing is left to happen, or a limit is exceeded.
    pub(crate) fn play(mut self) -> Self {
        while let Some(Reverse((at, _, happening))) = self.queue.pop() {
            self.now = at;
            match happening {
                Happening::Asked { room } => self.ask(room),
                Happening::Received { room, process, request } => self.receive(room, process, request),
                Happening::Answered { room, process, batch, answer } => {
                    let reply = answer.and_then(|answer| self.answers[answer].take());
                    if self.rooms[room].process == process && !self.rooms[room].is_gone {
                        self.rooms[room].leases.answered(Millis(at), batch, reply);
                        self.act(room);
                    }
                }
                Happening::Ended { room, run } => self.end_call(room, run),
                Happening::Ticked { room } => {
                    if self.rooms[room].next_tick.take_if(|tick| *tick == at).is_some() {
                        self.rooms[room].leases.advance(Millis(at));
                        self.act(room);
                    }
                }
                Happening::Crashed { room } => self.crash(room),
                Happening::Vanished { room } => self.rooms[room].is_gone = true,
                Happening::LedgerRestarts => self.restart_ledger(),
                Happening::LedgerSilent { is_silent } => self.is_silent = is_silent,
            }
            if self.violation.is_some() {
                break;
            }
        }
        self
    }

    /// Somebody asks a bot in a room, and will again.
    fn ask(&mut self, room: usize) {
        if self.rooms[room].is_gone {
            return;
        }
        // Most visitors of a room come from its own addresses; some rooms are busy.
        let address = (room as u64 * 7 + self.random.between(0, 2)) % ADDRESSES;
        let micros = self.random.between(1, MOST);
        let here = &mut self.rooms[room];
        here.runs += 1;
        let run = here.runs;
        here.asked.insert(run, (address, micros));
        let claim = CallClaim {
            run: Seq(run),
            call_number: 1,
            micros,
            address: format!("address {address}"),
            model: "model".to_owned(),
        };
        here.leases.reserve(Millis(self.now), claim);
        self.act(room);
        let pace = if is_busy(room) { 8_000 } else { 900_000 };
        if self.now < START + ASKING_MS {
            self.after_at_most(pace, Happening::Asked { room });
        }
    }

    /// Carries out what a room's leases want.
    fn act(&mut self, room: usize) {
        for action in self.rooms[room].leases.take_actions() {
            match action {
                LeaseAction::Store { saved, removed } => {
                    let here = &mut self.rooms[room];
                    removed.iter().for_each(|number| drop(here.stored.remove(number)));
                    here.stored.extend(saved.into_iter().map(|record| (record.number, record)));
                }
                LeaseAction::Ask(batch) => self.send(room, batch),
                LeaseAction::Reply { run, reply, .. } => self.replied(room, run.0, reply),
                LeaseAction::Settled { .. } => {}
            }
        }
        let due = self.rooms[room].leases.next_due().map(|at| at.0.max(self.now + 1));
        if due != self.rooms[room].next_tick {
            self.rooms[room].next_tick = due;
            if let Some(at) = due {
                self.after(at - self.now, Happening::Ticked { room });
            }
        }
    }

    fn send(&mut self, room: usize, batch: LeaseBatch) {
        let process = self.rooms[room].process;
        self.busy.1 += u64::from(is_busy(room));
        let wait = if self.random.percent(3) {
            self.random.between(1_000, 14_000)
        } else {
            self.random.between(1, 80)
        };
        if self.is_silent || self.random.percent(3) {
            // The room may hear of the failure or wait in vain.
            if self.random.percent(60) {
                let happening = Happening::Answered { room, process, batch: batch.batch, answer: None };
                self.after(wait, happening);
            }
            return;
        }
        self.requests.push(Some(batch));
        let request = self.requests.len() - 1;
        self.after(wait, Happening::Received { room, process, request });
    }

    fn receive(&mut self, room: usize, process: u32, request: usize) {
        let Some(batch) = self.requests[request].take() else { return };
        let now = Millis(self.now);
        self.ledger.expire(now);
        let (settle, ask) = batch.for_room(&format!("{room}/epoch"));
        settle.iter().for_each(|settled| self.ledger.settle_lease(now, settled));
        let grants = ask.into_iter().map(|asked| {
            let reply = self.ledger.lease(now, self.caps, false, &asked);
            LeaseGrant { claim: asked.claim, reply }
        });
        let reply = LeaseBatchReply { grants: grants.collect() };
        self.store_ledger();
        if !self.random.percent(3) {
            self.answers.push(Some(reply));
            let answer = Some(self.answers.len() - 1);
            let wait = if self.random.percent(3) { 12_000 } else { self.random.between(1, 60) };
            self.after(wait, Happening::Answered { room, process, batch: batch.batch, answer });
        }
    }

    fn replied(&mut self, room: usize, run: u64, reply: Option<ClaimReply>) {
        let Some((address, micros)) = self.rooms[room].asked.remove(&run) else { return };
        match reply {
            Some(ClaimReply::Granted) => {
                self.granted += 1;
                self.busy.0 += u64::from(is_busy(room));
                self.rooms[room].calls.insert(run, (address, micros));
                self.all.open += micros;
                self.addresses.entry(address).or_default().open += micros;
                self.check(address);
                self.after_at_most(200_000, Happening::Ended { room, run });
            }
            Some(ClaimReply::Refused { .. }) => self.refused += 1,
            None => self.unreachable += 1,
        }
    }

    /// A call ends, with its usage or without; also in rooms that nobody comes back to.
    fn end_call(&mut self, room: usize, run: u64) {
        let Some((address, micros)) = self.rooms[room].calls.remove(&run) else { return };
        let (spent, told) = match self.random.between(0, 9) {
            0 => (micros, None),
            1 => (0, Some(0)),
            _ => {
                let spent = self.random.between(0, micros);
                (spent, Some(spent))
            }
        };
        self.spend(address, micros, spent);
        if !self.rooms[room].is_gone {
            self.rooms[room].leases.settle(Millis(self.now), Seq(run), 1, told);
            self.act(room);
        }
    }

    fn spend(&mut self, address: u64, open: u64, spent: u64) {
        let now = self.now;
        for truth in [&mut self.all, self.addresses.entry(address).or_default()] {
            truth.open -= open;
            truth.spend(now, spent);
        }
        self.check(address);
    }

    fn check(&mut self, address: u64) {
        let Caps { hour, day, address_hour, address_day } = self.caps;
        let own = self.addresses.get(&address).copied().unwrap_or_default();
        if self.all.exceeds(self.now, hour, day) || own.exceeds(self.now, address_hour, address_day) {
            self.violation = Some(format!("overdrawn: {:?}, address {address}: {own:?}", self.all));
        }
    }

    /// A room loses its memory. Its calls are over and charged in full, and what was only asked for is asked again.
    fn crash(&mut self, room: usize) {
        let now = Millis(self.now);
        let calls = std::mem::take(&mut self.rooms[room].calls);
        let here = &mut self.rooms[room];
        here.process += 1;
        here.asked.clear();
        let mut records: Vec<LeaseRecord> = here.stored.values().cloned().collect();
        if self.breakage == Some(Breakage::ForgottenCalls) {
            records.iter_mut().for_each(|record| record.open.clear());
        }
        let seed = self.random.bits();
        let here = &mut self.rooms[room];
        here.leases = Leases::restore(records, |run, _| calls.contains_key(&run.0), seed);
        for (run, (address, micros)) in calls {
            self.spend(address, micros, micros);
            self.rooms[room].leases.settle(now, Seq(run), 1, None);
        }
        self.act(room);
    }

    fn restart_ledger(&mut self) {
        if self.breakage == Some(Breakage::ForgottenClaims) {
            self.rows.claims.clear();
        }
        let Rows { sums, claims, addresses } = &self.rows;
        self.ledger = Ledger::restore(*sums, claims.clone(), addresses.clone());
    }

    fn store_ledger(&mut self) {
        for write in self.ledger.take_writes() {
            match write {
                LedgerWrite::Sums(sums) => self.rows.sums = sums,
                LedgerWrite::Claim(claim, open) => drop(self.rows.claims.insert(claim, open)),
                LedgerWrite::ClaimClosed(claim) => drop(self.rows.claims.remove(&claim)),
                LedgerWrite::Address(address, sums) => drop(self.rows.addresses.insert(address, sums)),
                LedgerWrite::AddressForgotten(address) => drop(self.rows.addresses.remove(&address)),
                LedgerWrite::Usage(_) | LedgerWrite::TrimUsage { .. } => {}
            }
        }
    }
}

fn is_busy(room: usize) -> bool {
    room.is_multiple_of(20)
}
