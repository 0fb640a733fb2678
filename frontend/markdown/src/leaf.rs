//! Leaf blocks: how a line without its containers starts or continues a paragraph, heading, code block, table, rule or
//! run of HTML lines.

use crate::autolink::push_linked;
use crate::builder::{BlockBuilder, Leaf};
use crate::escape::unescape;
use crate::line::{Line, run_length};
use crate::line_start::{atx_heading, code_fence, is_html_tag, is_thematic_break, setext_underline};
use crate::table::{cell_text, cells, table_columns};
use crate::tree::{Block, Inline};

impl<'a> BlockBuilder<'a> {
    /// Adds the line to an open code block or HTML, in which Markdown means nothing. False if none is open.
    pub(crate) fn continue_literal(&mut self, line: &mut Line<'a>) -> bool {
        let is_blank = line.is_blank();
        match &mut self.leaf {
            Leaf::CodeBlock { fence, fence_length, indent, text, .. } => {
                let trimmed = line.clone().text();
                let length = run_length(trimmed, *fence);
                if length >= *fence_length && length == trimmed.len() {
                    self.close(self.containers.len());
                } else {
                    line.skip_columns(*indent);
                    line.push_code(text);
                }
                true
            }
            Leaf::Html(inlines) if !is_blank => {
                inlines.push(Inline::HardBreak);
                push_linked(inlines, line.text());
                true
            }
            _ => false,
        }
    }

    /// Takes a line that is a block of its own, or that starts a code block or HTML. False if it is neither.
    pub(crate) fn start_leaf(
        &mut self,
        depth: usize,
        is_in_paragraph: bool,
        indent: usize,
        line: &Line<'a>,
        text: &'a str,
    ) -> bool {
        if let Some(heading) = atx_heading(text) {
            self.begin_block(depth, line.at);
            let content = self.inlines(heading.text);
            self.push(Block::Heading { level: heading.level, content });
            let marker = usize::from(heading.level);
            self.open_text = Some(line.at.saturating_add(marker)..line.end());
        } else if let Some(fence) = code_fence(text) {
            self.begin_block(depth, line.at);
            let language = fence.info.split_whitespace().next().map(unescape);
            self.leaf = Leaf::CodeBlock {
                fence: fence.byte,
                fence_length: fence.length,
                indent,
                language,
                text: String::new(),
            };
            self.open_text = None;
        } else if let Some(level) = setext_underline(text).filter(|_| is_in_paragraph)
            && let Leaf::Paragraph(lines) = std::mem::take(&mut self.leaf)
        {
            let content = self.paragraph_inlines(&lines);
            self.push(Block::Heading { level, content });
            self.extend_open_text(line.end());
        } else if is_thematic_break(text) {
            self.begin_block(depth, line.at);
            self.push(Block::Rule);
            self.open_text = None;
        } else if !matches!(self.leaf, Leaf::Paragraph(_)) && is_html_tag(text) {
            self.begin_block(depth, line.at);
            let mut inlines = Vec::new();
            push_linked(&mut inlines, text);
            self.leaf = Leaf::Html(inlines);
            self.open_text = None;
        } else {
            return false;
        }
        true
    }

    /// Adds text to the open paragraph or table, or starts a paragraph. Text that stands outside of its containers still
    /// continues a paragraph (CommonMark's lazy continuation lines).
    pub(crate) fn add_text(&mut self, depth: usize, line: &Line<'a>, text: &'a str) {
        let is_inside = depth == self.containers.len();
        match &mut self.leaf {
            Leaf::Paragraph(lines) => {
                let head = lines.last().copied().filter(|_| is_inside && self.open_formula.is_none());
                if let Some((at, head)) = head
                    && let Some(columns) = table_columns(head, text)
                {
                    lines.pop();
                    self.begin_block(depth, at);
                    let head = self.table_row(columns, at, head);
                    self.leaf = Leaf::Table { columns, head, rows: Vec::new() };
                    // No text continues a header cell past the delimiter row.
                    self.open_text = None;
                    return;
                }
                lines.push((line.at, text));
                self.extend_open_text(line.end());
                self.follow_formula(text);
            }
            Leaf::Table { columns, .. } if is_inside => {
                let columns = *columns;
                let row = self.table_row(columns, line.at, text);
                if let Leaf::Table { rows, .. } = &mut self.leaf {
                    rows.push(row);
                }
            }
            _ => {
                self.begin_block(depth, line.at);
                self.leaf = Leaf::Paragraph(vec![(line.at, text)]);
                self.open_text = Some(line.at..line.end());
                self.open_formula = None;
                self.follow_formula(text);
            }
        }
    }

    /// Whether the open paragraph is inside a formula that a line of it began. Up to the end of the formula, or a blank line,
    /// its lines are no lists, headings or rules.
    pub(crate) fn is_in_formula(&self) -> bool {
        self.open_formula.is_some() && matches!(self.leaf, Leaf::Paragraph(_))
    }

    /// Remembers whether a formula that begins a line is open after this line of the paragraph.
    fn follow_formula(&mut self, text: &str) {
        let (closing, rest) = match self.open_formula {
            Some(closing) => (closing, text),
            None => match (text.strip_prefix("$$"), text.strip_prefix("\\[")) {
                (Some(rest), _) => ("$$", rest),
                (None, Some(rest)) => ("\\]", rest),
                (None, None) => return,
            },
        };
        self.open_formula = Some(closing).filter(|closing| !rest.contains(closing));
    }

    fn extend_open_text(&mut self, end: usize) {
        if let Some(text) = &mut self.open_text {
            text.end = end;
        }
    }

    /// Parses the cells of a row and brings them to the table's number of columns.
    fn table_row(&mut self, columns: usize, at: usize, text: &str) -> Vec<Vec<Inline>> {
        let mut row = Vec::new();
        self.open_text = None;
        for (index, cell) in cells(text).into_iter().enumerate() {
            self.open_text = None;
            if index < columns {
                row.push(self.inlines(&cell_text(text.get(cell.clone()).unwrap_or_default())));
                self.open_text = Some(at.saturating_add(cell.start)..at.saturating_add(cell.end));
            }
        }
        self.spend(columns);
        if !self.is_exhausted() {
            row.resize_with(columns, Vec::new);
        }
        row
    }
}
