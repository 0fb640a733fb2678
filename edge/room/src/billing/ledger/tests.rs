//! The ledger by itself: what is granted, what it counts, and which rows it writes.

use super::*;

const NOW: Millis = Millis(1_795_177_957_000);
const CAPS: Caps = Caps { hour: Some(100), day: Some(150), address_hour: None, address_day: None };
const HOME: &str = "home";

/// The rows as the object stores them.
#[derive(Debug, Clone, Default)]
struct Rows {
    sums: SpentSums,
    claims: BTreeMap<Claim, OpenClaim>,
    addresses: BTreeMap<String, SpentSums>,
    /// Calls and micro-dollars by day, kind and name.
    usage: BTreeMap<(u64, UsageKind, String), (u64, u64)>,
}

impl Rows {
    /// Stores what changed and returns how many rows that were.
    fn store(&mut self, ledger: &mut Ledger) -> usize {
        let writes = ledger.take_writes();
        let count = writes.len();
        for write in writes {
            match write {
                LedgerWrite::Sums(sums) => self.sums = sums,
                LedgerWrite::Claim(claim, open) => drop(self.claims.insert(claim, open)),
                LedgerWrite::ClaimClosed(claim) => drop(self.claims.remove(&claim)),
                LedgerWrite::Address(address, sums) => drop(self.addresses.insert(address, sums)),
                LedgerWrite::AddressForgotten(address) => drop(self.addresses.remove(&address)),
                LedgerWrite::Usage(row) => {
                    let sum = self.usage.entry((row.day, row.kind, row.name)).or_default();
                    *sum = (sum.0 + row.calls, sum.1 + row.micros);
                }
                LedgerWrite::TrimUsage { day } => self.usage.retain(|(at, _, _), _| *at >= day),
            }
        }
        count
    }

    fn restore(&self) -> Ledger {
        Ledger::restore(self.sums, self.claims.clone(), self.addresses.clone())
    }
}

fn claim(run: u64, call_number: u32) -> Claim {
    Claim { room: "lobby".to_owned(), run, call_number }
}

fn is_refused(reply: ClaimReply) -> bool {
    matches!(reply, ClaimReply::Refused { .. })
}

#[test]
fn a_reserve_is_kept_until_it_is_settled() {
    let mut ledger = Ledger::default();
    assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 60), ClaimReply::Granted);
    assert!(is_refused(ledger.reserve(NOW, CAPS, claim(2, 1), HOME, 60)));
    ledger.settle(NOW, &claim(1, 1), Some(10));
    assert_eq!(ledger.reserve(NOW, CAPS, claim(2, 1), HOME, 60), ClaimReply::Granted);
    assert_eq!(ledger.spent(NOW), (70, 70));
}

#[test]
fn the_same_call_reserves_and_settles_once() {
    let mut ledger = Ledger::default();
    for _ in 0..3 {
        assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 60), ClaimReply::Granted);
    }
    for _ in 0..3 {
        ledger.settle(NOW, &claim(1, 1), None);
    }
    assert_eq!(ledger.spent(NOW), (60, 60));
    assert_eq!(
        ledger.reserve(NOW, CAPS, claim(1, 2), HOME, 40),
        ClaimReply::Granted,
        "another call has another claim"
    );
}

#[test]
fn a_repeated_question_may_have_grown() {
    let mut ledger = Ledger::default();
    assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 40), ClaimReply::Granted);
    assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 70), ClaimReply::Granted);
    assert_eq!(ledger.spent(NOW), (70, 70));
    assert!(is_refused(ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 101)));
    assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 10), ClaimReply::Granted);
    assert_eq!(ledger.spent(NOW), (70, 70));
}

