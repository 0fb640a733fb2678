//! Texts that grow: finished blocks, the open tail, and what parsing costs.

use super::{check, print};
use crate::{Block, StreamingParser, parse, parse_message};

const DOCUMENTS: &[&str] = &[
    "# 제목\n\n첫 **문단**입니다. `코드`와 [링크](https://a.example/b)가 있어요.\n\n둘째 문단\n둘째 줄\n\n\
     - 하나\n- 둘\n  - 둘의 하나\n\n  둘의 문단\n- 셋\n\n```rust\nfn main() {\n\n    println!(\"- *x*\");\n}\n```\n\n끝.\n",
    "A\n===\n\nB\n---\ntext\n***\n> quote\nlazy\n\n> more\n\n1. one\n2. two\n\n   ```\n   in item\n\n   still\n   ```\n3. three\nlazy\n\nend",
    "| a | b |\n|---|---|\n| **1** | `2` |\n| 3 | 4 |\nafter\n\n<div>\n\n*html*\n\n</div>\n\n    code\n\n    more\n\nend *now*\n",
    "- a\n```\nfence\n\nnot in list\n```\n- b\n\n  - c\n\n      code in c\n\npara\n* other\n+ another\n\n~~~\n```\n~~~\nx\n",
    "1) a\n2) b\n\n\n\n10. c\n\n-\n- d\n\n#\n\n##x\n\n\\# not\n\n$x$ and **half\n\n> - in quote\n>   more\n>\n> ```\n> code\n> ```\n\ndone",
    "  - indented\n    more\n\n  - items\n\n   para\n\n\tcode\n",
];

#[test]
fn at_every_prefix_finished_blocks_are_final_and_keep_their_ids() {
    for document in DOCUMENTS {
        let whole = parse(document);
        let mut stream = StreamingParser::default();
        let mut finished: Vec<(u64, Block)> = Vec::new();
        for (end, _) in document.char_indices().chain([(document.len(), ' ')]) {
            stream.set_text(&document[..end]);
            let now = stream.blocks()[..stream.finished].to_vec();
            assert_eq!(now[..finished.len()], finished, "changed at {:?}", &document[..end]);
            assert_eq!(
                now.iter().map(|(_, block)| block).collect::<Vec<_>>(),
                whole.iter().take(now.len()).collect::<Vec<_>>(),
                "differs at {:?}",
                &document[..end]
            );
            finished = now;
        }
        assert!(finished.len() + 2 >= whole.len(), "{} of {} in {document}", finished.len(), whole.len());
        stream.finish();
        let blocks: Vec<Block> = stream.blocks().iter().map(|(_, block)| block.clone()).collect();
        assert_eq!(blocks, whole);
        let ids = stream.blocks()[..finished.len()].to_vec();
        assert_eq!(ids, finished, "what did not change keeps its id");
    }
}

#[test]
fn long_texts_cost_in_proportion_to_their_length() {
    let paragraph = "Some **strong** words and `code` for a paragraph of the usual length.\n\n";
    let cost = |paragraphs: usize| {
        let text = paragraph.repeat(paragraphs);
        let mut stream = StreamingParser::default();
        for end in (0..=text.len()).step_by(8) {
            stream.set_text(&text[..end]);
        }
        (stream.bytes_parsed, text.len())
    };
    let (short, length) = cost(20);
    let (long, _) = cost(200);
    assert!(long < short * 11, "{short} → {long}");
    // Each delta parses the open tail again: at most two paragraphs, up to three times.
    assert!(short < length / 8 * paragraph.len() * 2 * 3, "{short} for {length}");
}

