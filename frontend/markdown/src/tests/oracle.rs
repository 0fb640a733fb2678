//! pulldown-cmark as the oracle: its events as a tree of this crate. Bare addresses are linked by this crate on both sides,
//! since CommonMark has none.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::address::safe_address;
use crate::autolink::push_linked;
use crate::{Block, Inline};

/// Parses a text with pulldown-cmark.
pub(super) fn parse(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    let mut oracle = Oracle { events: Parser::new_ext(text, options).collect::<Vec<_>>().into_iter() };
    oracle.children().blocks
}

/// What stands between a start event and its end.
#[derive(Default)]
struct Children {
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Vec<Block>>,
    cells: Vec<Vec<Inline>>,
    rows: Vec<Vec<Vec<Inline>>>,
    head: Vec<Vec<Inline>>,
    text: String,
}

impl Children {
    /// Makes a paragraph of the text of a tight item.
    fn end_paragraph(&mut self) {
        let inlines = join_texts(std::mem::take(&mut self.inlines), false);
        if !inlines.is_empty() {
            self.blocks.push(Block::Paragraph(inlines));
        }
    }
}

struct Oracle<'a> {
    events: std::vec::IntoIter<Event<'a>>,
}

impl Oracle<'_> {
    fn children(&mut self) -> Children {
        let mut inside = Children::default();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(tag) => self.tag(tag, &mut inside),
                Event::End(TagEnd::Item | TagEnd::BlockQuote(_)) => {
                    inside.end_paragraph();
                    break;
                }
                Event::End(_) => break,
                Event::Text(text) | Event::InlineHtml(text) if is_break(&text) => {
                    inside.inlines.push(Inline::HardBreak);
                }
                Event::Text(text) | Event::InlineHtml(text) => {
                    inside.text.push_str(&text);
                    inside.inlines.push(Inline::Text(text.into_string()));
                }
                Event::Html(text) => {
                    for line in text.lines() {
                        inside.inlines.extend([Inline::Text(line.to_owned()), Inline::HardBreak]);
                    }
                }
                Event::Code(text) => inside.inlines.push(Inline::Code(text.into_string())),
                Event::InlineMath(text) => inside.inlines.push(Inline::Math(format!("${text}$"))),
                Event::DisplayMath(text) => inside.inlines.push(Inline::Math(format!("$${text}$$"))),
                Event::SoftBreak | Event::HardBreak => inside.inlines.push(Inline::HardBreak),
                Event::Rule => {
                    inside.end_paragraph();
                    inside.blocks.push(Block::Rule);
                }
                Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
            }
        }
        inside
    }

    fn tag(&mut self, tag: Tag<'_>, outside: &mut Children) {
        let is_block = !matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        );
        if is_block {
            outside.end_paragraph();
        }
        let inside = self.children();
        let is_link = matches!(tag, Tag::Link { .. } | Tag::Image { .. });
        let mut inlines = join_texts(inside.inlines, is_link);
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => {
                while inlines.last() == Some(&Inline::HardBreak) {
                    inlines.pop();
                }
                if !inlines.is_empty() {
                    outside.blocks.push(Block::Paragraph(inlines));
                }
            }
            Tag::Heading { level, .. } => {
                outside.blocks.push(Block::Heading { level: level as u8, content: inlines });
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().map(str::to_owned),
                    CodeBlockKind::Indented => None,
                };
                let text = inside.text.strip_suffix('\n').unwrap_or(&inside.text).to_owned();
                outside.blocks.push(Block::CodeBlock { language, text });
            }
            Tag::BlockQuote(_) => outside.blocks.push(Block::Quote(inside.blocks)),
            Tag::List(start) => outside.blocks.push(Block::List { start, items: inside.items }),
            Tag::Item => outside.items.push(inside.blocks),
            Tag::Table(_) => outside.blocks.push(Block::Table { head: inside.head, rows: inside.rows }),
            Tag::TableHead => outside.head = inside.cells,
            Tag::TableRow => outside.rows.push(inside.cells),
            Tag::TableCell => outside.cells.push(inlines),
            Tag::Emphasis => outside.inlines.push(Inline::Emphasis(inlines)),
            Tag::Strong => outside.inlines.push(Inline::Strong(inlines)),
            Tag::Strikethrough => outside.inlines.push(Inline::Strikethrough(inlines)),
            Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. } => {
                let address = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                match safe_address(&address) {
                    Some(href) => outside.inlines.push(Inline::Link { href, content: inlines }),
                    None => outside.inlines.extend(inlines),
                }
            }
            _ => {}
        }
    }
}

fn is_break(text: &str) -> bool {
    matches!(text, "<br>" | "<br/>" | "<br />")
}

/// Joins adjacent texts and links bare addresses.
fn join_texts(inlines: Vec<Inline>, is_in_link: bool) -> Vec<Inline> {
    let mut done = Vec::new();
    let mut text = String::new();
    for inline in inlines.into_iter().chain([Inline::Text(String::new())]) {
        if let Inline::Text(more) = &inline
            && !more.is_empty()
        {
            text.push_str(more);
            continue;
        }
        match std::mem::take(&mut text) {
            text if text.is_empty() => {}
            text if is_in_link => done.push(Inline::Text(text)),
            text => push_linked(&mut done, &text),
        }
        if !matches!(inline, Inline::Text(_)) {
            done.push(inline);
        }
    }
    done
}
