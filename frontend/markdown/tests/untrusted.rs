//! Reads texts that are written to run, load or forge something (`tests/browser/untrusted-texts.json`) as answers, at every
//! split of a stream and as people's messages: no link leads anywhere but to the addresses that the file names.
//!
//! Not here: what a browser makes of the same texts (`tests/browser/untrusted-texts.test.mjs`).
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::Path;

use markdown::{Block, Inline, StreamingParser, parse, parse_message};
use serde_json::Value;

/// Longer texts are not parsed at each of their splits.
const SPLIT_BYTES: usize = 400;

struct Untrusted {
    text: String,
    /// Every address to which it may lead, as an answer or as a message.
    links: BTreeSet<String>,
}

#[test]
fn case_22_case_23_untrusted_texts_lead_only_to_their_addresses() {
    let mut wrong = Vec::new();
    for Untrusted { text, links } in untrusted_texts() {
        let mut found = links_of(&parse(&text));
        found.extend(links_of(&parse_message(&text)));
        if found != links {
            wrong.push(format!("{text:?}\n  expected {links:?}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn case_23_untrusted_texts_lead_nowhere_else_at_any_split_of_a_stream() {
    for Untrusted { text, .. } in untrusted_texts().into_iter().filter(|one| one.text.len() <= SPLIT_BYTES) {
        let whole = parse(&text);
        for (split, _) in text.char_indices() {
            let mut stream = StreamingParser::default();
            stream.set_text(&text[..split]);
            let shown: Vec<Block> = stream.blocks().iter().map(|(_, block)| block.clone()).collect();
            for link in links_of(&shown) {
                let is_begun = text.contains(link.trim_start_matches("mailto:")) || text.contains('&');
                assert!(is_begun && is_allowed(&link), "{link} at {split} of {text:?}");
            }
            stream.set_text(&text);
            stream.finish();
            let finished: Vec<Block> = stream.blocks().iter().map(|(_, block)| block.clone()).collect();
            assert_eq!(finished, whole, "split at {split} of {text:?}");
        }
    }
}

/// The file, in which a text may stand for many repetitions of it.
fn untrusted_texts() -> Vec<Untrusted> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser/untrusted-texts.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let texts: Vec<Untrusted> = file.as_array().unwrap().iter().map(untrusted_text).collect();
    assert!(texts.len() >= 150, "{} texts", texts.len());
    texts
}

fn untrusted_text(entry: &Value) -> Untrusted {
    let times = entry["times"].as_u64().unwrap_or(1);
    let links = entry["links"].as_array().into_iter().flatten();
    let links: BTreeSet<String> = links.map(|link| link.as_str().unwrap().to_owned()).collect();
    assert!(links.iter().all(|link| is_allowed(link)), "{links:?}");
    Untrusted { text: entry["text"].as_str().unwrap().repeat(usize::try_from(times).unwrap()), links }
}

fn is_allowed(link: &str) -> bool {
    let address = link.to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

fn links_of(blocks: &[Block]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for block in blocks {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => add_links(content, &mut found),
            Block::Quote(blocks) => found.extend(links_of(blocks)),
            Block::List { items, .. } => found.extend(items.iter().flat_map(|item| links_of(item))),
            Block::Table { head, rows } => {
                std::iter::once(head).chain(rows).flatten().for_each(|cell| add_links(cell, &mut found));
            }
            Block::CodeBlock { .. } | Block::Rule => {}
        }
    }
    found
}

fn add_links(content: &[Inline], found: &mut BTreeSet<String>) {
    for inline in content {
        match inline {
            Inline::Link { href, content } => {
                found.insert(href.clone());
                add_links(content, found);
            }
            Inline::Strong(content) | Inline::Emphasis(content) | Inline::Strikethrough(content) => {
                add_links(content, found);
            }
            Inline::Text(_) | Inline::Code(_) | Inline::Math(_) | Inline::HardBreak => {}
        }
    }
}
