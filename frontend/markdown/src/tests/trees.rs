//! Whole texts and the trees they become: formatting, links, HTML and plain text.

use super::{check, inlines, print};
use crate::{Block, parse, parse_message};

#[test]
fn blocks_become_trees() {
    check(
        &[
            ("", ""),
            ("a\nb\n\nc", "p[a⏎b] p[c]"),
            ("# One\n## Two ##\n###### Six", "h1[One] h2[Two] h6[Six]"),
            ("a\n===\n---", "h1[a] rule"),
            ("```rust ignore\nfn a() {}\n\n```\nb", "code:rust[fn a() {}\n] p[b]"),
            ("    indented\n    text", "p[indented⏎text]"),
            ("```\nopen", "code:[open]"),
            ("> a\n> > b\n>\n> c", "quote{p[a] quote{p[b]} p[c]}"),
            ("- a\n- b\n  - c\n- d", "ul{p[a] | p[b] ul{p[c]} | p[d]}"),
            ("3. a\n4. b\n\n   c", "ol3{p[a] | p[b] p[c]}"),
            ("- a\n\n  ```\n  x\n  ```\n- ", "ul{p[a] code:[x] | }"),
            ("- # a\n- > b", "ul{h1[a] | quote{p[b]}}"),
            ("|a|b|\n|-|:-:|\n|1|`x\\|y`|\n|2|\n\nend", "table{a | b / 1 | `x|y` / 2 | } p[end]"),
            ("|a|\n|-|\n|x<br>y|", "table{a / x⏎y}"),
        ],
        |text| print(&parse(text)),
    );
}

#[test]
fn inlines_become_trees() {
    check(
        &[
            ("**a _b_** ~~c~~ `d` \\*e\\*", "p[<b a <i b>> <s c> `d` *e*]"),
            ("a  \nb\\\nc", "p[a⏎b⏎c]"),
            ("**마당(Madang)**은 **\"좋은\"**데 **`x`**와", "p[<b 마당(Madang)>은 <b \"좋은\">데 <b `x`>와]"),
            (
                "~~취소(cancel)~~는 마당**(Madang)**은 **가(a)**와 **나**를",
                "p[<s 취소(cancel)>는 마당<b (Madang)>은 <b 가(a)>와 <b 나>를]",
            ),
            ("2**3과 (**굵게**) 10~20, 30~40 ****빈칸****", "p[2**3과 (<b 굵게>) 10~20, 30~40 ****빈칸****]"),
            ("**(a)**b **(c)**d", "p[<b (a)>b <b (c)>d]"),
            ("\\*\\*(a)\\*\\*b", "p[**(a)**b]"),
            ("2 ** 3 and **open", "p[2 ** 3 and **open]"),
            ("x **(a\n(b)**c", "p[x **(a⏎(b)**c]"),
            ("$a_1+b$ and $$c$$", "p[<math $a_1+b$> and <math $$c$$>]"),
            ("$5-$10 or $5 and $6", "p[$5-$10 or $5 and $6]"),
            ("$5 or 10$, US$5 and A$ 또는 $5과 6$", "p[$5 or 10$, US$5 and A$ 또는 $5과 6$]"),
            ("$2$ and $2x+1 = y$", "p[<math $2$> and <math $2x+1 = y$>]"),
            ("\\(a_1 * b_2\\) \\[c\\]", "p[<math \\(a_1 * b_2\\)> <math \\[c\\]>]"),
            ("\\(open and \\( \\) \\\\(x\\)", "p[<math \\(open and \\( \\)> \\(x)]"),
            ("&lt;b&gt; &amp;", "p[<b> &]"),
        ],
        |text| print(&parse(text)),
    );
}

#[test]
fn case_22_case_23_html_is_text_and_images_are_links() {
    check(
        &[
            ("<script>alert(1)</script>", "p[<script>alert(1)</script>]"),
            ("a <img src=x onerror=alert(1)> b", "p[a <img src=x onerror=alert(1)> b]"),
            ("<div>\n*a*\n</div>\n\nb", "p[<div>⏎*a*⏎</div>] p[b]"),
            ("![alt *x*](https://a.example/?q=1)", "p[<a https://a.example/?q=1 alt <i x>>]"),
            ("![](https://a.example/x.png)", "p[<a https://a.example/x.png https://a.example/x.png>]"),
            ("![a](data:image/png;base64,AA)", "p[a]"),
            ("[![a](https://a.example)](https://b.example)", "p[<a https://b.example a>]"),
            ("![a][r]\n\n[r]: x", "p[![a][r]] p[[r]: x]"),
        ],
        |text| print(&parse(text)),
    );
}

