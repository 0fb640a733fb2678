//! The block parser: reads a text line by line as CommonMark's appendix "A parsing strategy" has it. For each line it finds
//! which containers (quotes, list items) continue and which begin, and hands the rest to the leaf blocks.
//!
//! A block never changes after the next one beside it has begun; [`StreamingParser`](crate::StreamingParser) relies on it.

use std::ops::Range;

use crate::builder::{BlockBuilder, Leaf};
use crate::limits::{MAX_NESTING, MAX_NODES};
use crate::line::Line;
use crate::line_start::list_marker;
use crate::tree::{Block, Inline, push_text};

/// Parses a whole Markdown text into blocks.
///
/// Every line feed inside a paragraph is a line break, since that is what people and models mean by it. A text whose tree
/// would have more than 40,000 nodes comes back as one paragraph of plain text.
///
/// ```
/// use markdown::{Block, Inline, parse};
///
/// let item = |text: &str| vec![Block::Paragraph(vec![Inline::Text(text.to_owned())])];
/// assert_eq!(
///     parse("1. one\n2. two"),
///     [Block::List { start: Some(1), items: vec![item("one"), item("two")] }],
/// );
/// ```
pub fn parse(text: &str) -> Vec<Block> {
    parse_with_positions(text).blocks.into_iter().map(|(_, block)| block).collect()
}

/// A parsed text with the positions that streaming needs.
pub(crate) struct ParsedText {
    /// The blocks, each with the offset of a byte in its first line.
    pub(crate) blocks: Vec<(usize, Block)>,
    /// The bytes of the paragraph, heading, item or cell at the end of the text that more text would continue.
    pub(crate) open_text: Option<Range<usize>>,
}

pub(crate) fn parse_with_positions(text: &str) -> ParsedText {
    let mut builder = BlockBuilder::new(MAX_NODES);
    let mut at = 0_usize;
    for line in text.split_inclusive('\n') {
        add_line(&mut builder, Line::new(line, at));
        at = at.saturating_add(line.len());
        if builder.is_exhausted() {
            break;
        }
    }
    builder.close(0);
    if builder.is_exhausted() {
        return ParsedText { blocks: vec![(0, unformatted(text))], open_text: None };
    }
    let (blocks, open_text) = builder.into_blocks();
    ParsedText { blocks, open_text }
}

/// The text as one paragraph without any formatting.
fn unformatted(text: &str) -> Block {
    let mut inlines = Vec::new();
    for line in text.trim_end_matches('\n').split('\n') {
        if !inlines.is_empty() {
            inlines.push(Inline::HardBreak);
        }
        push_text(&mut inlines, line);
    }
    Block::Paragraph(inlines)
}

fn add_line<'a>(builder: &mut BlockBuilder<'a>, mut line: Line<'a>) {
    let mut depth = continue_containers(builder, &mut line);
    if depth == builder.containers.len() && builder.continue_literal(&mut line) {
        return;
    }
    if depth == builder.containers.len() && builder.is_in_formula() && !line.is_blank() {
        let text = line.text();
        return builder.add_text(depth, &line, text);
    }
    loop {
        if line.is_blank() {
            return builder.close(depth);
        }
        let indent = line.indent();
        let text = line.text();
        let is_in_paragraph = depth == builder.containers.len() && matches!(builder.leaf, Leaf::Paragraph(_));
        if builder.start_leaf(depth, is_in_paragraph, indent, &line, text) {
            return;
        }
        if depth < MAX_NESTING && text.starts_with('>') {
            builder.begin_block(depth, line.at);
            builder.open_quote();
            line.skip_bytes(1);
            line.skip_columns(1);
        } else if !start_item(builder, depth, is_in_paragraph, indent, &mut line, text) {
            return builder.add_text(depth, &line, text);
        }
        depth = depth.saturating_add(1);
    }
}

/// Counts the open containers that this line continues, and takes their markers off the line.
fn continue_containers(builder: &mut BlockBuilder<'_>, line: &mut Line<'_>) -> usize {
    let count = builder.containers.len();
    for (depth, container) in builder.containers.iter_mut().enumerate() {
        let is_blank = line.is_blank();
        match &mut container.list {
            None => {
                let mut ahead = line.clone();
                if !ahead.text().starts_with('>') {
                    return depth;
                }
                ahead.skip_bytes(1);
                ahead.skip_columns(1);
                *line = ahead;
            }
            Some(list) if is_blank => {
                // An item may begin with one blank line, not with two.
                let is_innermost = depth.saturating_add(1) == count;
                if is_innermost && container.blocks.is_empty() && matches!(builder.leaf, Leaf::None) {
                    list.content_offset = usize::MAX;
                }
                line.skip_columns(list.content_offset);
            }
            Some(list) if line.indent() >= list.content_offset => line.skip_columns(list.content_offset),
            Some(_) => return depth,
        }
    }
    count
}

/// Takes the marker of a list item off the line and begins the item, in the list at this depth or in a new one.
fn start_item<'a>(
    builder: &mut BlockBuilder<'a>,
    depth: usize,
    is_in_paragraph: bool,
    indent: usize,
    line: &mut Line<'a>,
    text: &str,
) -> bool {
    let Some(marker) = list_marker(text, is_in_paragraph) else { return false };
    let list = builder.containers.get(depth).and_then(|container| container.list.as_ref());
    let is_next = list.is_some_and(|list| list.delimiter == marker.delimiter);
    if !is_next && depth >= MAX_NESTING {
        return false;
    }
    builder.open_text = Some(line.at..line.end());
    let at = line.at;
    line.skip_bytes(marker.bytes);
    let gap = if line.is_blank() { 1 } else { line.indent() };
    // More than four columns belong to the text: it is indented itself.
    let gap = if gap > 4 { 1 } else { gap };
    line.skip_columns(gap);
    let content_offset = indent.saturating_add(marker.bytes).saturating_add(gap);
    if is_next {
        builder.next_item(depth, content_offset);
    } else {
        builder.begin_block(depth, at);
        builder.open_list(marker, content_offset);
    }
    true
}