#[test]
fn refusals_say_when_they_end() {
    let mut ledger = Ledger::default();
    assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 100), ClaimReply::Granted);
    ledger.settle(NOW, &claim(1, 1), Some(100));
    let hour = Millis((NOW.0 / HOUR_MS + 1) * HOUR_MS);
    let refused = ClaimReply::Refused { code: ErrorCode::BudgetAll, resets_at: hour };
    assert_eq!(ledger.reserve(NOW, CAPS, claim(2, 1), HOME, 1), refused);
    assert_eq!(ledger.reserve(hour, CAPS, claim(2, 1), HOME, 50), ClaimReply::Granted);
    let day = Millis((NOW.0 / DAY_MS + 1) * DAY_MS);
    let refused = ClaimReply::Refused { code: ErrorCode::BudgetAll, resets_at: day };
    assert_eq!(ledger.reserve(hour, CAPS, claim(3, 1), HOME, 1), refused);
    ledger.settle(hour, &claim(2, 1), Some(50));
    assert_eq!(ledger.reserve(day, CAPS, claim(3, 1), HOME, 1), ClaimReply::Granted);
}

#[test]
fn case_80_an_unsettled_claim_is_charged_in_full_when_it_expires() {
    let (mut ledger, mut rows) = (Ledger::default(), Rows::default());
    ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 100);
    assert_eq!(ledger.next_expiry(), Some(NOW.plus(EXPIRES_MS)));
    ledger.expire(NOW.plus(EXPIRES_MS - 1));
    rows.store(&mut ledger);
    assert_eq!(rows.claims.len(), 1);
    let later = NOW.plus(EXPIRES_MS);
    ledger.expire(later);
    rows.store(&mut ledger);
    assert_eq!((ledger.spent(later), rows.claims.len(), ledger.next_expiry()), ((100, 100), 0, None));
    // A late settlement neither gives back nor counts again, also after a restart.
    for mut ledger in [ledger, rows.restore()] {
        ledger.settle(later, &claim(1, 1), Some(30));
        assert_eq!(ledger.spent(later), (100, 100));
        assert!(is_refused(ledger.reserve(later, CAPS, claim(2, 1), HOME, 1)));
    }
}

#[test]
fn case_80_claims_that_expire_together_are_charged_over_several_alarms() {
    let mut ledger = Ledger::default();
    let count = EXPIRED_AT_ONCE as u64 * 2 + 1;
    for run in 0..count {
        ledger.reserve(NOW, Caps::default(), claim(run, 1), HOME, 1);
    }
    let later = NOW.plus(EXPIRES_MS);
    ledger.take_writes();
    for left in [count - 200, count - 400, 0] {
        ledger.expire(later);
        // Besides the claims: the sums, the address, and what is counted by model, room and address.
        assert!(ledger.take_writes().len() <= EXPIRED_AT_ONCE + 6);
        assert_eq!((ledger.open.len() as u64, ledger.spent(later)), (left, (count, count)));
    }
}

#[test]
fn case_81_a_claim_without_cost_leaves_nothing_behind() {
    let (mut ledger, mut rows) = (Ledger::default(), Rows::default());
    for run in 0..10_000 {
        assert_eq!(ledger.reserve(NOW, CAPS, claim(run, 1), HOME, 100), ClaimReply::Granted);
        rows.store(&mut ledger);
        ledger.settle(NOW, &claim(run, 1), Some(0));
        assert_eq!(rows.store(&mut ledger), 1, "the claim's row is removed, and nothing else is written");
    }
    assert!(rows.claims.is_empty() && rows.addresses.is_empty() && ledger.addresses.is_empty());
    assert!(ledger.closed.known.len() <= CLOSED_KEPT && ledger.closed.order.len() <= CLOSED_KEPT);
    assert_eq!(ledger.spent(NOW), (0, 0));
}

#[test]
fn case_81_an_operation_writes_three_rows_at_most_however_many_claims_are_open() {
    let (mut ledger, mut rows) = (Ledger::default(), Rows::default());
    let caps = Caps { hour: Some(u64::MAX), day: Some(u64::MAX), ..Caps::default() };
    let mut most = 0;
    let started = std::time::Instant::now();
    for run in 0..50_000 {
        let address = format!("address {}", run % 1_000);
        ledger.reserve(NOW, caps, claim(run, 1), &address, 100);
        most = most.max(rows.store(&mut ledger));
    }
    assert_eq!((most, rows.claims.len()), (1, 50_000));
    for run in 0..50_000 {
        ledger.settle(NOW, &claim(run, 1), Some(10));
        most = most.max(rows.store(&mut ledger));
    }
    assert_eq!((most, rows.claims.len(), rows.addresses.len()), (MOST_WRITES, 0, 1_000));
    // A call is one claim and one settlement. Fifty seconds would be the thousand calls a second that a deployment needs; an
    // unoptimized build on a busy machine takes a second or two.
    assert!(started.elapsed().as_secs() < 50, "{:?}", started.elapsed());
}

