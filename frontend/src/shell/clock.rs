//! The one place where the page looks at a clock.

use shared::Millis;

/// Now, by the reader's own clock.
pub(crate) fn now() -> Millis {
    // A float's truncation is wanted: milliseconds are whole, and a clock before 1970 counts as 0.
    Millis(js_sys::Date::now() as u64)
}
