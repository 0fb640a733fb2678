//! Spans that bind more tightly than emphasis: code, formulas, addresses in angle brackets, links and images. One pass
//! finds them before delimiter runs are matched, so no delimiter inside a span meets one outside.

use std::ops::Range;

use crate::address::safe_address;
use crate::escape::read_escape;
use crate::limits::MAX_BACKTICKS;
use crate::line::{run_length, trim};
use crate::link::read_destination;
use crate::tree::Inline;

/// A part of a text.
pub(crate) struct Span {
    pub(crate) range: Range<usize>,
    pub(crate) kind: SpanKind,
}

#[derive(Default)]
pub(crate) enum SpanKind {
    /// A bracket that begins no link.
    #[default]
    Unmatched,
    Inline(Inline),
    Link {
        text: Range<usize>,
        /// `None` if no link may lead there.
        href: Option<String>,
        is_image: bool,
    },
}

/// Finds all spans, in the order of their starts.
pub(crate) fn find_spans(text: &str) -> Vec<Span> {
    let mut finder = SpanFinder { text, spans: Vec::new(), brackets: Vec::new(), inactive: 0, missing: 0 };
    let mut at = 0_usize;
    while let Some(byte) = text.as_bytes().get(at) {
        // Inside a character there is no rest, and nothing begins.
        let rest = text.get(at..).unwrap_or_default();
        let length = match byte {
            b'\\' => finder.bracketed_math(at, rest).or_else(|| read_escape(rest).map(|(_, length)| length)),
            b'`' => Some(finder.code(at, rest)),
            b'$' => Some(finder.math(at, rest)),
            b'<' => finder.angle_bracket(at, rest),
            b'!' if rest.starts_with("![") => Some(finder.open_bracket(at, 2)),
            b'[' => Some(finder.open_bracket(at, 1)),
            b']' => finder.close_bracket(at),
            _ => None,
        };
        at = at.saturating_add(length.unwrap_or(1));
    }
    finder.spans
}

struct SpanFinder<'a> {
    text: &'a str,
    spans: Vec<Span>,
    brackets: Vec<OpenBracket>,
    /// How many of the open brackets contain a link already, so that they cannot be one.
    inactive: usize,
    /// Which closing runs do not come any more: bit 0 for `$`, bits 1 to 30 for as many backticks, bit 31 for `$$`, bit 32
    /// for `\)` and bit 33 for `\]`.
    missing: u64,
}

struct OpenBracket {
    /// The index of its span.
    span: usize,
    is_image: bool,
}

