//! The marks inside a line of a person's message: `**bold**`, `*italics*`, `_italics_`, `~~struck~~`, `` `code` ``, and bare
//! addresses. A mark opens only before a letter or digit and where a word begins, so that faces (`*^^*`, `>_<`), products
//! (`2*3*4`), names (`a_b_c`) and long vowels (`네~~ 그래~~`) stay what they are. A link shows the address that it leads to.

use crate::autolink::push_linked;
use crate::delimiters::is_delimiter;
use crate::line::run_length;
use crate::tree::Inline;

/// How deep marks may stand in each other: there are three kinds.
const MAX_NESTING: usize = 3;

/// Appends the inlines of one line.
pub(crate) fn push_line(inlines: &mut Vec<Inline>, line: &str) {
    push_marked(inlines, line, MAX_NESTING);
}

fn push_marked(inlines: &mut Vec<Inline>, text: &str, nesting: usize) {
    let mut text_from = 0_usize;
    let mut at = 0_usize;
    let mut unclosed = Unclosed::default();
    while let Some(byte) = text.as_bytes().get(at).copied() {
        let rest = text.get(at..).unwrap_or_default();
        let length = match byte {
            b'`' => code_length(rest).filter(|_| !unclosed.code),
            _ if is_delimiter(byte) && nesting > 0 => marked_length(text, at, byte, &mut unclosed),
            _ => None,
        };
        unclosed.code |=
            byte == b'`' && length.is_none() && !rest.get(1..).is_some_and(|rest| rest.contains('`'));
        let Some(length) = length else {
            at = at.saturating_add(plain_length(text, at, byte));
            continue;
        };
        push_linked(inlines, text.get(text_from..at).unwrap_or_default());
        let end = at.saturating_add(length);
        let width = if byte == b'`' { 1 } else { run_length(rest, byte) };
        let inner = text.get(at.saturating_add(width)..end.saturating_sub(width)).unwrap_or_default();
        inlines.push(match byte {
            b'`' => Inline::Code(inner.to_owned()),
            _ => mark(byte, width, inner, nesting),
        });
        at = end;
        text_from = end;
    }
    push_linked(inlines, text.get(text_from..).unwrap_or_default());
}

fn mark(byte: u8, width: usize, inner: &str, nesting: usize) -> Inline {
    let mut content = Vec::new();
    push_marked(&mut content, inner, nesting.saturating_sub(1));
    match (byte, width) {
        (b'~', _) => Inline::Strikethrough(content),
        (_, 1) => Inline::Emphasis(content),
        (_, 2) => Inline::Strong(content),
        _ => Inline::Strong(vec![Inline::Emphasis(content)]),
    }
}

/// The marks for which no end follows in the text: they are not searched again, so that parsing takes linear time.
#[derive(Default)]
struct Unclosed {
    code: bool,
    /// A bit for each byte and width.
    marks: u16,
}

/// The length of code with its backticks. Two backticks in a row are no code.
fn code_length(text: &str) -> Option<usize> {
    let inner = text.get(1..)?;
    let end = inner.find('`')?;
    (!inner.get(..end)?.trim().is_empty()).then(|| end.saturating_add(2))
}

/// The length of what a run of delimiters at `at` marks, with both runs. `None`: the run marks nothing.
fn marked_length(text: &str, at: usize, byte: u8, unclosed: &mut Unclosed) -> Option<usize> {
    let rest = text.get(at..)?;
    let width = run_length(rest, byte);
    let is_mark = match byte {
        b'~' => width == 2,
        b'_' => width <= 2,
        _ => width <= 3,
    };
    let kind = match byte {
        b'*' => 0,
        b'_' => 4,
        _ => 8,
    };
    let bit = u16::from(is_mark) << (kind + width.min(3));
    if !is_mark || unclosed.marks & bit != 0 || !opens(text, at, width) {
        return None;
    }
    let mut next = width;
    while let Some(other) = rest.as_bytes().get(next).copied() {
        let tail = rest.get(next..).unwrap_or_default();
        let length = match other {
            b'`' => code_length(tail).unwrap_or(1),
            _ if other == byte => run_length(tail, byte),
            _ => 1,
        };
        if other == byte && length == width && closes(rest, next, byte, width) {
            return Some(next.saturating_add(width));
        }
        next = next.saturating_add(length);
    }
    unclosed.marks |= bit;
    None
}

/// Whether a word begins before the run, and a letter or digit follows it or the marks, quotes and brackets behind it.
fn opens(text: &str, at: usize, width: usize) -> bool {
    let before = text.get(..at).and_then(|head| head.chars().next_back());
    let is_start = before.is_none_or(|c| c.is_whitespace() || "([{<\"'“‘「『*_~".contains(c));
    let behind = text.get(at.saturating_add(width)..).unwrap_or_default();
    let first = behind.trim_start_matches(|c| "([{<\"'“‘「『*_~`@#".contains(c)).chars().next();
    is_start && !behind.starts_with(char::is_whitespace) && first.is_some_and(char::is_alphanumeric)
}

/// Whether the text before the run ends with no space, and no word goes on behind it. A Korean particle may follow a `*`.
fn closes(text: &str, at: usize, byte: u8, width: usize) -> bool {
    let before = text.get(..at).and_then(|head| head.chars().next_back());
    let behind = text.get(at.saturating_add(width)..).and_then(|tail| tail.chars().next());
    let goes_on =
        behind.is_some_and(|c| if byte == b'_' { c.is_alphanumeric() } else { c.is_ascii_alphanumeric() });
    before.is_some_and(|c| !c.is_whitespace()) && !goes_on
}

/// How many bytes at this position are text whatever follows: an address to its end, a run of delimiters, or one byte.
fn plain_length(text: &str, at: usize, byte: u8) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    if is_delimiter(byte) {
        return run_length(rest, byte);
    }
    let begins = |scheme: &str| {
        let start = rest.as_bytes().get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    match begins("http://") || begins("https://") {
        true => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        false => 1,
    }
}