#[test]
fn case_82_no_address_takes_more_than_its_share() {
    let caps = Caps { hour: Some(1_000), day: Some(1_500), address_hour: Some(250), address_day: Some(375) };
    let (mut ledger, mut rows) = (Ledger::default(), Rows::default());
    let hour = Millis((NOW.0 / HOUR_MS + 1) * HOUR_MS);
    let day = Millis((NOW.0 / DAY_MS + 1) * DAY_MS);
    let refused = |resets_at| ClaimReply::Refused { code: ErrorCode::BudgetAddress, resets_at };
    // Reservations count, and so does what was spent, also after a restart.
    assert_eq!(ledger.reserve(NOW, caps, claim(1, 1), HOME, 250), ClaimReply::Granted);
    assert_eq!(ledger.reserve(NOW, caps, claim(2, 1), HOME, 1), refused(hour));
    assert_eq!(ledger.reserve(NOW, caps, claim(3, 1), "elsewhere", 250), ClaimReply::Granted);
    ledger.settle(NOW, &claim(1, 1), Some(250));
    rows.store(&mut ledger);
    let mut ledger = rows.restore();
    assert_eq!(ledger.reserve(NOW, caps, claim(2, 1), HOME, 1), refused(hour));
    // The next hour gives no more than what is left of the day.
    assert_eq!(ledger.reserve(hour, caps, claim(2, 1), HOME, 126), refused(day));
    assert_eq!(ledger.reserve(hour, caps, claim(2, 1), HOME, 125), ClaimReply::Granted);
    ledger.settle(hour, &claim(2, 1), None);
    assert_eq!(ledger.reserve(hour, caps, claim(4, 1), HOME, 1), refused(day));
    assert_eq!(ledger.reserve(day, caps, claim(4, 1), HOME, 250), ClaimReply::Granted);
    // Of an address that has spent nothing today, no row is left.
    ledger.settle(day, &claim(3, 1), Some(7));
    ledger.settle(day, &claim(4, 1), Some(7));
    rows.store(&mut ledger);
    assert_eq!(rows.addresses.len(), 2);
    ledger.expire(day.plus(DAY_MS));
    rows.store(&mut ledger);
    assert!(rows.addresses.is_empty());
}

#[test]
fn a_clock_that_goes_back_gives_no_money_back() {
    let mut ledger = Ledger::default();
    ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 100);
    ledger.settle(NOW, &claim(1, 1), Some(100));
    assert!(is_refused(ledger.reserve(Millis(NOW.0 - 2 * DAY_MS), CAPS, claim(2, 1), HOME, 1)));
    assert!(is_refused(ledger.reserve(NOW, CAPS, claim(2, 1), HOME, 1)));
}

#[test]
fn without_limits_everything_is_granted() {
    let mut ledger = Ledger::default();
    let none = Caps::default();
    assert_eq!(ledger.reserve(NOW, none, claim(1, 1), HOME, u64::MAX), ClaimReply::Granted);
    assert_eq!(ledger.reserve(NOW, none, claim(2, 1), HOME, u64::MAX), ClaimReply::Granted);
}

#[test]
fn a_request_that_comes_late_or_twice_reserves_nothing_again() {
    let mut ledger = Ledger::default();
    ledger.settle(NOW, &claim(1, 1), Some(0));
    assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), HOME, 60), ClaimReply::Granted);
    assert_eq!((ledger.spent(NOW), ledger.next_expiry()), ((0, 0), None));
}

