//! When a frame that is sent at most every so many milliseconds is due.

use shared::Millis;

/// `gap_ms` milliseconds after the last time; at once where there was none.
pub(super) fn after(last: Option<Millis>, gap_ms: u64) -> Millis {
    last.map_or(Millis(0), |last| last.plus(gap_ms))
}

/// Whether that moment has come. A clock that went back delays nothing.
pub(super) fn is_due(now: Millis, last: Option<Millis>, gap_ms: u64) -> bool {
    after(last, gap_ms) <= now || last.is_some_and(|last| now < last)
}
