//! The streaming parser, for a text that grows. Finished blocks are parsed once and keep their id; the open tail, which may
//! still change, is parsed again with each new text.
//!
//! A block is finished by CommonMark's own rule (appendix "A parsing strategy"): blocks are closed line by line, and once a
//! new block has begun beside an old one, nothing opens the old one again. So of the blocks in the complete lines, all but
//! the last are finished.

use crate::block::{ParsedText, parse_with_positions};
use crate::open_tail::close_open_tail;
use crate::tree::Block;

/// Parses an answer while it streams.
///
/// What is half-typed at the end of the text is shown as it will probably become: `**bo` is strong text, `[text](http` is
/// its text.
///
/// ```
/// use markdown::{Block, Inline, StreamingParser};
///
/// let paragraph = |content| Block::Paragraph(vec![content]);
/// let mut parser = StreamingParser::default();
///
/// parser.set_text("One.\n\n**Tw");
/// let (first, _) = parser.blocks()[0].clone();
/// let two = Inline::Strong(vec![Inline::Text("Tw".to_owned())]);
/// assert_eq!(parser.blocks()[1].1, paragraph(two));
///
/// parser.set_text("One.\n\n**Two** and");
/// assert_eq!(parser.blocks()[0].0, first, "a finished block keeps its id");
///
/// parser.finish();
/// assert_eq!(parser.blocks().len(), 2);
/// ```
#[derive(Debug, Default)]
pub struct StreamingParser {
    text: String,
    /// Where the first block begins that is not finished.
    tail_start: usize,
    /// Up to where complete lines were searched for finished blocks.
    searched: usize,
    blocks: Vec<(u64, Block)>,
    /// How many of the blocks are finished.
    pub(crate) finished: usize,
    last_id: u64,
    is_complete: bool,
    #[cfg(test)]
    pub(crate) bytes_parsed: usize,
}

impl StreamingParser {
    /// Takes the whole text so far. A text that continues the last one costs little; any other is parsed from its start.
    pub fn set_text(&mut self, text: &str) {
        if self.text == text {
            return;
        }
        match text.strip_prefix(self.text.as_str()) {
            Some(more) if !self.is_complete => self.text.push_str(more),
            _ => {
                self.text = text.to_owned();
                (self.tail_start, self.searched, self.finished) = (0, 0, 0);
                self.is_complete = false;
            }
        }
        self.finish_blocks();
        let blocks = self.parse_tail();
        self.blocks.truncate(self.finished.saturating_add(blocks.len()));
        self.replace_blocks(self.finished, blocks);
    }

    /// The blocks with their ids. A block that keeps its id has not changed; a new id was never used before.
    pub fn blocks(&self) -> &[(u64, Block)] {
        &self.blocks
    }

    /// Parses the complete text once more from its start, as [`parse`](crate::parse) does: what is half-typed at its end is
    /// text, and the limit on nodes applies to the text as a whole.
    pub fn finish(&mut self) {
        if self.is_complete {
            return;
        }
        self.is_complete = true;
        let blocks = without_positions(self.parse(0, self.text.len()));
        self.blocks.truncate(blocks.len());
        self.replace_blocks(0, blocks);
        self.finished = self.blocks.len();
    }

    /// Finishes every block of the complete lines but the last.
    fn finish_blocks(&mut self) {
        let Some(end) = self.text.rfind('\n').map(|at| at.saturating_add(1)) else { return };
        if end <= self.searched.max(self.tail_start) {
            return;
        }
        self.searched = end;
        let mut parsed = self.parse(self.tail_start, end);
        let Some((last, _)) = parsed.blocks.pop() else { return };
        if parsed.blocks.is_empty() {
            return;
        }
        let count = parsed.blocks.len();
        self.replace_blocks(self.finished, without_positions(parsed));
        self.finished = self.finished.saturating_add(count);
        // The tail begins with its line: the indentation before a block matters to it.
        let last = self.tail_start.saturating_add(last);
        let head = self.text.get(..last).unwrap_or_default();
        let line_start = head.rfind('\n').map(|at| at.saturating_add(1).max(self.tail_start));
        self.tail_start = line_start.unwrap_or(self.tail_start);
    }

    /// Parses what is not finished, with half-typed Markdown at its end closed.
    fn parse_tail(&mut self) -> Vec<Block> {
        let parsed = self.parse(self.tail_start, self.text.len());
        let tail = self.text.get(self.tail_start..).unwrap_or_default();
        match parsed.open_text.as_ref().and_then(|open| close_open_tail(tail, open)) {
            Some(closed) => {
                self.count(closed.len());
                without_positions(parse_with_positions(&closed))
            }
            None => without_positions(parsed),
        }
    }

    /// Puts blocks into place from an index on. Those that are equal to the ones before keep their ids.
    fn replace_blocks(&mut self, from: usize, blocks: Vec<Block>) {
        for (index, block) in blocks.into_iter().enumerate() {
            match self.blocks.get_mut(from.saturating_add(index)) {
                Some((_, old)) if *old == block => {}
                Some(old) => {
                    self.last_id = self.last_id.saturating_add(1);
                    *old = (self.last_id, block);
                }
                None => {
                    self.last_id = self.last_id.saturating_add(1);
                    self.blocks.push((self.last_id, block));
                }
            }
        }
    }

    fn parse(&mut self, from: usize, to: usize) -> ParsedText {
        self.count(to.saturating_sub(from));
        parse_with_positions(self.text.get(from..to).unwrap_or_default())
    }

    #[cfg(test)]
    fn count(&mut self, bytes: usize) {
        self.bytes_parsed = self.bytes_parsed.saturating_add(bytes);
    }

    #[cfg(not(test))]
    fn count(&mut self, _bytes: usize) {}
}

fn without_positions(parsed: ParsedText) -> Vec<Block> {
    parsed.blocks.into_iter().map(|(_, block)| block).collect()
}
