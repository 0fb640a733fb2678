//! What bots remember survives what does not concern it: deletions of other messages, failures that pass, and turns that are too
//! long for the model.

use room::{Bot, Config, StateMode};
use shared::{ErrorCode, Seq};

use crate::changes::{head, marked_for_deletion, turn};
use crate::harness::{Harness, bot, config};

/// A room with a bot of this window that summarizes a chain of a thousand tokens.
fn room(window: usize) -> Harness {
    let chatbot = Bot { rotate_at: 1_000, window: (window, 20_000), ..bot("chatbot") };
    let mut harness = Harness::with(Config { bots: vec![chatbot], ..config() });
    harness.run("ann joins; bob joins; owner joins as olga; 1 s");
    harness
}

/// A room whose bot's chain is full after its first answer: bob's message is 1, the question 2, the answer 3, its end 4.
fn full() -> Harness {
    let mut harness = room(40);
    harness.run("bob says my cat is Tom; ann says @chatbot q1; 1 s");
    harness.run("answer 3 begins r1; answer 3 counts 990/0/10 and ends as a1; 1 s");
    harness
}

fn summary(harness: &Harness) -> (Option<&str>, Option<u64>) {
    let chain = &harness.storage.chains["chatbot"];
    (chain.summary.as_deref(), chain.summary_through.map(|seq| seq.0))
}

#[test]
fn case_103_a_summary_survives_the_deletion_of_a_later_message() {
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 begins s1; answer 6 ends as Tom is a cat; answer 6 begins r2; answer 6 ends as a2; 1 s");
    assert_eq!(summary(&harness), (Some("Tom is a cat"), Some(3)));
    harness.run("bob says trivial; 1 s");
    turn(&mut harness, 3);
    harness.run("bob deletes 8; 1 s");
    assert_eq!((head(&harness), summary(&harness)), (None, (Some("Tom is a cat"), Some(3))));
    assert_eq!(marked_for_deletion(&harness), ["r3"], "it held the message");
    harness.run("ann says @chatbot q4; 1 s");
    let prompt = harness.prompt(harness.calls.last().unwrap().run.0);
    assert!(prompt.starts_with("(your own summary of what came before) Tom is a cat\n"), "{prompt}");
    assert!(!prompt.contains("trivial"), "{prompt}");
    // What the summary held takes it along.
    harness.run("bob deletes 1; 1 s");
    assert_eq!(summary(&harness), (None, None));
}

#[test]
fn case_103_a_chain_that_never_held_a_message_survives_its_deletion() {
    let mut harness = room(4);
    harness.run("bob says old; 1 s");
    turn(&mut harness, 1);
    for number in 0..14 {
        harness.run(&format!("bob says {number}; 1 s"));
    }
    // More than the window was said, so a new chain begins with the newest messages alone.
    let run = turn(&mut harness, 2);
    assert!(harness.prompt(run).starts_with("(older messages are left out)\n"));
    turn(&mut harness, 3);
    harness.run("bob deletes 1; 1 s");
    assert_eq!(head(&harness), Some("r3"));
    assert_eq!(marked_for_deletion(&harness), ["r1"], "only the earlier chain held it");
    harness.run("ann says @chatbot q4; 1 s");
    assert_eq!(harness.calls.last().unwrap().turn.previous.as_deref(), Some("r3"));
    // What it held ends it, and so does what a search of it found.
    harness.run("bob deletes 17; 1 s");
    assert_eq!((head(&harness), marked_for_deletion(&harness)), (None, vec!["r1", "r2", "r3"]));
}

#[test]
fn case_103_a_search_makes_a_chain_hold_what_it_found() {
    let mut harness = room(4);
    harness.config.bots[0].tools = vec!["search_room".to_owned()];
    harness.run("room crashes; ann returns; bob returns; owner returns; bob says old secret; 1 s");
    for number in 0..6 {
        harness.run(&format!("bob says {number}; 1 s"));
    }
    harness.run(
        "ann says @chatbot q1; 1 s; answer 9 begins r1; answer 9 calls search_room {\"query\":\"secret\"}",
    );
    harness.run("answer 9 begins r1b; answer 9 ends as found; 1 s");
    assert_eq!(head(&harness), Some("r1b"));
    harness.run("bob deletes 2; 1 s");
    assert_eq!(head(&harness), None, "its oldest message is later, but later than what the search found");
    let mut harness = room(4);
    harness.run("bob says other; bob says other; 1 s");
    for number in 0..6 {
        harness.run(&format!("bob says {number}; 1 s"));
    }
    turn(&mut harness, 1);
    harness.run("bob deletes 2; 1 s");
    assert_eq!(head(&harness), Some("r1"));
}

#[test]
fn case_182_a_chain_that_began_after_the_oldest_message_of_somebody_holds_later_ones() {
    let mut harness = room(4);
    harness.run("bob says old; 1 s");
    turn(&mut harness, 1);
    for number in 0..14 {
        harness.run(&format!("bob says {number}; 1 s"));
    }
    turn(&mut harness, 2);
    turn(&mut harness, 3);
    harness.run("bob erases everything; 1 s");
    assert_eq!((head(&harness), marked_for_deletion(&harness)), (None, vec!["r1", "r2", "r3"]));
}

