//! Addresses that stand in a text without any Markdown. GFM calls them extended autolinks; here only those with `http://`
//! or `https://` count.

use crate::address::{is_ignorable, safe_address};
use crate::tree::{Inline, push_text};

/// Appends the text with its bare addresses as links.
pub(crate) fn push_linked(inlines: &mut Vec<Inline>, text: &str) {
    let mut text_from = 0_usize;
    let mut at = 0_usize;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("://")) {
        let colon = at.saturating_add(found);
        at = colon.saturating_add("://".len());
        let Some(start) = scheme_start(text, colon) else { continue };
        let Some(rest) = text.get(start..) else { continue };
        let length = address_length(rest, at.saturating_sub(start));
        let Some(href) = rest.get(..length).and_then(safe_address) else { continue };
        if start < text_from || length <= at.saturating_sub(start) {
            continue;
        }
        push_text(inlines, text.get(text_from..start).unwrap_or_default());
        inlines.push(Inline::Link { content: vec![Inline::Text(href.clone())], href });
        text_from = start.saturating_add(length);
        at = at.max(text_from);
    }
    push_text(inlines, text.get(text_from..).unwrap_or_default());
}

/// Where the `http` or `https` begins that ends at `colon`, if it is a word of its own. Hangul may stand before it.
fn scheme_start(text: &str, colon: usize) -> Option<usize> {
    let head = text.get(..colon)?;
    let length = ["https", "http"].into_iter().map(str::len).find(|length| {
        let word = colon.checked_sub(*length).and_then(|start| head.get(start..));
        word.is_some_and(|word| word.eq_ignore_ascii_case("https") || word.eq_ignore_ascii_case("http"))
    })?;
    let start = colon.saturating_sub(length);
    let before = head.get(..start)?.chars().next_back();
    (!before.is_some_and(|c| c.is_ascii_alphanumeric())).then_some(start)
}

/// The length of an address whose scheme has `scheme` bytes. Punctuation at its end belongs to the sentence, and so does
/// Hangul that follows the host directly: in `https://madang.example에서` it is a particle.
fn address_length(text: &str, scheme: usize) -> usize {
    let mut is_in_path = false;
    let mut depth = 0_i32;
    let mut length = scheme;
    let mut end = scheme;
    for c in text.get(scheme..).unwrap_or_default().chars() {
        if c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`' | '|' | '\\') {
            break;
        }
        // Two fillers of Hangul are letters that show nothing.
        let is_word_in_path = is_in_path && c.is_alphanumeric() && !is_ignorable(c);
        if !c.is_ascii() && !is_word_in_path {
            break;
        }
        is_in_path |= matches!(c, '/' | '?' | '#');
        length = length.saturating_add(c.len_utf8());
        match c {
            '(' => depth = depth.saturating_add(1),
            // A parenthesis belongs to the address only if it closes one of the address.
            ')' if depth == 0 => break,
            ')' => {
                depth = depth.saturating_sub(1);
                end = length;
            }
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | ']' | '[' | '{' | '}' => {}
            _ => end = length,
        }
    }
    end
}
