//! What the start of a line says it is: a list item, heading, code fence, thematic break or HTML. All functions take the
//! line's text without indentation and without white space at its end.

use crate::line::{run_length, trim};

/// The marker of a list item.
pub(crate) struct ListMarker {
    /// The bullet, or what follows the number. Items of one list have the same.
    pub(crate) delimiter: u8,
    /// The number of an ordered item.
    pub(crate) start: Option<u64>,
    pub(crate) bytes: usize,
}

/// Reads the marker of a list item. In a paragraph only a bullet with text or the number 1 starts a list, so that
/// `1986. A good year` continues it (CommonMark 5.3).
pub(crate) fn list_marker(text: &str, is_in_paragraph: bool) -> Option<ListMarker> {
    let mut bytes = text.bytes();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (delimiter, start) = if digits == 0 {
        (bytes.next().filter(|byte| matches!(byte, b'-' | b'+' | b'*'))?, None)
    } else {
        let number = bytes.by_ref().take(digits.min(10));
        let number = number.fold(0_u64, |sum, digit| {
            sum.saturating_mul(10).saturating_add(u64::from(digit.saturating_sub(b'0')))
        });
        (bytes.next().filter(|byte| digits < 10 && matches!(byte, b'.' | b')'))?, Some(number))
    };
    let length = digits.saturating_add(1);
    let rest = text.get(length..)?;
    let may_start = !is_in_paragraph || (!rest.is_empty() && start.is_none_or(|start| start == 1));
    let is_apart = rest.is_empty() || rest.starts_with([' ', '\t']);
    (may_start && is_apart).then_some(ListMarker { delimiter, start, bytes: length })
}

/// Three or more of `-`, `*` or `_` and nothing else but spaces.
pub(crate) fn is_thematic_break(text: &str) -> bool {
    let Some(marker) = text.bytes().next().filter(|byte| matches!(byte, b'-' | b'*' | b'_')) else {
        return false;
    };
    let mut count = 0_usize;
    for byte in text.bytes() {
        if byte == marker {
            count = count.saturating_add(1);
        } else if !matches!(byte, b' ' | b'\t') {
            return false;
        }
    }
    count >= 3
}

/// The level of a setext heading, of which this line is the underline.
pub(crate) fn setext_underline(text: &str) -> Option<u8> {
    let level = match text.bytes().next()? {
        b'=' => 1,
        b'-' => 2,
        _ => return None,
    };
    let marker = if level == 1 { b'=' } else { b'-' };
    (run_length(text, marker) == text.len()).then_some(level)
}

pub(crate) struct AtxHeading<'a> {
    /// 1 to 6, which is also the length of the marker in bytes.
    pub(crate) level: u8,
    pub(crate) text: &'a str,
}

/// Reads a heading that begins with `#`. A closing sequence is left out.
pub(crate) fn atx_heading(text: &str) -> Option<AtxHeading<'_>> {
    let level = run_length(text, b'#');
    let rest = text.get(level..)?;
    if !matches!(level, 1..=6) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    // A closing sequence stands apart from the text.
    let bare = rest.trim_end_matches('#');
    let text = if bare.is_empty() || bare.ends_with([' ', '\t']) { bare } else { rest };
    Some(AtxHeading { level: u8::try_from(level).unwrap_or(6), text: trim(text) })
}

pub(crate) struct CodeFence<'a> {
    pub(crate) byte: u8,
    pub(crate) length: usize,
    pub(crate) info: &'a str,
}

/// Reads the opening fence of a code block.
pub(crate) fn code_fence(text: &str) -> Option<CodeFence<'_>> {
    let byte = text.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = run_length(text, byte);
    let info = text.get(length..)?;
    (length >= 3 && (byte == b'~' || !info.contains('`'))).then_some(CodeFence { byte, length, info })
}

/// Whether the line is a single HTML tag. It and what follows up to a blank line are shown as text without Markdown in it.
/// `<br>` is not meant so: it is a line break.
pub(crate) fn is_html_tag(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else { return false };
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    let after = name.get(length..).unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && (after.is_empty() || after.starts_with([' ', '\t', '/']))
        && !inside.contains(['<', '>'])
        && !name.get(..length).is_some_and(|name| name.eq_ignore_ascii_case("br"))
}
