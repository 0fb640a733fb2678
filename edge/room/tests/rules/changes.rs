//! Edits and deletions: who may, what everybody sees, and what bots still know.

use expect_test::expect;
use room::{RowData, StateMode};
use shared::{ClientFrame, Code, Seq};

use crate::stage::{Stage, bot, nonce, only};

fn room() -> Stage {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; owner joins as olga; 1 s").look_away();
    stage
}

/// A question and its whole answer. The place of the answer.
fn turn(stage: &mut Stage, number: u32) -> u64 {
    stage.run(&format!("ann says @chatbot q{number}; 1 s"));
    let run = stage.calls.last().unwrap().run;
    stage.run(&format!("answer {run} begins r{number}; answer {run} ends as a{number}; 1 s"));
    run.0
}

fn head(stage: &Stage) -> Option<&str> {
    stage.log.chains["chatbot"].head.as_deref()
}

fn doomed(stage: &Stage) -> Vec<&str> {
    stage
        .log
        .responses
        .values()
        .filter(|response| response.is_doomed)
        .map(|response| response.id.as_str())
        .collect()
}

#[test]
fn one_changes_ones_own_words_and_nobody_elses() {
    let mut stage = room();
    stage.run("ann says one; 1 s; ann edits 1 uno; 1 s; bob edits 1 mine; owner edits 1 mine; ann edits 2 x; ann edits 9 x; ann edits 1  ; 1 s");
    expect![[r#"
        ann < accepted auto1 #1
        ann bob owner < #1 ann: one
        ann < accepted auto2 #2
        ann bob owner < #2 edits #1 "uno"
        bob < refused auto3 NotAllowed
        owner < refused auto4 NotAllowed
        ann < refused auto5 NoSuchMessage
        ann < refused auto6 NoSuchMessage
        ann < refused auto7 Empty
    "#]]
    .assert_eq(&stage.seen());
    let long = "x".repeat(4_001);
    stage
        .look_away()
        .run(&format!("ann edits 1 {long}; ann edits 1 \u{7}; carol reads; carol edits 1 x; 1 s"));
    expect![[r#"
        ann < refused auto8 TooLong
        ann < refused auto9 Empty
        carol < welcome reader 1..2 anew [#1 ann: uno]; here ann bob olga*
        carol < refused auto10 NotJoined
    "#]]
    .assert_eq(&stage.seen());
    let message = &stage.tabs["carol"].view.messages[&Seq(1)];
    assert_eq!((message.text.as_str(), message.edited), ("uno", true));
}

#[test]
fn answers_are_not_edited() {
    let mut stage = room();
    turn(&mut stage, 1);
    stage.look_away().run("ann edits 2 x; ann edits 3 x; owner edits 2 x; 1 s");
    assert_eq!(stage.seen().matches("NoSuchMessage").count(), 3);
}

#[test]
fn case_54_an_edit_calls_nobody() {
    let mut stage = room();
    stage.run("ann says hello; 1 s; ann edits 1 @chatbot @helper hello; 1 s");
    assert_eq!((stage.calls.len(), stage.head()), (0, Seq(2)));
}

#[test]
fn g3_an_attempt_to_change_is_written_once() {
    let mut stage = room();
    stage.run("ann says one; ann says two; 1 s").look_away();
    for text in ["uno", "due"] {
        let text = text.to_owned();
        stage
            .send("ann", &ClientFrame::Edit { nonce: nonce("edit"), after: Seq(2), seq: Seq(1), text })
            .pass(1_000);
    }
    for _ in 0..2 {
        stage
            .send("ann", &ClientFrame::Delete { nonce: nonce("gone"), after: Seq(2), seq: Seq(2) })
            .pass(1_000);
    }
    expect![[r#"
        ann < accepted edit #3
        ann bob owner < #3 edits #1 "uno"
        ann < accepted edit #3
        ann < accepted gone #4
        ann bob owner < #4 deletes #2
        ann < accepted gone #4
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn a_bot_that_chains_is_told_of_a_change_once() {
    let mut stage = room();
    stage.run("bob says my cat is Tom; 1 s");
    turn(&mut stage, 1);
    stage.run("bob edits 1 my cat is Tim; bob edits 1 my cat is Kim; bob says and I edited; 1 s; ann says @chatbot q2; 1 s");
    let run = stage.calls.last().unwrap().run;
    expect![[r#"
        after r1
        (an earlier message was changed by its author, it now says) my cat is Kim
        p2 bob: and I edited
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(run.0));
    stage.run(&format!("answer {run} begins r2; answer {run} ends as a2; 1 s; ann says @chatbot q3; 1 s"));
    let run = stage.calls.last().unwrap().run;
    assert_eq!(stage.prompt(run.0), "after r2\np1 ann: @chatbot q3\n");
}

#[test]
fn a_change_before_a_turn_is_built_needs_no_correction_and_a_transcript_has_only_the_new_words() {
    let mut stage = room();
    stage.run("bob says old; 1 s");
    turn(&mut stage, 1);
    stage.run("bob says wrong; 1 s; bob edits 5 right; bob edits 1 new; 1 s; ann says @chatbot q2; 1 s");
    let run = stage.calls.last().unwrap().run;
    expect![[r#"
        after r1
        p2 bob: right
        (an earlier message was changed by its author, it now says) new
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(run.0));
    stage.run(&format!("answer {run} fails ChainLost"));
    expect![[r#"
        p2 bob: new
        p1 ann: @chatbot q1
        me: a1
        p2 bob: right
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(run.0));
}

#[test]
fn a_question_that_waits_is_asked_in_its_new_words() {
    let mut stage = room();
    stage.run("ann says @chatbot q1; ann says @chatbot q2; 1 s; ann edits 3 @chatbot better; 1 s; answer 2 begins r1; answer 2 ends as a1; 1 s");
    assert_eq!(stage.prompt(4), "after r1\np1 ann: @chatbot better\n");
    assert_eq!(stage.call(Seq(4)).asked, "@chatbot better");
}

#[test]
fn one_deletes_ones_own_and_the_owner_anybodys() {
    let mut stage = room();
    stage.run("ann says one; ann says two; owner says three; 1 s").look_away();
    stage.run("bob deletes 1; ann deletes 3; ann deletes 1; owner deletes 2; 1 s; ann deletes 1; owner deletes 1; ann edits 1 x; ann deletes 4; ann deletes 99; 1 s");
    expect![[r#"
        bob < refused auto4 NotAllowed
        ann < refused auto5 NotAllowed
        ann < accepted auto6 #4
        ann bob owner < #4 deletes #1
        owner < accepted auto7 #5
        ann bob owner < #5 deletes #2
        ann < refused auto8 NoSuchMessage
        owner < refused auto9 NoSuchMessage
        ann < refused auto10 NoSuchMessage
        ann < refused auto11 NoSuchMessage
        ann < refused auto12 NoSuchMessage
    "#]]
    .assert_eq(&stage.seen());
    for tab in ["ann", "bob", "owner"] {
        let view = &stage.tabs[tab].view;
        assert!(view.messages[&Seq(1)].deleted && view.messages[&Seq(2)].deleted && view.text(3) == "three");
    }
    assert!(stage.log.rows.values().all(|row| !row.data.encode().contains("two")), "nothing of it is stored");
}

#[test]
fn answers_are_deleted_by_the_owner_alone_and_not_while_they_are_given() {
    let mut stage = room();
    stage.run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 writes half; 1 s").look_away();
    stage.run(
        "owner deletes 2; answer 2 ends; 1 s; ann deletes 2; owner deletes 2; 1 s; owner deletes 2; 1 s",
    );
    expect![[r#"
        owner < refused auto2 NotNow
        ann bob owner < #3 ends #2 done "half"
        ann < refused auto3 NotAllowed
        owner < accepted auto4 #4
        ann bob owner < #4 deletes #2
        owner < refused auto5 NoSuchMessage
    "#]]
    .assert_eq(&stage.seen());
    let message = &stage.tabs["bob"].view.messages[&Seq(2)];
    assert!(message.deleted && message.text.is_empty());
}

#[test]
fn case_57_a_deleted_message_is_in_no_later_turn_of_any_bot() {
    for state in [StateMode::Auto, StateMode::Replay] {
        let mut stage = Stage::new();
        stage.config.bots.iter_mut().for_each(|bot| bot.state = state);
        stage.run(
            "room crashes; ann joins; bob joins; 1 s; bob says my secret; ann says @chatbot @helper q1; 1 s",
        );
        stage.run("answer 3 begins c1; answer 3 ends as ok; answer 4 begins h1; answer 4 ends as fine; 1 s");
        stage.run("bob deletes 1; 1 s; ann says @chatbot @helper q2; 1 s");
        for call in &stage.calls[2..] {
            assert_eq!(call.turn.previous, None, "what the server remembers holds it");
            let prompt = stage.prompt(call.run.0);
            assert!(
                !prompt.contains("secret") && prompt.contains("@helper q1") && prompt.contains("q2"),
                "{prompt}"
            );
        }
        assert_eq!(stage.calls.len(), 4);
    }
}

#[test]
fn case_57_a_deleted_answer_is_in_no_later_turn_not_even_its_own_bots() {
    let mut stage = room();
    turn(&mut stage, 1);
    stage.run("owner deletes 2; 1 s");
    assert_eq!((head(&stage), doomed(&stage)), (None, vec!["r1"]));
    stage.run("ann says @chatbot q2; 1 s");
    let run = stage.calls.last().unwrap().run.0;
    assert_eq!(stage.prompt(run), "p1 ann: @chatbot q1\np1 ann: @chatbot q2\n");
}

#[test]
fn case_57_of_two_answers_the_one_that_is_left_counts() {
    let mut stage = room();
    turn(&mut stage, 1);
    stage.run("ann regenerates 2; 1 s; answer 4 begins r2; answer 4 ends as b1; 1 s; owner deletes 4; 1 s");
    assert_eq!(head(&stage), None, "its place is long after the question's");
    stage.run("ann says @chatbot q2; 1 s");
    let run = stage.calls.last().unwrap().run.0;
    assert_eq!(stage.prompt(run), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
}

#[test]
fn case_57_asking_again_never_continues_what_held_deleted_words() {
    let mut stage = room();
    stage.run("bob says my secret; 1 s");
    turn(&mut stage, 1);
    let second = turn(&mut stage, 2);
    stage.run("bob deletes 1; 1 s");
    // The first time there is no chain, the second time there is one again, but not the one that the answer continued.
    for number in 3..6 {
        stage.run(&format!("ann regenerates {second}; 1 s"));
        let call = stage.calls.last().unwrap();
        let run = call.run;
        assert_eq!(call.turn.previous, None, "time {number}");
        assert!(!stage.prompt(run.0).contains("secret"));
        stage.run(&format!("answer {run} begins r{number}; answer {run} ends as again; 1 s"));
    }
}

#[test]
fn responses_that_may_hold_it_are_doomed_and_earlier_ones_are_not() {
    let mut stage = room();
    turn(&mut stage, 1);
    stage.run("bob says secret; 1 s");
    turn(&mut stage, 2);
    turn(&mut stage, 3);
    stage.run("bob says later; 1 s; bob deletes 12; 1 s");
    assert!(doomed(&stage).is_empty() && head(&stage) == Some("r3"), "no bot was told of it");
    stage.run("bob deletes 4; 1 s");
    assert_eq!((doomed(&stage), head(&stage)), (vec!["r2", "r3"], None));
}

#[test]
fn case_71_a_running_answer_goes_on_and_is_no_memory() {
    let mut stage = room();
    stage.run("bob says secret; ann says @chatbot q1; 1 s; answer 3 begins r1; answer 3 writes so; bob deletes 1; ann deletes 2; 1 s");
    assert_eq!(doomed(&stage), ["r1"]);
    assert!(stage.forgets.is_empty(), "it is still being said");
    stage.run("answer 3 writes  far; answer 3 ends; 1 s; 40 s");
    assert_eq!(stage.tabs["bob"].view.text(3), "so far");
    assert_eq!((head(&stage), stage.forgets.as_slice()), (None, ["r1".to_owned()].as_slice()));
    // A response that is named after the deletion is doomed as well.
    let mut stage = room();
    stage.run("bob says secret; ann says @chatbot q1; 1 s; bob deletes 1; answer 3 begins r1; answer 3 ends as ok; 2 s");
    assert_eq!((doomed(&stage), head(&stage)), (vec!["r1"], None));
    assert_eq!(stage.forgets, ["r1"]);
}

#[test]
fn case_71_a_question_that_waits_or_pauses_is_not_asked_any_more() {
    let mut stage = room();
    stage.run("ann says @chatbot q1; ann says @chatbot q2; 1 s; ann deletes 3; 1 s");
    let answer = stage.tabs["bob"].view.answer(4);
    assert_eq!((answer.state.word(), answer.code), ("stopped", Some(Code::AskedDeleted)));
    // A retry would ask what nobody asks any more.
    stage.run("answer 2 fails Overloaded; ann deletes 1; 20 s");
    assert_eq!(stage.calls.len(), 1);
    let answer = stage.tabs["bob"].view.answer(2);
    assert_eq!((answer.state.word(), answer.code), ("stopped", Some(Code::AskedDeleted)));
}

#[test]
fn a_change_of_a_message_that_is_deleted_later_is_not_told() {
    let mut stage = room();
    stage.run("bob says one; 1 s");
    turn(&mut stage, 1);
    stage.run("bob edits 1 two; 1 s; bob deletes 1; 1 s; carol reads");
    stage.run("ann says @chatbot q2; 1 s");
    let prompt = stage.prompt(stage.calls.last().unwrap().run.0);
    assert!(!prompt.contains("two") && !prompt.contains("one"), "{prompt}");
}

#[test]
fn deleted_messages_are_replied_to_without_their_words_and_not_asked_again() {
    let mut stage = room();
    turn(&mut stage, 1);
    stage.run("ann deletes 1; 1 s").look_away();
    stage.run("bob replies 1 what was it?; ann regenerates 2; 1 s");
    expect![[r#"
        bob < accepted auto3 #5
        ann bob owner < #5 bob: what was it?
        ann < refused auto4 NoSuchMessage
    "#]]
    .assert_eq(&stage.seen());
    stage.run("owner deletes 2; 1 s; bob replies 2 and this?; 1 s");
    assert_eq!(stage.prompt(stage.calls.last().unwrap().run.0), "p2 bob: what was it?\np2 bob: and this?\n");
}

#[test]
fn case_51_a_change_whose_store_fails_has_not_happened_at_all() {
    let mut stage = room();
    stage.run("bob says secret; 1 s");
    turn(&mut stage, 1);
    stage.run("ann says @chatbot q2; ann says @chatbot q3; 1 s; answer 6 begins r2; 1 s");
    let (rows, runs) = (stage.log.rows.clone(), stage.log.runs.clone());
    stage
        .look_away()
        .run("store fails; ann deletes 7; store fails; bob deletes 1; store fails; bob edits 1 x; 1 s");
    assert_eq!(stage.seen().matches("TryLater").count(), 3);
    assert_eq!((&stage.log.rows, &stage.log.runs), (&rows, &runs));
    assert_eq!((head(&stage), doomed(&stage)), (Some("r1"), Vec::new()));
    stage.run("answer 6 ends as a2; 1 s; answer 8 begins r3; answer 8 ends as a3; 1 s");
    assert_eq!(stage.tabs["ann"].view.text(8), "a3");
}

#[test]
fn g6_g8_every_snapshot_grows_into_the_same_room() {
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
    let mut stage = Stage::with(only(room::Bot { card, ..bot("chatbot") }));
    stage.run("ann joins; bob joins; owner joins as olga; 1 s");
    for (number, step) in script.iter().enumerate() {
        stage.run(&format!("reader{number} reads; left{number} reads; left{number} leaves; {step}; 1 s"));
    }
    stage.run("answer 14 ends as text; 1 s; fresh reads; 1 s");
    let fresh = stage.tabs["fresh"].view.clone();
    assert_eq!(fresh.messages.len(), 7);
    for number in 0..script.len() {
        stage.run(&format!("left{number} returns; 1 s"));
        for tab in [format!("reader{number}"), format!("left{number}")] {
            assert_eq!(stage.tabs[&tab].view.messages, fresh.messages, "{tab}");
        }
    }
    assert!(stage.log.rows.values().any(|row| matches!(row.data, RowData::Voted(_))));
}