#[test]
fn case_21_links_lead_only_to_the_web_and_to_mail() {
    for good in ["https://a.example/b", "HTTP://A.EXAMPLE", "mailto:a@b.example", "https://a.example/&amp;b"]
    {
        let found = print(&parse(&format!("[x]({good})")));
        assert_eq!(found, format!("p[<a {} x>]", good.replace("&amp;", "&")));
    }
    for bad in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x1;javascript:alert(1)",
        "https&#58;//a&#10;.example",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//a.example",
        "/r/lobby",
        "a.example",
        "http:",
        "https:a.example",
        "",
        "https://a.example/\u{202e}gpj.exe",
        "blob:https://a.example/x",
        "view-source:https://a.example",
    ] {
        assert_eq!(print(&parse(&format!("[x](<{bad}>)"))), "p[x]", "{bad}");
    }
    check(
        &[
            ("<https://a.example/b>", "p[<a https://a.example/b https://a.example/b>]"),
            ("<a@b.example>", "p[<a mailto:a@b.example a@b.example>]"),
            ("<javascript:alert(1)>", "p[javascript:alert(1)]"),
            ("[**a** `b`](https://c.example \"title\")", "p[<a https://c.example <b a> `b`>]"),
            ("[https://a.example](https://b.example)", "p[<a https://b.example https://a.example>]"),
        ],
        |text| print(&parse(text)),
    );
}

#[test]
fn an_address_hides_no_character_that_a_name_may_not_hide() {
    for c in '\0'..=char::MAX {
        assert_eq!(crate::address::is_ignorable(c), shared::text::is_ignorable(c), "{c:?}");
    }
    check(
        &[
            ("https://a.example/b\u{115f}c", "p[<a https://a.example/b https://a.example/b>\u{115f}c]"),
            ("https://a.example/b\u{202e}c", "p[<a https://a.example/b https://a.example/b>\u{202e}c]"),
        ],
        |text| print(&parse(text)),
    );
}

const BARE: &[(&str, &str)] = &[
    ("https://a.example", "<a https://a.example https://a.example>"),
    (
        "see http://a.example/b?c=d&e#f, ok",
        "see <a http://a.example/b?c=d&e#f http://a.example/b?c=d&e#f>, ok",
    ),
    ("(https://a.example/x_(y))", "(<a https://a.example/x_(y) https://a.example/x_(y)>)"),
    ("https://a.example.", "<a https://a.example https://a.example>."),
    ("https://a.example에서", "<a https://a.example https://a.example>에서"),
    ("여기https://a.example/한국어!", "여기<a https://a.example/한국어 https://a.example/한국어>!"),
    ("HTTPS://A.example", "<a HTTPS://A.example HTTPS://A.example>"),
    ("xhttps://a.example ftp://a https:// ://", "xhttps://a.example ftp://a https:// ://"),
    ("javascript://a", "javascript://a"),
    (
        "https://a.example https://b.example",
        "<a https://a.example https://a.example> <a https://b.example https://b.example>",
    ),
    ("https://a.example\"><script>", "<a https://a.example https://a.example>\"><script>"),
];

#[test]
fn bare_addresses_become_links() {
    check(BARE, |text| match parse_message(text).as_slice() {
        [Block::Paragraph(content)] => inlines(content),
        other => print(other),
    });
    let (_, html) = BARE.split_last().unwrap();
    check(html, |text| match parse(text).as_slice() {
        [Block::Paragraph(content)] => inlines(content),
        other => print(other),
    });
    check(
        &[
            ("`https://a.example`", "p[`https://a.example`]"),
            ("**https://a.example**", "p[<b <a https://a.example https://a.example>>]"),
            ("https://a.example/b_c_d", "p[<a https://a.example/b_c_d https://a.example/b_c_d>]"),
        ],
        |text| print(&parse(text)),
    );
}

#[test]
fn a_formula_of_several_lines_is_one_formula_until_a_blank_line() {
    check(
        &[
            ("$$\na\n+ b\n= c\n$$\n- d", "p[<math $$\na\n+ b\n= c\n$$>] ul{p[d]}"),
            (
                "So:\n\\[\n# x \\\\\n| a | b |\n|---|---|\n\\]",
                "p[So:⏎<math \\[\n# x \\\\\n| a | b |\n|---|---|\n\\]>]",
            ),
            ("- \\[\n  1. x\n  \\]\n- b", "ul{p[<math \\[\n1. x\n\\]>] | p[b]}"),
            ("$$ open\n+ b\n\n- c", "p[$$ open⏎+ b] ul{p[c]}"),
            ("$$a$$\n- b", "p[<math $$a$$>] ul{p[b]}"),
            ("> $$\n> a\nb", "quote{p[$$⏎a⏎b]}"),
        ],
        |text| print(&parse(text)),
    );
}
