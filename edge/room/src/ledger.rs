//! The ledger of the whole deployment: how much money the bots of all rooms may cost in an hour and in a day.
//!
//! One object keeps it. A room reserves the worst case before each call and settles what it really was; both are
//! idempotent by (room, run, call_number), so a question that is repeated after a crash reserves nothing twice. Pure: the shell
//! keeps the object, this says what it answers. Not here: budgets of a room and of a person, which the room knows itself.

use serde::{Deserialize, Serialize};
use shared::{ErrorCode, Millis};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// A reserve that nobody settled is free again after this time: longer than any call may take.
const UNUSED_MS: u64 = 15 * 60_000;
/// Settlements are remembered this long, so that a repeated one changes nothing.
const SETTLED_MS: u64 = 20 * 60_000;

/// What the deployment may cost, in micro-dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Caps {
    /// From full hour to full hour, UTC; `None`: no limit.
    pub hour: Option<u64>,
    /// From midnight to midnight, UTC; `None`: no limit.
    pub day: Option<u64>,
}

/// What the ledger says about a reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum ClaimReply {
    /// The money is there and is kept for this call.
    Granted,
    /// It is not.
    Refused {
        /// Why.
        code: ErrorCode,
        /// When that limit resets.
        resets_at: Millis,
    },
}

/// Which call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Claim {
    /// The room with its epoch: a room that is made anew begins a new count.
    pub room: String,
    /// The run.
    pub run: u64,
    /// Which of its calls.
    pub call_number: u32,
}

/// Everything that is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ledger {
    hour: Span,
    day: Span,
    claims: Vec<(Claim, Entry)>,
}

/// What was spent in one hour or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Span {
    /// Which one, counted from 1970.
    number: u64,
    /// Micro-dollars that were settled.
    settled: u64,
}

/// What is known of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    at: Millis,
    micros: u64,
    is_settled: bool,
}

impl Ledger {
    /// Keeps money for a call, if both limits allow it together with everything that is kept already.
    pub fn reserve(&mut self, now: Millis, caps: Caps, claim: Claim, micros: u64) -> ClaimReply {
        let now = self.turn(now);
        let known = self.claims.iter().position(|(known, _)| *known == claim);
        let before = known.and_then(|index| self.claims.get(index)).map(|(_, entry)| *entry);
        // A question that is repeated after its answer was lost may have grown meanwhile.
        if before.is_some_and(|entry| entry.is_settled || micros <= entry.micros) {
            return ClaimReply::Granted;
        }
        let kept = self.kept().saturating_sub(before.map_or(0, |entry| entry.micros));
        let is_over = |cap: Option<u64>, span: Span| {
            cap.is_some_and(|cap| span.settled.saturating_add(kept).saturating_add(micros) > cap)
        };
        // The day first: waiting for the next hour does not help when the day is used up.
        for (cap, span, length) in [(caps.day, self.day, DAY_MS), (caps.hour, self.hour, HOUR_MS)] {
            if is_over(cap, span) {
                let resets_at = Millis(span.number.saturating_add(1).saturating_mul(length));
                return ClaimReply::Refused { code: ErrorCode::BudgetAll, resets_at };
            }
        }
        let entry = Entry { at: now, micros, is_settled: false };
        match known.and_then(|index| self.claims.get_mut(index)) {
            Some((_, known)) => *known = entry,
            None => self.claims.push((claim, entry)),
        }
        ClaimReply::Granted
    }

    /// A call ended. `None`: what it cost is unknown, so all that was kept is spent. What really was spent counts even
    /// where nothing was kept any more.
    pub fn settle(&mut self, now: Millis, claim: &Claim, micros: Option<u64>) {
        let now = self.turn(now);
        let spent = match self.claims.iter_mut().find(|(known, _)| known == claim) {
            Some((_, entry)) if entry.is_settled => return,
            Some((_, entry)) => {
                entry.is_settled = true;
                entry.at = now;
                micros.unwrap_or(entry.micros)
            }
            None => {
                let micros = micros.unwrap_or_default();
                self.claims.push((claim.clone(), Entry { at: now, micros, is_settled: true }));
                micros
            }
        };
        self.hour.settled = self.hour.settled.saturating_add(spent);
        self.day.settled = self.day.settled.saturating_add(spent);
    }

    /// Micro-dollars of this hour and of this day, with what is kept.
    pub fn spent(&mut self, now: Millis) -> (u64, u64) {
        self.turn(now);
        let kept = self.kept();
        (self.hour.settled.saturating_add(kept), self.day.settled.saturating_add(kept))
    }

    /// Micro-dollars that are kept for calls that have not ended.
    fn kept(&self) -> u64 {
        let open = self.claims.iter().filter(|(_, entry)| !entry.is_settled);
        open.fold(0, |sum, (_, entry)| sum.saturating_add(entry.micros))
    }

