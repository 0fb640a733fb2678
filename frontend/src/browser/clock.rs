//! The reader's clock. No other file reads the time.

use shared::Millis;

pub(crate) fn now() -> Millis {
    // The cast drops fractions of a millisecond, and makes 0 of times before 1970.
    Millis(js_sys::Date::now() as u64)
}
