//! Reads the values of variables: switches, lists, and words of a list.

use super::error::SettingError;

/// A value without the spaces around it. `None` for a blank one, which counts as not set.
pub(super) fn trimmed(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Whether a switch is on: any value but `0`, `false`, `off` and `no`.
pub(super) fn is_on(text: &str) -> bool {
    !matches!(text.to_ascii_lowercase().as_str(), "0" | "false" | "off" | "no")
}

/// Splits a comma-separated list; empty parts are skipped.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A setting that is a whole number within bounds.
pub(super) fn number(
    value: &dyn Fn(&str) -> Option<String>,
    name: &'static str,
    (min, max): (u32, u32),
    fallback: u32,
    errors: &mut Vec<SettingError>,
) -> u32 {
    let Some(text) = value(name) else { return fallback };
    text.parse().ok().filter(|number| (min..=max).contains(number)).unwrap_or_else(|| {
        errors.push(SettingError::OutOfRange { name, min, max, fallback });
        fallback
    })
}

/// A setting that is one of a few words.
pub(super) fn word<T>(
    value: &dyn Fn(&str) -> Option<String>,
    name: &'static str,
    expected: &'static str,
    (fallback, default): (&'static str, T),
    parse: fn(&str) -> Option<T>,
    errors: &mut Vec<SettingError>,
) -> T {
    let Some(text) = value(name) else { return default };
    parse(&text).unwrap_or_else(|| {
        errors.push(SettingError::UnknownWord { name, expected, fallback });
        default
    })
}
