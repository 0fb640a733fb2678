//! The parser's events as a tree. HTML becomes text, images become links, and what is nested too deeply or would grow too
//! large becomes plain, so that no text can make a page stand still.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::markdown::inline::{ESCAPED_ASTERISK, finished};
use crate::markdown::links::{push_text, safe};
use crate::markdown::{Block, Inline};

/// How deep blocks and pieces may be nested. Deeper ones lose their form and keep their text.
const DEPTH: usize = 16;
/// Pieces of one text. Beyond it the text is shown plain: a page with more nodes than this is of no use to anybody.
const EVENTS: usize = 40_000;

/// A whole Markdown text as blocks. Single line feeds break lines, as people and models mean them.
pub fn parse(text: &str) -> Vec<Block> {
    read(text).blocks.into_iter().map(|(_, block)| block).collect()
}

/// A text that was read.
pub(super) struct Reading {
    /// The blocks, each with the byte where it begins.
    pub(super) blocks: Vec<(usize, Block)>,
    /// Where the last words stand, if they can still go on: the bytes of their paragraph, item or cell.
    pub(super) last_words: Option<Range<usize>>,
}

/// Reads a text.
pub(super) fn read(text: &str) -> Reading {
    if is_bomb(text) {
        return Reading { blocks: vec![(0, Block::Paragraph(lines(text)))], last_words: None };
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    let mut tree = Tree { text, stack: Vec::new(), blocks: Vec::new(), last_words: None, start: 0 };
    for (count, (event, range)) in Parser::new_ext(text, options).into_offset_iter().enumerate() {
        if count > EVENTS {
            return Reading { blocks: vec![(0, Block::Paragraph(lines(text)))], last_words: None };
        }
        tree.event(event, range);
    }
    Reading { blocks: tree.blocks, last_words: tree.last_words }
}

/// Markers whose nesting costs the parser more than their number: a line of thousands of `>` or list markers.
fn is_bomb(text: &str) -> bool {
    text.split('\n').any(|line| {
        let markers =
            line.bytes().take_while(|byte| matches!(byte, b'>' | b'-' | b'+' | b'*' | b' ' | b'\t'));
        markers.filter(|byte| !matches!(byte, b' ' | b'\t')).count() > 200
    })
}

fn lines(text: &str) -> Vec<Inline> {
    let mut pieces = Vec::new();
    push_lines(&mut pieces, text);
    pieces
}

fn push_lines(pieces: &mut Vec<Inline>, text: &str) {
    for (index, line) in text.trim_end_matches('\n').split('\n').enumerate() {
        if index > 0 {
            pieces.push(Inline::Break);
        }
        push_text(pieces, line);
    }
}

/// A container that is open.
enum Open {
    Quote(Vec<Block>),
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Item(Vec<Block>),
    Table {
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Row(Vec<Vec<Inline>>),
    Code {
        language: Option<String>,
        text: String,
    },
    Pieces {
        form: Form,
        pieces: Vec<Inline>,
    },
    /// Too deep, or of a kind that is not kept: what is inside goes to what is outside.
    Nothing,
}

enum Form {
    Paragraph,
    /// Pieces that stand directly in an item or a quote.
    Bare,
    Heading(u8),
    Cell,
    Strong,
    Emphasis,
    Strike,
    Link(Option<String>),
    Image(String),
}

struct Tree<'a> {
    text: &'a str,
    stack: Vec<Open>,
    blocks: Vec<(usize, Block)>,
    last_words: Option<Range<usize>>,
    /// Where the block that is being read begins.
    start: usize,
}

impl Tree<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.words(&text, range),
            Event::Code(text) => self.piece(Inline::Code(text.into_string()), range),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.formula(&text, range),
            Event::Html(text) => self.html(&text, range),
            Event::InlineHtml(text) => self.inline_html(&text, range),
            Event::SoftBreak | Event::HardBreak => self.piece(Inline::Break, range),
            Event::Rule => {
                self.begin_block(&range);
                self.block(Block::Rule);
                self.last_words = None;
            }
            // Of extensions that are not turned on.
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        if !matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        ) {
            self.begin_block(&range);
        }
        let is_deep = self.stack.len() >= DEPTH;
        let pieces = |form| Open::Pieces { form, pieces: Vec::new() };
        let open = match tag {
            Tag::Paragraph => {
                self.last_words = Some(range);
                pieces(Form::Paragraph)
            }
            Tag::Heading { level, .. } => {
                self.last_words = Some(range);
                pieces(Form::Heading(level as u8))
            }
            Tag::TableCell => {
                self.last_words = Some(range);
                pieces(Form::Cell)
            }
            Tag::CodeBlock(kind) => {
                self.last_words = None;
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().map(str::to_owned),
                    CodeBlockKind::Indented => None,
                };
                Open::Code { language, text: String::new() }
            }
            Tag::HtmlBlock => {
                self.last_words = None;
                pieces(Form::Paragraph)
            }
            Tag::TableHead | Tag::TableRow => Open::Row(Vec::new()),
            Tag::Table(_) => Open::Table { head: Vec::new(), rows: Vec::new() },
            _ if is_deep => Open::Nothing,
            Tag::BlockQuote(_) => Open::Quote(Vec::new()),
            Tag::List(start) => Open::List { start, items: Vec::new() },
            Tag::Item => {
                // Until it says more, an item is where words go on.
                self.last_words = Some(range);
                Open::Item(Vec::new())
            }
            Tag::Emphasis => self.inside(Form::Emphasis, &range),
            Tag::Strong => self.inside(Form::Strong, &range),
            Tag::Strikethrough => self.inside(Form::Strike, &range),
            Tag::Link { link_type, dest_url, .. } => {
                let address = match link_type {
                    LinkType::Email => safe(&format!("mailto:{dest_url}")),
                    _ => safe(&dest_url),
                };
                self.inside(Form::Link(address), &range)
            }
            Tag::Image { dest_url, .. } => self.inside(Form::Image(dest_url.into_string()), &range),
            _ => Open::Nothing,
        };
        self.stack.push(open);
    }

    fn inside(&mut self, form: Form, range: &Range<usize>) -> Open {
        self.make_room(range);
        Open::Pieces { form, pieces: Vec::new() }
    }

    fn end(&mut self, tag: TagEnd) {
        if matches!(tag, TagEnd::BlockQuote(_) | TagEnd::Item) {
            self.end_bare();
        }
        let is_head = tag == TagEnd::TableHead;
        match self.stack.pop() {
            Some(Open::Quote(blocks)) => self.block(Block::Quote(blocks)),
            Some(Open::List { start, items }) => self.block(Block::List { start, items }),
            Some(Open::Item(blocks)) => match self.stack.last_mut() {
                Some(Open::List { items, .. }) => items.push(blocks),
                // Its list was too deep.
                _ => blocks.into_iter().for_each(|block| self.block(block)),
            },
            Some(Open::Table { head, rows }) => self.block(Block::Table { head, rows }),
            Some(Open::Row(cells)) => {
                if let Some(Open::Table { head, rows }) = self.stack.last_mut() {
                    if is_head { *head = cells } else { rows.push(cells) }
                }
            }
            Some(Open::Code { language, mut text }) => {
                if text.ends_with('\n') {
                    text.pop();
                }
                self.block(Block::Code { language, text });
            }
            Some(Open::Pieces { form, pieces }) => self.close(form, pieces),
            Some(Open::Nothing) | None => {}
        }
    }

    fn close(&mut self, form: Form, pieces: Vec<Inline>) {
        let is_in_link = matches!(form, Form::Link(_) | Form::Image(_)) || self.is_in_link();
        let mut content = finished(pieces, is_in_link);
        match form {
            Form::Paragraph | Form::Bare => {
                while content.last() == Some(&Inline::Break) {
                    content.pop();
                }
                if !content.is_empty() {
                    self.block(Block::Paragraph(content));
                }
            }
            Form::Heading(level) => self.block(Block::Heading { level, content }),
            Form::Cell => {
                if let Some(Open::Row(cells)) = self.stack.last_mut() {
                    cells.push(content);
                }
            }
            Form::Strong => self.push(Inline::Strong(content)),
            Form::Emphasis => self.push(Inline::Emphasis(content)),
            Form::Strike => self.push(Inline::Strike(content)),
            Form::Link(Some(href)) if !self.is_in_link() => self.push(Inline::Link { href, content }),
            Form::Image(address) if !self.is_in_link() => match safe(&address) {
                Some(href) => {
                    let content = if content.is_empty() { vec![Inline::Text(href.clone())] } else { content };
                    self.push(Inline::Link { href, content });
                }
                None => content.into_iter().for_each(|piece| self.push(piece)),
            },
            Form::Link(_) | Form::Image(_) => content.into_iter().for_each(|piece| self.push(piece)),
        }
    }

    /// A block begins: words that stood directly in its container are a block of their own, and end here.
    fn begin_block(&mut self, range: &Range<usize>) {
        self.end_bare();
        if self.stack.is_empty() {
            self.start = range.start;
        }
    }

    fn end_bare(&mut self) {
        if matches!(self.stack.last(), Some(Open::Pieces { form: Form::Bare, .. }))
            && let Some(Open::Pieces { form, pieces }) = self.stack.pop()
        {
            self.close(form, pieces);
        }
    }

    /// Adds a finished block to the innermost container of blocks.
    fn block(&mut self, block: Block) {
        for open in self.stack.iter_mut().rev() {
            match open {
                Open::Quote(blocks) | Open::Item(blocks) => return blocks.push(block),
                // A list that holds no item yet can only be one whose items are too deep.
                Open::List { items, .. } => return items.push(vec![block]),
                _ => {}
            }
        }
        self.blocks.push((self.start, block));
    }

    fn piece(&mut self, piece: Inline, range: Range<usize>) {
        self.make_room(&range);
        self.push(piece);
    }

    /// Sees to it that there is a container of pieces.
    fn make_room(&mut self, range: &Range<usize>) {
        let holds_pieces = |open: &Open| matches!(open, Open::Pieces { .. });
        let innermost = self.stack.iter().rev().find(|open| !matches!(open, Open::Nothing));
        if !innermost.is_some_and(holds_pieces) {
            if self.stack.is_empty() {
                self.start = range.start;
            }
            self.stack.push(Open::Pieces { form: Form::Bare, pieces: Vec::new() });
        }
    }

    fn push(&mut self, piece: Inline) {
        for open in self.stack.iter_mut().rev() {
            if let Open::Pieces { pieces, .. } = open {
                match piece {
                    Inline::Text(text) => push_text(pieces, &text),
                    piece => pieces.push(piece),
                }
                return;
            }
        }
    }

    fn words(&mut self, text: &str, range: Range<usize>) {
        if let Some(Open::Code { text: code, .. }) = self.stack.last_mut() {
            code.push_str(text);
            return;
        }
        self.make_room(&range);
        let is_escaped =
            range.start.checked_sub(1).and_then(|at| self.text.get(at..range.start)) == Some("\\");
        match text.strip_prefix('*') {
            Some(rest) if is_escaped => {
                let mut marked = String::from(ESCAPED_ASTERISK);
                marked.push_str(rest);
                self.push(Inline::Text(marked));
            }
            _ => self.push(Inline::Text(text.to_owned())),
        }
    }

    /// `$5-$10` are prices: a formula's end is not followed by a digit (the rule of Pandoc).
    fn formula(&mut self, text: &str, range: Range<usize>) {
        let next = self.text.get(range.end..).and_then(|rest| rest.chars().next());
        if next.is_some_and(|c| c.is_ascii_digit()) {
            let source = self.text.get(range.clone()).unwrap_or_default();
            return self.piece(Inline::Text(source.to_owned()), range);
        }
        self.piece(Inline::Math(text.trim().to_owned()), range);
    }

    fn html(&mut self, text: &str, range: Range<usize>) {
        self.make_room(&range);
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.push(Inline::Break);
            }
            self.push(Inline::Text(line.to_owned()));
        }
    }

    fn inline_html(&mut self, text: &str, range: Range<usize>) {
        // Models write it in the cells of tables, where Markdown has no line break.
        let is_break = ["<br>", "<br/>", "<br />"].iter().any(|tag| text.eq_ignore_ascii_case(tag));
        self.piece(if is_break { Inline::Break } else { Inline::Text(text.to_owned()) }, range);
    }

    fn is_in_link(&self) -> bool {
        let is_link = |open: &Open| matches!(open, Open::Pieces { form: Form::Link(_), .. });
        self.stack.iter().any(is_link)
    }
}