#[test]
fn case_103_a_running_answer_that_never_held_the_message_extends_its_chain() {
    let mut harness = room(4);
    for number in 0..8 {
        harness.run(&format!("bob says {number}; 1 s"));
    }
    harness.run("ann says @chatbot q1; 1 s; answer 10 begins r1; answer 10 writes so; bob deletes 1; answer 10 ends; 1 s");
    assert_eq!((head(&harness), marked_for_deletion(&harness)), (Some("r1"), Vec::new()));
    harness.run("ann says @chatbot q2; 1 s; answer 14 begins r2; bob deletes 8; answer 14 ends as a2; 1 s");
    assert_eq!((head(&harness), marked_for_deletion(&harness)), (None, vec!["r1", "r2"]));
}

#[test]
fn case_104_a_summary_that_fails_for_a_while_leaves_the_chain_and_is_tried_again() {
    for end in ["fails RateLimited", "fails Overloaded", "fails Timeout", "fails Connection", "breaks off"] {
        let mut harness = full();
        harness.run(&format!("ann says @chatbot q2; 1 s; answer 6 {end}; 1 s"));
        assert_eq!(harness.prompt(6), "after r1\np1 ann: @chatbot q2\n", "{end}");
        harness.run("answer 6 begins r2; answer 6 counts 1000/0/10 and ends as a2; 1 s");
        assert_eq!((head(&harness), harness.tabs["bob"].view.text(6)), (Some("r2"), "a2"), "{end}");
        harness.run("ann says @chatbot q3; 1 s");
        assert!(harness.prompt(9).contains("write a summary"), "{end}");
    }
}

#[test]
fn case_104_a_late_summary_is_given_up_and_the_question_is_asked() {
    let mut harness = full();
    harness.run("ann says @chatbot q2; 40 s");
    assert_eq!((harness.calls.len(), harness.prompt(6).as_str()), (3, "after r1\np1 ann: @chatbot q2\n"));
    harness.run("answer 6 begins r2; answer 6 ends as a2; 1 s");
    assert_eq!(harness.tabs["bob"].view.text(6), "a2");
}

#[test]
fn case_104_the_call_after_a_failed_summary_waits_as_long_as_the_server_asks() {
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 fails RateLimited 5000; 4 s");
    assert_eq!(harness.calls.len(), 2);
    harness.run("2 s");
    assert_eq!(harness.calls.len(), 3);
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 fails RateLimited 90000; 4 s");
    assert_eq!(
        (harness.tabs["bob"].view.answer(6).code, head(&harness)),
        (Some(ErrorCode::Busy), Some("r1"))
    );
}

#[test]
fn case_105_a_turn_that_is_too_long_is_sent_once_more_with_half_the_window() {
    for state in [StateMode::Auto, StateMode::Replay] {
        let mut harness = Harness::with(Config {
            bots: vec![Bot { state, window: (8, 20_000), ..bot("chatbot") }],
            ..config()
        });
        harness.run("ann joins; bob joins; 1 s; bob says one; 1 s");
        turn(&mut harness, 1);
        harness.run("bob says two; bob says three; 1 s; ann says @chatbot q2; 1 s; answer 8 fails ContextTooLong; 1 s");
        assert_eq!(
            harness.prompt(8),
            "(older messages are left out)\nme: a1\np2 bob: two\np2 bob: three\np1 ann: @chatbot q2\n",
            "{state:?}"
        );
        harness.run("answer 8 begins r2 after nothing; answer 8 ends as a2; 1 s");
        assert_eq!(harness.tabs["bob"].view.text(8), "a2");
        let answer = harness.tabs["bob"].view.answer(8);
        assert_eq!(answer.chain_rebuilt, state == StateMode::Auto);
        harness.run("ann says @chatbot q3; 1 s");
        assert_eq!(
            harness.calls.last().unwrap().turn.previous.as_deref(),
            (state == StateMode::Auto).then_some("r2")
        );
    }
}

#[test]
fn case_59_case_105_half_a_window_that_is_too_long_fails_the_answer() {
    let mut harness = room(40);
    harness.run(
        "ann says @chatbot hi; 1 s; answer 2 fails ContextTooLong; 1 s; answer 2 fails ContextTooLong; 100 s",
    );
    let answer = harness.tabs["ann"].view.answer(2);
    assert_eq!((harness.calls.len(), answer.code), (2, Some(ErrorCode::ContextTooLong)));
    assert!(!answer.chain_rebuilt, "there was none");
}

#[test]
fn case_105_an_earlier_summary_is_kept_when_the_chain_cannot_be_summarized() {
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 begins s1; answer 6 ends as Tom is a cat; answer 6 begins r2; answer 6 counts 1000/0/9 and ends as a2; 1 s");
    harness.run("ann says @chatbot q3; 1 s; answer 9 fails ContextTooLong; 1 s");
    assert!(harness.prompt(9).starts_with("(your own summary of what came before) Tom is a cat\n"));
    assert_eq!(harness.call(Seq(9)).call_number, 2);
}
