//! Rotation of chains that have grown too long: a summary, and a new chain that starts with it.

use expect_test::expect;
use room::{Bot, Budget, Config};
use shared::{ErrorCode, Seq};

use crate::budgets::{PRICE, paid};
use crate::harness::{Harness, config};

/// A room with a bot whose first answer fills its chain.
fn full_with(bot: Bot, budget: Budget) -> Harness {
    let mut harness =
        Harness::with(Config { bots: vec![Bot { rotate_at: 1_000, ..bot }], budget, ..config() });
    harness.run("ann joins; bob joins; 1 s; bob says my cat is Tom; ann says @chatbot q1; 1 s");
    if budget.has_ledger {
        harness.run("ledger grants");
    }
    harness.run("answer 3 begins r1; answer 3 counts 990/0/10 and ends as a1; 1 s").discard_lines();
    harness
}

fn full() -> Harness {
    full_with(paid("chatbot"), Budget::default())
}

fn chain(harness: &Harness) -> (Option<&str>, Option<&str>, u64) {
    let chain = &harness.storage.chains["chatbot"];
    (chain.head.as_deref(), chain.summary.as_deref(), chain.last.0)
}

#[test]
fn a_full_chain_is_summarized_and_a_new_one_starts_with_the_summary_and_newest_messages() {
    let mut harness = full();
    harness.run("bob edits 1 my cat is Tim; ann says @chatbot q2; 1 s");
    let summary = harness.call(Seq(7)).clone();
    assert!(
        harness.prompt(7).starts_with("after r1\n(an earlier message was changed"),
        "{}",
        harness.prompt(7)
    );
    assert!(harness.prompt(7).contains("write a summary"));
    assert!(summary.turn.tools.is_empty() && summary.asked.is_empty(), "it asks nothing new");
    assert!(summary.turn.parameters.max_output_tokens >= Some(2_000), "however short its answers are");
    harness.run("answer 7 begins s1; answer 7 writes They like ; answer 7 writes cats.; 1 s");
    assert!(
        harness.tabs["bob"].view.texts.get(&Seq(7)).is_none_or(String::is_empty),
        "nothing of it is shown"
    );
    harness.run("answer 7 counts 1100/0/50 and ends; 1 s");
    expect![[r#"
        (your own summary of what came before) They like cats.
        p2 bob: my cat is Tim
        p1 ann: @chatbot q1
        me: a1
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(7));
    let call = harness.call(Seq(7));
    assert_eq!((call.call_number, call.asked.as_str(), call.turn.tools.len()), (2, "@chatbot q2", 1));
    harness.run("answer 7 begins r2; answer 7 counts 200/0/20 and ends as a2; 1 s");
    expect![[r#"
        bob < accepted auto3 #5
        bob < #5 edits #1 "my cat is Tim"
        ann < #5 edits #1 "my cat is Tim"
        call 7.1 chatbot
        ann < accepted auto4 #6
        ann < #6 ann: @chatbot q2, #7 chatbot to #6 queued
        ann < run 7 thinking
        bob < #6 ann: @chatbot q2, #7 chatbot to #6 queued
        bob < run 7 thinking
        call 7.2 chatbot
        ann bob < run 7 thinking
        ann bob < #8 ends #7 done "a2"
    "#]]
    .assert_eq(&harness.take_lines());
    let answer = harness.tabs["bob"].view.answer(7);
    assert!(!answer.chain_rebuilt, "it remembers");
    assert_eq!((answer.usage.unwrap().output, answer.cost), (70, Some(1_100 + 500 + 200 + 200)));
    assert_eq!(chain(&harness), (Some("r2"), Some("They like cats."), 6));
    harness.run("ann says @chatbot q3; 1 s");
    assert_eq!(harness.prompt(10), "after r2\np1 ann: @chatbot q3\n");
}

#[test]
fn the_summary_and_the_answer_have_separate_reservations() {
    let mut harness = full_with(paid("chatbot"), Budget { has_ledger: true, ..Budget::default() });
    harness.run("ann says @chatbot q2; 1 s; ledger grants; answer 6 begins s1; answer 6 counts 1100/0/50 and ends as sum");
    assert_eq!(harness.calls.len(), 2, "the second waits for its own");
    harness.run("ledger grants; answer 6 begins r2; answer 6 counts 100/0/10 and ends as a2; 1 s");
    let of =
        |run: u64| harness.reservations.iter().filter(move |claim| claim.0 == Seq(run)).map(|claim| claim.1);
    assert_eq!(of(6).collect::<Vec<_>>(), [1, 2]);
    assert!(
        harness.reservations[1].2 > 1_000 + 20_000,
        "the whole chain and a whole summary: {:?}",
        harness.reservations
    );
    assert_eq!(harness.settlements[1..], [(Seq(6), 1, Some(1_600)), (Seq(6), 2, Some(200))]);
}

#[test]
fn after_a_summary_that_failed_for_good_the_new_chain_starts_without_one() {
    for end in ["fails BadRequest", "runs out", "filters it", "declines no", "ends"] {
        let mut harness = full();
        harness.run(&format!("ann says @chatbot q2; 1 s; answer 6 {end}; 1 s"));
        assert_eq!(
            harness.prompt(6),
            "p2 bob: my cat is Tom\np1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n",
            "{end}"
        );
        harness.run("answer 6 begins r2; answer 6 ends as a2; 1 s");
        assert_eq!(
            (chain(&harness), harness.tabs["bob"].view.answer(6).state.as_str()),
            ((Some("r2"), None, 5), "done"),
            "{end}"
        );
        assert_eq!(harness.calls.len(), 3, "{end}");
    }
}

#[test]
fn a_chain_lost_during_its_summary_is_rebuilt_from_the_transcript() {
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 begins s1 after nothing; 1 s");
    assert_eq!(
        harness.prompt(6),
        "p2 bob: my cat is Tom\np1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n"
    );
    harness.run("answer 6 begins r2 after nothing; answer 6 ends as a2; 1 s");
    assert_eq!(harness.tabs["bob"].view.text(6), "a2");
}

#[test]
fn case_57_a_deletion_discards_summaries_at_any_time() {
    // During the summary.
    let mut harness = full();
    harness.run(
        "ann says @chatbot q2; 1 s; answer 6 begins s1; bob deletes 1; answer 6 ends as Tom is a cat; 1 s",
    );
    assert!(!harness.prompt(6).contains("Tom"), "{}", harness.prompt(6));
    // Afterwards.
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 begins s1; answer 6 ends as Tom is a cat; answer 6 begins r2; answer 6 ends as a2; 1 s");
    harness.run("bob deletes 1; 1 s; ann says @chatbot q3; 1 s");
    assert_eq!(
        harness.prompt(harness.calls.last().unwrap().run.0),
        "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\nme: a2\np1 ann: @chatbot q3\n"
    );
    // Before it, during the reservation: there is nothing to summarize any more.
    let mut harness = full_with(paid("chatbot"), Budget { has_ledger: true, ..Budget::default() });
    harness.run("ann says @chatbot q2; bob deletes 1; ledger grants; 1 s");
    assert_eq!(harness.prompt(6), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
}

#[test]
fn regenerating_makes_no_summary() {
    let mut harness = full();
    harness.run("ann regenerates 3; 1 s");
    assert_eq!(harness.calls[1].turn, harness.calls[0].turn);
}

#[test]
fn a_summary_is_kept_over_restarts_for_a_lost_chain() {
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 begins s1; answer 6 ends as Tom is a cat; answer 6 begins r2; answer 6 ends as a2; 1 s");
    harness.run("room crashes; ann returns; ann says @chatbot q3; 1 s; answer 9 fails ChainLost; 1 s");
    assert!(
        harness
            .prompt(9)
            .starts_with("(your own summary of what came before) Tom is a cat\np2 bob: my cat is Tom\n"),
        "{}",
        harness.prompt(9)
    );
    // Regenerating the answer after the summary sends the same turn.
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 begins s1; answer 6 ends as Tom is a cat; answer 6 begins r2; answer 6 ends as a2; 1 s");
    harness.run("ann regenerates 6; 1 s");
    assert_eq!(harness.calls[2].turn, harness.calls[3].turn);
}

#[test]
fn an_endless_summary_is_cut_and_a_stop_ends_it() {
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 begins s1");
    for _ in 0..40 {
        harness.run(&format!("answer 6 writes {}", "말".repeat(100)));
    }
    harness.run("answer 6 ends; 1 s");
    assert!(harness.storage.chains["chatbot"].summary.as_ref().is_some_and(|text| text.len() <= 8 * 1024));
    let mut harness = full();
    harness.run("ann says @chatbot q2; 1 s; answer 6 begins s1; ann stops 6; 1 s");
    assert_eq!((chain(&harness), harness.tasks.len()), ((Some("r1"), None, 2), 0));
    // A crash during the summary leaves the old chain, and the next question summarizes it.
    let mut harness = full();
    harness.run(
        "ann says @chatbot q2; 1 s; answer 6 begins s1; room crashes; ann returns; ann says @chatbot q3; 1 s",
    );
    assert_eq!((harness.tabs["ann"].view.answer(6).code, harness.calls.len()), (Some(ErrorCode::Cut), 3));
    assert!(harness.prompt(9).contains("write a summary"));
}

#[test]
fn short_chains_and_bots_without_chains_are_not_summarized() {
    let mut harness = full_with(Bot { rotate_at: 1_001, ..paid("chatbot") }, Budget::default());
    harness.config.bots[0].rotate_at = 1_001;
    harness.run("room crashes; ann returns; ann says @chatbot q2; 1 s");
    assert_eq!(harness.prompt(6), "after r1\np1 ann: @chatbot q2\n");
    let mut harness = full_with(
        Bot { state: room::StateMode::Replay, price: Some(PRICE), ..paid("chatbot") },
        Budget::default(),
    );
    harness.run("ann says @chatbot q2; 1 s");
    assert!(!harness.prompt(6).contains("write a summary"));
}
