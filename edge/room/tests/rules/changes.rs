//! Edits, and what all changes have in common: permissions, events, and what bots are sent.

use expect_test::expect;
use room::RowData;
use shared::{ClientFrame, Seq};

use crate::harness::{Harness, bot, nonce, only};

pub(crate) fn room() -> Harness {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; owner joins as olga; 1 s").discard_lines();
    harness
}

/// Asks and answers a question; returns the answer's seq.
pub(crate) fn turn(harness: &mut Harness, number: u32) -> u64 {
    harness.run(&format!("ann says @chatbot q{number}; 1 s"));
    let run = harness.calls.last().unwrap().run;
    harness.run(&format!("answer {run} begins r{number}; answer {run} ends as a{number}; 1 s"));
    run.0
}

pub(crate) fn head(harness: &Harness) -> Option<&str> {
    harness.storage.chains["chatbot"].head.as_deref()
}

pub(crate) fn marked_for_deletion(harness: &Harness) -> Vec<&str> {
    harness
        .storage
        .responses
        .values()
        .filter(|response| response.deletion_pending)
        .map(|response| response.id.as_str())
        .collect()
}

#[test]
fn people_edit_only_their_own_messages() {
    let mut harness = room();
    harness.run("ann says one; 1 s; ann edits 1 uno; 1 s; bob edits 1 mine; owner edits 1 mine; ann edits 2 x; ann edits 9 x; ann edits 1  ; 1 s");
    expect![[r#"
        ann < accepted auto1 #1
        ann < #1 ann: one
        bob owner < #1 ann: one
        ann < accepted auto2 #2
        ann < #2 edits #1 "uno"
        bob owner < #2 edits #1 "uno"
        bob < refused auto3 NotAllowed
        owner < refused auto4 NotAllowed
        ann < refused auto5 NoSuchMessage
        ann < refused auto6 NoSuchMessage
        ann < refused auto7 Empty
    "#]]
    .assert_eq(&harness.take_lines());
    let long = "x".repeat(4_001);
    harness
        .discard_lines()
        .run(&format!("ann edits 1 {long}; ann edits 1 \u{7}; carol reads; carol edits 1 x; 1 s"));
    expect![[r#"
        ann < refused auto8 TooLong
        ann < refused auto9 Empty
        carol < welcome reader 1..2 anew [#1 ann: uno]; here ann bob olga*
        carol < refused auto10 NotJoined
    "#]]
    .assert_eq(&harness.take_lines());
    let message = &harness.tabs["carol"].view.messages[&Seq(1)];
    assert_eq!((message.text.as_str(), message.edited), ("uno", true));
}

#[test]
fn answers_cannot_be_edited() {
    let mut harness = room();
    turn(&mut harness, 1);
    harness.discard_lines().run("ann edits 2 x; ann edits 3 x; owner edits 2 x; 1 s");
    assert_eq!(harness.take_lines().matches("NoSuchMessage").count(), 3);
}

#[test]
fn case_54_an_edit_calls_no_bot() {
    let mut harness = room();
    harness.run("ann says hello; 1 s; ann edits 1 @chatbot @helper hello; 1 s");
    assert_eq!((harness.calls.len(), harness.head()), (0, Seq(2)));
}

#[test]
fn g3_a_change_with_the_same_nonce_is_written_once() {
    let mut harness = room();
    harness.run("ann says one; ann says two; 1 s").discard_lines();
    for text in ["uno", "due"] {
        let text = text.to_owned();
        harness
            .send("ann", &ClientFrame::Edit { nonce: nonce("edit"), after: Seq(2), seq: Seq(1), text })
            .pass(1_000);
    }
    for _ in 0..2 {
        harness
            .send("ann", &ClientFrame::Delete { nonce: nonce("gone"), after: Seq(2), seq: Seq(2) })
            .pass(1_000);
    }
    expect![[r#"
        ann < accepted edit #3
        ann < #3 edits #1 "uno"
        bob owner < #3 edits #1 "uno"
        ann < accepted edit #3
        ann < accepted gone #4
        ann < #4 deletes #2
        bob owner < #4 deletes #2
        ann < accepted gone #4
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn a_bot_that_chains_is_told_of_a_change_once() {
    let mut harness = room();
    harness.run("bob says my cat is Tom; 1 s");
    turn(&mut harness, 1);
    harness.run("bob edits 1 my cat is Tim; bob edits 1 my cat is Kim; bob says and I edited; 1 s; ann says @chatbot q2; 1 s");
    let run = harness.calls.last().unwrap().run;
    expect![[r#"
        after r1
        (an earlier message was changed by its author, it now says) my cat is Kim
        p2 bob: and I edited
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(run.0));
    harness.run(&format!("answer {run} begins r2; answer {run} ends as a2; 1 s; ann says @chatbot q3; 1 s"));
    let run = harness.calls.last().unwrap().run;
    assert_eq!(harness.prompt(run.0), "after r2\np1 ann: @chatbot q3\n");
}

#[test]
fn an_edit_before_a_turn_is_built_appears_only_as_the_new_text() {
    let mut harness = room();
    harness.run("bob says old; 1 s");
    turn(&mut harness, 1);
    harness.run("bob says wrong; 1 s; bob edits 5 right; bob edits 1 new; 1 s; ann says @chatbot q2; 1 s");
    let run = harness.calls.last().unwrap().run;
    expect![[r#"
        after r1
        p2 bob: right
        (an earlier message was changed by its author, it now says) new
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(run.0));
    harness.run(&format!("answer {run} fails ChainLost"));
    expect![[r#"
        p2 bob: new
        p1 ann: @chatbot q1
        me: a1
        p2 bob: right
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(run.0));
}

#[test]
fn a_queued_question_is_sent_with_its_edited_text() {
    let mut harness = room();
    harness.run("ann says @chatbot q1; ann says @chatbot q2; 1 s; ann edits 3 @chatbot better; 1 s; answer 2 begins r1; answer 2 ends as a1; 1 s");
    assert_eq!(harness.prompt(4), "after r1\np1 ann: @chatbot better\n");
    assert_eq!(harness.call(Seq(4)).asked, "@chatbot better");
}

#[test]
fn case_51_a_change_whose_store_fails_has_no_effect() {
    let mut harness = room();
    harness.run("bob says secret; 1 s");
    turn(&mut harness, 1);
    harness.run("ann says @chatbot q2; ann says @chatbot q3; 1 s; answer 6 begins r2; 1 s");
    let (rows, runs) = (harness.storage.rows.clone(), harness.storage.runs.clone());
    harness
        .discard_lines()
        .run("store fails; ann deletes 7; store fails; bob deletes 1; store fails; bob edits 1 x; 1 s");
    assert_eq!(harness.take_lines().matches("TryLater").count(), 3);
    assert_eq!((&harness.storage.rows, &harness.storage.runs), (&rows, &runs));
    assert_eq!((head(&harness), marked_for_deletion(&harness)), (Some("r1"), Vec::new()));
    harness.run("answer 6 ends as a2; 1 s; answer 8 begins r3; answer 8 ends as a3; 1 s");
    assert_eq!(harness.tabs["ann"].view.text(8), "a3");
}

#[test]
fn g6_g8_every_snapshot_plus_later_events_gives_the_same_room() {
    let script = [
        "ann says one",
        "bob says two",
        "ann edits 1 uno",
        "ann says @chatbot poll?",
        "answer 5 begins r1",
        r#"answer 5 ends as {"question":"q","options":["a","b"]}"#,
        "ann votes 5 0",
        "bob votes 5 1",
        "bob edits 2 due",
        "bob deletes 2",
        "ann votes 5 1",
        "ann edits 1 eins",
        "ann says @chatbot again",
        "ann deletes 4",
        "owner deletes 5",
        "bob says last",
    ];
    let card = Some(shared::CardKind::Poll);
    let mut harness = Harness::with(only(room::Bot { card, ..bot("chatbot") }));
    harness.run("ann joins; bob joins; owner joins as olga; 1 s");
    for (number, step) in script.iter().enumerate() {
        harness.run(&format!("reader{number} reads; left{number} reads; left{number} leaves; {step}; 1 s"));
    }
    harness.run("answer 14 ends as text; 1 s; fresh reads; 1 s");
    let fresh = harness.tabs["fresh"].view.clone();
    assert_eq!(fresh.messages.len(), 7);
    for number in 0..script.len() {
        harness.run(&format!("left{number} returns; 1 s"));
        for tab in [format!("reader{number}"), format!("left{number}")] {
            assert_eq!(harness.tabs[&tab].view.messages, fresh.messages, "{tab}");
        }
    }
    assert!(harness.storage.rows.values().any(|row| matches!(row.data, RowData::Voted(_))));
}
