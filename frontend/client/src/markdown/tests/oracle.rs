//! pulldown-cmark as the judge of the blocks and pieces that are Markdown's own. Addresses are linked by the module's own
//! code on both sides, since CommonMark knows no bare ones.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::markdown::links::{linked, safe};
use crate::markdown::{Block, Inline};

/// The text as pulldown-cmark reads it.
pub(super) fn read(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    let mut oracle = Oracle { events: Parser::new_ext(text, options).collect::<Vec<_>>().into_iter() };
    oracle.inside().blocks
}

/// What stands between a start and its end.
#[derive(Default)]
struct Inside {
    blocks: Vec<Block>,
    pieces: Vec<Inline>,
    items: Vec<Vec<Block>>,
    cells: Vec<Vec<Inline>>,
    rows: Vec<Vec<Vec<Inline>>>,
    head: Vec<Vec<Inline>>,
    text: String,
}

impl Inside {
    /// The pieces of a tight item are a paragraph of their own.
    fn end_pieces(&mut self) {
        let pieces = finished(std::mem::take(&mut self.pieces), false);
        if !pieces.is_empty() {
            self.blocks.push(Block::Paragraph(pieces));
        }
    }
}

struct Oracle<'a> {
    events: std::vec::IntoIter<Event<'a>>,
}

impl Oracle<'_> {
    fn inside(&mut self) -> Inside {
        let mut inside = Inside::default();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(tag) => self.tag(tag, &mut inside),
                Event::End(TagEnd::Item | TagEnd::BlockQuote(_)) => {
                    inside.end_pieces();
                    break;
                }
                Event::End(_) => break,
                Event::Text(text) | Event::InlineHtml(text) if is_break(&text) => {
                    inside.pieces.push(Inline::Break);
                }
                Event::Text(text) | Event::InlineHtml(text) => {
                    inside.text.push_str(&text);
                    inside.pieces.push(Inline::Text(text.into_string()));
                }
                Event::Html(text) => {
                    for line in text.lines() {
                        inside.pieces.extend([Inline::Text(line.to_owned()), Inline::Break]);
                    }
                }
                Event::Code(text) => inside.pieces.push(Inline::Code(text.into_string())),
                Event::InlineMath(text) | Event::DisplayMath(text) => {
                    inside.pieces.push(Inline::Math(text.trim().to_owned()));
                }
                Event::SoftBreak | Event::HardBreak => inside.pieces.push(Inline::Break),
                Event::Rule => {
                    inside.end_pieces();
                    inside.blocks.push(Block::Rule);
                }
                Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
            }
        }
        inside
    }

    fn tag(&mut self, tag: Tag<'_>, outside: &mut Inside) {
        let is_block = !matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        );
        if is_block {
            outside.end_pieces();
        }
        let inside = self.inside();
        let is_link = matches!(tag, Tag::Link { .. } | Tag::Image { .. });
        let mut pieces = finished(inside.pieces, is_link);
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => {
                while pieces.last() == Some(&Inline::Break) {
                    pieces.pop();
                }
                if !pieces.is_empty() {
                    outside.blocks.push(Block::Paragraph(pieces));
                }
            }
            Tag::Heading { level, .. } => {
                outside.blocks.push(Block::Heading { level: level as u8, content: pieces });
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().map(str::to_owned),
                    CodeBlockKind::Indented => None,
                };
                let text = inside.text.strip_suffix('\n').unwrap_or(&inside.text).to_owned();
                outside.blocks.push(Block::Code { language, text });
            }
            Tag::BlockQuote(_) => outside.blocks.push(Block::Quote(inside.blocks)),
            Tag::List(start) => outside.blocks.push(Block::List { start, items: inside.items }),
            Tag::Item => outside.items.push(inside.blocks),
            Tag::Table(_) => outside.blocks.push(Block::Table { head: inside.head, rows: inside.rows }),
            Tag::TableHead => outside.head = inside.cells,
            Tag::TableRow => outside.rows.push(inside.cells),
            Tag::TableCell => outside.cells.push(pieces),
            Tag::Emphasis => outside.pieces.push(Inline::Emphasis(pieces)),
            Tag::Strong => outside.pieces.push(Inline::Strong(pieces)),
            Tag::Strikethrough => outside.pieces.push(Inline::Strike(pieces)),
            Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. } => {
                let address = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                match safe(&address) {
                    Some(href) => outside.pieces.push(Inline::Link { href, content: pieces }),
                    None => outside.pieces.extend(pieces),
                }
            }
            _ => {}
        }
    }
}

fn is_break(text: &str) -> bool {
    matches!(text, "<br>" | "<br/>" | "<br />")
}

/// Text in one, with its addresses linked.
fn finished(pieces: Vec<Inline>, is_in_link: bool) -> Vec<Inline> {
    let mut done = Vec::new();
    let mut text = String::new();
    for piece in pieces.into_iter().chain([Inline::Text(String::new())]) {
        if let Inline::Text(more) = &piece
            && !more.is_empty()
        {
            text.push_str(more);
            continue;
        }
        match std::mem::take(&mut text) {
            text if text.is_empty() => {}
            text if is_in_link => done.push(Inline::Text(text)),
            text => linked(&text, &mut done),
        }
        if !matches!(piece, Inline::Text(_)) {
            done.push(piece);
        }
    }
    done
}
