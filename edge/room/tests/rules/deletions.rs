//! Deletions: permissions, events, and that no bot is sent the text again.

use expect_test::expect;
use room::StateMode;
use shared::{ErrorCode, Seq};

use crate::changes::{head, marked_for_deletion, room, turn};
use crate::harness::Harness;

#[test]
fn people_delete_their_own_messages_and_the_owner_anybodys() {
    let mut harness = room();
    harness.run("ann says one; ann says two; owner says three; 1 s").discard_lines();
    harness.run("bob deletes 1; ann deletes 3; ann deletes 1; owner deletes 2; 1 s; ann deletes 1; owner deletes 1; ann edits 1 x; ann deletes 4; ann deletes 99; 1 s");
    expect![[r#"
        bob < refused auto4 NotAllowed
        ann < refused auto5 NotAllowed
        ann < accepted auto6 #4
        ann < #4 deletes #1
        bob owner < #4 deletes #1
        owner < accepted auto7 #5
        owner < #5 deletes #2
        ann bob < #5 deletes #2
        ann < refused auto8 NoSuchMessage
        owner < refused auto9 NoSuchMessage
        ann < refused auto10 NoSuchMessage
        ann < refused auto11 NoSuchMessage
        ann < refused auto12 NoSuchMessage
    "#]]
    .assert_eq(&harness.take_lines());
    for tab in ["ann", "bob", "owner"] {
        let view = &harness.tabs[tab].view;
        assert!(view.messages[&Seq(1)].deleted && view.messages[&Seq(2)].deleted && view.text(3) == "three");
    }
    assert!(
        harness.storage.rows.values().all(|row| !row.data.encode().contains("two")),
        "nothing of it is stored"
    );
}

#[test]
fn answers_are_deleted_by_the_owner_alone_and_only_after_their_end() {
    let mut harness = room();
    harness.run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 writes half; 1 s").discard_lines();
    harness.run(
        "owner deletes 2; answer 2 ends; 1 s; ann deletes 2; owner deletes 2; 1 s; owner deletes 2; 1 s",
    );
    expect![[r#"
        owner < refused auto2 NotNow
        ann bob owner < #3 ends #2 done =4
        ann < refused auto3 NotAllowed
        owner < accepted auto4 #4
        owner < #4 deletes #2
        ann bob < #4 deletes #2
        owner < refused auto5 NoSuchMessage
    "#]]
    .assert_eq(&harness.take_lines());
    let message = &harness.tabs["bob"].view.messages[&Seq(2)];
    assert!(message.deleted && message.text.is_empty());
}

#[test]
fn case_57_a_deleted_message_is_in_no_later_turn_of_any_bot() {
    for state in [StateMode::Auto, StateMode::Replay] {
        let mut harness = Harness::new();
        harness.config.bots.iter_mut().for_each(|bot| bot.state = state);
        harness.run(
            "room crashes; ann joins; bob joins; 1 s; bob says my secret; ann says @chatbot @helper q1; 1 s",
        );
        harness
            .run("answer 3 begins c1; answer 3 ends as ok; answer 4 begins h1; answer 4 ends as fine; 1 s");
        harness.run("bob deletes 1; 1 s; ann says @chatbot @helper q2; 1 s");
        for call in &harness.calls[2..] {
            assert_eq!(call.turn.previous, None, "what the server remembers holds it");
            let prompt = harness.prompt(call.run.0);
            assert!(
                !prompt.contains("secret") && prompt.contains("@helper q1") && prompt.contains("q2"),
                "{prompt}"
            );
        }
        assert_eq!(harness.calls.len(), 4);
    }
}

#[test]
fn case_57_a_deleted_answer_is_in_no_later_turn_not_even_its_own_bots() {
    let mut harness = room();
    turn(&mut harness, 1);
    harness.run("owner deletes 2; 1 s");
    assert_eq!((head(&harness), marked_for_deletion(&harness)), (None, vec!["r1"]));
    harness.run("ann says @chatbot q2; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    assert_eq!(harness.prompt(run), "p1 ann: @chatbot q1\np1 ann: @chatbot q2\n");
}

#[test]
fn case_57_of_two_answers_the_remaining_one_is_used() {
    let mut harness = room();
    turn(&mut harness, 1);
    harness.run("ann regenerates 2; 1 s; answer 4 begins r2; answer 4 ends as b1; 1 s; owner deletes 4; 1 s");
    assert_eq!(head(&harness), None, "its place is long after the question's");
    harness.run("ann says @chatbot q2; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    assert_eq!(harness.prompt(run), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
}

#[test]
fn case_57_regenerating_never_continues_a_response_that_holds_deleted_text() {
    let mut harness = room();
    harness.run("bob says my secret; 1 s");
    turn(&mut harness, 1);
    let second = turn(&mut harness, 2);
    harness.run("bob deletes 1; 1 s");
    // The first time there is no chain, the second time there is one again, but not the one that the answer continued.
    for number in 3..6 {
        harness.run(&format!("ann regenerates {second}; 1 s"));
        let call = harness.calls.last().unwrap();
        let run = call.run;
        assert_eq!(call.turn.previous, None, "time {number}");
        assert!(!harness.prompt(run.0).contains("secret"));
        harness.run(&format!("answer {run} begins r{number}; answer {run} ends as again; 1 s"));
    }
}

#[test]
fn responses_that_may_hold_deleted_text_are_marked_for_deletion_and_earlier_ones_are_not() {
    let mut harness = room();
    turn(&mut harness, 1);
    harness.run("bob says secret; 1 s");
    turn(&mut harness, 2);
    turn(&mut harness, 3);
    harness.run("bob says later; 1 s; bob deletes 12; 1 s");
    assert!(
        marked_for_deletion(&harness).is_empty() && head(&harness) == Some("r3"),
        "no bot was told of it"
    );
    harness.run("bob deletes 4; 1 s");
    assert_eq!((marked_for_deletion(&harness), head(&harness)), (vec!["r2", "r3"], None));
}

#[test]
fn case_71_an_answer_whose_context_is_deleted_continues_and_does_not_extend_the_chain() {
    let mut harness = room();
    harness.run("bob says secret; ann says @chatbot q1; 1 s; answer 3 begins r1; answer 3 writes so; bob deletes 1; 1 s");
    assert_eq!(marked_for_deletion(&harness), ["r1"]);
    assert!(harness.deletion_requests.is_empty(), "it is still being said");
    harness.run("answer 3 writes  far; answer 3 ends; 1 s; 40 s");
    assert_eq!(harness.tabs["bob"].view.text(3), "so far");
    assert_eq!((head(&harness), harness.deletion_requests.as_slice()), (None, ["r1".to_owned()].as_slice()));
    // A response whose id arrives after the deletion is marked for deletion too.
    let mut harness = room();
    harness.run("bob says secret; ann says @chatbot q1; 1 s; bob deletes 1; 1 s; answer 3 begins r1; answer 3 ends as ok; 2 s");
    assert_eq!((marked_for_deletion(&harness), head(&harness)), (vec!["r1"], None));
    assert_eq!(harness.deletion_requests, ["r1"]);
}

#[test]
fn case_71_a_deleted_question_that_is_queued_or_waits_for_a_retry_is_not_sent() {
    let mut harness = room();
    harness.run("ann says @chatbot q1; ann says @chatbot q2; 1 s; ann deletes 3; 1 s");
    let answer = harness.tabs["bob"].view.answer(4);
    assert_eq!((answer.state.as_str(), answer.code), ("stopped", Some(ErrorCode::AskedDeleted)));
    // A retry would send a deleted question.
    harness.run("answer 2 fails Overloaded; ann deletes 1; 20 s");
    assert_eq!(harness.calls.len(), 1);
    let answer = harness.tabs["bob"].view.answer(2);
    assert_eq!((answer.state.as_str(), answer.code), ("stopped", Some(ErrorCode::AskedDeleted)));
}

#[test]
fn an_edit_of_a_message_that_is_deleted_later_is_not_sent_to_bots() {
    let mut harness = room();
    harness.run("bob says one; 1 s");
    turn(&mut harness, 1);
    harness.run("bob edits 1 two; 1 s; bob deletes 1; 1 s; carol reads");
    harness.run("ann says @chatbot q2; 1 s");
    let prompt = harness.prompt(harness.calls.last().unwrap().run.0);
    assert!(!prompt.contains("two") && !prompt.contains("one"), "{prompt}");
}

#[test]
fn replies_to_deleted_messages_carry_no_text_and_their_answers_are_not_regenerated() {
    let mut harness = room();
    turn(&mut harness, 1);
    harness.run("ann deletes 1; 1 s").discard_lines();
    harness.run("bob replies 1 what was it?; ann regenerates 2; 1 s");
    expect![[r#"
        bob < accepted auto3 #5
        bob < #5 bob: what was it?
        ann owner < #5 bob: what was it?
        ann < refused auto4 NoSuchMessage
    "#]]
    .assert_eq(&harness.take_lines());
    harness.run("owner deletes 2; 1 s; bob replies 2 and this?; 1 s");
    assert_eq!(
        harness.prompt(harness.calls.last().unwrap().run.0),
        "p2 bob: what was it?\np2 bob: and this?\n"
    );
}