#[test]
fn half_typed_markdown_is_closed_or_left_out() {
    check(
        &[
            ("**bo", "p[<b bo>]"),
            ("**bold*", "p[<b bold>]"),
            ("**bold **", "p[<b bold>]"),
            ("a **", "p[a]"),
            ("a *it", "p[a <i it>]"),
            ("a **b *c", "p[a <b b <i c>>]"),
            ("~~str", "p[<s str>]"),
            ("a `co", "p[a `co`]"),
            ("a ``co`", "p[a `co`]"),
            ("a `", "p[a]"),
            ("``", ""),
            ("a [te", "p[a te]"),
            ("a [text]", "p[a text]"),
            ("a [text](https://b", "p[a text]"),
            ("a ![alt](https://b", "p[a alt]"),
            ("a [**te", "p[a <b te>]"),
            ("a [text](https://b.example)", "p[a <a https://b.example text>]"),
            ("`a[0` b", "p[`a[0` b]"),
            ("5*3 = 15", "p[5*3 = 15]"),
            ("snake_case and 2 * 3", "p[snake_case and 2 * 3]"),
            ("\\*a", "p[*a]"),
            ("이것은 **마당(Ma", "p[이것은 <b 마당(Ma>]"),
            ("a\n-", "p[a]"),
            ("a\n--", "p[a]"),
            ("- a\n- **b", "ul{p[a] | p[<b b>]}"),
            ("- **a\n- b", "ul{p[**a] | p[b]}"),
            ("# **a", "h1[<b a>]"),
            ("|a|b|\n|-|-|\n|**1|2|", "table{a | b / **1 | 2}"),
            ("|a|b|\n|-|-|\n|1|**2", "table{a | b / 1 | <b 2>}"),
            ("```\n**a", "code:[**a]"),
            ("```\na\n--", "code:[a\n--]"),
            ("**a\n\nb", "p[**a] p[b]"),
        ],
        |text| {
            let mut stream = StreamingParser::default();
            stream.set_text(text);
            print(&stream.blocks().iter().map(|(_, block)| block.clone()).collect::<Vec<_>>())
        },
    );
}

#[test]
fn finishing_changes_only_what_was_half_typed() {
    let text = "See [it][x].\n\n**More\n\n[x]: https://a.example\n\n**half";
    let mut stream = StreamingParser::default();
    stream.set_text(&text[..20]);
    stream.set_text(&text[..27]);
    stream.set_text(text);
    let before = stream.blocks().to_vec();
    stream.finish();
    let after = stream.blocks().to_vec();
    assert_eq!(before[..3], after[..3], "no definition makes a link of text that is parsed already");
    assert_eq!(print(&[before[3].1.clone(), after[3].1.clone()]), "p[<b half>] p[**half]");
    assert_ne!(before[3].0, after[3].0);
}

#[test]
fn another_text_starts_anew_and_ids_are_never_used_again() {
    let mut stream = StreamingParser::default();
    stream.set_text("a\n\nb\n\nc");
    let before = stream.blocks().to_vec();
    stream.set_text("x\n\nb");
    let after = stream.blocks().to_vec();
    assert_eq!(after.len(), 2);
    assert!(before.iter().all(|(id, _)| *id != after[0].0));
    assert_eq!(before[1], after[1]);
    stream.finish();
    stream.set_text("x\n\nb more");
    stream.set_text("");
    assert!(stream.blocks().is_empty());
}

proptest::proptest! {
    #[test]
    fn any_text_is_parsed_without_panic(
        text in ".{0,80}",
        marks in "[-*_~`\\[\\]()!<>#|$\\\\&;:= \n\ta가1.]{0,80}",
    ) {
        for text in [&text, &marks] {
            let whole = parse(text);
            parse_message(text);
            let mut stream = StreamingParser::default();
            for (end, _) in text.char_indices() {
                stream.set_text(&text[..end]);
                let mut ended = StreamingParser::default();
                let middle = (0..=end / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                ended.set_text(&text[..middle]);
                ended.set_text(&text[..end]);
                ended.finish();
                let ended: Vec<Block> = ended.blocks().iter().map(|(_, block)| block.clone()).collect();
                proptest::prop_assert_eq!(ended, parse(&text[..end]));
            }
            stream.set_text(text);
            stream.finish();
            let finished: Vec<Block> = stream.blocks().iter().map(|(_, block)| block.clone()).collect();
            proptest::prop_assert_eq!(finished, whole);
        }
    }

    #[test]
    fn finished_blocks_of_any_lines_are_final(
        lines in proptest::collection::vec(proptest::sample::select(vec![
            "", "", "a", "b c", "- a", "  - b", "  c", "    d", "* e", "1. f", "10) g", "> h", ">", "```", "   ```",
            "~~~", "---", "===", "***", "# i", "|j|k|", "|-|-|", "<div>", "</div>", "<!--", "-->", "\tl", "**m", "-",
        ]), 0..14),
    ) {
        let text = lines.join("\n");
        let whole = parse(&text);
        let mut stream = StreamingParser::default();
        for (end, _) in text.char_indices().chain([(text.len(), ' ')]) {
            stream.set_text(&text[..end]);
            let now: Vec<&Block> = stream.blocks()[..stream.finished].iter().map(|(_, block)| block).collect();
            let then: Vec<&Block> = whole.iter().take(now.len()).collect();
            proptest::prop_assert_eq!(now, then, "{:?}", &text[..end]);
        }
    }
}
