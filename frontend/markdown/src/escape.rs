//! Backslash escapes and character references (entities).

/// Reads the escape or character reference at the start of a text: the character and its length in bytes.
pub(crate) fn read_escape(text: &str) -> Option<(char, usize)> {
    if let Some(rest) = text.strip_prefix('\\') {
        return rest.chars().next().filter(char::is_ascii_punctuation).map(|c| (c, 2));
    }
    let rest = text.strip_prefix('&')?;
    // The longest is `&#x10ffff;`, so the search is short in any text.
    let length = rest.bytes().take(10).position(|byte| byte == b';')?;
    let name = rest.get(..length)?;
    Some((referenced(name)?, length.saturating_add(2)))
}

/// The text with its escapes and character references replaced.
pub(crate) fn unescape(text: &str) -> String {
    let mut unescaped = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let (c, length) = read_escape(rest).unwrap_or((next, next.len_utf8()));
        unescaped.push(c);
        rest = rest.get(length..).unwrap_or_default();
    }
    unescaped
}

/// The character that a reference names: one of the five that HTML itself needs, the space that models write, or a number.
/// HTML's other 2,119 names stay text; their table would be far larger than this crate.
fn referenced(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return Some(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => '\u{a0}',
            _ => return None,
        });
    };
    let (digits, radix, limit) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 6),
        None => (number, 10, 7),
    };
    if digits.is_empty() || digits.len() > limit {
        return None;
    }
    let mut code = 0_u32;
    for digit in digits.chars() {
        code = code.saturating_mul(radix).saturating_add(digit.to_digit(radix)?);
    }
    Some(char::from_u32(code).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER))
}
