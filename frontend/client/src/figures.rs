//! Numbers as people read them, without a float.

/// A number with its thousands apart: 1204 is `1,204`.
pub fn grouped(number: u64) -> String {
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

/// An estimate of money from micro-dollars: up to four digits below a dollar, two above, and never nothing for something.
pub fn money(micro: u64) -> String {
    let (unit, places) = if micro < 1_000_000 { (100, 4) } else { (10_000, 2) };
    if (1..50).contains(&micro) {
        return "<$0.0001".to_owned();
    }
    let rounded = micro.saturating_add(unit / 2) / unit;
    let one = 1_000_000 / unit;
    let mut money = format!("${}.{:0places$}", grouped(rounded / one), rounded % one);
    while money.ends_with('0') && money.len() > grouped(rounded / one).len().saturating_add(4) {
        money.pop();
    }
    money
}

/// The same with the sign that it is about.
pub fn about(micro: u64) -> String {
    let money = money(micro);
    if money.starts_with('<') || micro == 0 { money } else { format!("≈{money}") }
}

/// A typed number with up to two places, in hundredths; `None` for nothing. What is no such number becomes one that is
/// above every limit.
pub fn hundredths(typed: &str) -> Option<u32> {
    if typed.is_empty() {
        return None;
    }
    let (whole, places) = typed.split_once(['.', ',']).unwrap_or((typed, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 6;
    let is_number = digits(whole) && digits(places) && places.len() <= 2;
    let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u32>().ok() };
    let read = || number(whole)?.checked_mul(100)?.checked_add(number(&format!("{places:0<2}"))?);
    Some(if is_number { read().unwrap_or(u32::MAX) } else { u32::MAX })
}

/// Hundredths as one types them.
pub fn decimal(hundredths: Option<u32>) -> String {
    hundredths.map(|number| format!("{}.{:02}", number / 100, number % 100)).unwrap_or_default()
}
