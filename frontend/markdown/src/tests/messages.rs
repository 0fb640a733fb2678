//! What people's messages mean: the marks of other chats, and everything that only looks like one.

use super::{check, print};
use crate::parse_message;

#[test]
fn marks_are_shown_as_in_other_chats() {
    check(
        &[
            ("", ""),
            ("a\nb\n\nc", "p[a⏎b⏎⏎c]"),
            ("**오후 3시**는 *어때*? ~~아니~~ _응_", "p[<b 오후 3시>는 <i 어때>? <s 아니> <i 응>]"),
            ("***둘 다*** **a *b* c**", "p[<b <i 둘 다>> <b a <i b> c>]"),
            ("**\"인용\"**은 (**괄호**)", "p[<b \"인용\">은 (<b 괄호>)]"),
            ("a `b` c `d", "p[a `b` c `d]"),
            ("`**b**` **`b`**", "p[`**b**` <b `b`>]"),
            (
                "**@민수** see https://f.example/a_b_c_",
                "p[<b @민수> see <a https://f.example/a_b_c https://f.example/a_b_c>_]",
            ),
            ("**https://f.example**", "p[<b <a https://f.example https://f.example>>]"),
        ],
        |text| print(&parse_message(text)),
    );
}

#[test]
fn blocks_are_code_quotes_and_lists() {
    check(
        &[
            ("이거:\n```rust\nfn a() {}\n\n  b\n```\n끝", "p[이거:] code:rust[fn a() {}\n\n  b] p[끝]"),
            ("```a b```", "code:[a b]"),
            ("```let x\n= 1;```", "code:[let x\n= 1;]"),
            ("> 그래\n> 좋아\n나도", "quote{p[그래⏎좋아]} p[나도]"),
            ("- 하나\n- 둘\n  - 셋\n- 넷", "ul{p[하나] | p[둘] ul{p[셋]} | p[넷]}"),
            ("* **a**\n* b\n\n뒤", "ul{p[<b a>] | p[b]} p[뒤]"),
            ("1. 하나\n2. 둘\n4. 넷", "ol1{p[하나] | p[둘]} p[4. 넷]"),
            ("할 일\n1) 하나\n2) 둘", "p[할 일] ol1{p[하나] | p[둘]}"),
        ],
        |text| print(&parse_message(text)),
    );
}

#[test]
fn what_only_looks_like_a_mark_is_text() {
    let plain = [
        "*^^* 안녕 *^^*",
        "ㅠ_ㅠ >_< -_- ^_^ 하하 ^_^ T_T",
        "*_* **^^**",
        "네~~ 그래~~ 좋아~~그럼 내일~~",
        "2*3*4 = 24, a_b_c, __init",
        "$5 or $10?",
        "# 1번 방",
        "#태그 ## 둘",
        "1986. 좋은 해",
        "11. 22. 만나자",
        "3) 이것만",
        ">> 앞으로 >_<",
        "[여기](//f.example)",
        "``` 안 닫힌",
        "``",
        "<b>&amp;</b> \\*별\\*",
        "@_kim_ @a_b",
        "| a | b |",
        "**",
        "** 띄움 **",
    ];
    for text in plain {
        assert_eq!(print(&parse_message(text)), format!("p[{text}]"));
    }
}
