//! What binds tighter than emphasis: code, formulas, addresses between angle brackets, and links. They are found in one
//! pass before it, so that no mark inside them meets one outside.

use std::ops::Range;

use crate::markdown::Inline;
use crate::markdown::escape::{escaped, unescaped};
use crate::markdown::line::{run, trimmed};
use crate::markdown::links::safe;

/// Runs of backticks that are looked for. Each length is searched in vain only once, so this bounds the cost.
const TICKS: usize = 31;
/// Brackets inside an address.
const BRACKETS: usize = 32;

/// A part of a text. Those of one text are in the order of their starts.
pub(super) struct Span {
    pub(super) at: Range<usize>,
    pub(super) kind: Kind,
}

/// What the part is.
#[derive(Default)]
pub(super) enum Kind {
    /// A bracket that turned out to begin nothing.
    #[default]
    Nothing,
    Piece(Inline),
    /// What it says stands in a range; an image says nothing if that is empty.
    Link {
        says: Range<usize>,
        href: Option<String>,
        is_image: bool,
    },
}

/// A bracket that is open, and which span would be its.
struct Bracket {
    span: usize,
    is_image: bool,
}

/// Finds them all.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let mut finder = Finder { text, spans: Vec::new(), brackets: Vec::new(), inert: 0, missing: 0 };
    let mut at = 0_usize;
    while let Some(byte) = text.as_bytes().get(at) {
        // Nothing can begin between the bytes of a character, and so there is no rest there.
        let rest = text.get(at..).unwrap_or_default();
        let length = match byte {
            b'\\' => escaped(rest).map(|(_, length)| length),
            b'`' => Some(finder.code(at, rest)),
            b'$' => Some(finder.formula(at, rest)),
            b'<' => finder.angle(at, rest),
            b'!' if rest.starts_with("![") => Some(finder.bracket(at, 2)),
            b'[' => Some(finder.bracket(at, 1)),
            b']' => finder.link(at),
            _ => None,
        };
        at = at.saturating_add(length.unwrap_or(1));
    }
    finder.spans
}

struct Finder<'a> {
    text: &'a str,
    spans: Vec<Span>,
    brackets: Vec<Bracket>,
    /// How many of the open brackets have a link inside, and therefore can be none.
    inert: usize,
    /// Which ends do not come any more: a bit for each run of backticks; the lowest is for no run.
    missing: u32,
}

