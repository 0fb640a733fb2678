//! Normalizes incoming text to NFC before anything else reads it.
//!
//! A frame is normalized as a whole, before it is parsed. That is safe because JSON's syntax is ASCII, and NFC neither adds nor
//! removes ASCII characters except `<`, `=` and `>` before U+0338, which have no meaning in JSON.
//!
//! Not here: validation, which `shared` does.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Normalizes a text to NFC.
pub fn normalize_text(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Normalizes a JSON text to NFC, including the characters that it writes as `\u` escapes.
pub fn normalize_json(text: String) -> String {
    let text = if text.contains("\\u") { unescape(&text) } else { text };
    match normalize_text(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(text) => text,
    }
}

/// Replaces `\uXXXX` escapes of non-ASCII characters by the characters. Escapes of ASCII, lone surrogates and malformed escapes
/// stay as they are. JSON has no backslash outside of strings, so no invalid text becomes valid.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        if let Some((c, length)) = decode_escape(after) {
            out.push(c);
            rest = after.get(length..).unwrap_or_default();
        } else {
            let length = after.chars().next().map_or(0, char::len_utf8);
            let (kept, later) = after.split_at_checked(length).unwrap_or((after, ""));
            out.push('\\');
            out.push_str(kept);
            rest = later;
        }
    }
    out.push_str(rest);
    out
}

/// Decodes an escape whose backslash was already read: the character and the bytes that the escape has.
fn decode_escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at.checked_add(4)?)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    };
    let first = text.starts_with('u').then(|| unit(1)).flatten()?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return (!c.is_ascii()).then_some((c, 5));
    }
    let second = text.get(5..7).filter(|next| *next == "\\u").and_then(|_| unit(7))?;
    let c = char::decode_utf16([first, second]).next()?.ok()?;
    Some((c, 11))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expect: &str) {
        assert_eq!(normalize_json(input.to_owned()), expect, "{input:?}");
    }

    #[test]
    fn texts_are_composed() {
        check("{\"text\":\"\u{1112}\u{1161}\u{11ab}\"}", "{\"text\":\"한\"}");
        check("{\"text\":\"e\u{301}\"}", "{\"text\":\"é\"}");
        check("ㅋㅋ", "ㅋㅋ");
        check("plain", "plain");
    }

    #[test]
    fn escapes_are_composed_too() {
        check(r#""\u1112\u1161\u11ab""#, "\"한\"");
        check(r#""e\u0301""#, "\"é\"");
        check(r#""\ud83d\ude00""#, "\"😀\"");
        check(r#""a\\u0301""#, r#""a\\u0301""#);
        check(r#""\\\u00e9""#, "\"\\\\é\"");
    }

    #[test]
    fn what_would_change_the_frame_stays() {
        for same in [
            r#""\u0022\u005c\n\"""#,
            r#""\ud800""#,
            r#""\ud800\u0041""#,
            r#""\udc00""#,
            r#""\u12"#,
            r"\u",
            r"\",
        ] {
            check(same, same);
        }
        for sign in ['{', '}', '[', ']', ':', ',', '"', '0', ' '] {
            for mark in ['\u{301}', '\u{338}', '\u{327}'] {
                let text = format!("{sign}{mark}");
                assert!(normalize_json(text).starts_with(sign), "{sign}");
            }
        }
    }
}
