//! The room's own budgets: what is reserved and charged, to whom, and what the bill shows.

use expect_test::expect;
use room::{Bot, Budget, ClaimReply, Config, Input, tools};
use shared::{Bill, ErrorCode, Millis, Price, Seq, ServerFrame, limits};

use crate::harness::{Harness, START, bot, config};

/// Prices per million tokens: one dollar for input, a tenth of it for cached input, ten dollars for output. A token of
/// output costs ten micro-dollars.
pub(crate) const PRICE: Price = Price { input: 1_000_000, cached: 100_000, output: 10_000_000 };
/// The output of an answer of this bot costs at most 1,000 micro-dollars.
const MOST: u32 = 100;

pub(crate) fn paid(handle: &str) -> Bot {
    let mut bot = Bot { price: Some(PRICE), tools: vec![tools::TIME.to_owned()], ..bot(handle) };
    bot.parameters.max_output_tokens = Some(MOST);
    bot
}

pub(crate) fn with(budget: Budget) -> Harness {
    let mut harness =
        Harness::with(Config { bots: vec![paid("chatbot"), paid("helper")], budget, ..config() });
    harness.run("ann joins; bob joins; owner joins as olga; 20 s").discard_lines();
    harness
}

fn bill(harness: &mut Harness, tab: &str) -> Bill {
    harness.run(&format!("{tab} asks the bill"));
    let last = harness.tabs[tab].view.frames.last().unwrap();
    let ServerFrame::Bill(bill) = last else { panic!("{last:?}") };
    (**bill).clone()
}

fn code(harness: &Harness, run: u64) -> Option<ErrorCode> {
    harness.tabs["ann"].view.answer(run).code
}

#[test]
fn an_answer_states_its_cost() {
    let mut harness = with(Budget::default());
    harness.run(
        "ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 counts 1000/600/20 and ends as hello; 1 s",
    );
    // 400 read, 600 from the cache, 20 written.
    let answer = harness.tabs["bob"].view.answer(2);
    assert_eq!((answer.cost, answer.usage.unwrap().input), (Some(400 + 60 + 200), 1_000));
    let bill = bill(&mut harness, "ann");
    assert_eq!((bill.day.cost, bill.all.cost, bill.yours.cost, bill.day.answers), (660, 660, 660, 1));
    assert!(!bill.off && bill.resets_at > harness.now && bill.resets_at.0.is_multiple_of(86_400_000));
}

#[test]
fn the_cost_of_an_answer_is_the_sum_of_its_calls() {
    let mut harness = with(Budget::default());
    harness.run("ann says @chatbot hi; 1 s");
    let reserved = harness.storage.runs[&Seq(2)].reserved_micros;
    harness.run("answer 2 begins r1; answer 2 fails Overloaded; 2 s; answer 2 begins r2");
    // A round of tools, with a usage of its own.
    let calls = vec![models::ToolCall {
        id: "1".to_owned(),
        name: tools::TIME.to_owned(),
        arguments: "{}".to_owned(),
        signature: None,
    }];
    let usage = Some(shared::Usage { input: 100, cached: 0, output: 10 });
    let finish = models::FinishReason::Complete;
    harness.model(
        Seq(2),
        models::ModelEvent::Finished(models::CallEnd { calls, usage, ..models::CallEnd::bare(finish) }),
    );
    harness.run("answer 2 begins r3; answer 2 counts 200/100/20 and ends as noon; 1 s");
    let answer = harness.tabs["bob"].view.answer(2);
    assert_eq!(answer.usage, Some(shared::Usage { input: 300, cached: 100, output: 30 }));
    // What the failed call cost is unknown: it counts as what was reserved.
    assert_eq!((answer.cost, answer.cost_is_most), (Some(200 + 310 + reserved), true));
    harness.run("ann regenerates 2; 1 s; answer 4 begins r4; answer 4 counts 100/0/10 and ends as noon; 1 s");
    let bill = bill(&mut harness, "ann");
    assert_eq!(
        (bill.yours.cost, bill.yours.unmetered, bill.yours.answers),
        (510 + reserved + 200, reserved, 2)
    );
}

