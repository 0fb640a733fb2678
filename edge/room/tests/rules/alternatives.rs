//! Bots that give two or three answers to a question: their calls, what they cost, and choosing among them.

use expect_test::expect;
use room::{Bot, Budget, ClaimReply, Config, Input, RowData, StateMode, tools};
use shared::{CardKind, ErrorCode, RunState, Seq, limits};

use crate::budgets::PRICE;
use crate::harness::{Harness, bot, config};

fn generous(handle: &str) -> Bot {
    let mut bot = Bot { price: Some(PRICE), alternatives: 3, ..bot(handle) };
    bot.parameters.max_output_tokens = Some(100);
    bot
}

/// A room of people whose bot gives three answers.
fn room(budget: Budget) -> Harness {
    let mut harness =
        Harness::with(Config { bots: vec![generous("chatbot"), bot("helper")], budget, ..config() });
    harness.run("ann joins; bob joins; owner joins as olga; 20 s").discard_lines();
    harness
}

/// The room with a question at 1, and three answers to it at 2, which ended at 3.
fn answered() -> Harness {
    let mut harness = room(Budget::default());
    harness.run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 counts 100/0/10 and ends as one");
    harness.run("answer 2 begins r2; answer 2 counts 110/90/11 and ends as two");
    harness.run("answer 2 begins r3; answer 2 counts 110/90/12 and ends as three; 1 s").discard_lines();
    harness
}

fn head(harness: &Harness) -> (Option<&str>, u64) {
    let chain = &harness.storage.chains["chatbot"];
    (chain.head.as_deref(), chain.tokens)
}

fn options(harness: &Harness, tab: &str) -> (Vec<String>, usize) {
    let answer = harness.tabs[tab].view.answer(2);
    (answer.options.clone(), answer.chosen)
}

