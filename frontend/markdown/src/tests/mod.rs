//! Unit tests. Trees are printed in a short form: `p[…]`, `ul{…}`, `**…**`.
#![allow(clippy::string_slice, reason = "a test may panic")]

mod bombs;
mod corpus;
mod messages;
mod oracle;
mod streaming;
mod trees;

use crate::{Block, Inline};

fn print(blocks: &[Block]) -> String {
    blocks.iter().map(print_block).collect::<Vec<_>>().join(" ")
}

fn print_block(block: &Block) -> String {
    let all = |items: &[Vec<Block>]| items.iter().map(|item| print(item)).collect::<Vec<_>>().join(" | ");
    let cells = |row: &[Vec<Inline>]| row.iter().map(|cell| inlines(cell)).collect::<Vec<_>>().join(" | ");
    match block {
        Block::Paragraph(content) => format!("p[{}]", inlines(content)),
        Block::Heading { level, content } => format!("h{level}[{}]", inlines(content)),
        Block::CodeBlock { language, text } => format!("code:{}[{text}]", language.as_deref().unwrap_or("")),
        Block::Quote(blocks) => format!("quote{{{}}}", print(blocks)),
        Block::List { start: None, items } => format!("ul{{{}}}", all(items)),
        Block::List { start: Some(start), items } => format!("ol{start}{{{}}}", all(items)),
        Block::Table { head, rows } => {
            let rows: Vec<String> = rows.iter().map(|row| format!(" / {}", cells(row))).collect();
            format!("table{{{}{}}}", cells(head), rows.concat())
        }
        Block::Rule => "rule".to_owned(),
    }
}

fn inlines(inlines: &[Inline]) -> String {
    let print = |inline: &Inline| match inline {
        Inline::Text(text) => text.clone(),
        Inline::Code(text) => format!("`{text}`"),
        Inline::Math(text) => format!("<math {text}>"),
        Inline::Strong(content) => format!("<b {}>", self::inlines(content)),
        Inline::Emphasis(content) => format!("<i {}>", self::inlines(content)),
        Inline::Strikethrough(content) => format!("<s {}>", self::inlines(content)),
        Inline::Link { href, content } => format!("<a {href} {}>", self::inlines(content)),
        Inline::HardBreak => "⏎".to_owned(),
    };
    inlines.iter().map(print).collect()
}

fn check(table: &[(&str, &str)], read: impl Fn(&str) -> String) {
    let wrong: Vec<String> = table
        .iter()
        .filter(|(text, expected)| read(text) != *expected)
        .map(|(text, expected)| format!("{text:?}\n  expected {expected}\n  found    {}", read(text)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
