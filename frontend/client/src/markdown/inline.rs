//! The pieces of a paragraph, a heading or a cell: text, links, and marks that make what is between them strong,
//! emphasized or struck out.

use std::ops::Range;

use crate::markdown::Inline;
use crate::markdown::escape::escaped;
use crate::markdown::line::run;
use crate::markdown::links::{linked, push_text};
use crate::markdown::span::{Kind, Span, spans};

/// Open marks that are remembered. When there are more, the oldest is text: nobody closes it any more.
const OPEN_MARKS: usize = 32;

/// The pieces of a text, nested at most as deep as there is room. The budget goes down with every piece.
pub(super) fn pieces(text: &str, room: usize, budget: &mut usize) -> Vec<Inline> {
    // Most lines are words and nothing else.
    if !text.bytes().any(|byte| b"\\`$<![*_~&\n".contains(&byte)) {
        let mut pieces = Vec::new();
        linked(text, &mut pieces);
        *budget = budget.saturating_sub(pieces.len());
        return pieces;
    }
    let mut reader = Reader { text, spans: spans(text), next: 0, budget };
    reader.row(0..text.len(), false, room)
}

struct Reader<'a> {
    text: &'a str,
    spans: Vec<Span>,
    /// The first span that was not passed yet.
    next: usize,
    budget: &'a mut usize,
}

/// A run of marks that may begin something. It stands as text among the pieces until something ends it.
struct Mark {
    byte: u8,
    count: usize,
    /// How many there were, for CommonMark's rule of three.
    length: usize,
    piece: usize,
    line: usize,
    opens: bool,
    closes: bool,
    opens_loosely: bool,
}

/// Pieces side by side, inside the same link or outside of all.
struct Row {
    pieces: Vec<Inline>,
    marks: Vec<Mark>,
    line: usize,
    is_in_link: bool,
    room: usize,
}

impl Reader<'_> {
    fn row(&mut self, range: Range<usize>, is_in_link: bool, room: usize) -> Vec<Inline> {
        let mut row = Row { pieces: Vec::new(), marks: Vec::new(), line: 0, is_in_link, room };
        let mut from = range.start;
        let mut at = range.start;
        while at < range.end {
            let Some(byte) = self.text.as_bytes().get(at) else { break };
            let rest = self.text.get(at..range.end).unwrap_or_default();
            let is_mark = matches!(byte, b'*' | b'_' | b'~');
            let character = if matches!(byte, b'\\' | b'&') { escaped(rest) } else { None };
            let span = if is_mark || character.is_some() { None } else { self.span(at) };
            let is_break = *byte == b'\n' || rest.starts_with("\\\n");
            if !is_mark && !is_break && character.is_none() && span.is_none() {
                at = at.saturating_add(1);
                continue;
            }
            row.text(self.text.get(from..at).unwrap_or_default());
            at = at.saturating_add(if let Some((c, length)) = character {
                row.text(c.encode_utf8(&mut [0; 4]));
                length
            } else if let Some((end, kind)) = span {
                self.put(&mut row, kind);
                end.saturating_sub(at)
            } else if is_break {
                row.end_line();
                if *byte == b'\n' { 1 } else { 2 }
            } else {
                let count = run(rest, *byte);
                let before = self.text.get(range.start..at).and_then(|head| head.chars().next_back());
                let after = rest.get(count..).and_then(|tail| tail.chars().next());
                row.marks(*byte, count, before, after);
                count
            });
            from = at;
            // The piece and the text before it.
            *self.budget = self.budget.saturating_sub(2);
            if *self.budget == 0 {
                break;
            }
        }
        row.text(self.text.get(from..range.end).unwrap_or_default());
        *self.budget = self.budget.saturating_sub(1);
        row.finished(0)
    }

    /// The span that begins here.
    fn span(&mut self, at: usize) -> Option<(usize, Kind)> {
        while self.spans.get(self.next).is_some_and(|span| span.at.start < at) {
            self.next = self.next.saturating_add(1);
        }
        let span = self.spans.get_mut(self.next).filter(|span| span.at.start == at)?;
        match std::mem::take(&mut span.kind) {
            Kind::Nothing => None,
            kind => Some((span.at.end, kind)),
        }
    }

    fn put(&mut self, row: &mut Row, kind: Kind) {
        match kind {
            Kind::Nothing => {}
            Kind::Piece(Inline::Break) => row.end_line(),
            Kind::Piece(Inline::Link { content, .. }) if row.is_in_link => row.pieces.extend(content),
            Kind::Piece(piece) => row.pieces.push(piece),
            Kind::Link { says, .. } if row.room == 0 => {
                row.text(self.text.get(says).unwrap_or_default());
            }
            Kind::Link { says, href, is_image } => {
                let mut content = self.row(says, true, row.room.saturating_sub(1));
                match href.filter(|_| !row.is_in_link) {
                    Some(href) => {
                        if is_image && content.is_empty() {
                            content.push(Inline::Text(href.clone()));
                        }
                        row.pieces.push(Inline::Link { href, content });
                    }
                    None => row.pieces.extend(content),
                }
            }
        }
    }
}

impl Row {
    fn text(&mut self, text: &str) {
        let is_after_mark =
            self.marks.last().is_some_and(|mark| mark.piece.saturating_add(1) == self.pieces.len());
        if !is_after_mark {
            push_text(&mut self.pieces, text);
        } else if !text.is_empty() {
            self.pieces.push(Inline::Text(text.to_owned()));
        }
    }

