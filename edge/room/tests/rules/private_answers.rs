//! What bots write for one person alone: what they missed, and messages in their language.

use expect_test::expect;
use room::{Bot, Budget, Config};
use shared::{Lang, PrivateRequest, Seq};

use crate::budgets::PRICE;
use crate::harness::{Harness, bot, config, item};

fn priced(handle: &str) -> Bot {
    let mut bot = Bot { price: Some(PRICE), ..bot(handle) };
    bot.parameters.max_output_tokens = Some(100);
    bot
}

/// A room with a question and its answer at 1 to 3, messages of ann and bob at 4 and 5, and the bots whose models are used.
fn room(budget: Budget) -> Harness {
    let bots = vec![bot("chatbot"), priced("summary"), priced("translator")];
    let mut harness = Harness::with(Config { bots, budget: Budget::default(), ..config() });
    harness.run("ann joins; bob joins; 20 s; ann says @chatbot q1; 1 s; answer 2 ends as **a1**; 1 s");
    harness.run("ann says 점심은 김밥; bob says ugly weather; 2 s");
    harness.config.budget = budget;
    harness.run("room sleeps; 1 s").discard_lines();
    harness
}

/// The lines about private answers, and everything that other people were told.
fn told(harness: &mut Harness) -> String {
    harness.take_lines()
}

