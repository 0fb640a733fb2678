//! Chains that have grown too long: a summary, and a new chain that begins with it.

use expect_test::expect;
use room::{Bot, Budget, Config};
use shared::{ErrorCode, Seq};

use crate::money::{PRICE, paid};
use crate::stage::{Stage, config};

/// A bot whose first answer fills its memory.
fn full_with(bot: Bot, budget: Budget) -> Stage {
    let mut stage = Stage::with(Config { bots: vec![Bot { rotate_at: 1_000, ..bot }], budget, ..config() });
    stage.run("ann joins; bob joins; 1 s; bob says my cat is Tom; ann says @chatbot q1; 1 s");
    if budget.has_ledger {
        stage.run("ledger grants");
    }
    stage.run("answer 3 begins r1; answer 3 counts 990/0/10 and ends as a1; 1 s").look_away();
    stage
}

fn full() -> Stage {
    full_with(paid("chatbot"), Budget::default())
}

fn chain(stage: &Stage) -> (Option<&str>, Option<&str>, u64) {
    let chain = &stage.log.chains["chatbot"];
    (chain.head.as_deref(), chain.summary.as_deref(), chain.last.0)
}

#[test]
fn a_full_chain_is_summed_up_and_a_new_one_begins_with_the_summary_and_the_newest_messages() {
    let mut stage = full();
    stage.run("bob edits 1 my cat is Tim; ann says @chatbot q2; 1 s");
    let summary = stage.call(Seq(7)).clone();
    assert!(stage.prompt(7).starts_with("after r1\n(an earlier message was changed"), "{}", stage.prompt(7));
    assert!(stage.prompt(7).contains("write a summary"));
    assert!(summary.turn.tools.is_empty() && summary.asked.is_empty(), "it asks nothing new");
    assert!(summary.turn.parameters.max_output_tokens >= Some(2_000), "however short its answers are");
    stage.run("answer 7 begins s1; answer 7 writes They like ; answer 7 writes cats.; 1 s");
    assert!(stage.tabs["bob"].view.texts.get(&Seq(7)).is_none_or(String::is_empty), "nothing of it is shown");
    stage.run("answer 7 counts 1100/0/50 and ends; 1 s");
    expect![[r#"
        (your own summary of what came before) They like cats.
        p2 bob: my cat is Tim
        p1 ann: @chatbot q1
        me: a1
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(7));
    let call = stage.call(Seq(7));
    assert_eq!((call.call_number, call.asked.as_str(), call.turn.tools.len()), (2, "@chatbot q2", 1));
    stage.run("answer 7 begins r2; answer 7 counts 200/0/20 and ends as a2; 1 s");
    expect![[r#"
        bob < accepted auto3 #5
        ann bob < #5 edits #1 "my cat is Tim"
        ann < accepted auto4 #6
        call 7.1 chatbot
        ann bob < #6 ann: @chatbot q2, #7 chatbot to #6 queued
        ann bob < run 7 thinking
        call 7.2 chatbot
        ann bob < run 7 thinking
        ann bob < #8 ends #7 done "a2"
    "#]]
    .assert_eq(&stage.seen());
    let answer = stage.tabs["bob"].view.answer(7);
    assert!(!answer.chain_rebuilt, "it remembers");
    assert_eq!((answer.usage.unwrap().output, answer.cost), (70, Some(1_100 + 500 + 200 + 200)));
    assert_eq!(chain(&stage), (Some("r2"), Some("They like cats."), 6));
    stage.run("ann says @chatbot q3; 1 s");
    assert_eq!(stage.prompt(10), "after r2\np1 ann: @chatbot q3\n");
}

#[test]
fn each_of_the_two_calls_has_its_own_reserve() {
    let mut stage = full_with(paid("chatbot"), Budget { has_ledger: true, ..Budget::default() });
    stage.run("ann says @chatbot q2; 1 s; ledger grants; answer 6 begins s1; answer 6 counts 1100/0/50 and ends as sum");
    assert_eq!(stage.calls.len(), 2, "the second waits for its own");
    stage.run("ledger grants; answer 6 begins r2; answer 6 counts 100/0/10 and ends as a2; 1 s");
    let of = |run: u64| stage.reserves.iter().filter(move |claim| claim.0 == Seq(run)).map(|claim| claim.1);
    assert_eq!(of(6).collect::<Vec<_>>(), [1, 2]);
    assert!(
        stage.reserves[1].2 > 1_000 + 20_000,
        "the whole chain and a whole summary: {:?}",
        stage.reserves
    );
    assert_eq!(stage.settled[1..], [(Seq(6), 1, Some(1_600)), (Seq(6), 2, Some(200))]);
}

#[test]
fn a_summary_that_fails_is_gone_without() {
    for end in [
        "fails Overloaded",
        "fails BadRequest",
        "breaks off",
        "runs out",
        "filters it",
        "declines no",
        "ends",
    ] {
        let mut stage = full();
        stage.run(&format!("ann says @chatbot q2; 1 s; answer 6 {end}; 1 s"));
        assert_eq!(
            stage.prompt(6),
            "p2 bob: my cat is Tom\np1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n",
            "{end}"
        );
        stage.run("answer 6 begins r2; answer 6 ends as a2; 1 s");
        assert_eq!(
            (chain(&stage), stage.tabs["bob"].view.answer(6).state.as_str()),
            ((Some("r2"), None, 5), "done"),
            "{end}"
        );
        assert_eq!(stage.calls.len(), 3, "{end}");
    }
}

#[test]
fn a_server_that_forgot_while_it_was_asked_to_sum_up_is_told_everything() {
    let mut stage = full();
    stage.run("ann says @chatbot q2; 1 s; answer 6 begins s1 after nothing; 1 s");
    assert_eq!(stage.prompt(6), "p2 bob: my cat is Tom\np1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
    stage.run("answer 6 begins r2 after nothing; answer 6 ends as a2; 1 s");
    assert_eq!(stage.tabs["bob"].view.text(6), "a2");
}

#[test]
fn case_57_a_deletion_clears_summaries_whenever_it_comes() {
    // While it is summed up.
    let mut stage = full();
    stage.run(
        "ann says @chatbot q2; 1 s; answer 6 begins s1; bob deletes 1; answer 6 ends as Tom is a cat; 1 s",
    );
    assert!(!stage.prompt(6).contains("Tom"), "{}", stage.prompt(6));
    // Afterwards.
    let mut stage = full();
    stage.run("ann says @chatbot q2; 1 s; answer 6 begins s1; answer 6 ends as Tom is a cat; answer 6 begins r2; answer 6 ends as a2; 1 s");
    stage.run("bob deletes 1; 1 s; ann says @chatbot q3; 1 s");
    assert_eq!(
        stage.prompt(stage.calls.last().unwrap().run.0),
        "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\nme: a2\np1 ann: @chatbot q3\n"
    );
    // Before, while the ledger is asked: there is nothing to sum up any more.
    let mut stage = full_with(paid("chatbot"), Budget { has_ledger: true, ..Budget::default() });
    stage.run("ann says @chatbot q2; bob deletes 1; ledger grants; 1 s");
    assert_eq!(stage.prompt(6), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
}

#[test]
fn asking_again_sums_up_nothing() {
    let mut stage = full();
    stage.run("ann regenerates 3; 1 s");
    assert_eq!(stage.calls[1].turn, stage.calls[0].turn);
}

#[test]
fn a_summary_is_kept_for_when_the_chain_is_lost_and_over_restarts() {
    let mut stage = full();
    stage.run("ann says @chatbot q2; 1 s; answer 6 begins s1; answer 6 ends as Tom is a cat; answer 6 begins r2; answer 6 ends as a2; 1 s");
    stage.run("room crashes; ann returns; ann says @chatbot q3; 1 s; answer 9 fails ChainLost; 1 s");
    assert!(
        stage
            .prompt(9)
            .starts_with("(your own summary of what came before) Tom is a cat\np2 bob: my cat is Tom\n"),
        "{}",
        stage.prompt(9)
    );
    // Asked again, the answer after the summary is given the same.
    let mut stage = full();
    stage.run("ann says @chatbot q2; 1 s; answer 6 begins s1; answer 6 ends as Tom is a cat; answer 6 begins r2; answer 6 ends as a2; 1 s");
    stage.run("ann regenerates 6; 1 s");
    assert_eq!(stage.calls[2].turn, stage.calls[3].turn);
}

#[test]
fn a_summary_without_end_is_cut_and_a_stop_stops_it() {
    let mut stage = full();
    stage.run("ann says @chatbot q2; 1 s; answer 6 begins s1");
    for _ in 0..40 {
        stage.run(&format!("answer 6 writes {}", "말".repeat(100)));
    }
    stage.run("answer 6 ends; 1 s");
    assert!(stage.log.chains["chatbot"].summary.as_ref().is_some_and(|text| text.len() <= 8 * 1024));
    let mut stage = full();
    stage.run("ann says @chatbot q2; 1 s; answer 6 begins s1; ann stops 6; 1 s");
    assert_eq!((chain(&stage), stage.tasks.len()), ((Some("r1"), None, 2), 0));
    // A crash in the middle leaves the old chain, and the next question sums it up.
    let mut stage = full();
    stage.run(
        "ann says @chatbot q2; 1 s; answer 6 begins s1; room crashes; ann returns; ann says @chatbot q3; 1 s",
    );
    assert_eq!((stage.tabs["ann"].view.answer(6).code, stage.calls.len()), (Some(ErrorCode::Cut), 3));
    assert!(stage.prompt(9).contains("write a summary"));
}

#[test]
fn a_short_chain_and_a_bot_without_a_chain_are_not_summed_up() {
    let mut stage = full_with(Bot { rotate_at: 1_001, ..paid("chatbot") }, Budget::default());
    stage.config.bots[0].rotate_at = 1_001;
    stage.run("room crashes; ann returns; ann says @chatbot q2; 1 s");
    assert_eq!(stage.prompt(6), "after r1\np1 ann: @chatbot q2\n");
    let mut stage = full_with(
        Bot { state: room::StateMode::Replay, price: Some(PRICE), ..paid("chatbot") },
        Budget::default(),
    );
    stage.run("ann says @chatbot q2; 1 s");
    assert!(!stage.prompt(6).contains("write a summary"));
}
