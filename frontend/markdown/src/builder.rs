//! The tree while the block parser builds it: the containers that are open, the leaf block that the last line belongs to,
//! and the blocks that are closed.

use std::ops::Range;

use crate::inline::parse_inlines;
use crate::limits::MAX_NESTING;
use crate::line::trim;
use crate::line_start::ListMarker;
use crate::tree::{Block, Inline};

pub(crate) struct BlockBuilder<'a> {
    pub(crate) containers: Vec<Container>,
    pub(crate) leaf: Leaf<'a>,
    /// The bytes of the text that the next line may continue.
    pub(crate) open_text: Option<Range<usize>>,
    /// What ends the formula that the open paragraph is in.
    pub(crate) open_formula: Option<&'static str>,
    blocks: Vec<(usize, Block)>,
    /// Where the outermost open block begins.
    start: usize,
    /// How many more nodes the tree may have.
    budget: usize,
}

/// An open container: a quote, or a list with its last item.
pub(crate) struct Container {
    /// The closed blocks of the quote or of the list's last item.
    pub(crate) blocks: Vec<Block>,
    pub(crate) list: Option<OpenList>,
}

pub(crate) struct OpenList {
    pub(crate) delimiter: u8,
    /// The column where the last item's content begins. A line that is indented less does not belong to the item.
    pub(crate) content_offset: usize,
    start: Option<u64>,
    items: Vec<Vec<Block>>,
}

/// What the last line belongs to, inside the innermost container.
#[derive(Default)]
pub(crate) enum Leaf<'a> {
    #[default]
    None,
    /// Lines, each with its offset in the text.
    Paragraph(Vec<(usize, &'a str)>),
    /// Lines of HTML, which are shown as text.
    Html(Vec<Inline>),
    CodeBlock {
        fence: u8,
        fence_length: usize,
        indent: usize,
        language: Option<String>,
        text: String,
    },
    Table {
        columns: usize,
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
}

impl BlockBuilder<'_> {
    pub(crate) fn new(budget: usize) -> Self {
        Self {
            containers: Vec::new(),
            leaf: Leaf::None,
            open_text: None,
            open_formula: None,
            blocks: Vec::new(),
            start: 0,
            budget,
        }
    }

    /// The tree has as many nodes as it may have.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.budget == 0
    }

    pub(crate) fn spend(&mut self, nodes: usize) {
        self.budget = self.budget.saturating_sub(nodes);
    }

    pub(crate) fn into_blocks(self) -> (Vec<(usize, Block)>, Option<Range<usize>>) {
        (self.blocks, self.open_text)
    }

    /// Closes what is inside the outermost `depth` containers, so that a new block can begin there.
    pub(crate) fn begin_block(&mut self, depth: usize, at: usize) {
        self.close(depth);
        if self.containers.is_empty() {
            self.start = at;
        }
    }

    pub(crate) fn open_quote(&mut self) {
        self.containers.push(Container { blocks: Vec::new(), list: None });
    }

    pub(crate) fn open_list(&mut self, marker: ListMarker, content_offset: usize) {
        let ListMarker { delimiter, start, .. } = marker;
        let list = OpenList { delimiter, start, content_offset, items: Vec::new() };
        self.containers.push(Container { blocks: Vec::new(), list: Some(list) });
    }

    /// Begins the next item of the list at this depth.
    pub(crate) fn next_item(&mut self, depth: usize, content_offset: usize) {
        self.close(depth.saturating_add(1));
        if let Some(Container { blocks, list: Some(list) }) = self.containers.last_mut() {
            list.items.push(std::mem::take(blocks));
            list.content_offset = content_offset;
        }
    }

    /// Closes everything but the outermost `depth` containers.
    pub(crate) fn close(&mut self, depth: usize) {
        self.close_leaf();
        while self.containers.len() > depth {
            let Some(Container { blocks, list }) = self.containers.pop() else { return };
            let block = match list {
                None => Block::Quote(blocks),
                Some(OpenList { start, mut items, .. }) => {
                    items.push(blocks);
                    Block::List { start, items }
                }
            };
            self.push(block);
        }
    }

    pub(crate) fn push(&mut self, block: Block) {
        self.spend(1);
        match self.containers.last_mut() {
            Some(container) => container.blocks.push(block),
            None => self.blocks.push((self.start, block)),
        }
    }

    /// Parses the inlines of a text that stands inside the open containers.
    pub(crate) fn inlines(&mut self, text: &str) -> Vec<Inline> {
        let nesting = MAX_NESTING.saturating_sub(self.containers.len()).max(2);
        parse_inlines(trim(text), nesting, &mut self.budget)
    }

    pub(crate) fn paragraph_inlines(&mut self, lines: &[(usize, &str)]) -> Vec<Inline> {
        let mut text = String::new();
        for (_, line) in lines {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
        }
        self.inlines(&text)
    }

    fn close_leaf(&mut self) {
        match std::mem::take(&mut self.leaf) {
            Leaf::None => {}
            Leaf::Paragraph(lines) => {
                let mut content = self.paragraph_inlines(&lines);
                while content.last() == Some(&Inline::HardBreak) {
                    content.pop();
                }
                if !content.is_empty() {
                    self.push(Block::Paragraph(content));
                }
            }
            Leaf::Html(inlines) => self.push(Block::Paragraph(inlines)),
            Leaf::CodeBlock { language, mut text, .. } => {
                text.pop();
                self.push(Block::CodeBlock { language, text });
            }
            Leaf::Table { head, rows, .. } => self.push(Block::Table { head, rows }),
        }
    }
}