impl SpanFinder<'_> {
    fn push(&mut self, at: usize, length: usize, inline: Inline) {
        let kind = SpanKind::Inline(inline);
        self.spans.push(Span { range: at..at.saturating_add(length), kind });
    }

    fn code(&mut self, at: usize, rest: &str) -> usize {
        let count = run_length(rest, b'`');
        if count > MAX_BACKTICKS || self.missing & bit(count) != 0 {
            return count;
        }
        let mut from = count;
        while let Some(found) = rest.get(from..).and_then(|rest| rest.find('`')) {
            from = from.saturating_add(found);
            let backticks = run_length(rest.get(from..).unwrap_or_default(), b'`');
            if backticks == count {
                let code = rest.get(count..from).unwrap_or_default().replace('\n', " ");
                // One space on either side keeps backticks apart and is no code.
                let bare = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
                let bare = bare.filter(|code| !trim(code).is_empty()).map(str::to_owned);
                let length = from.saturating_add(count);
                self.push(at, length, Inline::Code(bare.unwrap_or(code)));
                return length;
            }
            from = from.saturating_add(backticks);
        }
        self.missing |= bit(count);
        count
    }

    /// `$5-$10` are prices: a formula touches its dollar signs, and no digit follows it (Pandoc's `tex_math_dollars`). So are
    /// `US$5` and `$5 or 10$`: no Latin letter or digit stands before a formula, and one that begins with a digit and has spaces or
    /// letters of other scripts has a sign of TeX as well.
    fn math(&mut self, at: usize, rest: &str) -> usize {
        let count = run_length(rest, b'$');
        let missing = if count == 1 { bit(0) } else { bit(MAX_BACKTICKS.saturating_add(1)) };
        if count > 2 || self.missing & missing != 0 {
            return count;
        }
        let bytes = rest.as_bytes();
        let is_space = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
        let before = at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        if count == 1 && (is_space(1) || before.is_some_and(u8::is_ascii_alphanumeric)) {
            return count;
        }
        let mut end = count;
        while let Some(byte) = bytes.get(end) {
            let next = end.saturating_add(count);
            let is_end = *byte == b'$'
                && (count == 1 || bytes.get(end.saturating_add(1)) == Some(&b'$'))
                && (count == 2 || !is_space(end.saturating_sub(1)))
                && !bytes.get(next).is_some_and(u8::is_ascii_digit);
            if is_end {
                let formula = trim(rest.get(count..end).unwrap_or_default());
                if formula.is_empty() || (count == 1 && is_price(formula)) {
                    return count;
                }
                self.push_math(at, next, rest);
                return next;
            }
            end = end.saturating_add(if *byte == b'\\' { 2 } else { 1 });
        }
        self.missing |= missing;
        count
    }

    /// A formula between `\(` and `\)`, or between `\[` and `\]`.
    fn bracketed_math(&mut self, at: usize, rest: &str) -> Option<usize> {
        let (closing, missing) = match rest.as_bytes().get(1)? {
            b'(' => ("\\)", bit(32)),
            b'[' => ("\\]", bit(33)),
            _ => return None,
        };
        if self.missing & missing != 0 {
            return None;
        }
        let Some(end) = rest.find(closing) else {
            self.missing |= missing;
            return None;
        };
        let formula = trim(rest.get(2..end)?);
        let length = end.saturating_add(2);
        (!formula.is_empty()).then(|| {
            self.push_math(at, length, rest);
            length
        })
    }

    fn push_math(&mut self, at: usize, length: usize, rest: &str) {
        self.push(at, length, Inline::Math(rest.get(..length).unwrap_or_default().to_owned()));
    }

    /// An autolink, or the `<br>` that models write in table cells, where Markdown has no line break.
    fn angle_bracket(&mut self, at: usize, rest: &str) -> Option<usize> {
        for tag in ["<br>", "<br/>", "<br />"] {
            if rest.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag)) {
                self.push(at, tag.len(), Inline::HardBreak);
                return Some(tag.len());
            }
        }
        let inside = rest.get(1..)?;
        let length = inside.find(|c: char| c == '<' || c == '>' || c.is_whitespace())?;
        let address = inside.get(..length).filter(|_| inside.as_bytes().get(length) == Some(&b'>'))?;
        let name =
            address.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '.' | '-' | '_'))?;
        let href = match address.as_bytes().get(name)? {
            b':' if name >= 2 => safe_address(address),
            b'@' if name >= 1 => safe_address(&["mailto:", address].concat()),
            _ => return None,
        };
        let content = Inline::Text(address.to_owned());
        let inline = match href {
            Some(href) => Inline::Link { href, content: vec![content] },
            None => content,
        };
        let length = length.saturating_add(2);
        self.push(at, length, inline);
        Some(length)
    }

    fn open_bracket(&mut self, at: usize, length: usize) -> usize {
        self.brackets.push(OpenBracket { span: self.spans.len(), is_image: length > 1 });
        self.spans.push(Span { range: at..at.saturating_add(length), kind: SpanKind::Unmatched });
        length
    }

    /// The end of a link's text, if a destination follows. A link contains no link, so the inner one counts.
    fn close_bracket(&mut self, at: usize) -> Option<usize> {
        let OpenBracket { span, is_image } = self.brackets.pop()?;
        let outside = self.brackets.len();
        let is_inactive = !is_image && outside < self.inactive;
        self.inactive = self.inactive.min(outside);
        let after = at.saturating_add(1);
        let destination = if is_inactive { None } else { read_destination(self.text.get(after..)?) }?;
        if !is_image {
            self.inactive = outside;
        }
        let span = self.spans.get_mut(span)?;
        let href = safe_address(&destination.address);
        span.kind = SpanKind::Link { text: span.range.end..at, href, is_image };
        span.range.end = after.saturating_add(destination.length);
        Some(destination.length.saturating_add(1))
    }
}

/// Whether what stands between two dollar signs is rather money and words: `5 or 10`.
fn is_price(formula: &str) -> bool {
    let bytes = formula.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_digit)
        && bytes.iter().any(|byte| *byte == b' ' || !byte.is_ascii())
        && !bytes.iter().any(|byte| b"\\^_=+<>{".contains(byte))
}

fn bit(count: usize) -> u64 {
    u32::try_from(count).ok().and_then(|count| 1_u64.checked_shl(count)).unwrap_or(0)
}
