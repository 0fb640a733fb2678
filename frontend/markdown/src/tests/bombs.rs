//! Texts that are made to be slow, or to nest deeply.

use std::time::{Duration, Instant};

use crate::{Block, Inline, StreamingParser, parse, parse_message};

fn depth(blocks: &[Block]) -> usize {
    let inner = |block: &Block| match block {
        Block::Quote(blocks) => depth(blocks),
        Block::List { items, .. } => items.iter().map(|item| depth(item)).max().unwrap_or(0),
        Block::Paragraph(content) => inline_depth(content),
        _ => 0,
    };
    blocks.iter().map(|block| inner(block) + 1).max().unwrap_or(0)
}

fn inline_depth(inlines: &[Inline]) -> usize {
    let inner = |inline: &Inline| match inline {
        Inline::Strong(content) | Inline::Emphasis(content) | Inline::Strikethrough(content) => {
            inline_depth(content)
        }
        Inline::Link { content, .. } => inline_depth(content),
        _ => 0,
    };
    inlines.iter().map(|inline| inner(inline) + 1).max().unwrap_or(0)
}

fn bombs() -> Vec<(&'static str, String)> {
    let times = |text: &str, bytes: usize| text.repeat(bytes / text.len());
    const ALL: usize = shared::limits::ANSWER_BYTES;
    let row = |columns: usize| format!("{}|\n", "|a".repeat(columns));
    vec![
        ("stars 10k", times("*", 10_000)),
        ("stars", times("*", ALL)),
        ("stars and letters", times("*a", ALL)),
        ("strong openers", times("**a ", ALL)),
        ("strong closers", times("a** ", ALL)),
        ("mixed marks", times("*a_b~~c", ALL)),
        ("runs of marks", times("***a ___b ~~c ", ALL)),
        ("marks of a formula", times("$a\\", ALL)),
        ("nested images", format!("{}{}", times("![", ALL / 8), times("](b)", ALL / 2))),
        ("nested links", format!("{}{}", times("[", ALL / 8), times("](b)", ALL / 2))),
        ("titles", times("[a](b \"", ALL)),
        ("titles in parentheses", times("[a](b (", ALL)),
        ("addresses of brackets", times("[a]((", ALL)),
        ("angles", times("<a", ALL)),
        ("lazy lines", format!("{}{}", "> - ".repeat(8), times("a\n", ALL))),
        ("tags on lines", times("<a>\n", ALL)),
        ("fences", times("```\n", ALL)),
        ("korean marks", times("**(가)**나 ", ALL)),
        ("marks that open and close", times("a**b", ALL)),
        ("brackets 10k", times("[", 10_000)),
        ("brackets", times("[", ALL)),
        ("bracket pairs", times("[]", ALL)),
        ("half links", times("[a](", ALL)),
        ("images", times("![", ALL)),
        ("deep brackets", format!("{}{}", times("[", ALL / 2), times("]", ALL / 2))),
        ("links", times("[a](https://b.example)", ALL)),
        (
            "reference bomb",
            format!("[a]: https://b.example/{}\n\n{}", times("x", 2_000), times("[a]", 40_000)),
        ),
        ("quotes", times(">", ALL)),
        ("quotes with spaces", times("> ", ALL)),
        ("many quotes", times(&format!("{}a\n", "> ".repeat(100)), ALL)),
        ("lists", times("- ", ALL)),
        ("many lists", times(&format!("{}a\n", "- ".repeat(60)), ALL)),
        ("nested lists", (0..300).map(|level| format!("{}- a\n", "  ".repeat(level))).collect()),
        ("numbers", times("1. ", ALL)),
        ("backticks", (1..350).map(|count| format!("{}a", "`".repeat(count))).collect()),
        ("backtick pairs", times("`a` ", ALL)),
        ("wide table", format!("{}{}", row(5_000), "|-".repeat(5_000))),
        ("wide and long table", format!("{}{}|\n{}", row(1_000), "|-".repeat(1_000), times("|\n", 40_000))),
        ("long table", format!("|a|b|\n|-|-|\n{}", times("|1|2|\n", ALL))),
        ("dollars", times("$", ALL)),
        ("dollars and braces", times("${", ALL)),
        ("formulas before digits", times("$$1", ALL)),
        ("formulas", times("$a$ ", ALL)),
        ("open formulas", times("\\(\\[", ALL)),
        ("formulas that are empty", times("\\(\\)\\[\\]", ALL)),
        ("prices", times("$1 a$ ", ALL)),
        ("lines of an open formula", times("$$\n\\[\n+ a\n", ALL)),
        ("entities", times("&#106;", ALL)),
        ("tags", times("<a ", ALL)),
        ("comments", times("<!-- ", ALL)),
        ("instructions", times("<? ", ALL)),
        ("addresses", times("https://", ALL)),
        ("more addresses", times("http://a ", ALL)),
        ("address of brackets", format!("https://a/{}", times("()", ALL - 10))),
        ("hidden letters in addresses", times("http://a/\u{115f}", ALL)),
        ("escapes", times("\\*", ALL)),
        ("line feeds", times("\n", ALL)),
        ("lines", times("a\n", ALL)),
        ("paragraphs", times("a\n\n", ALL)),
        ("underlines", times("a\n-\n", ALL)),
        ("tildes", times("~~a", ALL)),
        ("tabs", times("\t- ", ALL)),
        ("one word", times("a", ALL)),
    ]
}

/// The fastest of up to a hundred runs; one within the bound is enough. The slower ones measure how busy the machine is.
fn fastest(bound: Duration, read: impl Fn()) -> Duration {
    let mut fastest = Duration::MAX;
    for _ in 0..100 {
        let start = Instant::now();
        read();
        fastest = fastest.min(start.elapsed());
        if fastest < bound {
            break;
        }
    }
    fastest
}

#[test]
fn case_24_bombs_do_not_go_off() {
    // The bound is for parsing once; a streaming parser parses a text up to three times.
    let once = Duration::from_millis(50);
    let thrice = Duration::from_millis(150);
    for (name, text) in bombs() {
        let blocks = parse(&text);
        assert!(depth(&blocks) <= 20, "{name}");
        let took = fastest(once, || drop(parse(&text)));
        assert!(took < once, "{name}: {took:?}");
        let streamed = fastest(thrice, || StreamingParser::default().set_text(&text));
        assert!(streamed < thrice, "{name}: {streamed:?}");
        let plainly = fastest(once, || drop(parse_message(&text)));
        assert!(plainly < once, "{name}: {plainly:?}");
    }
}