#[test]
fn the_bill_separates_days_and_people_and_survives_restarts() {
    let mut harness = with(Budget::default());
    harness
        .run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 counts 100/0/10 and ends as ok; 1 s");
    harness.run("bob says @helper hi; 1 s; answer 5 begins h1; answer 5 counts 100/0/20 and ends as ok; 1 s; room crashes; ann returns; bob returns");
    assert_eq!(
        [bill(&mut harness, "ann"), bill(&mut harness, "bob")].map(|bill| (bill.day.cost, bill.yours.cost)),
        [(500, 200), (500, 300)]
    );
    let tomorrow = Millis((START.0 / 86_400_000 + 1) * 86_400_000);
    harness.jump(tomorrow).run("room crashes; ann returns; bob returns; 20 s");
    harness.run("ann says @helper hi; 1 s; answer 8 begins h2; answer 8 counts 50/0/0 and ends as ok; 1 s");
    harness.discard_lines().run("ann asks the bill; bob asks the bill; carol reads; carol asks the bill");
    expect![[r#"
        ann < bill day 1: 50/0/0 = 50 all 3: 250/0/30 = 550 yours 1: 50/0/0 = 50
        bob < bill day 1: 50/0/0 = 50 all 3: 250/0/30 = 550 yours 0: 0/0/0 = 0
        carol < welcome reader 1..9 anew [#1 ann: @chatbot hi, #2 chatbot to #1 done "ok", #4 bob: @helper hi, #5 helper to #4 done "ok", #7 ann: @helper hi, #8 helper to #7 done "ok"]; here ann bob
        carol < bill day 1: 50/0/0 = 50 all 3: 250/0/30 = 550 yours 0: 0/0/0 = 0
    "#]].assert_eq(&harness.take_lines());
}

#[test]
fn an_unknown_cost_is_charged_and_shown_as_its_reservation() {
    let limit = 3_000;
    let mut harness = with(Budget { room_day: Some(limit), ..Budget::default() });
    harness
        .run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 writes half; answer 2 breaks off; 1 s");
    let answer = harness.tabs["bob"].view.answer(2);
    let cost = answer.cost.unwrap();
    assert_eq!((cost > 1_000, answer.cost_is_most, answer.usage), (true, true, None));
    assert_eq!((bill(&mut harness, "ann").day.cost, bill(&mut harness, "ann").day.answers), (cost, 1));
    // Each answer reserves about 1,300, so there is no third.
    harness.run(
        "ann says @chatbot hi; 1 s; answer 5 begins r2; answer 5 breaks off; 1 s; ann says @chatbot hi; 1 s",
    );
    assert_eq!((harness.calls.len(), code(&harness, 8)), (2, Some(ErrorCode::BudgetRoom)));
}

#[test]
fn a_call_refused_by_the_server_costs_nothing() {
    let mut harness = with(Budget { room_day: Some(1_500), ..Budget::default() });
    for kind in ["BadRequest", "Overloaded", "PolicyBlocked"] {
        harness.run("ann says @chatbot hi; 1 s");
        let run = harness.calls.last().unwrap().run;
        for _ in 0..3 {
            if harness.tasks.iter().any(|task| task.0 == run) {
                harness.run(&format!("answer {run} fails {kind}; 5 s"));
            }
        }
    }
    assert_eq!(harness.calls.len(), 5, "always there is money for one more");
    assert_eq!(bill(&mut harness, "ann").day.cost, 0);
    assert!(harness.storage.spends.values().all(|spend| spend.charged == 0));
}

#[test]
fn case_55_of_many_simultaneous_questions_exactly_the_affordable_are_called() {
    let names: Vec<String> = (0..8).map(|number| format!("bot{number}")).collect();
    let bots: Vec<Bot> = names.iter().map(|name| paid(name)).collect();
    let worst = {
        let mut harness = Harness::with(Config { bots: vec![paid("bot0")], ..config() });
        harness.run("ann joins; ann says @bot0 hi; 1 s");
        harness.storage.runs[&Seq(2)].reserved_micros
    };
    assert!((1_000..2_000).contains(&worst), "{worst}");
    for affordable in 0..5_u64 {
        let budget = Budget { room_day: Some(worst * affordable + worst / 2), ..Budget::default() };
        let mut harness = Harness::with(Config { bots: bots.clone(), budget, ..config() });
        // One message asks four bots at most.
        let all = |names: &[String]| names.iter().map(|name| format!("@{name} ")).collect::<String>();
        let (some, others) = names.split_at(limits::BOTS_PER_MESSAGE);
        harness.run(&format!("ann joins; ann says {}; ann says {}; 1 s", all(some), all(others)));
        // A longer message reserves a little more, never less.
        let made = harness.calls.len() as u64;
        assert!(made <= affordable && made + 1 >= affordable, "{made} of {affordable}");
        let refused = harness.tabs["ann"].view.shown().iter().filter(|row| row.3 == Some("failed")).count();
        assert_eq!(refused, 8 - harness.calls.len(), "all others are told at once");
        assert!(harness.storage.runs.len() == harness.calls.len());
    }
}

#[test]
fn case_55_twenty_queued_for_the_last_cent_are_all_answered_or_refused_without_more_input() {
    let mut harness = with(Budget { room_day: Some(2_600), ..Budget::default() });
    for number in 0..20 {
        harness.run(&format!("guest{number} joins; guest{number} says @chatbot hi; 1 ms"));
    }
    // Each really costs 1,000, and at worst about 1,300: there is money for two of them.
    while let Some((run, _)) = harness.tasks.first().copied() {
        harness.run(&format!("answer {run} begins r{run}; answer {run} counts 0/0/100 and ends as ok"));
    }
    assert_eq!(harness.calls.len(), 2);
    assert!(harness.storage.runs.is_empty(), "nobody waits for anything");
    assert_eq!(bill(&mut harness, "ann").day.cost, 2_000);
    let answer = harness.storage.rows.values().rev().find_map(|row| row.message()?.answer).unwrap();
    assert_eq!(
        (answer.code, answer.resets_at),
        (Some(ErrorCode::BudgetRoom), Some(Millis((START.0 / 86_400_000 + 1) * 86_400_000)))
    );
}

#[test]
fn each_person_has_a_budget_that_resets_daily() {
    let mut harness = with(Budget { person_day: Some(1_500), ..Budget::default() });
    harness.run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 counts 0/0/100 and ends; 1 s; ann says @chatbot hi; bob says @chatbot hi; 1 s");
    assert_eq!((code(&harness, 5), harness.calls.len()), (Some(ErrorCode::BudgetPerson), 2));
    let resets_at = harness.tabs["ann"].view.answer(5).resets_at.unwrap();
    harness.jump(resets_at).run("answer 8 counts 0/0/100 and ends; ann says @chatbot hi; 1 s");
    assert_eq!(harness.calls.len(), 3);
}

#[test]
fn money_reserved_for_one_bot_is_unavailable_to_another() {
    let mut harness = with(Budget { person_day: Some(1_500), ..Budget::default() });
    harness.run("ann says @chatbot @helper hi; 1 s");
    assert_eq!((harness.calls.len(), code(&harness, 3)), (1, Some(ErrorCode::BudgetPerson)));
    harness.run("answer 2 begins r1; answer 2 counts 10/0/1 and ends; 1 s; ann says @helper hi; 1 s");
    assert_eq!(harness.calls.len(), 2, "what was not needed is free again");
}

#[test]
fn the_hourly_limit_counts_questions_and_not_calls() {
    let mut harness = with(Budget { person_hour: Some(2), ..Budget::default() });
    harness.run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 calls current_time {}; answer 2 begins r2; answer 2 ends; 1 s");
    harness.run("ann says @chatbot hi; 1 s; answer 5 fails Overloaded; 2 s; answer 5 ends; 1 s; ann says @chatbot hi; 1 s");
    let answer = harness.tabs["ann"].view.answer(8).clone();
    assert_eq!((answer.code, harness.calls.len()), (Some(ErrorCode::QuestionsPerson), 4));
    assert_eq!(answer.resets_at, Some(Millis((START.0 / 3_600_000 + 1) * 3_600_000)));
    harness.run("bob says @chatbot hi; 1 s");
    assert_eq!(harness.calls.len(), 5);
    harness
        .run("answer 11 ends")
        .jump(answer.resets_at.unwrap())
        .run("room crashes; ann returns; ann says @chatbot hi; 1 s");
    assert_eq!(harness.calls.len(), 6);
}

#[test]
fn with_bots_off_questions_fail_with_a_code_and_people_can_chat() {
    let mut harness = with(Budget { bots_off: true, person_hour: Some(2), ..Budget::default() });
    harness.run("ann says @chatbot @helper hi; bob says and I talk; ann edits 1 hello; bob deletes 6; 1 s");
    assert_eq!(
        (code(&harness, 2), code(&harness, 3), harness.calls.len()),
        (Some(ErrorCode::BotsOff), Some(ErrorCode::BotsOff), 0)
    );
    assert!(bill(&mut harness, "ann").off);
    assert!(harness.storage.runs.is_empty() && bill(&mut harness, "ann").day.answers == 0);
    assert!(harness.storage.spends.is_empty(), "they are not counted in the person's hour");
}

#[test]
fn a_model_without_a_price_has_tokens_and_no_cost() {
    let mut harness = Harness::with(Config {
        bots: vec![Bot { price: None, ..paid("chatbot") }],
        budget: Budget { room_day: Some(1), has_ledger: true, ..Budget::default() },
        ..config()
    });
    harness.run(
        "ann joins; ann says @chatbot hi; 1 s; ledger grants; answer 2 begins r1; answer 2 counts 100/0/10 and ends; 1 s",
    );
    let answer = harness.tabs["ann"].view.answer(2);
    assert_eq!((answer.usage.unwrap().input, answer.cost), (100, None));
    let bill = bill(&mut harness, "ann");
    assert_eq!((bill.day.usage.output, bill.day.cost, bill.day.answers), (10, 0, 1));
    // The claim of nothing asks whether the operator lets bots be called, and is not settled.
    assert_eq!((harness.reservations.as_slice(), harness.settlements.len()), (&[(Seq(2), 1, 0)][..], 0));
}

#[test]
fn case_144_a_call_without_a_price_is_refused_while_the_operator_has_switched_the_bots_off() {
    let mut harness = Harness::with(Config {
        bots: vec![Bot { price: None, ..paid("chatbot") }],
        budget: Budget { has_ledger: true, ..Budget::default() },
        ..config()
    });
    harness.run("ann joins; ann says @chatbot hi; 1 s");
    let resets_at = harness.now;
    let reply = Some(ClaimReply::Refused { code: ErrorCode::BotsOff, resets_at });
    harness.input(Input::Reserved { run: Seq(2), call_number: 1, reply }).run("1 s");
    let answer = harness.tabs["ann"].view.answer(2);
    assert_eq!((answer.code, answer.resets_at, harness.calls.len()), (Some(ErrorCode::BotsOff), None, 0));
}

#[test]
fn g10_case_48_a_crash_charges_open_reservations_once_and_settled_calls_not_again() {
    // While the call goes on.
    let mut harness = with(Budget::default());
    harness.run("ann says @chatbot hi; 1 s; answer 2 begins r1; 1 s");
    let reserved = harness.storage.runs[&Seq(2)].reserved_micros;
    harness.run("room crashes; room crashes; ann returns");
    assert!(reserved > 1_000 && harness.storage.spends.values().all(|spend| spend.charged == reserved));
    // During a retry wait or a tool call: the earlier call is settled already.
    for before in [
        "answer 2 fails Overloaded",
        "answer 2 begins r1; answer 2 calls get_current_weather {\"city\":\"Seoul\"}",
    ] {
        let mut bot = paid("chatbot");
        bot.tools.push(tools::WEATHER.to_owned());
        let mut harness = Harness::with(Config { bots: vec![bot], ..config() });
        harness.run("ann joins; ann says @chatbot hi; 1 s").run(before);
        let spends = harness.storage.spends.clone();
        harness.run("room crashes; ann returns");
        let charged = |spends: &std::collections::BTreeMap<_, room::SpendingRecord>| {
            spends.values().map(|spend| spend.charged).collect::<Vec<_>>()
        };
        let after = charged(&harness.storage.spends);
        assert!(charged(&spends).iter().all(|before| after.contains(before)), "{before}");
        assert_eq!(after.iter().max(), charged(&spends).iter().max().or(Some(&0)), "{before}");
    }
}

#[test]
fn a_bot_that_changes_its_price_during_a_call_does_not_change_what_the_call_costs() {
    let mut harness = with(Budget::default());
    harness.run("ann says @chatbot hi; 1 s; answer 2 begins r1; 1 s");
    harness.config.bots[0].price = None;
    // The room loses everything but the running calls.
    harness.run("store fails; bob says lost; answer 2 counts 100/0/10 and ends; 1 s");
    assert_eq!(harness.tabs["bob"].view.answer(2).cost, Some(200));
}

#[test]
fn a_call_replaced_by_a_retry_is_charged() {
    let mut harness = with(Budget::default());
    harness.run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 counts 100/0/10 and ends as one; 1 s; ann says @chatbot more; 1 s");
    let reserved = harness.storage.runs[&Seq(5)].reserved_micros;
    harness.run("answer 5 begins r2 after nothing; answer 5 begins r3 after nothing; answer 5 counts 100/0/10 and ends; 1 s");
    assert!(
        harness.storage.spends.values().any(|spend| spend.charged == 400 + reserved),
        "{:?}",
        harness.storage.spends
    );
}

#[test]
fn the_first_answer_of_a_day_trims_old_totals() {
    const DAY: u64 = 24 * 3_600_000;
    let mut harness = Harness::new();
    let ask = |harness: &mut Harness| {
        harness.run("ann joins; ann says @chatbot hi; 1 s");
        let run = harness.calls.last().unwrap().run;
        harness.run(&format!("answer {run} counts 10/0/5 and ends; 1 s"));
    };
    ask(&mut harness);
    let first = harness.storage.spends.len();
    harness.now = harness.now.plus(40 * DAY);
    ask(&mut harness);
    assert_eq!(harness.storage.spends.len(), first, "another day, and the old one is gone");
    let all = harness.storage.spends.values().find(|spend| spend.period == room::Period::All).unwrap();
    assert_eq!(all.totals.answers, 2, "what the room has cost altogether stays");
}

#[test]
fn case_134_dense_text_is_reserved_in_full() {
    // What OpenAI's newer encoding counts for each: letters between digits, rare syllables, signs.
    for (text, tokens) in
        [("a1b2c3d4e5f6g7h8", 16), ("똠방각하 쬲쮊 뷁 꿻뛟", 21), ("(a)[b]{c}<d>*e*_f_~g~", 16)]
    {
        let reserved = |text: &str| {
            let mut harness = with(Budget { has_ledger: true, ..Budget::default() });
            harness.run(&format!("ann says @chatbot {text}; 1 s"));
            harness.reservations[0].2
        };
        let repeated = text.repeat(10);
        assert!(reserved(&repeated) - reserved("") >= tokens * 10, "{text}");
    }
}

#[test]
fn case_138_a_refused_answer_names_the_limit_and_when_it_ends() {
    let (hour, day) = (3_600_000, 86_400_000);
    for (budget, factor, code, span) in [
        (Budget { person_hour: Some(0), ..Budget::default() }, 10, ErrorCode::QuestionsPerson, hour),
        (Budget { person_hour: Some(1), ..Budget::default() }, 0, ErrorCode::QuestionsAddress, hour),
        (Budget { person_day: Some(1), ..Budget::default() }, 10, ErrorCode::BudgetPerson, day),
        (Budget { room_day: Some(1), ..Budget::default() }, 10, ErrorCode::BudgetRoom, day),
    ] {
        let mut harness = with(budget);
        harness.config.tuning.address_factor = factor;
        harness.run("room crashes; ann returns; ann says @chatbot hi; 1 s");
        let answer = harness.tabs["ann"].view.answer(2);
        let ends = Millis((START.0 / span + 1) * span);
        assert_eq!((answer.code, answer.resets_at), (Some(code), Some(ends)), "{budget:?}");
    }
}
