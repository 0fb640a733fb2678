//! Moments as people read them, by the browser's own calendar, time zone and language.

use js_sys::{Date, Function, Intl, Object, Reflect};
use shared::Millis;
use wasm_bindgen::JsValue;

use super::text;

/// A day on the reader's calendar; two moments with equal days stand under one heading.
pub(crate) type Day = (u32, u32, u32);

thread_local! {
    static TIME: Function = formatter(&[("hour", "numeric"), ("minute", "2-digit")]);
    static DAY: Function = formatter(&[("month", "long"), ("day", "numeric"), ("weekday", "long")]);
    static DAY_AND_YEAR: Function =
        formatter(&[("year", "numeric"), ("month", "long"), ("day", "numeric"), ("weekday", "long")]);
}

/// The time of day.
pub(crate) fn time(at: Millis) -> String {
    TIME.with(|format| written(format, at))
}

/// The heading of a day: a word for today and yesterday, else the date, with the year where it is another one.
pub(crate) fn heading(at: Millis, now: Millis) -> String {
    let day = day(at);
    let yesterday = Millis(now.0.saturating_sub(86_400_000));
    if day == self::day(now) {
        text().today.to_owned()
    } else if day == self::day(yesterday) {
        text().yesterday.to_owned()
    } else if day.0 == self::day(now).0 {
        DAY.with(|format| written(format, at))
    } else {
        DAY_AND_YEAR.with(|format| written(format, at))
    }
}

/// A moment to come: the time of day, and the day where it is another one.
pub(crate) fn moment(at: Millis, now: Millis) -> String {
    let time = time(at);
    if day(at) == day(now) { time } else { format!("{} {time}", DAY.with(|format| written(format, at))) }
}

/// The day of a moment.
pub(crate) fn day(at: Millis) -> Day {
    let date = date(at);
    (date.get_full_year(), date.get_month(), date.get_date())
}

/// The moment for machines (ISO 8601).
pub(crate) fn machine(at: Millis) -> String {
    // Beyond the range of JavaScript's dates `toISOString` throws; a server's clock never is.
    if at.0 > 8_640_000_000_000_000 { String::new() } else { date(at).to_iso_string().into() }
}

fn date(at: Millis) -> Date {
    // Exact: milliseconds stay below 2^53 for a quarter of a million years.
    Date::new(&JsValue::from_f64(at.0 as f64))
}

fn written(format: &Function, at: Millis) -> String {
    format.call1(&JsValue::UNDEFINED, &date(at)).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn formatter(options: &[(&str, &str)]) -> Function {
    let object = Object::new();
    for (name, value) in options {
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let locales = js_sys::Array::of1(&JsValue::from_str(text().tag));
    Intl::DateTimeFormat::new(&locales, &object).format()
}
