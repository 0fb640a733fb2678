//! Texts of messages: which are valid, and that they are stored unchanged.

use expect_test::expect;
use shared::{Seq, limits};

use crate::harness::{Harness, nonce};

#[test]
fn case_15_case_16_invisible_texts_and_control_characters_are_refused() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s").discard_lines();
    for text in [
        "",
        "  \n ",
        "\u{3164}\u{200b}",
        "\u{e0041}\u{e007f}",
        "\u{202e}",
        "a\u{0}b",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{1b}[1m",
    ] {
        harness.say("ann", text);
    }
    expect![[r#"
        ann < refused auto1 Empty
        ann < refused auto2 Empty
        ann < refused auto3 Empty
        ann < refused auto4 Empty
        ann < refused auto5 Empty
        ann < refused auto6 ControlCharacters
        ann < refused auto7 ControlCharacters
        ann < refused auto8 ControlCharacters
        ann < refused auto9 ControlCharacters
    "#]]
    .assert_eq(&harness.take_lines());
    harness.say("ann", "a\n\tb").pass(1_000);
    assert_eq!(harness.tabs["bob"].view.shown()[0].2, "a\n\tb");
}

#[test]
fn case_17_the_longest_message_is_accepted_and_one_more_character_is_not() {
    let family = "👨‍👩‍👧‍👦";
    let fill = "가".repeat(limits::TEXT_CHARACTERS - family.chars().count());
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s").discard_lines();
    harness.say("ann", &format!("{fill}{family}")).pass(1_000);
    harness.discard_lines().say("ann", &format!("{fill}{family}."));
    harness.say("ann", &format!("{fill}a{family}"));
    expect![[r#"
        ann < refused auto2 TooLong
        ann < refused auto3 TooLong
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(harness.tabs["ann"].view.shown()[0].2, format!("{fill}{family}"));
}

#[test]
fn case_20_case_21_texts_are_kept_as_they_are() {
    let words = [
        "'; DROP TABLE log; --",
        "100%_",
        "<script>alert(1)</script>",
        "\u{202e}evil\u{2066}",
        "__proto__",
        r#"{"type":"welcome"}"#,
        "![a](http://a/?q=x)",
        "NEAR/2 \"",
        "\\u0000",
    ];
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s");
    for text in words {
        harness.say("ann", text).pass(1_000);
    }
    let shown: Vec<String> = harness.tabs["ann"].view.shown().into_iter().map(|row| row.2).collect();
    assert_eq!(shown, words);
}

#[test]
fn replies_refer_only_to_messages() {
    let mut harness = Harness::new();
    harness
        .run("ann joins; ann says @chatbot hi; answer 2 begins r1; answer 2 ends as hello; 1 s")
        .discard_lines();
    // 3 is the end of the answer, 4 is not there yet.
    for to in [1, 2, 3, 4, 0, u64::MAX] {
        harness.say_as("ann", nonce(&format!("to{to}")), "a reply", Some(Seq(to))).pass(1_000);
    }
    expect![[r#"
        ann < accepted to1 #4
        ann < #4 ann: a reply
        call 6.1 chatbot
        ann < accepted to2 #5
        ann < #5 ann: a reply, #6 chatbot to #5 queued
        ann < run 6 thinking
        ann < refused to3 NoSuchMessage
        ann < accepted to4 #7
        ann < #7 ann: a reply
        ann < refused to0 NoSuchMessage
        ann < refused to18446744073709551615 NoSuchMessage
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(harness.storage.rows[&Seq(4)].message().unwrap().reply_to, Some(Seq(1)));
}
