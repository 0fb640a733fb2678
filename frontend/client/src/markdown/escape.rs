//! Characters that are written as others: after a backslash, or as entities.

/// A character that is written as several bytes, and how many.
pub(super) fn escaped(text: &str) -> Option<(char, usize)> {
    if let Some(rest) = text.strip_prefix('\\') {
        return rest.chars().next().filter(char::is_ascii_punctuation).map(|c| (c, 2));
    }
    let rest = text.strip_prefix('&')?;
    // The longest is `&#x10ffff;`: no text can make this search far.
    let length = rest.bytes().take(10).position(|byte| byte == b';')?;
    let name = rest.get(..length)?;
    Some((character(name)?, length.saturating_add(2)))
}

/// The five names that HTML itself needs, the space that models write, and numbers. Other names stay what they are.
fn character(name: &str) -> Option<char> {
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
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let mut code = 0_u32;
    for digit in digits.chars() {
        code = code.saturating_mul(radix).saturating_add(digit.to_digit(radix)?);
    }
    if digits.is_empty() {
        return None;
    }
    Some(char::from_u32(code).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// The text as it is meant.
pub(super) fn unescaped(text: &str) -> String {
    let mut meant = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let (c, length) = escaped(rest).unwrap_or((next, next.len_utf8()));
        meant.push(c);
        rest = rest.get(length..).unwrap_or_default();
    }
    meant
}
