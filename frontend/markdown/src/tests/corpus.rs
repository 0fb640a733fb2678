//! Texts as people and models write them, which pulldown-cmark parses alike.

use proptest::collection::vec;
use proptest::prelude::{Strategy, prop_oneof};
use proptest::sample::select;

use super::{oracle, print};
use crate::parse;

const ALIKE: &[&str] = &[
    "",
    "한 줄",
    "두 줄\n둘째 줄\n\n둘째 문단",
    "# 제목\n## 둘 ##\n### 셋 #셋\n#### a\\#\n####### no\n#no\n#",
    "제목\n===\n\n둘째\n---\n\n두 줄\n제목\n==",
    "---\n***\n_ _ _\n--\n- - -\na\n***\nb",
    "> 인용\n> 둘째 줄\n게으른 줄\n\n밖",
    "> a\n> > b\n> > c\n> d\n\n>e\n>\n> f",
    "> - a\n> - b\n>   c\n>\n> d",
    "> ```\n> code\n> ```\n> after",
    "> ```\nnot code",
    "- a\n- b\n- c",
    "* a\n* b\n\n+ c\n- d",
    "- a\n  - b\n    - c\n  - d\n- e",
    "- a\n\n- b\n\n\n- c",
    "- a\n\n  둘째 문단\n\n      \n  셋째\n- b",
    "- a\n게으른\n- b\n\n밖",
    "- \n- b\n-\n\n  not of it",
    "-\n  words\n- # heading\n- > quote\n- ---",
    "1. 하나\n2. 둘\n3. 셋",
    "1. 하나\n   - 안\n   - 또\n2. 둘\n\n   문단\n3. 셋",
    "7) a\n8) b\n1. c",
    "0. a\n123456789. b\n\n1234567890. no",
    "말\n1. 목록\n\n말\n2. 목록 아님\n\n말\n- 목록\n\n말\n-",
    "1986. 좋은 해",
    "- a\n1. b\n- c",
    "1. a\n\n       \n   b",
    "- a\n  > b\n  > c\n\n  d",
    "- ```rust\n  fn a() {\n\n      b();\n  }\n  ```\n- c",
    "```\nplain\n```",
    "```rust,ignore extra\nlet a = \"*b*\";\n```\nafter",
    "~~~ python\n```\nx\n~~~~\n~~~",
    "````\n```\n````",
    "  ```\n  a\n    b\n c\n  ```",
    "```\nopen\n\n",
    "```a`b\nnot a fence`",
    "text\n```\ncode\n```\ntext",
    "| a | b |\n|---|:-:|\n| 1 | 2 |\n| `x\\|y` | **z** |",
    "a | b\n--|--\n1 | 2\n3\n4 | 5 | 6\n\nend",
    "|a|\n|-|\n|1|\n# heading",
    "- 표\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n- 끝",
    "|a|b|\n|-|\n|no|table|",
    "*a* _b_ **c** __d__ ***e*** ~~f~~",
    "**a *b* c** *d **e** f* **g _h_**",
    "snake_case_name and 2*3*4 and 2 * 3 * 4",
    "**굵게**는 *기울임*을 ~~취소~~도",
    "***a** b* ***c* d** **e*f*g**",
    "*a **b* **c*",
    "**(a)** **\"b\"** *[c]*",
    "__a__b a__b__ _a_b _(a)_ __a_b__",
    "`code` ``a`b`` ` `` ` `a\nb` `*a*` \\`no\\`",
    "`open and `` longer",
    "**`a`** *`b`*와 **a `*` b**",
    "\\*a\\* \\[b] \\# \\\\ \\a 1\\. c\\\nd",
    "&lt;b&gt; &amp;amp; &quot;a&quot; &#44; &#x41; &nope; &",
    "[글](https://a.example) [**b** `c`](https://b.example \"제목\") [d](<https://c.example/a b>)",
    "[a](https://a.example/x_(y)) [b]() [c](/d) [e] [f](g h) [i](https://j.example 'k')",
    "[a [b](https://b.example) c](https://c.example)",
    "*[a*](https://b.example) **[c](https://d.example)** [*e](https://f.example)*",
    "![그림](https://a.example/b.png) ![*c*](https://d.example) ![e](f)",
    "[![a](x)](https://b.example)",
    "[a](https://a.example (title)) [b](https://b.example (un(even)) &#87654321; &#x1234567;",
    "<https://a.example/b?c=d> <a@b.example> <javascript:a> < b> <>",
    "https://a.example/b_c_d 그리고 **https://b.example**은",
    "$a_1 + b_2$ 와 $$\\frac{a}{b}$$\n\n$$\nx = 1\n$$",
    "값은 $ 5 와 $6 $",
    "a<br>b<br/>c <b>d</b> <!-- e -->",
    "<div>\n*a*\n</div>\n\n*b*",
    "a  \nb\\\nc\nd",
    "  a\n\n-\tb\n\n\tc",
    "a\r\nb\r\n\r\n- c\r\n- d\r\n",
    "## 요약\n\n1. **첫째**: `a`를 한다.\n   - 하나\n   - 둘\n\n2. **둘째**: [여기](https://a.example)\n\n---\n\n> 끝\n",
];

