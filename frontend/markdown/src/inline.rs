//! The inline parser: turns the text of a paragraph, heading or cell into inlines.

use std::ops::Range;

use crate::autolink::push_linked;
use crate::delimiters::{InlineBuilder, is_delimiter};
use crate::escape::read_escape;
use crate::line::run_length;
use crate::span::{Span, SpanKind, find_spans};
use crate::tree::Inline;

/// Parses a text, nested at most `nesting` deep. Each node is subtracted from the budget.
pub(crate) fn parse_inlines(text: &str, nesting: usize, budget: &mut usize) -> Vec<Inline> {
    // Most lines are words and nothing else.
    if !text.bytes().any(|byte| b"\\`$<![*_~&\n".contains(&byte)) {
        let mut inlines = Vec::new();
        push_linked(&mut inlines, text);
        *budget = budget.saturating_sub(inlines.len());
        return inlines;
    }
    let mut parser = InlineParser { text, spans: find_spans(text), next: 0, budget };
    parser.parse(0..text.len(), false, nesting)
}

struct InlineParser<'a> {
    text: &'a str,
    spans: Vec<Span>,
    /// The first span that was not passed yet.
    next: usize,
    budget: &'a mut usize,
}

/// What stands at a position of the text.
enum Token {
    Delimiters(u8),
    Character(char, usize),
    Span(usize, SpanKind),
    LineBreak(usize),
}

impl InlineParser<'_> {
    fn parse(&mut self, range: Range<usize>, is_in_link: bool, nesting: usize) -> Vec<Inline> {
        let mut builder = InlineBuilder::new(is_in_link, nesting);
        let mut text_from = range.start;
        let mut at = range.start;
        while at < range.end {
            let rest = self.text.get(at..range.end).unwrap_or_default();
            let Some(token) = self.token(at, rest) else {
                at = at.saturating_add(1);
                continue;
            };
            builder.push_text(self.text.get(text_from..at).unwrap_or_default());
            at = at.saturating_add(match token {
                Token::Character(c, length) => {
                    builder.push_text(c.encode_utf8(&mut [0; 4]));
                    length
                }
                Token::Span(end, kind) => {
                    self.push_span(&mut builder, kind);
                    end.saturating_sub(at)
                }
                Token::LineBreak(length) => {
                    builder.end_line();
                    length
                }
                Token::Delimiters(byte) => {
                    let length = run_length(rest, byte);
                    let before = self.text.get(range.start..at).and_then(|head| head.chars().next_back());
                    let after = rest.get(length..).and_then(|tail| tail.chars().next());
                    builder.push_delimiters(byte, length, before, after);
                    length
                }
            });
            text_from = at;
            // The node and the text before it.
            *self.budget = self.budget.saturating_sub(2);
            if *self.budget == 0 {
                break;
            }
        }
        builder.push_text(self.text.get(text_from..range.end).unwrap_or_default());
        *self.budget = self.budget.saturating_sub(1);
        builder.into_inlines()
    }

    /// What begins here; `None` for text. `at` may be inside a character, where `rest` is empty.
    fn token(&mut self, at: usize, rest: &str) -> Option<Token> {
        let byte = *self.text.as_bytes().get(at)?;
        if is_delimiter(byte) {
            return Some(Token::Delimiters(byte));
        }
        // A formula may begin with what would be an escape, so spans come first.
        if let Some((end, kind)) = self.span(at) {
            return Some(Token::Span(end, kind));
        }
        if matches!(byte, b'\\' | b'&')
            && let Some((c, length)) = read_escape(rest)
        {
            return Some(Token::Character(c, length));
        }
        match byte {
            b'\n' => Some(Token::LineBreak(1)),
            b'\\' if rest.starts_with("\\\n") => Some(Token::LineBreak(2)),
            _ => None,
        }
    }

    /// The span that begins here, and where it ends.
    fn span(&mut self, at: usize) -> Option<(usize, SpanKind)> {
        while self.spans.get(self.next).is_some_and(|span| span.range.start < at) {
            self.next = self.next.saturating_add(1);
        }
        let span = self.spans.get_mut(self.next).filter(|span| span.range.start == at)?;
        match std::mem::take(&mut span.kind) {
            SpanKind::Unmatched => None,
            kind => Some((span.range.end, kind)),
        }
    }

    fn push_span(&mut self, builder: &mut InlineBuilder, kind: SpanKind) {
        match kind {
            SpanKind::Unmatched => {}
            SpanKind::Inline(Inline::HardBreak) => builder.end_line(),
            SpanKind::Inline(Inline::Link { content, .. }) if builder.is_in_link => {
                builder.inlines.extend(content);
            }
            SpanKind::Inline(inline) => builder.inlines.push(inline),
            SpanKind::Link { text, .. } if builder.nesting == 0 => {
                builder.push_text(self.text.get(text).unwrap_or_default());
            }
            SpanKind::Link { text, href, is_image } => {
                let mut content = self.parse(text, true, builder.nesting.saturating_sub(1));
                match href.filter(|_| !builder.is_in_link) {
                    Some(href) => {
                        if is_image && content.is_empty() {
                            content.push(Inline::Text(href.clone()));
                        }
                        builder.inlines.push(Inline::Link { href, content });
                    }
                    None => builder.inlines.extend(content),
                }
            }
        }
    }
}