#[test]
fn the_first_answer_streams_and_the_others_arrive_whole() {
    let mut harness = room(Budget::default());
    harness
        .run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 writes one; 1 s; answer 2 ends; 1 s");
    harness.run("answer 2 begins r2; answer 2 writes t; answer 2 writes wo; 1 s; answer 2 ends; 1 s");
    harness.run("answer 2 begins r3; answer 2 ends as three; 1 s");
    expect![[r#"
        call 2.1 chatbot
        ann < accepted auto1 #1
        ann < #1 ann: @chatbot q1, #2 chatbot to #1 queued
        ann < run 2 thinking
        bob owner < #1 ann: @chatbot q1, #2 chatbot to #1 queued
        bob owner < run 2 thinking
        ann bob owner < run 2 streaming
        ann bob owner < delta 2+0 "one"
        call 2.2 chatbot
        ann bob owner < #3 ends #2 done =3
        call 2.3 chatbot
        ann bob owner < #4 options of #2 ["one", "two"]
        ann bob owner < #5 options of #2 ["one", "two", "three"]
    "#]]
    .assert_eq(&harness.take_lines());
    let turns: Vec<_> = harness.calls.iter().map(|call| &call.turn).collect();
    assert!(turns.len() == 3 && turns[0] == turns[1] && turns[1] == turns[2], "the same prompt each time");
    assert!(harness.calls[1..].iter().all(|call| call.asked.is_empty()), "the question is checked once");
    assert!(harness.storage.runs.is_empty());
    assert_eq!(harness.storage.responses.keys().collect::<Vec<_>>(), ["r1", "r2", "r3"]);
    assert_eq!(head(&harness).0, Some("r1"));
    harness.run("carol reads; 1 s");
    for tab in ["ann", "carol"] {
        assert_eq!(options(&harness, tab), (["one", "two", "three"].map(str::to_owned).to_vec(), 0), "{tab}");
        assert_eq!(harness.tabs[tab].view.text(2), "one");
    }
}

#[test]
fn g10_all_answers_have_one_claim_which_is_settled_once() {
    let mut harness = room(Budget { has_ledger: true, ..Budget::default() });
    harness.run("ann says @chatbot q1; 1 s");
    let (run, call_number, claimed) = harness.reservations[0];
    assert_eq!((run, call_number), (Seq(2), 1));
    assert!(claimed > 3 * 1_000, "the output of three answers: {claimed}");
    harness.run("ledger grants; answer 2 begins r1; answer 2 counts 100/0/10 and ends as one; 1 s");
    let record = &harness.storage.runs[&Seq(2)];
    assert_eq!((record.reserved_micros, record.calls), (claimed / 3 * 2, 2), "recorded before it is made");
    assert!(harness.settlements.is_empty() && harness.reservations.len() == 1);
    harness.run("answer 2 begins r2; answer 2 counts 100/90/10 and ends as two; 1 s");
    harness.run("answer 2 begins r3; answer 2 breaks off; 1 s");
    let share = claimed / 3;
    let spent = 200 + 119 + share;
    assert_eq!(harness.settlements, [(Seq(2), 1, Some(spent))], "what is unknown counts as its share");
    let answer = harness.tabs["bob"].view.answer(2);
    assert_eq!((answer.cost, answer.cost_is_most, answer.state), (Some(spent), true, RunState::Done));
    assert_eq!(harness.reservations.len(), 1);
    assert!(harness.storage.runs.is_empty());
}

#[test]
fn g10_a_repeated_grant_does_not_settle_the_claim_of_further_answers() {
    let mut harness = room(Budget { has_ledger: true, ..Budget::default() });
    harness.run("ann says @chatbot q1; 1 s; ledger grants; answer 2 begins r1; answer 2 counts 100/0/10 and ends as one; 1 s");
    harness.input(Input::Reserved { run: Seq(2), call_number: 1, reply: Some(ClaimReply::Granted) });
    assert_eq!(harness.settlements, []);
    harness.run("answer 2 begins r2; answer 2 counts 100/90/10 and ends as two; 1 s");
    harness.run("answer 2 begins r3; answer 2 counts 100/90/10 and ends as three; 1 s");
    assert_eq!(harness.settlements.len(), 1);
}

#[test]
fn what_is_not_asked_for_is_given_back() {
    for (end, is_done) in [
        ("answer 2 runs out", false),
        ("answer 2 declines no", false),
        ("answer 2 fails BadRequest", false),
        ("answer 2 ends", false),
        ("ann stops 2", false),
        ("answer 2 counts 0/0/0 and ends as one; answer 2 fails Overloaded", true),
        ("answer 2 counts 0/0/0 and ends as one; owner deletes 1", true),
        ("answer 2 counts 0/0/0 and ends as one; owner deletes 2", true),
        ("answer 2 counts 0/0/0 and ends as one; ann regenerates 2", true),
    ] {
        let mut harness = room(Budget { has_ledger: true, ..Budget::default() });
        harness.run("ann says @chatbot q1; 1 s; ledger grants; answer 2 begins r1").run(end).run("1 s");
        let claimed = harness.reservations[0].2;
        let settled = harness.settlements.iter().find(|(run, ..)| *run == Seq(2));
        let settled = settled.and_then(|(.., micros)| *micros).expect(end);
        assert!(settled <= claimed / 3, "{end}: {settled} of {claimed}");
        let RowData::Answer(row) = &harness.storage.rows[&Seq(2)].data else { panic!("{end}") };
        assert_eq!(row.state == RunState::Done, is_done, "{end}");
        assert!(!harness.tasks.contains(&(Seq(2), 2)), "{end}");
    }
}

#[test]
fn a_crash_keeps_the_answers_that_there_are_and_charges_the_one_under_way() {
    let mut harness = room(Budget { has_ledger: true, ..Budget::default() });
    harness.run("ann says @chatbot q1; 1 s; ledger grants; answer 2 begins r1; answer 2 counts 100/0/10 and ends as one; 1 s");
    harness.run("answer 2 begins r2; answer 2 counts 100/90/10 and ends as two; 1 s; answer 2 begins r3; answer 2 writes thr");
    let claimed = harness.reservations[0].2;
    harness.run("room crashes; ann returns; bob returns; 1 s");
    assert_eq!(options(&harness, "ann"), (["one", "two"].map(str::to_owned).to_vec(), 0));
    assert_eq!(harness.settlements, [(Seq(2), 1, Some(200 + 119 + claimed / 3))]);
    let answer = harness.tabs["bob"].view.answer(2);
    assert_eq!((answer.state, answer.cost), (RunState::Done, Some(200 + 119 + claimed / 3)));
    assert!(harness.storage.runs.is_empty() && harness.calls.len() == 3, "nothing is paid again by itself");
}

#[test]
fn a_call_for_a_further_answer_outlives_the_rooms_memory() {
    let mut harness = room(Budget::default());
    harness.run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 ends as one; answer 2 begins r2; answer 2 writes t");
    // A store that fails restarts the room; the call goes on.
    harness.failing_stores = 1;
    harness.run("bob says hi; 1 s; answer 2 writes wo; answer 2 ends; 1 s");
    assert_eq!(options(&harness, "ann").0, ["one", "two"]);
}

#[test]
fn a_further_answer_that_takes_too_long_is_given_up() {
    let mut harness = room(Budget::default());
    harness.run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 ends as one; 40 s");
    assert!(harness.tasks.is_empty() && harness.storage.runs.is_empty());
    assert_eq!((harness.calls.len(), options(&harness, "ann").0.len()), (2, 0));
}

#[test]
fn what_says_nothing_new_is_no_option() {
    for end in [
        "ends as one",
        "ends",
        "ends as  ",
        "declines no",
        "filters it",
        "is flagged",
        "runs out",
        "calls x {}",
    ] {
        let mut harness = room(Budget::default());
        harness
            .run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 ends as one; answer 2 begins r2");
        harness.run(&format!("answer 2 {end}; answer 2 begins r3; answer 2 ends as three; 1 s"));
        assert_eq!(options(&harness, "ann").0, ["one", "three"], "{end}");
    }
    let mut harness = room(Budget::default());
    let long = "x".repeat(limits::ANSWER_BYTES + 1);
    harness.run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 ends as one; answer 2 begins r2");
    harness.run(&format!("answer 2 writes {long}; answer 2 ends; 1 s"));
    assert_eq!(options(&harness, "ann").0.len(), 0);
}

#[test]
fn bots_with_tools_or_a_form_give_one_answer() {
    for bot in [
        Bot { tools: vec![tools::TIME.to_owned()], ..generous("chatbot") },
        Bot { card: Some(CardKind::Poll), ..generous("chatbot") },
    ] {
        assert_eq!(bot.answers(), 1);
        let mut harness = Harness::with(Config { bots: vec![bot], ..config() });
        harness.run("ann joins; ann says @chatbot hi; 1 s; answer 2 ends as one; 1 s");
        assert_eq!((harness.calls.len(), harness.storage.runs.len()), (1, 0));
    }
    assert_eq!([0, 1, 2, 9].map(|alternatives| Bot { alternatives, ..bot("b") }.answers()), [1, 1, 2, 3]);
}

#[test]
fn the_next_question_does_not_wait_for_further_answers() {
    let mut harness = room(Budget::default());
    harness.run(
        "ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 ends as one; ann says @chatbot q2; 1 s",
    );
    assert_eq!(harness.tasks.iter().map(|(run, call)| (run.0, *call)).collect::<Vec<_>>(), [(2, 2), (5, 1)]);
    assert_eq!(harness.prompt(5), "after r1\np1 ann: @chatbot q2\n");
}

#[test]
fn the_chain_goes_on_from_the_chosen_answer() {
    let mut harness = answered();
    harness.run("ann chooses 2 1; 1 s");
    expect![[r#"
        ann < accepted auto2 #6
        ann < #6 ann-person chooses 1 of #2
        bob owner < #6 ann-person chooses 1 of #2
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(head(&harness), (Some("r2"), 121));
    assert_eq!((harness.tabs["bob"].view.text(2), options(&harness, "bob").1), ("two", 1));
    harness.run("ann says @chatbot q2; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    assert_eq!(harness.prompt(run), "after r2\np1 ann: @chatbot q2\n");
    // A rebuild has the chosen text.
    harness.run(&format!("answer {run} fails ChainLost"));
    assert_eq!(harness.prompt(run), "p1 ann: @chatbot q1\nme: two\np1 ann: @chatbot q2\n");
}

#[test]
fn a_choice_after_the_chain_went_on_ends_the_chain() {
    let mut harness = answered();
    harness.run("ann says @chatbot q2; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    harness.run(&format!("answer {run} begins n1; answer {run} ends as next; 1 s; ann chooses 2 2; 1 s"));
    assert_eq!(head(&harness).0, None);
    harness.run("ann stops 2; ann says @chatbot q3; 1 s");
    let last = harness.calls.last().unwrap().run.0;
    assert_eq!(
        harness.prompt(last),
        "p1 ann: @chatbot q1\nme: three\np1 ann: @chatbot q2\nme: next\np1 ann: @chatbot q3\n"
    );
}

#[test]
fn an_answer_under_way_that_holds_the_former_text_does_not_extend_the_chain() {
    let mut harness = answered();
    harness.run("ann says @chatbot q2; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    assert_eq!(harness.prompt(run), "after r1\np1 ann: @chatbot q2\n");
    harness.run(&format!("ann chooses 2 1; answer {run} begins n1; answer {run} ends as next; 1 s"));
    assert_eq!(head(&harness).0, None);
}

#[test]
fn other_bots_are_told_of_the_choice() {
    let mut harness = answered();
    harness.run("ann says @helper h1; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    harness.run(&format!(
        "answer {run} begins h1; answer {run} ends as hm; 1 s; ann chooses 2 1; ann says @helper h2; 1 s"
    ));
    let run = harness.calls.last().unwrap().run.0;
    expect![[r#"
        after h1
        (an earlier answer was changed for another one that people chose, it now says) two
        p1 ann: @helper h2
    "#]]
    .assert_eq(&harness.prompt(run));
}

#[test]
fn case_219_only_who_asked_owners_and_operators_choose() {
    let mut harness = answered();
    harness.run("bob chooses 2 1; carol reads; carol chooses 2 1; 1 s");
    assert!(harness.take_lines().contains("NotAllowed"));
    assert_eq!(options(&harness, "ann").1, 0);
    harness.run("owner chooses 2 2; 1 s; operator joins as ops; operator chooses 2 1; 1 s");
    assert_eq!(options(&harness, "ann").1, 1);
    harness.run("ann chooses 2 0; 1 s");
    assert_eq!((options(&harness, "bob").1, head(&harness).0), (0, Some("r1")));
}

#[test]
fn case_220_an_option_that_does_not_exist_is_refused() {
    let mut harness = answered();
    harness
        .run("ann chooses 2 3; ann chooses 1 0; ann chooses 3 0; ann chooses 99 0; ann says @helper hi; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    harness.run(&format!("ann chooses {run} 0; answer {run} ends as hm; ann chooses {run} 0; 1 s"));
    let lines = harness.take_lines();
    let codes: Vec<&str> =
        lines.lines().filter_map(|line| line.strip_prefix("ann < refused auto")?.split(' ').nth(1)).collect();
    let none = "NoSuchMessage";
    assert_eq!(codes, ["OutOfRange", none, none, none, "NotNow", "NotNow"]);
    assert_eq!(options(&harness, "ann").1, 0);
}

#[test]
fn case_221_a_deleted_answer_forgets_its_options_and_their_responses() {
    let mut harness = answered();
    harness.run("ann chooses 2 1; owner deletes 2; 1 s").discard_lines().run("ann chooses 2 0; 1 s");
    assert!(harness.take_lines().contains("NoSuchMessage"));
    let RowData::Answer(row) = &harness.storage.rows[&Seq(2)].data else { panic!("no answer") };
    assert_eq!((row.options.len(), row.chosen, row.text.as_str()), (0, 0, ""));
    assert!(harness.storage.responses.values().all(|response| response.deletion_pending));
    assert_eq!(
        harness.storage.responses.len() + harness.deletion_requests.len(),
        6,
        "all three are requested"
    );
    assert_eq!(options(&harness, "bob"), (Vec::new(), 0));
}

#[test]
fn case_221_a_deletion_ends_further_answers_that_hold_what_is_deleted() {
    for deletion in ["owner deletes 1", "owner deletes 2"] {
        let mut harness = room(Budget::default());
        harness.run(
            "ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 ends as one; answer 2 begins r2; 1 s",
        );
        harness.run(deletion).run("1 s");
        assert!(harness.tasks.is_empty() && harness.storage.runs.is_empty(), "{deletion}");
        harness.model_event(Seq(2), 2, crate::harness::ended(models::FinishReason::Complete, Some("two")));
        assert_eq!(options(&harness, "ann").0.len(), 0, "{deletion}");
    }
}

#[test]
fn a_choice_is_known_to_its_persons_data_and_forgotten_with_it() {
    let mut harness = answered();
    harness.run("ann chooses 2 1; 1 s; ann erases; 5 s");
    let choices: Vec<&RowData> = harness.storage.rows.values().map(|row| &row.data).collect();
    assert!(choices.contains(&&RowData::Chosen(None)) && !choices.contains(&&RowData::Chosen(Some(1))));
    harness.run("carol reads; 1 s");
    assert_eq!(harness.tabs["carol"].view.text(2), "two", "the answer stays as it is");
}

#[test]
fn a_server_without_chains_gives_further_answers_too() {
    let replaying = Bot { state: StateMode::Replay, ..generous("chatbot") };
    let mut harness = Harness::with(Config { bots: vec![replaying], ..config() });
    harness.run("ann joins; ann says @chatbot q1; 1 s; answer 2 ends as one; answer 2 ends as two; answer 2 ends as three; 1 s");
    assert_eq!(options(&harness, "ann").0, ["one", "two", "three"]);
    harness.run("ann chooses 2 2; ann says @chatbot q2; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    assert_eq!(harness.prompt(run), "p1 ann: @chatbot q1\nme: three\np1 ann: @chatbot q2\n");
    assert!(harness.storage.responses.is_empty());
}

#[test]
fn case_222_a_poll_with_votes_is_not_asked_again_by_mistake() {
    let mut harness = crate::cards::poll();
    harness.run("ann regenerates 2; 1 s; ann stops 4; 1 s; bob votes 2 1; 1 s").discard_lines();
    harness.run("ann regenerates 2; 1 s");
    let lines = harness.take_lines();
    assert!(lines.contains("NotNow"), "{lines}");
    let calls = harness.calls.len();
    harness.run("ann regenerates 2 !; 1 s");
    assert_eq!(harness.calls.len(), calls + 1);
    assert_eq!(harness.tabs["ann"].view.answer(2).code, None::<ErrorCode>);
}