#[test]
fn typical_texts_are_parsed_as_pulldown_cmark_does() {
    let wrong: Vec<String> = ALIKE
        .iter()
        .filter(|text| parse(text) != oracle::parse(text))
        .map(|text| {
            let (found, expected) = (print(&parse(text)), print(&oracle::parse(text)));
            format!("{text:?}\n  oracle {expected}\n  found  {found}")
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The text of a paragraph. No word starts a block or stands beside a delimiter that the two treat differently.
fn words() -> impl Strategy<Value = String> {
    let word = select(vec![
        "마당",
        "room",
        "*기울임*",
        "**굵게**",
        "**굵게**는",
        "~~취소~~",
        "`코드`",
        "``a`b``",
        "snake_case",
        "2 * 3",
        "[글](https://a.example)",
        "https://a.example/b",
        "<https://b.example>",
        "$a_1$",
        "&lt;",
        "\\*",
        "a\\\nb",
        "***둘***",
        "__굵게__",
        "_기울임_",
        "(괄호)",
        "끝.",
        "![그림](https://c.example)",
    ]);
    vec(word, 1..6).prop_map(|words| words.join(" "))
}

fn block() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        words(),
        vec(words(), 2..4).prop_map(|lines| lines.join("\n")),
        words().prop_map(|words| format!("## {}", words.replace('\n', " "))),
        words().prop_map(|words| format!("```rust\n{words}\n\n  {words}\n```")),
        vec(words(), 2..4).prop_map(|cells| {
            let row = cells.join(" | ").replace('\n', " ");
            format!("| {row} |\n|{}\n| {row} |", "---|".repeat(cells.len()))
        }),
        // With other characters than a list marker, which would make one thematic break of both.
        select(vec!["***".to_owned(), "~~~\n> a\n~~~".to_owned()]),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let inside = |first: &'static str, others: &'static str| {
            move |blocks: Vec<String>| {
                let text = blocks.join("\n\n");
                let lines: Vec<String> = text
                    .split('\n')
                    .enumerate()
                    .map(|(index, line)| [if index == 0 { first } else { others }, line].concat())
                    .collect();
                lines.join("\n")
            }
        };
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(inside("> ", "> ")),
            vec(inner.clone(), 1..3).prop_map(inside("- ", "  ")),
            vec(inner, 1..3).prop_map(inside("3. ", "   ")),
        ]
    })
}

proptest::proptest! {
    #[test]
    fn generated_texts_are_parsed_as_pulldown_cmark_does(blocks in vec(block(), 1..4)) {
        let text = blocks.join("\n\n");
        proptest::prop_assert_eq!(print(&parse(&text)), print(&oracle::parse(&text)), "{}", text);
    }
}
