//! A Markdown text that grows. Blocks that are complete are read once and keep their id; only the last one, which may
//! still change, is read again.
//!
//! What makes a block complete is CommonMark's own rule (Appendix, "A parsing strategy"): blocks are closed line by line,
//! and when a new block has begun beside an old one, nothing can open the old one again. So of the blocks that the
//! complete lines hold, all but the last are committed.

use crate::markdown::Block;
use crate::markdown::block::{Reading, read};
use crate::markdown::tail::closed;

/// The text and its blocks.
#[derive(Debug, Default)]
pub struct Stream {
    text: String,
    /// Where what is not committed begins.
    from: usize,
    /// Up to where complete lines were looked at.
    looked: usize,
    blocks: Vec<(u64, Block)>,
    pub(in crate::markdown) committed: usize,
    last_id: u64,
    is_finished: bool,
    #[cfg(test)]
    pub(in crate::markdown) bytes_read: usize,
}

impl Stream {
    /// Takes the text so far. It costs little when it goes on where the last one ended; any other text starts anew.
    pub fn set(&mut self, text: &str) {
        if self.text == text {
            return;
        }
        match text.strip_prefix(self.text.as_str()) {
            Some(more) if !self.is_finished => self.text.push_str(more),
            _ => {
                self.text = text.to_owned();
                (self.from, self.looked, self.committed) = (0, 0, 0);
                self.is_finished = false;
            }
        }
        self.commit();
        let blocks = self.tail();
        self.replace(self.committed, blocks);
    }

    /// The blocks with their ids. A block that keeps its id has not changed, and a new id has never been used before.
    pub fn blocks(&self) -> &[(u64, Block)] {
        &self.blocks
    }

    /// The text is whole: reads it once more from the start, as it is. What was half-typed is no longer closed, and a text
    /// that is too large for a page is so as a whole.
    pub fn finish(&mut self) {
        if self.is_finished {
            return;
        }
        self.is_finished = true;
        let whole = self.read(0, self.text.len());
        self.replace(0, whole.blocks.into_iter().map(|(_, block)| block).collect());
        self.committed = self.blocks.len();
    }

    /// Commits every block of the complete lines but the last.
    fn commit(&mut self) {
        let Some(end) = self.text.rfind('\n').map(|at| at.saturating_add(1)) else { return };
        if end <= self.looked.max(self.from) {
            return;
        }
        self.looked = end;
        let mut lines = self.read(self.from, end).blocks;
        let Some((last, _)) = lines.pop() else { return };
        if lines.is_empty() {
            return;
        }
        let count = lines.len();
        self.replace_some(self.committed, lines.into_iter().map(|(_, block)| block).collect());
        self.committed = self.committed.saturating_add(count);
        // From the start of its line: the spaces before a block belong to its form.
        let last = self.from.saturating_add(last);
        let head = self.text.get(..last).unwrap_or_default();
        self.from = head.rfind('\n').map_or(self.from, |at| at.saturating_add(1).max(self.from));
    }

    /// The blocks that are not committed, with what is half-typed at their end closed.
    fn tail(&mut self) -> Vec<Block> {
        let Reading { mut blocks, last_words } = self.read(self.from, self.text.len());
        let tail = self.text.get(self.from..).unwrap_or_default();
        if let Some(shown) = last_words.and_then(|words| closed(tail, &words)) {
            self.count(shown.len());
            blocks = read(&shown).blocks;
        }
        blocks.into_iter().map(|(_, block)| block).collect()
    }

    /// Puts blocks in the place of all from an index on. Those that are equal keep their ids.
    fn replace(&mut self, at: usize, blocks: Vec<Block>) {
        self.blocks.truncate(at.saturating_add(blocks.len()));
        self.replace_some(at, blocks);
    }

    fn replace_some(&mut self, at: usize, blocks: Vec<Block>) {
        for (index, block) in blocks.into_iter().enumerate() {
            match self.blocks.get_mut(at.saturating_add(index)) {
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

    fn read(&mut self, from: usize, to: usize) -> Reading {
        self.count(to.saturating_sub(from));
        read(self.text.get(from..to).unwrap_or_default())
    }

    #[cfg(test)]
    fn count(&mut self, bytes: usize) {
        self.bytes_read = self.bytes_read.saturating_add(bytes);
    }

    #[cfg(not(test))]
    fn count(&mut self, _bytes: usize) {}
}
