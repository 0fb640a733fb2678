//! Whether the moderation service is worth asking, and what the operator is told of its failures. Pure: the clock is a parameter.
//!
//! A service that fails must neither delay every question nor fill the operator's log.

use shared::Millis;

/// How often the same failure is reported at most.
const REPORT_MS: u64 = 600_000;
/// The quota counts by the minute (OpenAI, "Rate limits": 250 requests a minute for new accounts).
const TOO_MANY_MS: u64 = 10_000;
const REFUSED_MS: u64 = 60_000;
const MISSING_MS: u64 = 600_000;
/// After so many failures in a row, the service is left alone for a while.
const FAILURES: u32 = 3;
const FAILED_MS: u64 = 15_000;

/// Why the service gave no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The service replied 429: it allows no more requests for now.
    TooMany,
    /// The service replied 401 or 403: it does not accept the operator's key.
    Refused,
    /// The server is no vendor's and has no such endpoint.
    Missing,
    /// Anything else: 5xx, a timeout, a reply that is none.
    Failed,
}

/// What is known of the service in this isolate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServiceHealth {
    /// Why, and until when, it is not asked.
    paused: Option<(Failure, Millis)>,
    failures: u32,
    /// What was reported last, and when.
    reported: Option<(Failure, Millis)>,
}

impl ServiceHealth {
    /// # Errors
    /// Why the service is not asked now.
    pub fn may_ask(&self, now: Millis) -> Result<(), Failure> {
        match self.paused {
            Some((why, until)) if now < until && until.since(now) <= pause_ms(why) => Err(why),
            _ => Ok(()),
        }
    }

    pub fn answered(&mut self) {
        (self.paused, self.failures) = (None, 0);
    }

    /// Counts a failure. Returns whether the operator is to be told.
    pub fn failed(&mut self, now: Millis, why: Failure) -> bool {
        self.failures = self.failures.saturating_add(1);
        if why != Failure::Failed || self.failures >= FAILURES {
            self.paused = Some((why, now.plus(pause_ms(why))));
        }
        let is_known = self.reported.is_some_and(|(known, at)| known == why && now.since(at) < REPORT_MS);
        if !is_known {
            self.reported = Some((why, now));
        }
        !is_known
    }
}

fn pause_ms(why: Failure) -> u64 {
    match why {
        Failure::TooMany => TOO_MANY_MS,
        Failure::Refused => REFUSED_MS,
        Failure::Missing => MISSING_MS,
        Failure::Failed => FAILED_MS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_800_000_000_000);

    #[test]
    fn case_133_a_service_that_refuses_is_left_alone_for_a_while() {
        for why in [Failure::TooMany, Failure::Refused, Failure::Missing] {
            let mut health = ServiceHealth::default();
            assert_eq!(health.may_ask(NOW), Ok(()));
            health.failed(NOW, why);
            assert_eq!(health.may_ask(NOW.plus(pause_ms(why) - 1)), Err(why));
            assert_eq!(health.may_ask(NOW.plus(pause_ms(why))), Ok(()));
            assert_eq!(health.may_ask(Millis(0)), Ok(()), "the clock went back");
        }
        // One broken reply is no reason; three in a row are, and an answer between them is none.
        let mut health = ServiceHealth::default();
        for _ in 0..2 {
            health.failed(NOW, Failure::Failed);
            assert_eq!(health.may_ask(NOW), Ok(()));
        }
        health.answered();
        health.failed(NOW, Failure::Failed);
        health.failed(NOW, Failure::Failed);
        assert_eq!(health.may_ask(NOW), Ok(()));
        health.failed(NOW, Failure::Failed);
        assert_eq!(health.may_ask(NOW), Err(Failure::Failed));
    }

    #[test]
    fn case_133_the_operator_is_told_once() {
        let mut health = ServiceHealth::default();
        assert!(health.failed(NOW, Failure::Refused));
        assert!((1..600).all(|second| !health.failed(NOW.plus(second * 1_000), Failure::Refused)));
        assert!(health.failed(NOW.plus(REPORT_MS), Failure::Refused), "and again when it goes on");
        assert!(health.failed(NOW.plus(REPORT_MS), Failure::TooMany), "something else is news");
    }
}