#[test]
fn the_former_form_of_the_ledger_is_read_and_replaced_by_rows() {
    let old = r#"{"hour":{"number":498660,"settled":30},"day":{"number":20777,"settled":40},"claims":[
        [{"room":"lobby/e","run":2,"attempt":1},{"at":1795177957000,"micros":20,"is_settled":false}],
        [{"room":"lobby/e","run":1,"call_number":1},{"at":1795177957000,"micros":30,"is_settled":true}]]}"#;
    let (mut ledger, mut rows) = (Ledger::from_old_book(old).unwrap(), Rows::default());
    assert_eq!((rows.store(&mut ledger), rows.claims.len()), (2, 1));
    let known = |run| Claim { room: "lobby/e".to_owned(), run, call_number: 1 };
    let now = Millis(498_660 * HOUR_MS);
    for mut ledger in [ledger, rows.restore()] {
        assert_eq!(ledger.spent(now), (50, 60));
        ledger.settle(now, &known(1), Some(30));
        ledger.settle(now, &known(2), Some(5));
        assert_eq!(ledger.spent(now), (35, 45));
    }
    assert!(Ledger::from_old_book("{}").is_err());
}

fn lease(number: u64, address: &str, least: u64, wish: u64) -> LeaseRequest {
    let claim = Claim { room: "den/e".to_owned(), run: number, call_number: 0 };
    LeaseRequest { claim, address: address.to_owned(), least, wish }
}

#[test]
fn case_140_a_lease_gets_a_share_of_what_is_left_and_nothing_of_the_last_quarter() {
    let caps = Caps { hour: Some(10_000), ..Caps::default() };
    let mut ledger = Ledger::default();
    let granted = |micros| LeaseReply::Granted { micros };
    // A sixteenth of what is left above the last quarter.
    assert_eq!(ledger.lease(NOW, caps, false, &lease(1, HOME, 100, 400)), granted(400));
    assert_eq!(ledger.lease(NOW, caps, false, &lease(2, HOME, 100, 9_000)), granted(100 + 437));
    // The same lease again is the same money.
    assert_eq!(ledger.lease(NOW, caps, false, &lease(2, HOME, 100, 9_000)), granted(537));
    assert_eq!(ledger.spent(NOW).0, 937);
    let mut number = 3;
    while ledger.spent(NOW).0 <= 9_900 {
        let LeaseReply::Granted { micros } = ledger.lease(NOW, caps, false, &lease(number, HOME, 100, 9_000))
        else {
            panic!("{number} was refused");
        };
        assert!(micros >= 100 && (micros == 100 || ledger.spent(NOW).0 <= 7_500), "{number}: {micros}");
        number += 1;
    }
    assert!(number > 30, "a hundred rooms can ask: {number}");
    assert!(matches!(ledger.lease(NOW, caps, false, &lease(999, HOME, 100, 0)), LeaseReply::Refused { .. }));
}

#[test]
fn case_141_limits_of_few_calls_hold_exactly_with_leases() {
    for calls in [0, 1, 3, 8] {
        let caps = Caps { day: Some(calls * 100 + 99), ..Caps::default() };
        let mut ledger = Ledger::default();
        for number in 0..calls {
            let reply = ledger.lease(NOW, caps, false, &lease(number, HOME, 100, 400));
            assert_eq!(reply, LeaseReply::Granted { micros: 100 }, "{number} of {calls}");
        }
        let reply = ledger.lease(NOW, caps, false, &lease(999, HOME, 100, 400));
        assert!(matches!(reply, LeaseReply::Refused { code: ErrorCode::BudgetAll, .. }), "{calls}");
    }
    // A limit that is used up allows nothing that costs money, and calls that cost nothing go on.
    let little = Caps { hour: Some(1), ..Caps::default() };
    let mut ledger = Ledger::default();
    assert!(matches!(ledger.lease(NOW, little, false, &lease(1, HOME, 2, 4)), LeaseReply::Refused { .. }));
    let free = ledger.lease(NOW, little, false, &lease(2, HOME, 0, 0));
    assert_eq!(free, LeaseReply::Granted { micros: 0 });
}

