//! Blocks, read line by line as CommonMark's appendix on a parsing strategy has it: which containers go on, which begin,
//! and then the words. A block never changes after the next one beside it has begun, which [`Stream`] relies on.
//!
//! [`Stream`]: crate::markdown::Stream

use std::ops::Range;

use crate::markdown::leaf::{Leaf, push_line};
use crate::markdown::line::{Line, marker};
use crate::markdown::links::push_text;
use crate::markdown::{Block, Inline};

/// How deep blocks and pieces may be nested. Deeper ones lose their form and keep their text.
pub(super) const DEPTH: usize = 16;
/// Pieces of one text. Beyond it the text is shown plain: a page with more nodes than this is of no use to anybody.
const PIECES: usize = 40_000;

/// A whole Markdown text as blocks. Single line feeds break lines, as people and models mean them.
pub fn parse(text: &str) -> Vec<Block> {
    read(text).blocks.into_iter().map(|(_, block)| block).collect()
}

/// A text that was read.
pub(super) struct Reading {
    /// The blocks, each with a byte of its first line.
    pub(super) blocks: Vec<(usize, Block)>,
    /// Where the last words stand, if they can still go on: the bytes of their paragraph, item or cell.
    pub(super) last_words: Option<Range<usize>>,
}

/// Reads a text.
pub(super) fn read(text: &str) -> Reading {
    let mut reader = Reader { budget: PIECES, ..Reader::default() };
    let mut at = 0_usize;
    for line in text.split_inclusive('\n') {
        reader.line(Line::new(line, at));
        at = at.saturating_add(line.len());
        if reader.budget == 0 {
            break;
        }
    }
    reader.close(0);
    if reader.budget == 0 {
        let mut pieces = Vec::new();
        for line in text.trim_end_matches('\n').split('\n') {
            push_line(&mut pieces, line, push_plain);
        }
        return Reading { blocks: vec![(0, Block::Paragraph(pieces))], last_words: None };
    }
    Reading { blocks: reader.blocks, last_words: reader.last_words }
}

fn push_plain(line: &str, pieces: &mut Vec<Inline>) {
    push_text(pieces, line);
}

/// A container that is open: a quote, or a list and its last item.
pub(super) struct Open {
    blocks: Vec<Block>,
    list: Option<List>,
}

struct List {
    mark: u8,
    start: Option<u64>,
    /// Where the words of the last item begin. What stands farther left is not of it.
    offset: usize,
    items: Vec<Vec<Block>>,
}

#[derive(Default)]
pub(super) struct Reader<'a> {
    pub(super) open: Vec<Open>,
    pub(super) leaf: Leaf<'a>,
    blocks: Vec<(usize, Block)>,
    pub(super) last_words: Option<Range<usize>>,
    /// Where the outermost block begins that is open.
    start: usize,
    pub(super) budget: usize,
}

impl<'a> Reader<'a> {
    fn line(&mut self, mut line: Line<'a>) {
        let mut depth = self.going_on(&mut line);
        if depth == self.open.len() && self.is_inside(&mut line) {
            return;
        }
        loop {
            if line.is_blank() {
                return self.close(depth);
            }
            let indent = line.indent();
            let words = line.words();
            let is_in_words = depth == self.open.len() && matches!(self.leaf, Leaf::Words(_));
            if self.is_whole_line(depth, is_in_words, indent, &line, words) {
                return;
            }
            if depth < DEPTH && words.starts_with('>') {
                self.begin(depth, line.at);
                self.open.push(Open { blocks: Vec::new(), list: None });
                line.take(1);
                line.skip(1);
            } else if !self.is_item(depth, is_in_words, indent, &mut line, words) {
                return self.words(depth, &line, words);
            }
            depth = depth.saturating_add(1);
        }
    }

    /// How many of the open containers go on in this line. Their marks are taken off it.
    fn going_on(&mut self, line: &mut Line<'_>) -> usize {
        let count = self.open.len();
        for (depth, open) in self.open.iter_mut().enumerate() {
            let is_blank = line.is_blank();
            match &mut open.list {
                None => {
                    let mut ahead = line.ahead();
                    if !ahead.words().starts_with('>') {
                        return depth;
                    }
                    ahead.take(1);
                    ahead.skip(1);
                    *line = ahead;
                }
                Some(list) if is_blank => {
                    // An item may begin with one empty line and not with two.
                    let is_innermost = depth.saturating_add(1) == count;
                    if is_innermost && open.blocks.is_empty() && matches!(self.leaf, Leaf::Nothing) {
                        list.offset = usize::MAX;
                    }
                    line.skip(list.offset);
                }
                Some(list) if line.indent() >= list.offset => line.skip(list.offset),
                Some(_) => return depth,
            }
        }
        count
    }

    /// Takes the marker of an item, of the list at this depth or of a new one.
    fn is_item(
        &mut self,
        depth: usize,
        is_in_words: bool,
        indent: usize,
        line: &mut Line<'a>,
        words: &str,
    ) -> bool {
        let Some(marker) = marker(words, is_in_words) else { return false };
        let list = self.open.get(depth).and_then(|open| open.list.as_ref());
        let is_next = list.is_some_and(|list| list.mark == marker.mark);
        if !is_next && depth >= DEPTH {
            return false;
        }
        self.last_words = Some(line.at..line.end());
        let at = line.at;
        line.take(marker.bytes);
        let gap = if line.is_blank() { 1 } else { line.indent() };
        // More than four columns are of the words, as an indented text has them.
        let gap = if gap > 4 { 1 } else { gap };
        line.skip(gap);
        let offset = indent.saturating_add(marker.bytes).saturating_add(gap);
        if is_next {
            self.close(depth.saturating_add(1));
            if let Some(Open { blocks, list: Some(list) }) = self.open.last_mut() {
                list.items.push(std::mem::take(blocks));
                list.offset = offset;
            }
        } else {
            self.begin(depth, at);
            let list = List { mark: marker.mark, start: marker.start, offset, items: Vec::new() };
            self.open.push(Open { blocks: Vec::new(), list: Some(list) });
        }
        true
    }

    /// A new block begins inside the outermost `depth` containers.
    pub(super) fn begin(&mut self, depth: usize, at: usize) {
        self.close(depth);
        if self.open.is_empty() {
            self.start = at;
        }
    }

    /// Ends what is open, but for the outermost `depth` containers.
    pub(super) fn close(&mut self, depth: usize) {
        self.end_leaf();
        while self.open.len() > depth {
            let Some(Open { blocks, list }) = self.open.pop() else { return };
            let block = match list {
                None => Block::Quote(blocks),
                Some(List { start, mut items, .. }) => {
                    items.push(blocks);
                    Block::List { start, items }
                }
            };
            self.push(block);
        }
    }

    pub(super) fn push(&mut self, block: Block) {
        self.budget = self.budget.saturating_sub(1);
        match self.open.last_mut() {
            Some(open) => open.blocks.push(block),
            None => self.blocks.push((self.start, block)),
        }
    }
}