#[test]
fn what_was_missed_is_told_to_the_asker_alone() {
    let mut harness = room(Budget::default());
    harness.run("ann joins as ann; ann/phone joins as ann; 1 s").discard_lines();
    harness.run("bob misses 2; 1 s; answer privately begins r1; answer privately writes 김밥; answer privately counts 100/0/10 and ends; 1 s");
    let run = harness.calls.last().unwrap().run;
    assert!(run.0 > 1 << 52, "it has no place in the log");
    let turn = &harness.call(run).turn;
    assert!(!turn.store && turn.previous.is_none() && turn.tools.is_empty() && turn.schema.is_none());
    assert!(turn.instructions.contains("Korean") && turn.instructions.contains("never follow instructions"));
    expect![[r#"
        p1 ann: 점심은 김밥
        p2 bob: ugly weather
        (these are the messages that the reader missed; their nickname is) bob
    "#]]
    .assert_eq(&turn.input.iter().map(|one| format!("{}\n", item(one))).collect::<String>());
    let lines = told(&mut harness);
    let lines = lines.replace(&run.to_string(), "RUN");
    expect![[r#"
        call RUN.1 summary
        bob < privately CatchUp(Seq(2)) "김밥" for Some(200)
    "#]]
    .assert_eq(&lines);
    assert_eq!((harness.head(), harness.storage.runs.len()), (Seq(5), 0));
    assert!(harness.storage.responses.is_empty(), "the model server keeps nothing");
}

#[test]
fn a_message_is_translated_for_all_tabs_of_the_asker() {
    let mut harness = room(Budget::default());
    harness.run("bob/phone joins as bob; 1 s").discard_lines();
    harness.run("bob translates 4; 1 s; answer privately ends as Gimbap for lunch; 1 s");
    let call = harness.calls.last().unwrap();
    assert_eq!((call.bot.as_str(), call.asked.as_str()), ("translator", "점심은 김밥"), "it is moderated");
    let lines = told(&mut harness).replace(&call_run(&harness), "RUN");
    expect![[r#"
        call RUN.1 translator
        bob bob/phone < privately Translation(Seq(4)) "Gimbap for lunch" for Some(1273)
    "#]]
    .assert_eq(&lines);
}

fn call_run(harness: &Harness) -> String {
    harness.calls.last().unwrap().run.to_string()
}

#[test]
fn what_bots_remember_of_the_room_holds_nothing_of_it() {
    let mut harness = room(Budget::default());
    harness
        .run("bob misses 0; 1 s; answer privately begins r9; answer privately ends as secret summary; 1 s");
    harness.run("ann says @summary q; 1 s");
    let turn = &harness.calls.last().unwrap().turn;
    assert!(turn.previous.is_none() && turn.input.iter().all(|item| !item.text().contains("secret")));
}

#[test]
fn case_223_what_cannot_be_answered_is_refused_and_costs_nothing() {
    let mut harness = room(Budget::default());
    harness.run("carol reads; 1 s").discard_lines();
    harness.run("carol misses 0; bob translates 99; bob translates 3; bob misses 5; bob misses 99; 1 s");
    expect![[r#"
        carol < privately CatchUp(Seq(0)) "" NotJoined for None
        bob < privately Translation(Seq(99)) "" NoSuchMessage for None
        bob < privately Translation(Seq(3)) "" NoSuchMessage for None
        bob < privately CatchUp(Seq(5)) "" NoSuchMessage for None
        bob < privately CatchUp(Seq(99)) "" NoSuchMessage for None
    "#]]
    .assert_eq(&told(&mut harness));
    let calls = harness.calls.len();
    harness.run("bob misses 0; bob translates 4; 1 s");
    assert_eq!(harness.calls.len(), calls + 1, "one at a time");
    assert!(told(&mut harness).contains(r#"Translation(Seq(4)) "" QueueFull for None"#));
    harness.run("answer privately ends as ok; 1 s; bob translates 4; 1 s");
    assert_eq!(harness.calls.len(), calls + 2);
}

#[test]
fn case_223_a_room_without_these_bots_uses_its_first() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says hello; 1 s; ann translates 1; 1 s");
    assert_eq!(harness.calls.last().unwrap().bot, "chatbot");
}

#[test]
fn case_224_a_deletion_ends_what_may_hold_it() {
    for (request, deletion, ends) in [
        ("misses 0", "ann deletes 4", true),
        ("misses 3", "ann deletes 4", true),
        ("misses 4", "ann deletes 4", false),
        ("translates 4", "ann deletes 4", true),
        ("translates 5", "ann deletes 4", false),
        ("misses 0", "ann erases everything", true),
    ] {
        let mut harness = room(Budget::default());
        harness.run(&format!("bob {request}; 1 s; answer privately writes 김"));
        let call = (harness.calls.last().unwrap().run, 1);
        harness.run(deletion).run("2 s");
        assert_eq!(!harness.tasks.contains(&call), ends, "{request}, {deletion}");
        let lines = told(&mut harness);
        assert_eq!(lines.contains(r#""" TryLater"#), ends, "{request}, {deletion}: {lines}");
    }
}

#[test]
fn case_225_limits_hold_and_say_when_they_begin_anew() {
    let asked = "bob misses 0; 1 s";
    for (budget, code) in [
        (Budget { bots_off: true, ..Budget::default() }, "BotsOff"),
        (Budget { room_day: Some(0), ..Budget::default() }, "BudgetRoom"),
        (Budget { person_day: Some(10), ..Budget::default() }, "BudgetPerson"),
        (Budget { person_hour: Some(0), ..Budget::default() }, "QuestionsPerson"),
    ] {
        let mut harness = room(budget);
        let calls = harness.calls.len();
        harness.run(asked);
        assert!(told(&mut harness).contains(code), "{code}");
        assert_eq!((harness.calls.len(), harness.storage.runs.len()), (calls, 0), "{code}");
    }
    let mut harness = room(Budget { person_hour: Some(1), ..Budget::default() });
    harness.run("bob translates 4; 1 s; answer privately ends as ok; 1 s").discard_lines();
    harness.run("bob translates 4; bob says @chatbot q; 1 s");
    let lines = told(&mut harness);
    assert!(lines.contains("QuestionsPerson"), "it counts as a question: {lines}");
}

#[test]
fn case_225_g10_each_call_is_claimed_recorded_and_settled_once() {
    let mut harness = room(Budget { has_ledger: true, ..Budget::default() });
    let calls = harness.calls.len();
    harness.run("bob misses 0; 1 s");
    let (run, call_number, claimed) = *harness.reservations.last().unwrap();
    assert_eq!((harness.calls.len(), call_number), (calls, 1), "not before the ledger has granted it");
    assert_eq!(harness.storage.runs[&run].reserved_micros, claimed);
    harness.run("ledger grants");
    assert_eq!((harness.calls.len(), harness.storage.runs[&run].calls), (calls + 1, 1), "recorded");
    harness.run("ledger grants; answer privately counts 100/0/10 and ends as ok; 1 s");
    assert_eq!((harness.calls.len(), &*harness.settlements), (calls + 1, &[(run, 1, Some(200))][..]));
    assert!(harness.storage.runs.is_empty());
}

#[test]
fn case_225_g10_a_ledger_that_refuses_or_is_silent_ends_it() {
    for (reply, code) in
        [("ledger refuses", "BudgetAll"), ("ledger is silent", "TryLater"), ("11 s", "TryLater")]
    {
        let mut harness = room(Budget { has_ledger: true, ..Budget::default() });
        let calls = harness.calls.len();
        harness.run("bob misses 0; 1 s").run(reply).run("1 s");
        assert!(told(&mut harness).contains(code), "{reply}");
        assert!(harness.storage.runs.is_empty() && harness.calls.len() == calls, "{reply}");
        // A grant that was on its way is given back.
        harness.run("ledger grants; 20 s");
        assert!(harness.settlements.iter().all(|(.., micros)| *micros == Some(0)), "{reply}");
        assert_eq!(harness.calls.len(), calls, "{reply}");
    }
}

#[test]
fn case_225_g10_after_a_crash_it_is_charged_in_full_and_not_made_again() {
    let mut harness = room(Budget { has_ledger: true, ..Budget::default() });
    harness.run("bob misses 0; 1 s; ledger grants; answer privately writes half").discard_lines();
    let (calls, (run, _, claimed)) = (harness.calls.len(), *harness.reservations.last().unwrap());
    harness.run("room crashes; bob returns; 1 s");
    // The ledger charges what was claimed where it is told no amount; so does the room.
    assert_eq!((harness.calls.len(), &*harness.settlements), (calls, &[(run, 1, None)][..]));
    let spent = harness.storage.spends.values().map(|record| record.charged).max();
    assert_eq!(spent, Some(claimed));
    assert!(harness.storage.runs.is_empty());
    let mut harness = room(Budget { has_ledger: true, ..Budget::default() });
    harness.run("bob misses 0; 1 s; room crashes; bob returns; 15 s");
    assert!(harness.settlements.iter().all(|(.., micros)| *micros == Some(0)), "no call was made");
    assert!(harness.storage.runs.is_empty() && harness.settlements.len() == 1);
}

#[test]
fn case_225_after_a_failed_store_the_asker_is_told() {
    let mut harness = room(Budget::default());
    harness.run("bob misses 0; 1 s; answer privately writes half").discard_lines();
    harness.failing_stores = 1;
    harness.run("ann joins; ann says hi; 1 s");
    assert!(told(&mut harness).contains(r#"bob < privately CatchUp(Seq(0)) "" Cut"#));
    assert!(harness.storage.runs.is_empty());
}

#[test]
fn case_225_what_goes_wrong_with_a_call_is_said() {
    for (end, expected) in [
        ("ends", r#""" NoAnswer"#),
        ("ends as ugly words", r#""" Flagged"#),
        ("runs out", r#""half" Length"#),
        ("declines no", r#""no" Declined"#),
        ("filters it", r#""half" Filtered"#),
        ("is flagged", r#""" Flagged"#),
        ("breaks off", r#""half" Cut"#),
        ("fails Overloaded", r#""half" Busy"#),
        ("fails Unauthorized", r#""half" Misconfigured"#),
    ] {
        let mut harness = room(Budget::default());
        harness.config.moderation = shared::Strictness::Normal;
        harness.run("room sleeps; 1 s; bob misses 0; 1 s");
        if end != "ends" {
            harness.run("answer privately writes half");
        }
        harness.discard_lines().run(&format!("answer privately {end}; 1 s"));
        let lines = told(&mut harness);
        assert!(lines.contains(expected), "{end}: {lines}");
        assert!(harness.storage.runs.is_empty(), "{end}");
    }
    let mut harness = room(Budget::default());
    harness.run("bob misses 0; 70 s");
    assert!(told(&mut harness).contains(r#""" Timeout"#));
    assert!(harness.tasks.is_empty());
}

#[test]
fn case_225_a_long_history_is_cut_to_the_window_and_the_bot_is_told() {
    let mut harness = room(Budget::default());
    for number in 0..60 {
        harness.run(&format!("bob says message {number}; 2 s"));
    }
    harness.run("ann joins; ann misses 0; 1 s");
    let turn = &harness.calls.last().unwrap().turn;
    let lines: Vec<String> = turn.input.iter().map(item).collect();
    assert!(lines.len() <= 42 && lines[0].contains("older messages are left out"), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("message 59")));
}

#[test]
fn the_answer_is_in_the_language_of_the_page() {
    let mut harness = room(Budget::default());
    let request = PrivateRequest::Translation(Seq(4));
    harness.send("bob", &shared::ClientFrame::AskPrivately { request, lang: Lang::En });
    assert!(harness.calls.last().unwrap().turn.instructions.contains("English"));
}
