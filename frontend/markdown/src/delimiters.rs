//! Delimiter runs (`*`, `_`, `~~`) and what stands between them: emphasis, strong emphasis and strikethrough.

use crate::autolink::push_linked;
use crate::limits::MAX_OPEN_DELIMITERS;
use crate::tree::{Inline, push_text};

pub(crate) fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'*' | b'_' | b'~')
}

/// The inlines of one link, or of what is outside of all links, while they are parsed.
pub(crate) struct InlineBuilder {
    pub(crate) inlines: Vec<Inline>,
    pub(crate) is_in_link: bool,
    /// How deep the inlines may be nested.
    pub(crate) nesting: usize,
    open: Vec<DelimiterRun>,
    line: usize,
}

/// A run of delimiters that can open something. It stands as text among the inlines until another run closes it.
struct DelimiterRun {
    byte: u8,
    /// How many delimiters are left.
    count: usize,
    /// How many there were, for CommonMark's rule of three.
    length: usize,
    /// Its place among the inlines.
    index: usize,
    line: usize,
    can_open: bool,
    can_close: bool,
    can_open_loosely: bool,
}

impl InlineBuilder {
    pub(crate) fn new(is_in_link: bool, nesting: usize) -> Self {
        Self { inlines: Vec::new(), is_in_link, nesting, open: Vec::new(), line: 0 }
    }

    pub(crate) fn push_text(&mut self, text: &str) {
        let is_after_open_run =
            self.open.last().is_some_and(|run| run.index.saturating_add(1) == self.inlines.len());
        if !is_after_open_run {
            push_text(&mut self.inlines, text);
        } else if !text.is_empty() {
            self.inlines.push(Inline::Text(text.to_owned()));
        }
    }

    pub(crate) fn end_line(&mut self) {
        self.inlines.push(Inline::HardBreak);
        self.line = self.line.saturating_add(1);
    }

    pub(crate) fn into_inlines(mut self) -> Vec<Inline> {
        self.take_inlines(0)
    }

    /// Takes a run of delimiters between two characters.
    ///
    /// CommonMark (section 6.2) does not close `**마당(Madang)**은`, since a letter follows the run and punctuation stands
    /// before it; Korean writes particles just there. So runs of two also open and close loosely, wherever no space
    /// separates them from the text between them, if both are on one line.
    pub(crate) fn push_delimiters(
        &mut self,
        byte: u8,
        length: usize,
        before: Option<char>,
        after: Option<char>,
    ) {
        // Four delimiters are a line or a gap to fill in, and one tilde is a range of numbers.
        if length > 3 || (byte == b'~' && length != 2) {
            return self.push_text(&delimiters(byte, length));
        }
        let mut run = DelimiterRun::new(byte, length, before, after);
        run.line = self.line;
        let closes_loosely = is_pair(byte, length) && !is_space(before);
        while run.count > 0 {
            let opener = self.open.iter().rposition(|open| {
                let is_loose = closes_loosely
                    && open.can_open_loosely
                    && open.line == run.line
                    && open.count.min(run.count) == 2;
                open.byte == byte && (is_loose || open.is_closed_by(&run))
            });
            let Some(opener) = opener else { break };
            self.close_run(opener, &mut run);
        }
        if run.count == 0 {
            return;
        }
        if run.can_open || run.can_open_loosely {
            if self.open.len() >= MAX_OPEN_DELIMITERS {
                self.open.remove(0);
            }
            run.index = self.inlines.len();
            self.inlines.push(Inline::Text(delimiters(byte, run.count)));
            self.open.push(run);
        } else {
            self.push_text(&delimiters(byte, run.count));
        }
    }

    /// Makes one inline of everything behind an open run.
    fn close_run(&mut self, opener: usize, closer: &mut DelimiterRun) {
        self.open.truncate(opener.saturating_add(1));
        let Some(open) = self.open.last_mut() else { return };
        let width = open.count.min(closer.count).min(2);
        open.count = open.count.saturating_sub(width);
        closer.count = closer.count.saturating_sub(width);
        let (left, index) = (open.count, open.index);
        let content = self.take_inlines(index.saturating_add(1));
        if left == 0 {
            self.open.pop();
            self.inlines.pop();
        } else if let Some(text) = self.inlines.get_mut(index) {
            *text = Inline::Text(delimiters(closer.byte, left));
        }
        if depth(&content) > self.nesting {
            self.inlines.extend(content);
        } else {
            self.inlines.push(match (closer.byte, width) {
                (b'~', _) => Inline::Strikethrough(content),
                (_, 1) => Inline::Emphasis(content),
                _ => Inline::Strong(content),
            });
        }
    }

    /// Takes the inlines from an index on, with adjacent texts joined and bare addresses as links.
    fn take_inlines(&mut self, from: usize) -> Vec<Inline> {
        let mut inlines = Vec::new();
        let mut text = String::new();
        // An empty text at the end flushes the text before it.
        let end = [Inline::Text(String::new())];
        let mut rest = self.inlines.split_off(from.min(self.inlines.len())).into_iter().chain(end).peekable();
        while let Some(inline) = rest.next() {
            if let Inline::Text(more) = &inline {
                text.push_str(more);
                if rest.peek().is_some() {
                    continue;
                }
            }
            if self.is_in_link {
                push_text(&mut inlines, &text);
            } else {
                push_linked(&mut inlines, &text);
            }
            text.clear();
            if !matches!(inline, Inline::Text(_)) {
                inlines.push(inline);
            }
        }
        inlines
    }
}

impl DelimiterRun {
    /// A run between two characters, which decide what it can do: CommonMark's left- and right-flanking runs.
    fn new(byte: u8, length: usize, before: Option<char>, after: Option<char>) -> Self {
        let opens =
            !is_space(after) && (!is_punctuation(after) || is_space(before) || is_punctuation(before));
        let closes =
            !is_space(before) && (!is_punctuation(before) || is_space(after) || is_punctuation(after));
        let is_product = opens && closes && before.is_some_and(|c| c.is_ascii_alphanumeric());
        Self {
            byte,
            count: length,
            length,
            index: 0,
            line: 0,
            can_open: opens && (byte != b'_' || !closes || is_punctuation(before)),
            can_close: closes && (byte != b'_' || !opens || is_punctuation(after)),
            can_open_loosely: is_pair(byte, length) && !is_space(after) && !is_product,
        }
    }

    /// Whether the other run closes this one, by CommonMark's rules 9 and 10 of section 6.2.
    fn is_closed_by(&self, closer: &Self) -> bool {
        let is_either = self.can_close || closer.can_open;
        let is_three = self.length.saturating_add(closer.length).is_multiple_of(3);
        let are_threes = self.length.is_multiple_of(3) && closer.length.is_multiple_of(3);
        self.can_open && closer.can_close && (!is_either || !is_three || are_threes)
    }
}

fn is_pair(byte: u8, length: usize) -> bool {
    length > 1 && byte != b'_'
}

pub(crate) fn is_space(c: Option<char>) -> bool {
    c.is_none_or(char::is_whitespace)
}

fn is_punctuation(c: Option<char>) -> bool {
    c.is_some_and(|c| !c.is_alphanumeric() && !c.is_whitespace())
}

fn delimiters(byte: u8, count: usize) -> String {
    char::from(byte).to_string().repeat(count)
}

/// How deep inlines are nested.
fn depth(inlines: &[Inline]) -> usize {
    let mut deepest = 0;
    for inline in inlines {
        deepest = deepest.max(match inline {
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Strikethrough(content)
            | Inline::Link { content, .. } => depth(content).saturating_add(1),
            _ => 0,
        });
    }
    deepest
}
