//! Money in the room: what is reserved, what is charged, whose budget it is, and what the bill says.

use expect_test::expect;
use room::{Bot, Budget, Config, tools};
use shared::{Bill, ErrorCode, Millis, Price, Seq, ServerFrame};

use crate::stage::{START, Stage, bot, config};

/// A dollar for a million tokens read, a tenth of it for those from the cache, ten for those written: a token written is
/// ten micro-dollars.
pub(crate) const PRICE: Price = Price { input: 1_000_000, cached: 100_000, output: 10_000_000 };
/// An answer of this bot costs at most 1,000 micro-dollars for its words.
const MOST: u32 = 100;

pub(crate) fn paid(handle: &str) -> Bot {
    let mut bot = Bot { price: Some(PRICE), tools: vec![tools::TIME.to_owned()], ..bot(handle) };
    bot.parameters.max_output_tokens = Some(MOST);
    bot
}

pub(crate) fn with(budget: Budget) -> Stage {
    let mut stage = Stage::with(Config { bots: vec![paid("chatbot"), paid("helper")], budget, ..config() });
    stage.run("ann joins; bob joins; owner joins as olga; 20 s").look_away();
    stage
}

fn bill(stage: &mut Stage, tab: &str) -> Bill {
    stage.run(&format!("{tab} asks the bill"));
    let last = stage.tabs[tab].view.frames.last().unwrap();
    let ServerFrame::Bill(bill) = last else { panic!("{last:?}") };
    (**bill).clone()
}

fn code(stage: &Stage, run: u64) -> Option<ErrorCode> {
    stage.tabs["ann"].view.answer(run).code
}

#[test]
fn an_answer_tells_what_it_cost() {
    let mut stage = with(Budget::default());
    stage.run(
        "ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 counts 1000/600/20 and ends as hello; 1 s",
    );
    // 400 read, 600 from the cache, 20 written.
    let answer = stage.tabs["bob"].view.answer(2);
    assert_eq!((answer.cost, answer.usage.unwrap().input), (Some(400 + 60 + 200), 1_000));
    let bill = bill(&mut stage, "ann");
    assert_eq!((bill.day.cost, bill.all.cost, bill.yours.cost, bill.day.answers), (660, 660, 660, 1));
    assert!(!bill.off && bill.resets_at > stage.now && bill.resets_at.0.is_multiple_of(86_400_000));
}

#[test]
fn all_calls_of_an_answer_are_added_up() {
    let mut stage = with(Budget::default());
    stage.run(
        "ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 fails Overloaded; 2 s; answer 2 begins r2",
    );
    // A round of tools, with a usage of its own.
    let calls = vec![models::ToolCall {
        id: "1".to_owned(),
        name: tools::TIME.to_owned(),
        arguments: "{}".to_owned(),
        signature: None,
    }];
    let usage = Some(shared::Usage { input: 100, cached: 0, output: 10 });
    let finish = models::FinishReason::Complete;
    stage.model(
        Seq(2),
        models::ModelEvent::Finished(models::CallEnd { calls, usage, ..models::CallEnd::bare(finish) }),
    );
    stage.run("answer 2 begins r3; answer 2 counts 200/100/20 and ends as noon; 1 s");
    let answer = stage.tabs["bob"].view.answer(2);
    assert_eq!(answer.usage, Some(shared::Usage { input: 300, cached: 100, output: 30 }));
    assert_eq!(answer.cost, Some(200 + 310));
    stage.run("ann regenerates 2; 1 s; answer 4 begins r4; answer 4 counts 100/0/10 and ends as noon; 1 s");
    let bill = bill(&mut stage, "ann");
    assert_eq!((bill.yours.cost, bill.yours.answers), (510 + 200, 2));
}

