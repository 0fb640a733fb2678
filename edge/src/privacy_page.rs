//! The privacy page, `/privacy`, in both languages: a document without scripts. Its numbers are the constants by which the site
//! works, so that it stays true.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use shared::limits;
use shared::time::{DAY_MS, HOUR_MS};
use worker::{Headers, Response, Result, web_sys};

use crate::http::reply;
use crate::{address_object, identity};

const ENGLISH: &str = include_str!("../privacy/en.html");
const KOREAN: &str = include_str!("../privacy/ko.html");
const STYLE: &str = include_str!("../privacy/style.css");
/// How long OpenAI keeps stored responses ("Conversation state": saved for 30 days by default).
const OPENAI_DAYS: u64 = 30;

/// Answers with the page in the language of the address, or else in the one that the browser prefers.
pub fn reply(lang: Option<&str>, headers: web_sys::Headers) -> Result<Response> {
    let accepted = Headers(headers).get("accept-language")?.unwrap_or_default();
    let is_korean = match lang {
        Some(lang) => lang == "ko",
        None => prefers_korean(&accepted),
    };
    let page = if is_korean { KOREAN } else { ENGLISH };
    let style_hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE)));
    reply::document(filled_in(page).replace("{STYLE}", STYLE), &style_hash)
}

/// Whether the first of the two languages in an `Accept-Language` header is Korean. Browsers list what they prefer first.
fn prefers_korean(accepted: &str) -> bool {
    let tags = accepted.split(',').map(|tag| tag.trim().to_ascii_lowercase());
    tags.into_iter()
        .find(|tag| tag.starts_with("ko") || tag.starts_with("en"))
        .is_some_and(|tag| tag.starts_with("ko"))
}

/// A page with its numbers in their places.
fn filled_in(page: &str) -> String {
    facts()
        .into_iter()
        .fold(page.to_owned(), |page, (name, value)| page.replace(&format!("{{{name}}}"), &grouped(value)))
}

fn facts() -> [(&'static str, u64); 14] {
    [
        ("IDENTITY_DAYS", identity::LIFETIME_S * 1_000 / DAY_MS),
        ("HISTORY_DAYS", limits::HISTORY_AGE_MS / DAY_MS),
        ("HISTORY_ROWS", limits::HISTORY_ROWS),
        ("HISTORY_MB", limits::HISTORY_BYTES / 1_000_000),
        ("NAME_HOURS", limits::NAME_KEPT_MS / HOUR_MS),
        ("MEMBER_DAYS", limits::MEMBER_KEPT_MS / DAY_MS),
        ("IDLE_DAYS", limits::ROOM_IDLE_MS / DAY_MS),
        ("UNJOINED_HOURS", limits::ROOM_UNJOINED_MS / HOUR_MS),
        ("SPENDING_DAYS", limits::SPENDING_DAYS_KEPT),
        ("QUESTION_DAYS", limits::SPENDING_DAYS_OF_HOURS_KEPT),
        ("ADDRESS_MINUTES", address_object::FORGET_MS / 60_000),
        ("REPORT_DAYS", limits::REPORT_AGE_MS / DAY_MS),
        ("OPENAI_DAYS", OPENAI_DAYS),
        ("ERASED", u64::try_from(limits::ERASED_AT_ONCE).unwrap_or(u64::MAX)),
    ]
}

/// A number with a comma after each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_152_every_number_of_the_privacy_page_is_a_constant_of_the_site() {
        let used: Vec<&str> = facts().iter().map(|(name, _)| *name).collect();
        for (lang, page) in [("en", ENGLISH), ("ko", KOREAN)] {
            let (_, main) = page.split_once("<main>").unwrap();
            let text = main.replace("<h1>", "").replace("</h1>", "").replace("<h2>", "").replace("</h2>", "");
            assert!(!text.chars().any(|c| c.is_ascii_digit()), "{lang}: a number stands in the text itself");
            for name in &used {
                assert!(main.contains(&format!("{{{name}}}")), "{lang} does not tell {name}");
            }
            let filled = filled_in(page).replace("{STYLE}", "");
            assert!(!filled.contains('{') && !filled.contains('}'), "{lang}: a name without a number");
        }
        let english = filled_in(ENGLISH);
        for told in [
            "180 days without",
            "after 90 days",
            "100,000 entries or 500 MB",
            "for 24 hours",
            "for 30 days is",
        ] {
            assert!(english.contains(told), "{told}");
        }
        assert_eq!([grouped(7), grouped(1_000), grouped(1_234_567)], ["7", "1,000", "1,234,567"]);
    }

    #[test]
    fn the_language_follows_the_address_and_the_browser() {
        assert!(prefers_korean("ko-KR,ko;q=0.9,en;q=0.8") && prefers_korean("de,ko"));
        assert!(!prefers_korean("en-US,ko") && !prefers_korean("") && !prefers_korean("de"));
    }
}