    fn end_line(&mut self) {
        self.pieces.push(Inline::Break);
        self.line = self.line.saturating_add(1);
    }

    /// Takes a run of marks between two characters.
    ///
    /// CommonMark (section 6.2) does not close `**마당(Madang)**은`, since a letter follows the mark and punctuation
    /// stands before it; Korean writes particles just there. So marks in pairs also begin and end loosely, wherever no
    /// space keeps them apart from what they mark, if both are on one line.
    fn marks(&mut self, byte: u8, count: usize, before: Option<char>, after: Option<char>) {
        // Four marks are a line or a gap to fill in, and one tilde is a range of numbers.
        if count > 3 || (byte == b'~' && count != 2) {
            return self.mark_text(byte, count);
        }
        let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let is_punctuation = |c: Option<char>| c.is_some_and(|c| !c.is_alphanumeric() && !c.is_whitespace());
        let opens =
            !is_space(after) && (!is_punctuation(after) || is_space(before) || is_punctuation(before));
        let closes =
            !is_space(before) && (!is_punctuation(before) || is_space(after) || is_punctuation(after));
        let is_pair = count > 1 && byte != b'_';
        let is_product = opens && closes && before.is_some_and(|c| c.is_ascii_alphanumeric());
        let mut mark = Mark {
            byte,
            count,
            length: count,
            piece: 0,
            line: self.line,
            opens: opens && (byte != b'_' || !closes || is_punctuation(before)),
            closes: closes && (byte != b'_' || !opens || is_punctuation(after)),
            opens_loosely: is_pair && !is_space(after) && !is_product,
        };
        let closes_loosely = is_pair && !is_space(before);
        while mark.count > 0 {
            let found = self.marks.iter().rposition(|open| {
                let is_loose = closes_loosely
                    && open.opens_loosely
                    && open.line == mark.line
                    && open.count.min(mark.count) == 2;
                open.byte == byte && (is_loose || open.meets(&mark))
            });
            let Some(found) = found else { break };
            self.wrap(found, &mut mark);
        }
        if mark.count == 0 {
            return;
        }
        if mark.opens || mark.opens_loosely {
            if self.marks.len() >= OPEN_MARKS {
                self.marks.remove(0);
            }
            mark.piece = self.pieces.len();
            self.pieces.push(Inline::Text(marks_of(byte, mark.count)));
            self.marks.push(mark);
        } else {
            self.mark_text(byte, mark.count);
        }
    }

    fn mark_text(&mut self, byte: u8, count: usize) {
        self.text(&marks_of(byte, count));
    }

    /// Ends what a mark has begun: all pieces after it become one.
    fn wrap(&mut self, found: usize, end: &mut Mark) {
        self.marks.truncate(found.saturating_add(1));
        let Some(open) = self.marks.last_mut() else { return };
        let width = open.count.min(end.count).min(2);
        open.count = open.count.saturating_sub(width);
        end.count = end.count.saturating_sub(width);
        let (left, piece) = (open.count, open.piece);
        let content = self.finished(piece.saturating_add(1));
        if left == 0 {
            self.marks.pop();
            self.pieces.pop();
        } else if let Some(text) = self.pieces.get_mut(piece) {
            *text = Inline::Text(marks_of(end.byte, left));
        }
        if depth(&content) > self.room {
            self.pieces.extend(content);
        } else {
            self.pieces.push(match (end.byte, width) {
                (b'~', _) => Inline::Strike(content),
                (_, 1) => Inline::Emphasis(content),
                _ => Inline::Strong(content),
            });
        }
    }

    /// The pieces from an index on, as they will be shown: text in one, bare addresses as links.
    fn finished(&mut self, from: usize) -> Vec<Inline> {
        let mut done = Vec::new();
        let mut text = String::new();
        // An empty text at the end hands out what is before it.
        let end = [Inline::Text(String::new())];
        let mut rest = self.pieces.split_off(from.min(self.pieces.len())).into_iter().chain(end).peekable();
        while let Some(piece) = rest.next() {
            if let Inline::Text(more) = &piece {
                text.push_str(more);
                if rest.peek().is_some() {
                    continue;
                }
            }
            if self.is_in_link {
                push_text(&mut done, &text);
            } else {
                linked(&text, &mut done);
            }
            text.clear();
            if !matches!(piece, Inline::Text(_)) {
                done.push(piece);
            }
        }
        done
    }
}

impl Mark {
    /// Whether the other ends what this began, after CommonMark.
    fn meets(&self, end: &Mark) -> bool {
        let is_either = self.closes || end.opens;
        let is_three = self.length.saturating_add(end.length).is_multiple_of(3);
        let are_threes = self.length.is_multiple_of(3) && end.length.is_multiple_of(3);
        self.opens && end.closes && (!is_either || !is_three || are_threes)
    }
}

fn marks_of(byte: u8, count: usize) -> String {
    char::from(byte).to_string().repeat(count)
}

/// How deep pieces are nested.
fn depth(pieces: &[Inline]) -> usize {
    let mut deepest = 0;
    for piece in pieces {
        deepest = deepest.max(match piece {
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Strike(content)
            | Inline::Link { content, .. } => depth(content).saturating_add(1),
            _ => 0,
        });
    }
    deepest
}