#[test]
fn the_bill_tells_apart_days_and_people_and_survives_restarts() {
    let mut stage = with(Budget::default());
    stage.run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 counts 100/0/10 and ends; 1 s");
    stage.run("bob says @helper hi; 1 s; answer 5 begins h1; answer 5 counts 100/0/20 and ends; 1 s; room crashes; ann returns; bob returns");
    assert_eq!(
        [bill(&mut stage, "ann"), bill(&mut stage, "bob")].map(|bill| (bill.day.cost, bill.yours.cost)),
        [(500, 200), (500, 300)]
    );
    let tomorrow = Millis((START.0 / 86_400_000 + 1) * 86_400_000);
    stage.jump(tomorrow).run("room crashes; ann returns; bob returns; 20 s");
    stage.run("ann says @helper hi; 1 s; answer 8 begins h2; answer 8 counts 50/0/0 and ends; 1 s");
    stage.look_away().run("ann asks the bill; bob asks the bill; carol reads; carol asks the bill");
    expect![[r#"
        ann < bill day 1: 50/0/0 = 50 all 3: 250/0/30 = 550 yours 1: 50/0/0 = 50
        bob < bill day 1: 50/0/0 = 50 all 3: 250/0/30 = 550 yours 0: 0/0/0 = 0
        carol < welcome reader 1..9 anew [#1 ann: @chatbot hi, #2 chatbot to #1 done, #4 bob: @helper hi, #5 helper to #4 done, #7 ann: @helper hi, #8 helper to #7 done]; here ann bob
        carol < bill day 1: 50/0/0 = 50 all 3: 250/0/30 = 550 yours 0: 0/0/0 = 0
    "#]].assert_eq(&stage.seen());
}

#[test]
fn what_is_not_known_counts_as_all_that_was_reserved_and_is_no_cost_on_the_bill() {
    let limit = 3_000;
    let mut stage = with(Budget { room_day: Some(limit), ..Budget::default() });
    stage
        .run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 writes half; answer 2 breaks off; 1 s");
    let answer = stage.tabs["bob"].view.answer(2);
    assert_eq!((answer.cost, answer.usage), (None, None));
    assert_eq!((bill(&mut stage, "ann").day.cost, bill(&mut stage, "ann").day.answers), (0, 1));
    // Each such answer takes about 1,300; there is no third.
    stage.run(
        "ann says @chatbot hi; 1 s; answer 5 begins r2; answer 5 breaks off; 1 s; ann says @chatbot hi; 1 s",
    );
    assert_eq!((stage.calls.len(), code(&stage, 8)), (2, Some(ErrorCode::BudgetRoom)));
}

#[test]
fn what_the_server_refused_costs_nothing() {
    let mut stage = with(Budget { room_day: Some(1_500), ..Budget::default() });
    for kind in ["BadRequest", "Overloaded", "PolicyBlocked"] {
        stage.run("ann says @chatbot hi; 1 s");
        let run = stage.calls.last().unwrap().run;
        for _ in 0..3 {
            if stage.tasks.iter().any(|task| task.0 == run) {
                stage.run(&format!("answer {run} fails {kind}; 5 s"));
            }
        }
    }
    assert_eq!(stage.calls.len(), 5, "always there is money for one more");
    assert_eq!(bill(&mut stage, "ann").day.cost, 0);
    assert!(stage.log.spends.values().all(|spend| spend.charged == 0));
}

#[test]
fn case_55_many_ask_at_once_and_exactly_the_affordable_are_called() {
    let names: Vec<String> = (0..8).map(|number| format!("bot{number}")).collect();
    let bots: Vec<Bot> = names.iter().map(|name| paid(name)).collect();
    let worst = {
        let mut stage = Stage::with(Config { bots: vec![paid("bot0")], ..config() });
        stage.run("ann joins; ann says @bot0 hi; 1 s");
        stage.log.runs[&Seq(2)].reserved_micros
    };
    assert!((1_000..2_000).contains(&worst), "{worst}");
    for affordable in 0..5_u64 {
        let budget = Budget { room_day: Some(worst * affordable + worst / 2), ..Budget::default() };
        let mut stage = Stage::with(Config { bots: bots.clone(), budget, ..config() });
        let everybody: String = names.iter().map(|name| format!("@{name} ")).collect();
        stage.run(&format!("ann joins; ann says {everybody}; 1 s"));
        // A longer message reserves a little more, never less.
        let made = stage.calls.len() as u64;
        assert!(made <= affordable && made + 1 >= affordable, "{made} of {affordable}");
        let refused = stage.tabs["ann"].view.shown().iter().filter(|row| row.3 == Some("failed")).count();
        assert_eq!(refused, 8 - stage.calls.len(), "all others are told at once");
        assert!(stage.log.runs.len() == stage.calls.len());
    }
}

#[test]
fn case_55_twenty_in_line_for_the_last_cent_are_all_answered_or_refused_without_another_word() {
    let mut stage = with(Budget { room_day: Some(2_600), ..Budget::default() });
    for number in 0..20 {
        stage.run(&format!("guest{number} joins; guest{number} says @chatbot hi; 1 ms"));
    }
    // Each really costs 1,000, and at worst about 1,300: there is money for two of them.
    while let Some((run, _)) = stage.tasks.first().copied() {
        stage.run(&format!("answer {run} begins r{run}; answer {run} counts 0/0/100 and ends as ok"));
    }
    assert_eq!(stage.calls.len(), 2);
    assert!(stage.log.runs.is_empty(), "nobody waits for anything");
    assert_eq!(bill(&mut stage, "ann").day.cost, 2_000);
    let answer = stage.log.rows.values().rev().find_map(|row| row.message()?.answer).unwrap();
    assert_eq!(
        (answer.code, answer.resets_at),
        (Some(ErrorCode::BudgetRoom), Some(Millis((START.0 / 86_400_000 + 1) * 86_400_000)))
    );
}

#[test]
fn a_persons_budget_is_their_own_and_begins_anew_with_the_day() {
    let mut stage = with(Budget { person_day: Some(1_500), ..Budget::default() });
    stage.run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 counts 0/0/100 and ends; 1 s; ann says @chatbot hi; bob says @chatbot hi; 1 s");
    assert_eq!((code(&stage, 5), stage.calls.len()), (Some(ErrorCode::BudgetPerson), 2));
    let resets_at = stage.tabs["ann"].view.answer(5).resets_at.unwrap();
    stage.jump(resets_at).run("answer 8 counts 0/0/100 and ends; ann says @chatbot hi; 1 s");
    assert_eq!(stage.calls.len(), 3);
}

#[test]
fn what_is_reserved_for_one_bot_is_not_there_for_another() {
    let mut stage = with(Budget { person_day: Some(1_500), ..Budget::default() });
    stage.run("ann says @chatbot @helper hi; 1 s");
    assert_eq!((stage.calls.len(), code(&stage, 3)), (1, Some(ErrorCode::BudgetPerson)));
    stage.run("answer 2 begins r1; answer 2 counts 10/0/1 and ends; 1 s; ann says @helper hi; 1 s");
    assert_eq!(stage.calls.len(), 2, "what was not needed is free again");
}

#[test]
fn questions_of_an_hour_are_counted_by_questions_and_not_by_calls() {
    let mut stage = with(Budget { person_hour: Some(2), ..Budget::default() });
    stage.run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 calls current_time {}; answer 2 begins r2; answer 2 ends; 1 s");
    stage.run("ann says @chatbot hi; 1 s; answer 5 fails Overloaded; 2 s; answer 5 ends; 1 s; ann says @chatbot hi; 1 s");
    let answer = stage.tabs["ann"].view.answer(8).clone();
    assert_eq!((answer.code, stage.calls.len()), (Some(ErrorCode::BudgetPerson), 4));
    assert_eq!(answer.resets_at, Some(Millis((START.0 / 3_600_000 + 1) * 3_600_000)));
    stage.run("bob says @chatbot hi; 1 s");
    assert_eq!(stage.calls.len(), 5);
    stage
        .run("answer 11 ends")
        .jump(answer.resets_at.unwrap())
        .run("room crashes; ann returns; ann says @chatbot hi; 1 s");
    assert_eq!(stage.calls.len(), 6);
}

#[test]
fn switched_off_bots_say_so_and_people_talk_on() {
    let mut stage = with(Budget { bots_off: true, ..Budget::default() });
    stage.run("ann says @chatbot @helper hi; bob says and I talk; ann edits 1 hello; bob deletes 6; 1 s");
    assert_eq!(
        (code(&stage, 2), code(&stage, 3), stage.calls.len()),
        (Some(ErrorCode::BotsOff), Some(ErrorCode::BotsOff), 0)
    );
    assert!(bill(&mut stage, "ann").off);
    assert!(stage.log.runs.is_empty() && bill(&mut stage, "ann").day.answers == 0);
}

#[test]
fn without_a_price_there_are_tokens_and_no_cost() {
    let mut stage = Stage::with(Config {
        bots: vec![Bot { price: None, ..paid("chatbot") }],
        budget: Budget { room_day: Some(0), has_ledger: true, ..Budget::default() },
        ..config()
    });
    stage.run(
        "ann joins; ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 counts 100/0/10 and ends; 1 s",
    );
    let answer = stage.tabs["ann"].view.answer(2);
    assert_eq!((answer.usage.unwrap().input, answer.cost), (100, None));
    let bill = bill(&mut stage, "ann");
    assert_eq!((bill.day.usage.output, bill.day.cost, bill.day.answers), (10, 0, 1));
    assert!(stage.reserves.is_empty() && stage.settled.is_empty(), "the ledger is not asked for nothing");
}

#[test]
fn g10_case_48_a_crash_charges_what_was_reserved_once_and_what_was_settled_not_again() {
    // While the call goes on.
    let mut stage = with(Budget::default());
    stage.run("ann says @chatbot hi; 1 s; answer 2 begins r1; 1 s");
    let reserved = stage.log.runs[&Seq(2)].reserved_micros;
    stage.run("room crashes; room crashes; ann returns");
    assert!(reserved > 1_000 && stage.log.spends.values().all(|spend| spend.charged == reserved));
    // While it waits to try again, or looks something up: the call before is paid already.
    for before in [
        "answer 2 fails Overloaded",
        "answer 2 begins r1; answer 2 calls get_current_weather {\"city\":\"Seoul\"}",
    ] {
        let mut bot = paid("chatbot");
        bot.tools.push(tools::WEATHER.to_owned());
        let mut stage = Stage::with(Config { bots: vec![bot], ..config() });
        stage.run("ann joins; ann says @chatbot hi; 1 s").run(before);
        let spends = stage.log.spends.clone();
        stage.run("room crashes; ann returns");
        let charged = |spends: &std::collections::BTreeMap<_, room::SpendingRecord>| {
            spends.values().map(|spend| spend.charged).collect::<Vec<_>>()
        };
        let after = charged(&stage.log.spends);
        assert!(charged(&spends).iter().all(|before| after.contains(before)), "{before}");
        assert_eq!(after.iter().max(), charged(&spends).iter().max().or(Some(&0)), "{before}");
    }
}

#[test]
fn a_bot_that_changes_its_price_during_a_call_does_not_change_what_the_call_costs() {
    let mut stage = with(Budget::default());
    stage.run("ann says @chatbot hi; 1 s; answer 2 begins r1; 1 s");
    stage.config.bots[0].price = None;
    // The room forgets everything but the calls that go on.
    stage.run("store fails; bob says lost; answer 2 counts 100/0/10 and ends; 1 s");
    assert_eq!(stage.tabs["bob"].view.answer(2).cost, Some(200));
}

#[test]
fn a_call_that_was_given_up_for_a_new_one_is_charged() {
    let mut stage = with(Budget::default());
    stage.run("ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 counts 100/0/10 and ends; 1 s; ann says @chatbot more; 1 s");
    let reserved = stage.log.runs[&Seq(5)].reserved_micros;
    stage.run("answer 5 begins r2 after nothing; answer 5 begins r3 after nothing; answer 5 counts 100/0/10 and ends; 1 s");
    assert!(stage.log.spends.values().any(|spend| spend.charged == 400 + reserved), "{:?}", stage.log.spends);
}

#[test]
fn the_first_answer_of_a_day_takes_away_totals_that_nobody_asks_for() {
    const DAY: u64 = 24 * 3_600_000;
    let mut stage = Stage::new();
    let ask = |stage: &mut Stage| {
        stage.run("ann joins; ann says @chatbot hi; 1 s");
        let run = stage.calls.last().unwrap().run;
        stage.run(&format!("answer {run} counts 10/0/5 and ends; 1 s"));
    };
    ask(&mut stage);
    let first = stage.log.spends.len();
    stage.now = stage.now.plus(40 * DAY);
    ask(&mut stage);
    assert_eq!(stage.log.spends.len(), first, "another day, and the old one is gone");
    let all = stage.log.spends.values().find(|spend| spend.period == room::Period::All).unwrap();
    assert_eq!(all.totals.answers, 2, "what the room has cost altogether stays");
}
