//! What follows the text of an inline link or image: `(address "title")`.

use crate::escape::unescape;
use crate::limits::MAX_PARENTHESES;

pub(crate) struct Destination {
    pub(crate) address: String,
    /// The bytes from the opening to the closing parenthesis, both included.
    pub(crate) length: usize,
}

/// Reads the destination at the start of a text. The title is left out: it would only show under a mouse pointer.
pub(crate) fn read_destination(text: &str) -> Option<Destination> {
    let bytes = text.strip_prefix('(')?.as_bytes();
    let inside = text.get(1..)?;
    let mut at = skip_spaces(bytes, 0);
    let mut from = at;
    let address = if bytes.get(at) == Some(&b'<') {
        from = at.saturating_add(1);
        at = find_end(bytes, from, b'>')?;
        let address = inside.get(from..at)?;
        at = at.saturating_add(1);
        address
    } else {
        at = end_of_bare_address(bytes, at)?;
        inside.get(from..at)?
    };
    let gap = at;
    at = skip_spaces(bytes, at);
    if gap < at
        && let Some(end) = bytes.get(at).copied().and_then(title_end)
    {
        at = find_end(bytes, at.saturating_add(1), end)?.saturating_add(1);
        at = skip_spaces(bytes, at);
    }
    let length = at.saturating_add(2);
    (bytes.get(at) == Some(&b')')).then(|| Destination { address: unescape(address), length })
}

/// Where an address without angle brackets ends: at a space, or at a parenthesis that it did not open.
fn end_of_bare_address(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    let mut depth = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'(' => depth = depth.saturating_add(1),
            b')' if depth == 0 => break,
            b')' => depth = depth.saturating_sub(1),
            b'\\' if bytes.get(at.saturating_add(1)).is_some_and(u8::is_ascii_punctuation) => {
                at = at.saturating_add(1);
            }
            0..=b' ' | 127 => break,
            _ => {}
        }
        if depth > MAX_PARENTHESES {
            return None;
        }
        at = at.saturating_add(1);
    }
    (depth == 0).then_some(at)
}

/// What ends the title that begins with this character.
fn title_end(byte: u8) -> Option<u8> {
    match byte {
        b'"' | b'\'' => Some(byte),
        b'(' => Some(b')'),
        _ => None,
    }
}

fn skip_spaces(bytes: &[u8], from: usize) -> usize {
    let count = bytes.iter().skip(from).take_while(|byte| byte.is_ascii_whitespace()).count();
    from.saturating_add(count)
}

/// Where the character stands that ends a title or an address in angle brackets. The address is on one line; a title in
/// parentheses contains none, which also keeps the search short.
fn find_end(bytes: &[u8], from: usize, end: u8) -> Option<usize> {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            byte if *byte == end => return Some(at),
            b'<' | b'\n' if end == b'>' => return None,
            b'(' if end == b')' => return None,
            b'\\' => at = at.saturating_add(2),
            _ => at = at.saturating_add(1),
        }
    }
    None
}
