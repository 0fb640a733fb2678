//! Mentions and the queues of answers: order, limits, and who may call a bot.

use expect_test::expect;
use room::Config;
use shared::{ErrorCode, Seq, limits};

use crate::harness::{Harness, bot, config};

fn states(harness: &Harness) -> Vec<&'static str> {
    harness
        .storage
        .rows
        .values()
        .filter_map(|row| row.message()?.answer)
        .map(|answer| answer.state.as_str())
        .collect()
}

#[test]
fn a_bot_answers_one_question_at_a_time_in_order_and_everybody_sees_the_queue() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol joins; 1 s").discard_lines();
    harness.run("ann says @chatbot 1; 1 s; bob says @chatbot 2; 1 s; carol says @chatbot 3; 1 s");
    harness
        .run("answer 2 begins r1; answer 2 ends as one; 1 s; answer 4 begins r2; answer 4 ends as two; 1 s");
    expect![[r#"
        call 2.1 chatbot
        ann < accepted auto1 #1
        ann < #1 ann: @chatbot 1, #2 chatbot to #1 queued
        ann < run 2 thinking
        bob carol < #1 ann: @chatbot 1, #2 chatbot to #1 queued
        bob carol < run 2 thinking
        bob < accepted auto2 #3
        bob < #3 bob: @chatbot 2, #4 chatbot to #3 queued
        bob < run 4 queued after 1
        ann carol < #3 bob: @chatbot 2, #4 chatbot to #3 queued
        ann carol < run 4 queued after 1
        carol < accepted auto3 #5
        carol < #5 carol: @chatbot 3, #6 chatbot to #5 queued
        carol < run 6 queued after 2
        ann bob < #5 carol: @chatbot 3, #6 chatbot to #5 queued
        ann bob < run 6 queued after 2
        call 4.1 chatbot
        ann bob carol < #7 ends #2 done "one"
        ann bob carol < run 4 thinking
        ann bob carol < run 6 queued after 1
        call 6.1 chatbot
        ann bob carol < #8 ends #4 done "two"
        ann bob carol < run 6 thinking
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn cancelling_a_queued_answer_moves_the_queue_up() {
    let mut harness = Harness::new();
    harness
        .run("ann joins; bob joins; 1 s; ann says @chatbot 1; bob says @chatbot 2; ann says @chatbot 3; 1 s")
        .discard_lines();
    harness.run("ann stops 4; bob stops 4; 1 s");
    expect![[r#"
        ann < refused NotAllowed
        ann bob < #7 ends #4 stopped ""
        ann bob < run 6 queued after 1
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(harness.calls.len(), 1);
}

#[test]
fn three_questions_of_a_person_wait_and_the_next_fails_at_once() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 20 s");
    for _ in 0..5 {
        harness.run("ann says @chatbot hi; 1 s");
    }
    harness.discard_lines().run("ann says @chatbot again; 1 s; ann says and no bot; 1 s");
    expect![[r#"
        ann < accepted auto6 #11
        ann < #11 ann: @chatbot again, #12 chatbot to #11 failed QueueFull
        bob < #11 ann: @chatbot again, #12 chatbot to #11 failed QueueFull
        ann < accepted auto7 #13
        ann < #13 ann: and no bot
        bob < #13 ann: and no bot
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(states(&harness), ["queued", "queued", "queued", "queued", "failed", "failed"]);
    // Other people's questions are not delayed.
    harness.run("bob says @chatbot hi; 1 s");
    assert_eq!(states(&harness)[6], "queued");
    assert_eq!(harness.calls.len(), 1);
    assert_eq!(harness.storage.runs.len(), 5);
}

#[test]
fn case_55_twenty_questions_wait_in_a_room_and_each_is_answered_in_order() {
    let mut harness = Harness::new();
    for number in 0..25 {
        harness.run(&format!("guest{number} joins; guest{number} says @chatbot {number}; 1 ms"));
    }
    let queued = states(&harness).iter().filter(|state| **state == "queued").count();
    assert_eq!(queued, 1 + limits::WAITING_ROOM);
    let mut answered = Vec::new();
    while let Some((run, _)) = harness.tasks.first().copied() {
        assert_eq!(harness.tasks.len(), 1);
        answered.push(run.0);
        harness.run(&format!("answer {run} begins r{run}; answer {run} ends as ok"));
    }
    assert_eq!(answered, (0..21).map(|number| 2 + number * 2).collect::<Vec<_>>());
    assert_eq!(harness.calls.len(), 21);
}

#[test]
fn case_54_several_bots_in_one_message_answer_once_each_in_the_order_of_mention() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s").discard_lines();
    harness.run("ann says @helper and @chatbot, @helper @챗봇 @HELPER @nobody chatbot; 1 s");
    expect![[r#"
        call 2.1 helper
        call 3.1 chatbot
        ann < accepted auto1 #1
        ann < #1 ann: @helper and @chatbot, @helper @챗봇 @HELPER @nobody chatbot, #2 helper to #1 queued, #3 chatbot to #1 queued
        ann < run 2 thinking
        ann < run 3 thinking
    "#]].assert_eq(&harness.take_lines());
    let fifty = "@chatbot ".repeat(50);
    harness.say("ann", &fifty).pass(1_000);
    assert_eq!(
        harness.storage.rows.values().filter(|row| row.message().is_some_and(|m| m.answer.is_some())).count(),
        3
    );
}

#[test]
fn case_54_mentions_in_quotes_and_code_and_of_people_call_no_bot() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; chat joins as 챗봇짱; 1 s").discard_lines();
    for text in [
        "> @chatbot hi",
        "`@chatbot`",
        "```\n@chatbot\n```",
        "me@chatbot",
        "https://x/@chatbot",
        "@chatbots",
        "@챗봇짱 hi",
    ] {
        harness.say("ann", text).pass(1_000);
    }
    assert!(harness.calls.is_empty());
    // When that person is gone, the same words call the bot.
    harness.run("chat leaves; ann says @챗봇짱 hi");
    assert_eq!(harness.calls.len(), 1);
}

#[test]
fn case_54_a_reply_to_a_bots_message_calls_it_and_a_reply_to_a_person_does_not() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 ends as hello; 1 s").discard_lines();
    harness.run(
        "bob replies 1 hi to you; 1 s; bob replies 2 and me; 1 s; ann replies 2 @helper @chatbot both; 1 s",
    );
    expect![[r#"
        bob < accepted auto2 #4
        bob < #4 bob: hi to you
        ann < #4 bob: hi to you
        call 6.1 chatbot
        bob < accepted auto3 #5
        bob < #5 bob: and me, #6 chatbot to #5 queued
        bob < run 6 thinking
        ann < #5 bob: and me, #6 chatbot to #5 queued
        ann < run 6 thinking
        call 9.1 helper
        ann < accepted auto4 #7
        ann < #7 ann: @helper @chatbot both, #8 chatbot to #7 queued, #9 helper to #7 queued
        ann < run 8 queued after 1
        ann < run 9 thinking
        bob < #7 ann: @helper @chatbot both, #8 chatbot to #7 queued, #9 helper to #7 queued
        bob < run 8 queued after 1
        bob < run 9 thinking
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_54_bots_never_call_bots() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says @chatbot hi; answer 2 begins r1; answer 2 writes @helper @chatbot you?; answer 2 ends; 1 s");
    assert_eq!((harness.calls.len(), harness.head()), (1, Seq(3)));
}

#[test]
fn messages_that_call_every_idle_bot_get_every_answer_five_at_a_time() {
    let names = ["one", "two", "three", "four", "five", "six", "seven"];
    let mut harness =
        Harness::with(Config { bots: names.iter().map(|name| bot(name)).collect(), ..config() });
    harness.run("ann joins; 1 s; ann says @one @two @three @four; ann says @five @six @seven; 1 s");
    assert_eq!(harness.storage.runs.len(), 7);
    assert_eq!(harness.tasks.len(), 5);
    // A pause keeps its place: the sixth does not take it, and the timer does not ring in vain.
    harness.run("answer 2 fails Overloaded; 1 ms");
    assert_eq!(harness.tasks.len(), 4);
    harness.run("2 s");
    assert_eq!(harness.tasks.len(), 5);
    harness.run("answer 3 begins r3; answer 3 ends as ok; 1 ms");
    assert_eq!(harness.tasks.iter().map(|(run, _)| run.0).collect::<Vec<_>>(), [2, 4, 5, 7, 8]);
    harness.run("answer 4 ends as ok; answer 5 ends as ok; answer 7 ends as ok; answer 8 ends as ok; answer 9 ends as ok; answer 2 ends as ok; 1 s");
    assert!(harness.storage.runs.is_empty());
}

#[test]
fn removing_a_bot_ends_every_answer_queued_for_it() {
    let mut harness = Harness::new();
    harness.run(
        "ann joins; ann says @chatbot 1; ann says @chatbot 2; ann says @chatbot 3; ann says @helper 4; 1 s",
    );
    harness.config.bots.retain(|bot| bot.handle != "chatbot");
    harness.run("room crashes; ann returns; 1 s");
    let codes: Vec<Option<ErrorCode>> = harness
        .storage
        .rows
        .values()
        .filter_map(|row| row.message()?.answer)
        .map(|answer| answer.code)
        .collect();
    assert_eq!(
        codes,
        [Some(ErrorCode::Cut), Some(ErrorCode::NoSuchBot), Some(ErrorCode::NoSuchBot), Some(ErrorCode::Cut)]
    );
    assert!(harness.storage.runs.is_empty());
}

#[test]
fn an_answer_waits_only_while_storage_is_unreadable() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says @chatbot 1; ann says @chatbot 2; 1 s");
    harness.storage.is_unreadable.set(true);
    harness.run("answer 2 begins r1; answer 2 ends as one; 5 s");
    assert_eq!(harness.calls.len(), 1);
    harness.storage.is_unreadable.set(false);
    harness.run("1 s; answer 4 begins r2; answer 4 ends as two; 1 s");
    assert_eq!(states(&harness), ["done", "done"]);
}
