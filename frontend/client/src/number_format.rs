//! Numbers as people read and type them, without floating point.

use thiserror::Error;

/// A typed text that is no decimal number from 0 with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a number with at most two decimals")]
pub struct InvalidNumber;

/// Writes a number with its thousands separated: `1204` becomes `1,204`.
pub fn group_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes micro-dollars as dollars: up to four decimals below a dollar, two above. What is more than nothing is never
/// written as nothing: it is at least `<$0.0001`.
pub fn format_dollars(micro: u64) -> String {
    let (unit, decimals) = if micro < 1_000_000 { (100, 4) } else { (10_000, 2) };
    if (1..50).contains(&micro) {
        return "<$0.0001".to_owned();
    }
    let rounded = micro.saturating_add(unit / 2) / unit;
    let one = 1_000_000 / unit;
    let mut text = format!("${}.{:0decimals$}", group_thousands(rounded / one), rounded % one);
    while text.ends_with('0') && text.len() > group_thousands(rounded / one).len().saturating_add(4) {
        text.pop();
    }
    text
}

/// Writes an estimate in micro-dollars like [`format_dollars`], with the sign `≈`.
pub fn format_approximate_dollars(micro: u64) -> String {
    let dollars = format_dollars(micro);
    if dollars.starts_with('<') || micro == 0 { dollars } else { format!("≈{dollars}") }
}

/// Reads a typed number with at most two decimals, in hundredths; `None` for an empty text. A comma separates decimals,
/// too.
///
/// # Errors
/// Fails for a text that is no such number, or a number of more than six digits.
pub fn parse_hundredths(typed: &str) -> Result<Option<u32>, InvalidNumber> {
    if typed.is_empty() {
        return Ok(None);
    }
    let (whole, decimals) = typed.split_once(['.', ',']).unwrap_or((typed, ""));
    if decimals.len() > 2 {
        return Err(InvalidNumber);
    }
    let whole = parse_digits(whole)?.checked_mul(100).ok_or(InvalidNumber)?;
    let hundredths = parse_digits(&format!("{decimals:0<2}"))?;
    whole.checked_add(hundredths).map(Some).ok_or(InvalidNumber)
}

/// Writes hundredths the way they are typed: `70` becomes `0.70`; nothing for `None`.
pub fn format_hundredths(hundredths: Option<u32>) -> String {
    hundredths.map(|number| format!("{}.{:02}", number / 100, number % 100)).unwrap_or_default()
}

/// Reads up to six digits; none are 0.
fn parse_digits(digits: &str) -> Result<u32, InvalidNumber> {
    if digits.is_empty() {
        return Ok(0);
    }
    if digits.len() > 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidNumber);
    }
    digits.parse().map_err(|_| InvalidNumber)
}
