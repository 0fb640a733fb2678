//! `prices.toml`: what models cost.

use crate::read::{At, Table};

/// Dollars per million tokens beyond which a comma was forgotten.
const MOST_DOLLARS: u64 = 1_000;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prices {
    /// When they were collected.
    pub date: String,
    /// What a model costs that is not listed.
    pub unlisted: Price,
    /// Models, in the order of their names.
    pub models: Vec<(String, Price)>,
}

/// Micro-dollars per million tokens: $0.25 is 250,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Price {
    /// Tokens read.
    pub input: u64,
    /// Tokens read from the provider's cache.
    pub cached: u64,
    /// Tokens written.
    pub output: u64,
}

pub(crate) fn read(root: &Table<'_>) -> Prices {
    let date = root.need("date", root.text("date"));
    if let Some(date) = date.filter(|date| !is_date(date.is)) {
        root.fault(date.at, format!("date \"{}\" has not the form 2026-11-20", date.is));
    }
    let unlisted = root.need("unlisted", root.table("unlisted")).map(|table| price(&table));
    let tables =
        root.need("models", root.table("models")).map(|table| table.named_tables()).unwrap_or_default();
    let mut models: Vec<(String, Price)> = tables
        .iter()
        .map(|(name, table)| {
            // Names are looked up as the operator writes them, in lower case.
            if name.is.is_empty() || name.is.contains(|c: char| c.is_whitespace() || c.is_ascii_uppercase()) {
                root.fault(name.at, format!("model \"{}\" is not one word in small letters", name.is));
            }
            (name.is.to_owned(), price(table))
        })
        .collect();
    models.sort_by(|one, other| one.0.cmp(&other.0));
    root.finish();
    Prices {
        date: date.map(|date| date.is.to_owned()).unwrap_or_default(),
        unlisted: unlisted.unwrap_or_default(),
        models,
    }
}

fn price(table: &Table<'_>) -> Price {
    let read = |key: &'static str| {
        let text = table.need(key, table.text(key))?;
        let micros = dollars(text.is).filter(|micros| *micros <= MOST_DOLLARS * 1_000_000);
        if micros.is_none() {
            let why =
                format!("{key} \"{}\" is not dollars with at most 6 decimals, up to {MOST_DOLLARS}", text.is);
            table.fault(text.at, why);
        }
        micros.map(|is| At { at: text.at, is })
    };
    let (input, cached, output) = (read("input"), read("cached"), read("output"));
    if let (Some(input), Some(cached)) = (input, cached)
        && cached.is > input.is
    {
        table.fault(cached.at, "cached is more than input");
    }
    if let Some(free) = [input, output].into_iter().flatten().find(|price| price.is == 0) {
        table.fault(free.at, "a price of 0 would make every budget endless");
    }
    table.finish();
    let micros = |price: Option<At<u64>>| price.map(|price| price.is).unwrap_or_default();
    Price { input: micros(input), cached: micros(cached), output: micros(output) }
}

/// Micro-dollars of a decimal number.
fn dollars(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 6 {
        return None;
    }
    let micros: u64 = format!("{part:0<6}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-').map(|part| (part.len(), part.parse::<u32>().ok()));
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    matches!(year, Some((4, Some(_))))
        && matches!(month, Some((2, Some(1..=12))))
        && matches!(day, Some((2, Some(1..=31))))
        && parts.next().is_none()
}
