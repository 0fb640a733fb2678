//! Dates and times in the reader's language, calendar and time zone, formatted by the browser's `Intl.DateTimeFormat`.

use js_sys::{Date, Function, Intl, Object, Reflect};
use shared::Millis;
use wasm_bindgen::JsValue;

use crate::i18n::text;

const DAY_MS: u64 = 86_400_000;
/// The largest time value of a JavaScript date (ECMA-262 §21.4.1.1); `toISOString` throws beyond it.
const MAX_DATE_MS: u64 = 8_640_000_000_000_000;

/// Year, month and day in the reader's time zone.
pub(crate) type Day = (u32, u32, u32);

thread_local! {
    static TIME: Function = formatter(&[("hour", "numeric"), ("minute", "2-digit")]);
    static DAY: Function = formatter(&[("month", "long"), ("day", "numeric"), ("weekday", "long")]);
    static DAY_AND_YEAR: Function =
        formatter(&[("year", "numeric"), ("month", "long"), ("day", "numeric"), ("weekday", "long")]);
}

/// The time of day.
pub(crate) fn time(at: Millis) -> String {
    TIME.with(|formatter| format(formatter, at))
}

/// "Today", "Yesterday" or the date, with the year if it is not this year.
pub(crate) fn day_heading(at: Millis, now: Millis) -> String {
    let day = day(at);
    let yesterday = Millis(now.0.saturating_sub(DAY_MS));
    if day == self::day(now) {
        text().today.to_owned()
    } else if day == self::day(yesterday) {
        text().yesterday.to_owned()
    } else if day.0 == self::day(now).0 {
        DAY.with(|formatter| format(formatter, at))
    } else {
        DAY_AND_YEAR.with(|formatter| format(formatter, at))
    }
}

/// The time of day, with the day if it is not today.
pub(crate) fn day_and_time(at: Millis, now: Millis) -> String {
    let time = time(at);
    if day(at) == day(now) { time } else { format!("{} {time}", DAY.with(|formatter| format(formatter, at))) }
}

pub(crate) fn day(at: Millis) -> Day {
    let date = date(at);
    (date.get_full_year(), date.get_month(), date.get_date())
}

/// ISO 8601, for the `datetime` attribute.
pub(crate) fn iso(at: Millis) -> String {
    if at.0 > MAX_DATE_MS { String::new() } else { date(at).to_iso_string().into() }
}

fn date(at: Millis) -> Date {
    // Exact: milliseconds stay below 2^53 for a quarter of a million years.
    Date::new(&JsValue::from_f64(at.0 as f64))
}

fn format(formatter: &Function, at: Millis) -> String {
    let formatted = formatter.call1(&JsValue::UNDEFINED, &date(at));
    formatted.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn formatter(options: &[(&str, &str)]) -> Function {
    let object = Object::new();
    for (name, value) in options {
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let locales = js_sys::Array::of1(&JsValue::from_str(text().tag));
    Intl::DateTimeFormat::new(&locales, &object).format()
}
