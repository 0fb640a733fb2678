//! What an owner's bot may be: its names, its fields, and how many there are.

use expect_test::expect;
use room::tools;
use shared::{BotDraft, ErrorCode, Seq, ServerFrame, limits};

use crate::own_bots::{bots, draft, room, with_cat};
use crate::stage::Stage;

/// The fields that are refused.
fn faults(stage: &mut Stage, draft: BotDraft) -> Vec<(String, ErrorCode)> {
    stage.set_bot("owner", draft);
    let last = stage.tabs["owner"].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Refused { fields, .. } => Some(Some(fields.clone())),
        ServerFrame::Accepted { .. } => Some(None),
        _ => None,
    });
    last.flatten().unwrap_or_default().into_iter().map(|fault| (fault.field, fault.code)).collect()
}

#[test]
fn eight_and_no_more_and_changing_one_is_no_more() {
    let mut stage = room();
    for number in 0..limits::BOTS_PER_ROOM {
        stage.set_bot("owner", draft(&format!("cat{number}"))).pass(1_000);
    }
    stage.look_away().set_bot("owner", draft("dog"));
    assert!(stage.seen().contains("TooMany"));
    stage.set_bot("owner", BotDraft { about: "other".to_owned(), ..draft("cat0") });
    assert!(stage.seen().contains("accepted"));
    stage.run("owner removes cat3; 1 s").set_bot("owner", draft("dog")).pass(1_000);
    assert_eq!(bots(&mut stage).len(), 2 + 8);
}

#[test]
fn case_19_names_that_somebody_has_are_not_to_be_had() {
    let mut stage = with_cat();
    let handle = |code| vec![("handle".to_owned(), code)];
    let aliases = |code| vec![("aliases".to_owned(), code)];
    for taken in ["chatbot", "helper", "ann", "bob", "system", "owner", "admin", "chat-bot", "help_er"] {
        assert_eq!(
            faults(&mut stage, BotDraft { aliases: vec![], ..draft(taken) }),
            handle(ErrorCode::NicknameTaken),
            "{taken}"
        );
        let other = BotDraft { aliases: vec!["ok".to_owned(), taken.to_owned()], ..draft("dog") };
        assert_eq!(faults(&mut stage, other), aliases(ErrorCode::NicknameTaken), "{taken}");
    }
    for taken in ["챗봇", "Cat", "cat님", "시스템", "방장"] {
        let other = BotDraft { aliases: vec![taken.to_owned()], ..draft("dog") };
        assert_eq!(faults(&mut stage, other), aliases(ErrorCode::NicknameTaken), "{taken}");
    }
    // Its own names are its own, and those of people who are gone are free.
    assert!(faults(&mut stage, draft("cat")).is_empty());
    stage.run("bob leaves; 1 s");
    assert!(faults(&mut stage, BotDraft { aliases: vec![], ..draft("bob") }).is_empty());
}

#[test]
fn every_field_that_cannot_stay_is_named() {
    let mut stage = room();
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
        reasoning_effort: "extreme".to_owned(),
        tools: vec![tools::WEATHER.to_owned()],
    };
    let fields: Vec<String> = faults(&mut stage, bad).into_iter().map(|(field, _)| field).collect();
    expect!["handle aliases name about instructions model temperature top_p max_output_tokens reasoning_effort tools"].assert_eq(&fields.join(" "));
    assert_eq!(stage.head(), Seq(0));
}

#[test]
fn a_bots_names_are_then_reserved_and_free_again_when_it_is_gone() {
    let mut stage = with_cat();
    stage.run("carol joins as cat; dora joins as CAT님; 1 s");
    assert_eq!(stage.seen().matches("NicknameReserved").count(), 2);
    stage.run("room crashes; eve joins as cat; 1 s");
    assert!(stage.seen().contains("NicknameReserved"));
    stage.run("owner returns; owner removes cat; eve joins as cat; 1 s");
    assert_eq!(stage.tabs["eve"].view.name.as_deref(), Some("cat"));
}