#[test]
fn case_82_leases_of_many_rooms_share_the_part_of_an_address() {
    let caps = Caps { day: Some(100_000), address_day: Some(25_000), ..Caps::default() };
    let mut ledger = Ledger::default();
    let mut granted = 0;
    for number in 0..1_000 {
        let asked = LeaseRequest {
            claim: Claim { room: format!("room {number}/e"), run: 1, call_number: 0 },
            ..lease(number, HOME, 100, 10_000)
        };
        if let LeaseReply::Granted { micros } = ledger.lease(NOW, caps, false, &asked) {
            granted += micros;
        }
    }
    assert!(granted > 24_900 && granted <= 25_000, "{granted}");
    let elsewhere = ledger.lease(NOW, caps, false, &lease(1, "elsewhere", 100, 400));
    assert_eq!(elsewhere, LeaseReply::Granted { micros: 400 });
}

#[test]
fn case_144_switching_the_bots_off_refuses_every_new_lease_at_once() {
    let mut ledger = Ledger::default();
    let reply = ledger.lease(NOW, Caps::default(), true, &lease(1, HOME, 0, 0));
    assert_eq!(reply, LeaseReply::Refused { code: ErrorCode::BotsOff, resets_at: NOW });
    assert!(ledger.take_writes().is_empty());
}

#[test]
fn case_145_usage_is_counted_once_by_model_room_and_address() {
    let (mut ledger, mut rows) = (Ledger::default(), Rows::default());
    ledger.lease(NOW, Caps::default(), false, &lease(1, HOME, 100, 400));
    let used = |model: &str, calls, micros| ModelUsage { model: model.to_owned(), calls, micros };
    let usage = vec![used("small", 3, 30), used("large", 1, 100)];
    let settled = LeaseSettlement { claim: lease(1, HOME, 0, 0).claim, micros: 130, usage };
    for _ in 0..3 {
        ledger.settle_lease(NOW, &settled);
        rows.store(&mut ledger);
    }
    let day = NOW.0 / DAY_MS;
    let of = |kind, name: &str| rows.usage.get(&(day, kind, name.to_owned())).copied();
    assert_eq!(of(UsageKind::Model, "small"), Some((3, 30)));
    assert_eq!(of(UsageKind::Model, "large"), Some((1, 100)));
    assert_eq!((of(UsageKind::Room, "den"), of(UsageKind::Address, HOME)), (Some((4, 130)), Some((4, 130))));
    // Nobody settles this one; and a month later nothing of it is left.
    ledger.lease(NOW, Caps::default(), false, &lease(2, HOME, 100, 100));
    ledger.expire(NOW.plus(EXPIRES_MS));
    rows.store(&mut ledger);
    assert_eq!(rows.usage.get(&(day, UsageKind::Room, "den".to_owned())), Some(&(4, 230)));
    ledger.expire(NOW.plus(40 * DAY_MS));
    rows.store(&mut ledger);
    assert!(rows.usage.is_empty());
}

#[test]
fn case_197_a_limit_of_nothing_refuses_calls_without_a_price_too() {
    for caps in [
        Caps { day: Some(0), ..Caps::default() },
        Caps { hour: Some(0), ..Caps::default() },
        Caps { day: Some(1_000), address_day: Some(0), ..Caps::default() },
    ] {
        let mut ledger = Ledger::default();
        let reply = ledger.lease(NOW, caps, false, &lease(1, HOME, 0, 0));
        assert!(matches!(reply, LeaseReply::Refused { .. }), "{caps:?}: {reply:?}");
        assert!(
            matches!(ledger.reserve(NOW, caps, claim(1, 1), HOME, 0), ClaimReply::Refused { .. }),
            "{caps:?}"
        );
    }
    let mut ledger = Ledger::default();
    let reply = ledger.lease(NOW, Caps { day: Some(1), ..Caps::default() }, false, &lease(1, HOME, 0, 0));
    assert!(matches!(reply, LeaseReply::Granted { micros: 0 }), "{reply:?}");
}
