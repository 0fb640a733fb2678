//! The blocks of a person's message, with the marks that people know from other chats: fenced code, quotes, lists. What is no
//! mark stays as it was typed, line by line: there are no headings, tables, rules or escapes that somebody could write without
//! meaning to.

use crate::message_inline::push_line;
use crate::tree::{Block, Inline};

const FENCE: &str = "```";

/// Parses a person's message.
///
/// ```
/// use markdown::{Block, Inline, parse_message};
///
/// let text = |text: &str| Inline::Text(text.to_owned());
/// let expected = vec![text("2 * 3 is "), Inline::Strong(vec![text("6")]), text(" (^_^)")];
/// assert_eq!(parse_message("2 * 3 is **6** (^_^)"), [Block::Paragraph(expected)]);
/// ```
pub fn parse_message(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut parser =
        Parser { lines: &lines, at: 0, blocks: Vec::new(), paragraph: Vec::new(), has_fences: true };
    while let Some(line) = parser.line() {
        let is_block = parser.code(line) || parser.quote(line) || parser.list(line);
        if !is_block {
            parser.paragraph.push(line);
            parser.at = parser.at.saturating_add(1);
        }
    }
    parser.end_paragraph();
    parser.blocks
}

struct Parser<'a> {
    lines: &'a [&'a str],
    /// The line that is read next.
    at: usize,
    blocks: Vec<Block>,
    /// Lines that begin no block.
    paragraph: Vec<&'a str>,
    /// False once a fence was not closed: none of the later ones is.
    has_fences: bool,
}

/// The mark of a list item, and what stands behind it.
struct Item<'a> {
    is_nested: bool,
    /// The number of an ordered item.
    number: Option<u64>,
    text: &'a str,
}

impl<'a> Parser<'a> {
    fn line(&self) -> Option<&'a str> {
        self.lines.get(self.at).copied()
    }

    fn push(&mut self, block: Block) {
        self.end_paragraph();
        self.blocks.push(block);
    }

    fn end_paragraph(&mut self) {
        let lines = std::mem::take(&mut self.paragraph);
        let is_written = |line: &&str| !line.trim().is_empty();
        let Some(first) = lines.iter().position(is_written) else { return };
        let end = lines.iter().rposition(is_written).unwrap_or(first);
        self.blocks.push(paragraph(lines.get(first..=end).unwrap_or_default()));
    }

    /// Takes a fenced code block. Its end may stand behind the last line of code, also on the first line.
    fn code(&mut self, line: &'a str) -> bool {
        let Some(first) = line.trim_start().strip_prefix(FENCE).filter(|_| self.has_fences) else {
            return false;
        };
        if let Some(code) = first.trim_end().strip_suffix(FENCE).filter(|code| !code.trim().is_empty()) {
            self.push(Block::CodeBlock { language: None, text: code.trim().to_owned() });
            self.at = self.at.saturating_add(1);
            return true;
        }
        let from = self.at.saturating_add(1);
        let rest = self.lines.get(from..).unwrap_or_default();
        let Some(length) = rest.iter().position(|line| line.trim_end().ends_with(FENCE)) else {
            self.has_fences = false;
            return false;
        };
        let mut code: Vec<&str> = rest.get(..length).unwrap_or_default().to_vec();
        let last = rest.get(length).and_then(|line| line.trim_end().strip_suffix(FENCE)).unwrap_or_default();
        if !last.trim().is_empty() {
            code.push(last);
        }
        let info = first.trim();
        let language = (!info.is_empty() && !info.contains(char::is_whitespace)).then(|| info.to_owned());
        if language.is_none() && !info.is_empty() {
            code.insert(0, first);
        }
        self.push(Block::CodeBlock { language, text: code.join("\n") });
        self.at = from.saturating_add(length).saturating_add(1);
        true
    }

    /// Takes lines that begin with `> `. Without the space it is an arrow or a face.
    fn quote(&mut self, line: &'a str) -> bool {
        let quoted = |line: &'a str| line.strip_prefix("> ").filter(|text| !text.trim().is_empty());
        let Some(first) = quoted(line) else { return false };
        let mut lines = vec![first];
        self.at = self.at.saturating_add(1);
        while let Some(next) = self.line().and_then(quoted) {
            lines.push(next);
            self.at = self.at.saturating_add(1);
        }
        self.push(Block::Quote(vec![paragraph(&lines)]));
        true
    }

    /// Takes a list. One with numbers begins at 1 and goes on by one, so that a date stays text.
    fn list(&mut self, line: &'a str) -> bool {
        let Some(first) =
            item(line).filter(|item| !item.is_nested && item.number.is_none_or(|number| number == 1))
        else {
            return false;
        };
        let start = first.number;
        let mut items = vec![vec![paragraph(&[first.text])]];
        let mut nested: Vec<Vec<Block>> = Vec::new();
        self.at = self.at.saturating_add(1);
        while let Some(next) = self.line().and_then(item) {
            let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
            if next.is_nested && next.number.is_none() {
                nested.push(vec![paragraph(&[next.text])]);
            } else if !next.is_nested && next.number == start.map(|_| count.saturating_add(1)) {
                close_nested(&mut items, &mut nested);
                items.push(vec![paragraph(&[next.text])]);
            } else {
                break;
            }
            self.at = self.at.saturating_add(1);
        }
        close_nested(&mut items, &mut nested);
        self.push(Block::List { start, items });
        true
    }
}

/// Puts a nested list into the item before it.
fn close_nested(items: &mut [Vec<Block>], nested: &mut Vec<Vec<Block>>) {
    if !nested.is_empty()
        && let Some(item) = items.last_mut()
    {
        item.push(Block::List { start: None, items: std::mem::take(nested) });
    }
}

fn item(line: &str) -> Option<Item<'_>> {
    let marked = line.trim_start();
    let is_nested = line.len() >= marked.len().saturating_add(2);
    let digits = marked.bytes().take_while(u8::is_ascii_digit).count();
    let rest = marked.get(digits..)?;
    let (number, text) = match digits {
        0 => (None, rest.strip_prefix("- ").or_else(|| rest.strip_prefix("* "))?),
        _ => (
            Some(marked.get(..digits)?.parse().ok()?),
            rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))?,
        ),
    };
    let text = text.trim();
    (!text.is_empty()).then_some(Item { is_nested, number, text })
}

fn paragraph(lines: &[&str]) -> Block {
    let mut inlines = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            inlines.push(Inline::HardBreak);
        }
        push_line(&mut inlines, line);
    }
    Block::Paragraph(inlines)
}
