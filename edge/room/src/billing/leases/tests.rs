//! The leases of one room with a ledger that the test plays.

use shared::ErrorCode;

use super::*;
use crate::billing::ledger::{Claim, LeaseGrant, LeaseReply};

const NOW: Millis = Millis(1_795_177_957_000);
const HOME: &str = "home";

fn at(seconds: u64) -> Millis {
    NOW.plus(seconds * 1_000)
}

fn claim(run: u64, micros: u64) -> CallClaim {
    CallClaim { run: Seq(run), call_number: 1, micros, address: HOME.to_owned(), model: "m".to_owned() }
}

/// A room's leases, and what is stored of them.
struct Room {
    leases: Leases,
    stored: BTreeMap<u64, LeaseRecord>,
    asked: Vec<LeaseBatch>,
    replies: Vec<(u64, Option<ClaimReply>)>,
}

impl Room {
    fn new() -> Self {
        let leases = Leases::restore([], |_, _| true, 7);
        Self { leases, stored: BTreeMap::new(), asked: Vec::new(), replies: Vec::new() }
    }

    fn act(&mut self) {
        let actions = self.leases.take_actions();
        for (place, action) in actions.into_iter().enumerate() {
            match action {
                LeaseAction::Store { saved, removed } => {
                    assert_eq!(place, 0, "stored before anything is done");
                    removed.iter().for_each(|number| drop(self.stored.remove(number)));
                    self.stored.extend(saved.into_iter().map(|record| (record.number, record)));
                }
                LeaseAction::Ask(batch) => self.asked.push(batch),
                LeaseAction::Reply { run, reply, .. } => self.replies.push((run.0, reply)),
                LeaseAction::Settled { .. } => {}
            }
        }
    }

    fn reserve(&mut self, now: Millis, claim: CallClaim) -> &mut Self {
        self.leases.reserve(now, claim);
        self.act();
        self
    }

    fn settle(&mut self, now: Millis, run: u64, micros: Option<u64>) -> &mut Self {
        self.leases.settle(now, Seq(run), 1, micros);
        self.act();
        self
    }

    fn advance(&mut self, now: Millis) -> &mut Self {
        self.leases.advance(now);
        self.act();
        self
    }

    /// The ledger answers the last request: every lease that it asks for gets this.
    fn answer(&mut self, now: Millis, reply: LeaseReply) -> &mut Self {
        let asked = self.asked.last().unwrap().clone();
        let claim = |run| Claim { room: "den/e".to_owned(), run, call_number: 0 };
        let grants = asked.ask.iter().map(|asked| LeaseGrant { claim: claim(asked.number), reply });
        let reply = LeaseBatchReply { grants: grants.collect() };
        self.leases.answered(now, asked.batch, Some(reply));
        self.act();
        self
    }

    fn fail(&mut self, now: Millis) -> &mut Self {
        let batch = self.asked.last().unwrap().batch;
        self.leases.answered(now, batch, None);
        self.act();
        self
    }

    fn granted(&self) -> Vec<u64> {
        let granted =
            self.replies.iter().filter(|(_, reply)| *reply == Some(ClaimReply::Granted)).map(|(run, _)| *run);
        granted.collect()
    }
}

fn granted(micros: u64) -> LeaseReply {
    LeaseReply::Granted { micros }
}

#[test]
fn case_140_a_busy_room_asks_the_ledger_about_once_a_minute() {
    let mut room = Room::new();
    for second in 0..600 {
        room.reserve(at(second), claim(second, 100));
        if room.leases.in_flight.is_some() {
            room.answer(at(second), granted(400));
        }
        room.settle(at(second), second, Some(1));
        if room.leases.in_flight.is_some() {
            room.answer(at(second), granted(0));
        }
    }
    assert_eq!(room.granted().len(), 600);
    assert!(room.asked.len() <= 11, "{} requests for 600 calls", room.asked.len());
    // What was used is reported once, also after the last call.
    let mut second = 600;
    while let Some(due) = room.leases.next_due() {
        second += 1;
        assert!(second < 800, "it becomes quiet: {:?}", room.leases);
        let now = at(second).max(due);
        room.advance(now);
        if room.leases.in_flight.is_some() {
            room.answer(now, granted(0));
        }
    }
    let reported: u64 = room.asked.iter().flat_map(|batch| &batch.settle).map(|lease| lease.spent).sum();
    assert_eq!((reported, room.stored.len()), (600, 0));
}

#[test]
fn case_142_a_room_goes_on_within_its_leases_while_the_ledger_is_silent_and_then_refuses() {
    let mut room = Room::new();
    room.reserve(NOW, claim(1, 100)).answer(NOW, granted(400)).settle(NOW, 1, Some(100));
    room.reserve(at(61), claim(2, 100)).fail(at(61));
    room.reserve(at(62), claim(3, 100));
    assert_eq!(room.granted(), [1, 2, 3]);
    // No money is left, and then the lease is too old.
    room.reserve(at(70), claim(4, 200)).fail(at(70)).settle(at(71), 2, Some(0)).settle(at(71), 3, Some(0));
    assert_eq!(room.replies.last(), Some(&(4, None)));
    room.reserve(at(299), claim(5, 100));
    assert_eq!(room.granted(), [1, 2, 3, 5]);
    room.reserve(at(301), claim(6, 100));
    room.leases.in_flight.is_some().then(|| room.fail(at(301)));
    assert_eq!(room.replies.last(), Some(&(6, None)));
}

