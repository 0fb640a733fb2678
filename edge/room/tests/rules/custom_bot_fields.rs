//! Validation of custom bots: names, fields, and how many there may be.

use expect_test::expect;
use room::tools;
use shared::{BotDraft, ErrorCode, Seq, ServerFrame, limits};

use crate::custom_bots::{bots, draft, room, with_cat};
use crate::harness::Harness;

/// The refused fields of a draft.
fn faults(harness: &mut Harness, draft: BotDraft) -> Vec<(String, ErrorCode)> {
    harness.set_bot("owner", draft);
    let last = harness.tabs["owner"].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Refused { fields, .. } => Some(Some(fields.clone())),
        ServerFrame::Accepted { .. } => Some(None),
        _ => None,
    });
    last.flatten().unwrap_or_default().into_iter().map(|fault| (fault.field, fault.code)).collect()
}

#[test]
fn a_room_has_at_most_eight_custom_bots_and_changing_one_adds_none() {
    let mut harness = room();
    for number in 0..limits::BOTS_PER_ROOM {
        harness.set_bot("owner", draft(&format!("cat{number}"))).pass(1_000);
    }
    harness.discard_lines().set_bot("owner", draft("dog"));
    assert!(harness.take_lines().contains("TooMany"));
    harness.set_bot("owner", BotDraft { about: "other".to_owned(), ..draft("cat0") });
    assert!(harness.take_lines().contains("accepted"));
    harness.run("owner removes cat3; 1 s").set_bot("owner", draft("dog")).pass(1_000);
    assert_eq!(bots(&mut harness).len(), 2 + 8);
}

#[test]
fn case_19_a_bot_cannot_take_names_in_use() {
    let mut harness = with_cat();
    let handle = |code| vec![("handle".to_owned(), code)];
    let aliases = |code| vec![("aliases".to_owned(), code)];
    for taken in ["chatbot", "helper", "ann", "bob", "system", "owner", "admin", "chat-bot", "help_er"] {
        assert_eq!(
            faults(&mut harness, BotDraft { aliases: vec![], ..draft(taken) }),
            handle(ErrorCode::NicknameTaken),
            "{taken}"
        );
        let other = BotDraft { aliases: vec!["ok".to_owned(), taken.to_owned()], ..draft("dog") };
        assert_eq!(faults(&mut harness, other), aliases(ErrorCode::NicknameTaken), "{taken}");
    }
    for taken in ["챗봇", "Cat", "cat님", "시스템", "방장"] {
        let other = BotDraft { aliases: vec![taken.to_owned()], ..draft("dog") };
        assert_eq!(faults(&mut harness, other), aliases(ErrorCode::NicknameTaken), "{taken}");
    }
    // A bot may keep its own names, and the nicknames of people who left are free.
    assert!(faults(&mut harness, draft("cat")).is_empty());
    harness.run("bob leaves; 1 s");
    assert!(faults(&mut harness, BotDraft { aliases: vec![], ..draft("bob") }).is_empty());
}

#[test]
fn every_invalid_field_is_named() {
    let mut harness = room();
    let bad = BotDraft {
        handle: "Cat!".to_owned(),
        aliases: vec!["a b".to_owned()],
        name: "x".repeat(25),
        about: "x".repeat(121),
        instructions: " ".to_owned(),
        model: "gpt-x".to_owned(),
        temperature: Some(201),
        top_p: Some(0),
        max_output_tokens: Some(63),
        frequency_penalty: Some(201),
        presence_penalty: Some(-201),
        stop: vec![String::new()],
        reasoning_effort: "extreme".to_owned(),
        tool_choice: "maybe".to_owned(),
        tools: vec![tools::WEATHER.to_owned()],
        schema: "[".to_owned(),
        alternatives: Some(2),
    };
    let fields: Vec<String> = faults(&mut harness, bad).into_iter().map(|(field, _)| field).collect();
    expect!["handle aliases name about instructions model temperature top_p max_output_tokens frequency_penalty presence_penalty stop reasoning_effort tool_choice tools alternatives schema"].assert_eq(&fields.join(" "));
    assert_eq!(harness.head(), Seq(0));
}

#[test]
fn a_bots_names_are_reserved_until_it_is_removed() {
    let mut harness = with_cat();
    harness.run("carol joins as cat; dora joins as CAT님; 1 s");
    assert_eq!(harness.take_lines().matches("NicknameReserved").count(), 2);
    harness.run("room crashes; eve joins as cat; 1 s");
    assert!(harness.take_lines().contains("NicknameReserved"));
    harness.run("owner returns; owner removes cat; eve joins as cat; 1 s");
    assert_eq!(harness.tabs["eve"].view.name.as_deref(), Some("cat"));
}

#[test]
fn case_199_a_bot_cannot_be_shown_under_another_bots_name() {
    let mut harness = with_cat();
    let name = vec![("name".to_owned(), ErrorCode::NicknameTaken)];
    for taken in ["chatbot", "Chat Bot", "HELPER", "챗봇", "system", "관리자", "Cat"] {
        let draft = BotDraft { name: taken.to_owned(), ..draft("dog") };
        assert_eq!(faults(&mut harness, draft), name, "{taken}");
    }
    assert!(faults(&mut harness, BotDraft { name: "Rex".to_owned(), ..draft("dog") }).is_empty());
    assert!(faults(&mut harness, BotDraft { name: "Cat".to_owned(), ..draft("cat") }).is_empty(), "its own");
}
