//! `prices.toml`: what models cost.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Source, TableError};

/// Dollars per million tokens, at most: above this a decimal point is missing.
const MAX_DOLLARS: u64 = 1_000;
const MICROS_PER_DOLLAR: u64 = 1_000_000;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prices {
    /// When they were collected.
    pub date: String,
    /// The rate of a model that is not listed.
    pub unlisted: Price,
    /// Models, in the order of their names.
    pub models: Vec<(String, Price)>,
}

/// Micro-dollars per million tokens: $0.25 is 250,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Price {
    pub input: u64,
    /// Input tokens read from the provider's cache.
    pub cached: u64,
    pub output: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceFile {
    date: Spanned<String>,
    unlisted: PriceTexts,
    models: BTreeMap<Spanned<String>, PriceTexts>,
}

/// Dollars as decimal texts, because a TOML float would not be exact.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceTexts {
    input: Spanned<String>,
    cached: Spanned<String>,
    output: Spanned<String>,
}

pub(crate) fn read(mut source: Source<'_>) -> Result<Prices, Vec<TableError>> {
    let file: PriceFile = source.parse()?;
    let date = file.date.get_ref();
    if !is_date(date) {
        source.error(file.date.span(), format!("date \"{date}\" has not the form 2026-11-20"));
    }
    let unlisted = price(&mut source, &file.unlisted);
    let mut models = Vec::new();
    for (name, texts) in &file.models {
        // The Worker looks names up in lower case.
        if name.get_ref().is_empty()
            || name.get_ref().contains(|c: char| c.is_whitespace() || c.is_ascii_uppercase())
        {
            source
                .error(name.span(), format!("model \"{}\" is not one word in small letters", name.get_ref()));
        }
        models.push((name.get_ref().clone(), price(&mut source, texts)));
    }
    let prices = Prices { date: date.clone(), unlisted, models };
    source.finish(prices)
}

fn price(source: &mut Source<'_>, texts: &PriceTexts) -> Price {
    let mut read = |key: &str, text: &Spanned<String>| {
        let micros = dollars(text.get_ref()).filter(|micros| *micros <= MAX_DOLLARS * MICROS_PER_DOLLAR);
        if micros.is_none() {
            let reason = format!(
                "{key} \"{}\" is not dollars with at most 6 decimals, up to {MAX_DOLLARS}",
                text.get_ref()
            );
            source.error(text.span(), reason);
        }
        micros
    };
    let (input, cached, output) =
        (read("input", &texts.input), read("cached", &texts.cached), read("output", &texts.output));
    if let (Some(input), Some(cached)) = (input, cached)
        && cached > input
    {
        source.error(texts.cached.span(), "cached is more than input");
    }
    for (micros, text) in [(input, &texts.input), (output, &texts.output)] {
        if micros == Some(0) {
            source.error(text.span(), "a price of 0 would make every budget endless");
        }
    }
    Price {
        input: input.unwrap_or_default(),
        cached: cached.unwrap_or_default(),
        output: output.unwrap_or_default(),
    }
}

/// Micro-dollars of a decimal number.
fn dollars(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 6 {
        return None;
    }
    let micros: u64 = format!("{part:0<6}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(MICROS_PER_DOLLAR)?.checked_add(micros)
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-').map(|part| (part.len(), part.parse::<u32>().ok()));
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    matches!(year, Some((4, Some(_))))
        && matches!(month, Some((2, Some(1..=12))))
        && matches!(day, Some((2, Some(1..=31))))
        && parts.next().is_none()
}