#[test]
fn case_142_a_request_that_is_never_answered_is_given_up_and_its_lease_given_back() {
    let mut room = Room::new();
    room.reserve(NOW, claim(1, 100)).advance(at(9));
    assert!(room.replies.is_empty() && room.asked.len() == 1);
    room.advance(at(10));
    assert_eq!(room.replies, [(1, None)]);
    // The late grant finds nobody, and the lease is reported as unused.
    room.leases.advance(at(20));
    room.act();
    let returned = &room.asked.last().unwrap().settle;
    assert_eq!(returned.iter().map(|lease| lease.spent).collect::<Vec<_>>(), [0]);
    let batch = room.asked[0].batch;
    let claim_of = Claim { room: "den/e".to_owned(), run: room.asked[0].ask[0].number, call_number: 0 };
    let late = LeaseBatchReply { grants: vec![LeaseGrant { claim: claim_of, reply: granted(400) }] };
    room.leases.answered(at(21), batch, Some(late));
    room.reserve(at(21), claim(2, 100));
    assert!(room.granted().is_empty());
}

#[test]
fn case_143_a_room_that_crashes_knows_its_leases_and_what_its_calls_claimed() {
    let mut room = Room::new();
    room.reserve(NOW, claim(1, 100)).answer(NOW, granted(400));
    room.reserve(at(1), claim(2, 100)).reserve(at(1), claim(3, 100)).settle(at(2), 3, Some(40));
    // The first call was sent, the second one was not.
    let records: Vec<LeaseRecord> = room.stored.values().cloned().collect();
    room.leases = Leases::restore(records, |run, _| run == Seq(1), 8);
    room.reserve(at(3), claim(4, 260));
    assert_eq!(room.granted(), [1, 2, 3, 4], "100 are claimed, 40 spent and 260 free");
    room.reserve(at(3), claim(5, 1));
    assert_eq!(room.asked.len(), 2, "nothing is left");
    room.answer(at(3), granted(1)).settle(at(3), 1, None).settle(at(3), 4, Some(0)).settle(at(3), 5, Some(1));
    room.advance(at(70));
    let spent: u64 = room.asked.last().unwrap().settle.iter().map(|lease| lease.spent).sum();
    assert_eq!(spent, 141);
}

#[test]
fn case_144_when_the_bots_are_switched_off_leases_pay_for_at_most_a_minute() {
    let mut room = Room::new();
    room.reserve(NOW, claim(1, 100)).answer(NOW, granted(10_000)).settle(NOW, 1, Some(1));
    room.reserve(at(59), claim(2, 100)).reserve(at(61), claim(3, 100));
    let off = LeaseReply::Refused { code: ErrorCode::BotsOff, resets_at: at(61) };
    room.answer(at(61), off);
    assert_eq!(room.granted(), [1, 2, 3]);
    room.reserve(at(62), claim(4, 100)).answer(at(62), off);
    let refused = ClaimReply::Refused { code: ErrorCode::BotsOff, resets_at: at(61) };
    assert_eq!(room.replies.last(), Some(&(4, Some(refused))));
}

#[test]
fn a_refusal_reaches_the_claims_that_need_no_less_and_others_are_asked_for_again() {
    let mut room = Room::new();
    room.reserve(NOW, claim(1, 100)).reserve(NOW, claim(2, 200)).reserve(NOW, claim(3, 50));
    let refused = LeaseReply::Refused { code: ErrorCode::BudgetAll, resets_at: at(60) };
    room.answer(NOW, refused);
    assert_eq!(room.replies.iter().map(|(run, _)| *run).collect::<Vec<_>>(), [1, 2]);
    room.answer(NOW, granted(50));
    assert_eq!(room.granted(), [3]);
}

#[test]
fn a_claim_that_is_repeated_is_granted_once() {
    let mut room = Room::new();
    room.reserve(NOW, claim(1, 100)).answer(NOW, granted(300));
    room.reserve(NOW, claim(1, 100)).reserve(NOW, claim(1, 50)).reserve(NOW, claim(1, 150));
    room.reserve(NOW, claim(2, 150)).reserve(NOW, claim(3, 1));
    assert_eq!((room.granted(), room.asked.len()), (vec![1, 1, 1, 1, 2], 2));
}

#[test]
fn calls_that_cost_nothing_ask_once_a_minute_and_leave_nothing_open() {
    let mut room = Room::new();
    for second in 0..60 {
        room.reserve(at(second), claim(second, 0));
        if room.leases.in_flight.is_some() {
            room.answer(at(second), granted(0));
        }
    }
    assert_eq!((room.granted().len(), room.asked.len()), (60, 1));
    assert_eq!(room.stored.values().next().map(|lease| lease.usage[0].calls), Some(60));
}
