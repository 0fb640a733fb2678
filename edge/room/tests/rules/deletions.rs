//! Deletions: who may, what everybody sees, and that no bot is told of it again.

use expect_test::expect;
use room::StateMode;
use shared::{ErrorCode, Seq};

use crate::changes::{doomed, head, room, turn};
use crate::stage::Stage;

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
    stage.run("bob says secret; ann says @chatbot q1; 1 s; bob deletes 1; 1 s; answer 3 begins r1; answer 3 ends as ok; 2 s");
    assert_eq!((doomed(&stage), head(&stage)), (vec!["r1"], None));
    assert_eq!(stage.forgets, ["r1"]);
}

#[test]
fn case_71_a_question_that_waits_or_pauses_is_not_asked_any_more() {
    let mut stage = room();
    stage.run("ann says @chatbot q1; ann says @chatbot q2; 1 s; ann deletes 3; 1 s");
    let answer = stage.tabs["bob"].view.answer(4);
    assert_eq!((answer.state.as_str(), answer.code), ("stopped", Some(ErrorCode::AskedDeleted)));
    // A retry would ask what nobody asks any more.
    stage.run("answer 2 fails Overloaded; ann deletes 1; 20 s");
    assert_eq!(stage.calls.len(), 1);
    let answer = stage.tabs["bob"].view.answer(2);
    assert_eq!((answer.state.as_str(), answer.code), ("stopped", Some(ErrorCode::AskedDeleted)));
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
