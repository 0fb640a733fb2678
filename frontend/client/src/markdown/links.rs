//! Which addresses may be followed, and where bare ones stand in a text.

use crate::markdown::Inline;

/// The address as a link may have it: `http`, `https` or `mailto`, nothing hidden in it. Anything else is no link.
pub(super) fn safe(address: &str) -> Option<String> {
    let address = address.trim();
    let is_known = ["http://", "https://", "mailto:"].iter().any(|scheme| has_prefix(address, scheme));
    // A browser ignores line feeds and tabs inside an address, so what a person reads would not be what it follows.
    let is_clean = !address.chars().any(|c| c.is_control() || shared::text::is_ignorable(c));
    (is_known && is_clean && address.len() > "mailto:".len()).then(|| address.to_owned())
}

/// The text with its bare addresses as links.
pub(super) fn linked(text: &str, pieces: &mut Vec<Inline>) {
    let mut plain_from = 0_usize;
    let mut at = 0_usize;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("://")) {
        let colon = at.saturating_add(found);
        at = colon.saturating_add("://".len());
        let Some(start) = scheme_start(text, colon) else { continue };
        let Some(rest) = text.get(start..) else { continue };
        let length = address_length(rest, at.saturating_sub(start));
        let Some(href) = rest.get(..length).and_then(safe) else { continue };
        if start < plain_from || length <= at.saturating_sub(start) {
            continue;
        }
        push_text(pieces, text.get(plain_from..start).unwrap_or_default());
        pieces.push(Inline::Link { content: vec![Inline::Text(href.clone())], href });
        plain_from = start.saturating_add(length);
        at = at.max(plain_from);
    }
    push_text(pieces, text.get(plain_from..).unwrap_or_default());
}

/// Adds text, joined to text that stands before it.
pub(super) fn push_text(pieces: &mut Vec<Inline>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(Inline::Text(before)) = pieces.last_mut() {
        before.push_str(text);
    } else {
        pieces.push(Inline::Text(text.to_owned()));
    }
}

/// Where `http` or `https` begins that ends at `colon`, if it is a word of its own. Hangul may stand before it.
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

/// How far an address goes that begins with `scheme` bytes of scheme. What ends a sentence is not of it, and neither is
/// Hangul that follows the host directly: in `https://madang.example에서` that is a particle.
fn address_length(text: &str, scheme: usize) -> usize {
    let mut is_in_path = false;
    let mut depth = 0_i32;
    let mut length = scheme;
    let mut end = scheme;
    for c in text.get(scheme..).unwrap_or_default().chars() {
        if c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`' | '|' | '\\') {
            break;
        }
        let is_word_in_path = is_in_path && c.is_alphanumeric();
        if !c.is_ascii() && !is_word_in_path {
            break;
        }
        is_in_path |= matches!(c, '/' | '?' | '#');
        length = length.saturating_add(c.len_utf8());
        match c {
            '(' => depth = depth.saturating_add(1),
            // A bracket belongs to the address only if it closes one of the address.
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

fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
