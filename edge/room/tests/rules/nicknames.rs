//! Nicknames: which are valid, and how long they stay reserved.

use expect_test::expect;
use shared::limits;

use crate::harness::Harness;

#[test]
fn case_18_invalid_nicknames_are_refused_and_the_socket_stays_open() {
    let mut harness = Harness::new();
    harness.connect("ann");
    let (long, longest) = ("x".repeat(25), "y".repeat(24));
    for name in ["", "   ", "\u{3164}", "🎉", "a\u{202e}b", "a\nb\u{0}", &long, &"z".repeat(10_000), &longest]
    {
        harness.hello("ann", Some(name));
    }
    expect![[r#"
        ann < refused NicknameEmpty
        ann < welcome reader 1..0 anew []; here 
        ann < refused NicknameEmpty
        ann < welcome reader 1..0 missed []; here 
        ann < refused NicknameCharacters
        ann < welcome reader 1..0 missed []; here 
        ann < refused NicknameEmpty
        ann < welcome reader 1..0 missed []; here 
        ann < refused NicknameCharacters
        ann < welcome reader 1..0 missed []; here 
        ann < refused NicknameCharacters
        ann < welcome reader 1..0 missed []; here 
        ann < refused NicknameTooLong
        ann < welcome reader 1..0 missed []; here 
        ann < refused NicknameTooLong
        ann < welcome reader 1..0 missed []; here 
        ann < welcome yyyyyyyyyyyyyyyyyyyyyyyy 1..0 missed []; here yyyyyyyyyyyyyyyyyyyyyyyy
        ann < people +yyyyyyyyyyyyyyyyyyyyyyyy =1
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_19_names_of_bots_of_the_system_and_of_others_are_taken() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; bob connects").discard_lines();
    for name in
        ["chatbot", "Chat Bot", "챗봇", "HELPER", "system", "시스템", "Madang", "방장", "ann", "A.N.N", "bob"]
    {
        harness.hello("bob", Some(name));
    }
    expect![[r#"
        bob < refused NicknameReserved
        bob < welcome reader 1..0 anew []; here ann
        bob < refused NicknameReserved
        bob < welcome reader 1..0 missed []; here ann
        bob < refused NicknameReserved
        bob < welcome reader 1..0 missed []; here ann
        bob < refused NicknameReserved
        bob < welcome reader 1..0 missed []; here ann
        bob < refused NicknameReserved
        bob < welcome reader 1..0 missed []; here ann
        bob < refused NicknameReserved
        bob < welcome reader 1..0 missed []; here ann
        bob < refused NicknameReserved
        bob < welcome reader 1..0 missed []; here ann
        bob < refused NicknameReserved
        bob < welcome reader 1..0 missed []; here ann
        bob < refused NicknameTaken
        bob < welcome reader 1..0 missed []; here ann
        bob < refused NicknameTaken
        bob < welcome reader 1..0 missed []; here ann
        bob < welcome bob 1..0 missed []; here ann bob
        ann bob < people +bob =2
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_20_unusual_names_are_accepted_as_they_are() {
    let mut harness = Harness::new();
    harness.run("ann joins").discard_lines();
    for (number, name) in
        ["__proto__", "<img onerror=x>", "\"; DROP TABLE log", "@helpers", "O'Brien"].into_iter().enumerate()
    {
        let guest = format!("guest{number}");
        harness.connect(&guest).hello(&guest, Some(name)).say(&guest, "hi @chatbot");
    }
    harness.run("1 s");
    expect![[r#"
        guest0 < welcome __proto__ 1..0 anew []; here ann __proto__
        call 2.1 chatbot
        guest0 < accepted auto1 #1
        guest0 < #1 __proto__: hi @chatbot, #2 chatbot to #1 queued
        guest0 < run 2 thinking
        ann < #1 __proto__: hi @chatbot, #2 chatbot to #1 queued
        ann < run 2 thinking
        guest1 < welcome <img onerror=x> 1..2 anew [#1 __proto__: hi @chatbot, #2 chatbot to #1 queued]; run 2 thinking; here ann __proto__ <img onerror=x>
        guest1 < accepted auto2 #3
        guest1 < #3 <img onerror=x>: hi @chatbot, #4 chatbot to #3 queued
        guest1 < run 4 queued after 1
        ann guest0 < #3 <img onerror=x>: hi @chatbot, #4 chatbot to #3 queued
        ann guest0 < run 4 queued after 1
        guest2 < welcome "; DROP TABLE log 1..4 anew [#1 __proto__: hi @chatbot, #2 chatbot to #1 queued, #3 <img onerror=x>: hi @chatbot, #4 chatbot to #3 queued]; run 2 thinking; run 4 queued after 1; here ann __proto__ <img onerror=x> "; DROP TABLE log
        guest2 < accepted auto3 #5
        guest2 < #5 "; DROP TABLE log: hi @chatbot, #6 chatbot to #5 queued
        guest2 < run 6 queued after 2
        ann guest0 guest1 < #5 "; DROP TABLE log: hi @chatbot, #6 chatbot to #5 queued
        ann guest0 guest1 < run 6 queued after 2
        guest3 < welcome @helpers 1..6 anew [#1 __proto__: hi @chatbot, #2 chatbot to #1 queued, #3 <img onerror=x>: hi @chatbot, #4 chatbot to #3 queued, #5 "; DROP TABLE log: hi @chatbot, #6 chatbot to #5 queued]; run 2 thinking; run 4 queued after 1; run 6 queued after 2; here ann __proto__ <img onerror=x> "; DROP TABLE log @helpers
        guest3 < accepted auto4 #7
        guest3 < #7 @helpers: hi @chatbot, #8 chatbot to #7 queued
        guest3 < run 8 queued after 3
        ann guest0 guest1 guest2 < #7 @helpers: hi @chatbot, #8 chatbot to #7 queued
        ann guest0 guest1 guest2 < run 8 queued after 3
        guest4 < welcome O'Brien 1..8 anew [#1 __proto__: hi @chatbot, #2 chatbot to #1 queued, #3 <img onerror=x>: hi @chatbot, #4 chatbot to #3 queued, #5 "; DROP TABLE log: hi @chatbot, #6 chatbot to #5 queued, #7 @helpers: hi @chatbot, #8 chatbot to #7 queued]; run 2 thinking; run 4 queued after 1; run 6 queued after 2; run 8 queued after 3; here ann __proto__ <img onerror=x> "; DROP TABLE log @helpers O'Brien
        guest4 < accepted auto5 #9
        guest4 < #9 O'Brien: hi @chatbot, #10 chatbot to #9 queued
        guest4 < run 10 queued after 4
        ann guest0 guest1 guest2 guest3 < #9 O'Brien: hi @chatbot, #10 chatbot to #9 queued
        ann guest0 guest1 guest2 guest3 < run 10 queued after 4
        ann guest0 guest1 guest2 guest3 guest4 < people +__proto__ +<img onerror=x> +"; DROP TABLE log +@helpers +O'Brien =6
    "#]].assert_eq(&harness.take_lines());
}

#[test]
fn a_nickname_stays_reserved_for_a_day_over_restarts() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; ann leaves; 100 s; room crashes; bob connects").discard_lines();
    let left = harness.now.0 - 100_000;
    harness.hello("bob", Some("ann"));
    harness.jump(shared::Millis(left + limits::NAME_KEPT_MS - 1)).run("bob returns").discard_lines();
    harness.hello("bob", Some("ANN")).pass(1).hello("bob", Some("ANN"));
    harness.run("1 s; ann joins");
    expect![[r#"
        bob < refused NicknameTaken
        bob < welcome reader 1..0 missed []; here 
        bob < welcome ANN 1..0 missed []; here ANN
        bob < people +ANN =1
        ann < refused NicknameTaken
        ann < welcome reader 1..0 missed []; here ANN
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn a_connected_person_keeps_a_nickname_longer_than_a_day() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s").discard_lines();
    let later = harness.now.plus(limits::NAME_KEPT_MS * 3);
    harness.jump(later).hello("bob", Some("ann"));
    expect![[r#"
        bob < refused NicknameTaken
        bob < welcome bob 1..0 missed []; here ann bob
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn a_persons_number_never_changes() {
    let mut harness = Harness::new();
    harness
        .run("ann joins; bob joins; ann leaves; room crashes; carol joins; ann joins as anna; bob returns");
    harness.run("carol says 3; ann says 1; bob says 2; 1 s");
    let numbers: Vec<String> = harness
        .storage
        .rows
        .values()
        .map(|row| match &row.data {
            room::RowData::Message(said) => format!("{} {} {}", said.text, said.number, said.name),
            _ => panic!(),
        })
        .collect();
    assert_eq!(numbers, ["3 3 carol", "1 1 anna", "2 2 bob"]);
}

#[test]
fn only_the_server_decides_who_is_owner() {
    let mut harness = Harness::new();
    harness.connect("ann");
    harness.send_text(
        "ann",
        r#"{"type":"hello","protocol":2,"tab":"page-of-ann","nickname":"ann","owner":true}"#,
    );
    harness.run("owner joins as olga; ann says hi; owner says hi; 1 s");
    expect![[r#"
        ann < welcome ann 1..0 anew []; here ann
        ann < people +ann =1
        owner < welcome olga (owner) 1..0 anew []; here ann olga*
        ann < accepted auto1 #1
        ann < #1 ann: hi
        owner < #1 ann: hi
        owner < accepted auto2 #2
        owner < #2 olga: hi
        ann < #2 olga: hi
        ann owner < people +olga* =2
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn a_person_cannot_take_one_name_after_another() {
    let mut harness = Harness::new();
    harness.run("ann joins");
    for number in 0..limits::PERSON_BURST + 5 {
        harness.hello("ann", Some(&format!("ann{number}"))).pass(20);
    }
    assert!(harness.storage.names.len() <= 33, "{}", harness.storage.names.len());
    // A hello under one's own nickname costs no token.
    let name = harness.tabs["ann"].view.name.clone();
    harness.discard_lines();
    for _ in 0..5 {
        harness.hello("ann", name.as_deref()).pass(20);
    }
    assert!(!harness.take_lines().contains("SlowDown"));
}

#[test]
fn case_196_a_nickname_that_takes_a_bots_calls_or_imitates_a_role_is_refused() {
    for name in [
        "챗봇아",
        "챗봇해줘",
        "chatbot안녕",
        "helper, hi",
        "bot:helper",
        "system: p1",
        "[admin] hi",
        "Owner: ann",
    ] {
        let mut harness = Harness::new();
        harness.run(&format!("eve joins as {name}; 1 s"));
        assert!(harness.take_lines().contains("NicknameReserved"), "{name}");
    }
    for name in ["챗봇짱", "helpers", "안나", "bot fan", "anna: hi"] {
        let mut harness = Harness::new();
        harness.run(&format!("eve joins as {name}; 1 s"));
        assert_eq!(harness.tabs["eve"].view.name.as_deref(), Some(name));
    }
}