    /// Begins new hours and days, and lets go of what is old. A clock that goes back begins nothing anew, or the same hour
    /// could be spent twice.
    fn turn(&mut self, now: Millis) -> Millis {
        let latest = self.claims.iter().map(|(_, entry)| entry.at).max().unwrap_or_default();
        let now = now.max(latest);
        for (span, length) in [(&mut self.hour, HOUR_MS), (&mut self.day, DAY_MS)] {
            let number = now.0 / length;
            if number > span.number {
                *span = Span { number, settled: 0 };
            }
        }
        self.claims
            .retain(|(_, entry)| now.since(entry.at) < if entry.is_settled { SETTLED_MS } else { UNUSED_MS });
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_795_177_957_000);
    const CAPS: Caps = Caps { hour: Some(100), day: Some(150) };

    fn claim(run: u64, call_number: u32) -> Claim {
        Claim { room: "lobby".to_owned(), run, call_number }
    }

    fn is_refused(reply: ClaimReply) -> bool {
        matches!(reply, ClaimReply::Refused { .. })
    }

    #[test]
    fn a_reserve_is_kept_until_it_is_settled() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), 60), ClaimReply::Granted);
        assert!(is_refused(ledger.reserve(NOW, CAPS, claim(2, 1), 60)));
        ledger.settle(NOW, &claim(1, 1), Some(10));
        assert_eq!(ledger.reserve(NOW, CAPS, claim(2, 1), 60), ClaimReply::Granted);
        assert_eq!(ledger.spent(NOW), (70, 70));
    }

    #[test]
    fn the_same_call_reserves_and_settles_once() {
        let mut ledger = Ledger::default();
        for _ in 0..3 {
            assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), 60), ClaimReply::Granted);
        }
        for _ in 0..3 {
            ledger.settle(NOW, &claim(1, 1), None);
        }
        assert_eq!(ledger.spent(NOW), (60, 60));
        assert_eq!(
            ledger.reserve(NOW, CAPS, claim(1, 2), 40),
            ClaimReply::Granted,
            "another attempt is another call"
        );
    }

    #[test]
    fn a_repeated_question_may_have_grown() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), 40), ClaimReply::Granted);
        assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), 70), ClaimReply::Granted);
        assert_eq!(ledger.spent(NOW), (70, 70));
        assert!(is_refused(ledger.reserve(NOW, CAPS, claim(1, 1), 101)));
        assert_eq!(ledger.reserve(NOW, CAPS, claim(1, 1), 10), ClaimReply::Granted);
        assert_eq!(ledger.spent(NOW), (70, 70));
    }

    #[test]
    fn refusals_say_when_they_end() {
        let mut ledger = Ledger::default();
        ledger.settle(NOW, &claim(1, 1), Some(100));
        let hour = Millis((NOW.0 / HOUR_MS + 1) * HOUR_MS);
        let refused = ClaimReply::Refused { code: ErrorCode::BudgetAll, resets_at: hour };
        assert_eq!(ledger.reserve(NOW, CAPS, claim(2, 1), 1), refused);
        assert_eq!(ledger.reserve(hour, CAPS, claim(2, 1), 50), ClaimReply::Granted);
        let day = Millis((NOW.0 / DAY_MS + 1) * DAY_MS);
        let refused = ClaimReply::Refused { code: ErrorCode::BudgetAll, resets_at: day };
        assert_eq!(ledger.reserve(hour, CAPS, claim(3, 1), 1), refused);
        assert_eq!(ledger.reserve(day, CAPS, claim(3, 1), 1), ClaimReply::Granted);
    }

    #[test]
    fn unused_reserves_expire_and_late_settlements_count() {
        let mut ledger = Ledger::default();
        ledger.reserve(NOW, CAPS, claim(1, 1), 100);
        let later = NOW.plus(UNUSED_MS);
        assert_eq!(ledger.spent(later), (0, 0));
        ledger.settle(later, &claim(1, 1), Some(30));
        ledger.settle(later, &claim(1, 1), Some(30));
        assert_eq!(ledger.spent(later), (30, 30));
    }

    #[test]
    fn a_clock_that_goes_back_gives_no_money_back() {
        let mut ledger = Ledger::default();
        ledger.settle(NOW, &claim(1, 1), Some(100));
        assert!(is_refused(ledger.reserve(Millis(NOW.0 - 2 * DAY_MS), CAPS, claim(2, 1), 1)));
        assert!(is_refused(ledger.reserve(NOW, CAPS, claim(2, 1), 1)));
    }

    #[test]
    fn without_limits_everything_is_granted() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.reserve(NOW, Caps::default(), claim(1, 1), u64::MAX), ClaimReply::Granted);
        assert_eq!(ledger.reserve(NOW, Caps::default(), claim(2, 1), u64::MAX), ClaimReply::Granted);
    }
}