impl Finder<'_> {
    fn piece(&mut self, at: usize, length: usize, piece: Inline) {
        self.spans.push(Span { at: at..at.saturating_add(length), kind: Kind::Piece(piece) });
    }

    fn bracket(&mut self, at: usize, length: usize) -> usize {
        self.brackets.push(Bracket { span: self.spans.len(), is_image: length > 1 });
        self.spans.push(Span { at: at..at.saturating_add(length), kind: Kind::Nothing });
        length
    }

    fn code(&mut self, at: usize, rest: &str) -> usize {
        let count = run(rest, b'`');
        if count > TICKS || self.missing & bit(count) != 0 {
            return count;
        }
        let mut from = count;
        while let Some(found) = rest.get(from..).and_then(|rest| rest.find('`')) {
            from = from.saturating_add(found);
            let ticks = run(rest.get(from..).unwrap_or_default(), b'`');
            if ticks == count {
                let code = rest.get(count..from).unwrap_or_default().replace('\n', " ");
                // A space on either side only keeps backticks apart.
                let bare = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
                let bare = bare.filter(|code| !trimmed(code).is_empty()).map(str::to_owned);
                let length = from.saturating_add(count);
                self.piece(at, length, Inline::Code(bare.unwrap_or(code)));
                return length;
            }
            from = from.saturating_add(ticks);
        }
        self.missing |= bit(count);
        count
    }

    /// `$5-$10` are prices: a formula touches its dollar signs, and behind its end stands no digit (the rule of Pandoc).
    fn formula(&mut self, at: usize, rest: &str) -> usize {
        let count = run(rest, b'$');
        // The bits of runs that are too long for code.
        let missing = if count == 1 { 1 } else { bit(TICKS.saturating_add(1)) };
        if count > 2 || self.missing & missing != 0 {
            return count;
        }
        let bytes = rest.as_bytes();
        let is_space = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
        if count == 1 && is_space(1) {
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
                let says = trimmed(rest.get(count..end).unwrap_or_default());
                if says.is_empty() {
                    return count;
                }
                self.piece(at, next, Inline::Math(says.to_owned()));
                return next;
            }
            end = end.saturating_add(if *byte == b'\\' { 2 } else { 1 });
        }
        self.missing |= missing;
        count
    }

    /// An address, or the line break that models write in the cells of tables, where Markdown has none.
    fn angle(&mut self, at: usize, rest: &str) -> Option<usize> {
        for tag in ["<br>", "<br/>", "<br />"] {
            if rest.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag)) {
                self.piece(at, tag.len(), Inline::Break);
                return Some(tag.len());
            }
        }
        let inside = rest.get(1..)?;
        let length = inside.find(|c: char| c == '<' || c == '>' || c.is_whitespace())?;
        let address = inside.get(..length).filter(|_| inside.as_bytes().get(length) == Some(&b'>'))?;
        let name =
            address.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '.' | '-' | '_'))?;
        let href = match address.as_bytes().get(name)? {
            b':' if name >= 2 => safe(address),
            b'@' if name >= 1 => safe(&["mailto:", address].concat()),
            _ => return None,
        };
        let content = Inline::Text(address.to_owned());
        let piece = match href {
            Some(href) => Inline::Link { href, content: vec![content] },
            None => content,
        };
        let length = length.saturating_add(2);
        self.piece(at, length, piece);
        Some(length)
    }

    /// The end of a link, if an address follows. A link has no link inside, so the inner one counts.
    fn link(&mut self, at: usize) -> Option<usize> {
        let Bracket { span, is_image } = self.brackets.pop()?;
        let outside = self.brackets.len();
        let is_inert = !is_image && outside < self.inert;
        self.inert = self.inert.min(outside);
        let after = at.saturating_add(1);
        let (address, length) = if is_inert { None } else { destination(self.text.get(after..)?) }?;
        if !is_image {
            self.inert = outside;
        }
        let span = self.spans.get_mut(span)?;
        span.kind = Kind::Link { says: span.at.end..at, href: safe(&address), is_image };
        span.at.end = after.saturating_add(length);
        Some(length.saturating_add(1))
    }
}

fn bit(count: usize) -> u32 {
    u32::try_from(count).ok().and_then(|count| 1_u32.checked_shl(count)).unwrap_or(0)
}

/// What follows a link's text: `(address "title")`. The title is left away, since it would only show under a mouse.
fn destination(text: &str) -> Option<(String, usize)> {
    let bytes = text.strip_prefix('(')?.as_bytes();
    let inside = text.get(1..)?;
    let mut at = spaces(bytes, 0);
    let mut from = at;
    let address = if bytes.get(at) == Some(&b'<') {
        from = at.saturating_add(1);
        at = end_of(bytes, from, b'>')?;
        let address = inside.get(from..at)?;
        at = at.saturating_add(1);
        address
    } else {
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
            if depth > BRACKETS {
                return None;
            }
            at = at.saturating_add(1);
        }
        inside.get(from..at).filter(|_| depth == 0)?
    };
    let gap = at;
    at = spaces(bytes, at);
    if let Some(quote) = bytes.get(at).filter(|byte| gap < at && matches!(byte, b'"' | b'\'')) {
        at = end_of(bytes, at.saturating_add(1), *quote)?.saturating_add(1);
        at = spaces(bytes, at);
    }
    (bytes.get(at) == Some(&b')')).then(|| (unescaped(address), at.saturating_add(2)))
}

fn spaces(bytes: &[u8], from: usize) -> usize {
    let count = bytes.iter().skip(from).take_while(|byte| byte.is_ascii_whitespace()).count();
    from.saturating_add(count)
}

/// Where the mark stands that ends this. An address between angle brackets is on one line.
fn end_of(bytes: &[u8], from: usize, mark: u8) -> Option<usize> {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            byte if *byte == mark => return Some(at),
            b'<' | b'\n' if mark == b'>' => return None,
            b'\\' => at = at.saturating_add(2),
            _ => at = at.saturating_add(1),
        }
    }
    None
}
