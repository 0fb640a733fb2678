//! What a line is inside its containers: words, code, HTML, the row of a table, or a block of its own.

use crate::markdown::block::{DEPTH, Reader};
use crate::markdown::line::{Line, fence, heading, is_rule, is_tag, run, trimmed, underline};
use crate::markdown::links::linked;
use crate::markdown::{Block, Inline, escape, inline, table};

/// What the last line belongs to, inside the innermost container.
#[derive(Default)]
pub(super) enum Leaf<'a> {
    #[default]
    Nothing,
    Words(Vec<(usize, &'a str)>),
    Html(Vec<Inline>),
    Code {
        mark: u8,
        count: usize,
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

pub(super) fn push_line(pieces: &mut Vec<Inline>, line: &str, push: fn(&str, &mut Vec<Inline>)) {
    if !pieces.is_empty() {
        pieces.push(Inline::Break);
    }
    push(line, pieces);
}

impl<'a> Reader<'a> {
    /// Takes a line of code or HTML, in which marks mean nothing.
    pub(super) fn is_inside(&mut self, line: &mut Line<'a>) -> bool {
        let is_blank = line.is_blank();
        match &mut self.leaf {
            Leaf::Code { mark, count, indent, text, .. } => {
                let words = line.ahead().words();
                let marks = run(words, *mark);
                if marks >= *count && marks == words.len() {
                    self.close(self.open.len());
                } else {
                    line.skip(*indent);
                    line.push_code(text);
                }
                true
            }
            Leaf::Html(pieces) if !is_blank => {
                push_line(pieces, line.words(), linked);
                true
            }
            _ => false,
        }
    }

    /// Takes a line that is a block of its own or begins code or HTML.
    pub(super) fn is_whole_line(
        &mut self,
        depth: usize,
        is_in_words: bool,
        indent: usize,
        line: &Line<'a>,
        words: &str,
    ) -> bool {
        if let Some((level, marks, says)) = heading(words) {
            self.begin(depth, line.at);
            let content = self.pieces(says);
            self.push(Block::Heading { level, content });
            self.last_words = Some(line.at.saturating_add(marks)..line.end());
        } else if let Some((mark, count, about)) = fence(words) {
            self.begin(depth, line.at);
            let language = about.split_whitespace().next().map(escape::unescaped);
            self.leaf = Leaf::Code { mark, count, indent, language, text: String::new() };
            self.last_words = None;
        } else if let Some(level) = underline(words).filter(|_| is_in_words)
            && let Leaf::Words(lines) = std::mem::take(&mut self.leaf)
        {
            let content = self.paragraph(&lines);
            self.push(Block::Heading { level, content });
            self.words_go_on(line.end());
        } else if is_rule(words) {
            self.begin(depth, line.at);
            self.push(Block::Rule);
            self.last_words = None;
        } else if !matches!(self.leaf, Leaf::Words(_)) && is_tag(words) {
            self.begin(depth, line.at);
            let mut pieces = Vec::new();
            linked(words, &mut pieces);
            self.leaf = Leaf::Html(pieces);
            self.last_words = None;
        } else {
            return false;
        }
        true
    }

    /// Takes words. Those that stand outside their containers still go on with a paragraph, as it is in mails.
    pub(super) fn words(&mut self, depth: usize, line: &Line<'a>, words: &'a str) {
        let is_inside = depth == self.open.len();
        match &mut self.leaf {
            Leaf::Words(lines) => {
                let head = lines.last().copied().filter(|_| is_inside);
                if let Some((at, head)) = head
                    && let Some(columns) = table::columns(head, words)
                {
                    lines.pop();
                    self.begin(depth, at);
                    let head = self.row(columns, at, head);
                    self.leaf = Leaf::Table { columns, head, rows: Vec::new() };
                    // A cell of the head does not go on behind the border below it.
                    self.last_words = None;
                    return;
                }
                lines.push((line.at, words));
                self.words_go_on(line.end());
            }
            Leaf::Table { columns, .. } if is_inside => {
                let columns = *columns;
                let row = self.row(columns, line.at, words);
                if let Leaf::Table { rows, .. } = &mut self.leaf {
                    rows.push(row);
                }
            }
            _ => {
                self.begin(depth, line.at);
                self.leaf = Leaf::Words(vec![(line.at, words)]);
                self.last_words = Some(line.at..line.end());
            }
        }
    }

    fn words_go_on(&mut self, end: usize) {
        if let Some(words) = &mut self.last_words {
            words.end = end;
        }
    }

    fn row(&mut self, columns: usize, at: usize, words: &str) -> Vec<Vec<Inline>> {
        let mut row = Vec::new();
        self.last_words = None;
        for (index, cell) in table::cells(words).into_iter().enumerate() {
            self.last_words = None;
            if index < columns {
                let text = table::words(words.get(cell.clone()).unwrap_or_default());
                row.push(self.pieces(&text));
                self.last_words = Some(at.saturating_add(cell.start)..at.saturating_add(cell.end));
            }
        }
        self.budget = self.budget.saturating_sub(columns);
        if self.budget > 0 {
            row.resize_with(columns, Vec::new);
        }
        row
    }

    /// Ends what the last line belongs to.
    pub(super) fn end_leaf(&mut self) {
        match std::mem::take(&mut self.leaf) {
            Leaf::Nothing => {}
            Leaf::Words(lines) => {
                let mut content = self.paragraph(&lines);
                while content.last() == Some(&Inline::Break) {
                    content.pop();
                }
                if !content.is_empty() {
                    self.push(Block::Paragraph(content));
                }
            }
            Leaf::Html(pieces) => self.push(Block::Paragraph(pieces)),
            Leaf::Code { language, mut text, .. } => {
                text.pop();
                self.push(Block::Code { language, text });
            }
            Leaf::Table { head, rows, .. } => self.push(Block::Table { head, rows }),
        }
    }

    fn paragraph(&mut self, lines: &[(usize, &str)]) -> Vec<Inline> {
        let mut text = String::new();
        for (_, line) in lines {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
        }
        self.pieces(&text)
    }

    fn pieces(&mut self, text: &str) -> Vec<Inline> {
        let room = DEPTH.saturating_sub(self.open.len()).max(2);
        inline::pieces(trimmed(text), room, &mut self.budget)
    }
}
