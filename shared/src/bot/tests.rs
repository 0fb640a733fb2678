//! Tests of drafts of bots and of prices.

use super::*;
use crate::Usage;

fn good() -> BotDraft {
    BotDraft {
        handle: "cook".to_owned(),
        aliases: vec!["요리사".to_owned()],
        instructions: "You cook.".to_owned(),
        ..BotDraft::default()
    }
}

fn offer() -> BotOptions {
    BotOptions {
        models: vec!["m".to_owned()],
        tools: vec!["current_time".to_owned()],
        ..BotOptions::default()
    }
}

#[test]
fn a_good_draft_has_no_errors() {
    assert_eq!(good().validate(&offer()), []);
    let full = BotDraft {
        name: "요리사".to_owned(),
        about: "cooks".to_owned(),
        model: "m".to_owned(),
        temperature: Some(200),
        top_p: Some(1),
        max_output_tokens: Some(64),
        frequency_penalty: Some(-200),
        presence_penalty: Some(200),
        stop: vec!["END".to_owned(); 4],
        reasoning_effort: "none".to_owned(),
        tool_choice: "current_time".to_owned(),
        tools: vec!["current_time".to_owned()],
        ..good()
    };
    assert_eq!(full.validate(&offer()), []);
}

#[test]
fn a_bad_draft_is_refused_field_by_field() {
    let bad = BotDraft {
        handle: "Cook!".to_owned(),
        aliases: vec!["two words".to_owned()],
        name: "x".repeat(25),
        about: "\u{7}".to_owned(),
        instructions: " ".to_owned(),
        model: "other".to_owned(),
        temperature: Some(201),
        top_p: Some(0),
        max_output_tokens: Some(63),
        frequency_penalty: Some(201),
        presence_penalty: Some(i32::MIN),
        stop: vec!["x".to_owned(); 5],
        reasoning_effort: "huge".to_owned(),
        tool_choice: "maybe".to_owned(),
        tools: vec!["shell".to_owned()],
        schema: "{}".to_owned(),
        alternatives: Some(4),
    };
    let errors: Vec<(String, ErrorCode)> = bad
        .validate(&offer())
        .into_iter()
        .chain(bad.schema_error())
        .map(|error| (error.field, error.code))
        .collect();
    let expected = [
        ("handle", ErrorCode::HandleCharacters),
        ("aliases", ErrorCode::NicknameCharacters),
        ("name", ErrorCode::TooLong),
        ("about", ErrorCode::ControlCharacters),
        ("instructions", ErrorCode::Empty),
        ("model", ErrorCode::NotOffered),
        ("temperature", ErrorCode::OutOfRange),
        ("top_p", ErrorCode::OutOfRange),
        ("max_output_tokens", ErrorCode::OutOfRange),
        ("frequency_penalty", ErrorCode::OutOfRange),
        ("presence_penalty", ErrorCode::OutOfRange),
        ("stop", ErrorCode::TooMany),
        ("reasoning_effort", ErrorCode::OutOfRange),
        ("tool_choice", ErrorCode::OutOfRange),
        ("tools", ErrorCode::NotOffered),
        ("alternatives", ErrorCode::OutOfRange),
        ("schema", ErrorCode::NotInSchema),
    ];
    assert_eq!(errors, expected.map(|(field, code)| (field.to_owned(), code)));
}

#[test]
fn only_a_bot_without_tools_and_schema_gives_several_answers() {
    let errors =
        |draft: &BotDraft| draft.validate(&offer()).into_iter().map(|error| error.field).collect::<Vec<_>>();
    for (count, is_good) in [(0, false), (1, true), (2, true), (3, true), (4, false)] {
        let draft = BotDraft { alternatives: Some(count), ..good() };
        assert_eq!(errors(&draft).is_empty(), is_good, "{count}");
    }
    let tools = BotDraft { tools: vec!["current_time".to_owned()], alternatives: Some(2), ..good() };
    let schema = BotDraft { schema: "{}".to_owned(), alternatives: Some(2), ..good() };
    assert_eq!(
        (errors(&tools), errors(&schema)),
        (vec!["alternatives".to_owned()], vec!["alternatives".to_owned()])
    );
    assert_eq!(errors(&BotDraft { alternatives: Some(1), ..schema }), Vec::<String>::new());
}

#[test]
fn handles_are_latin_and_aliases_differ() {
    for (handle, error) in [
        ("ab", None),
        ("a", Some(ErrorCode::Empty)),
        ("9ab", Some(ErrorCode::HandleCharacters)),
        ("요리사", Some(ErrorCode::HandleCharacters)),
        ("a b", Some(ErrorCode::HandleCharacters)),
    ] {
        assert_eq!(handle_error(handle), error, "{handle}");
    }
    assert_eq!(handle_error(&"a".repeat(25)), Some(ErrorCode::TooLong));
    let aliases = |aliases: &[&str]| {
        let draft = BotDraft { aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(), ..good() };
        draft.validate(&offer()).first().map(|error| error.code)
    };
    assert_eq!(aliases(&["a1", "a2", "a3", "a4", "a5"]), Some(ErrorCode::TooMany));
    assert_eq!(aliases(&["요리", "요리"]), Some(ErrorCode::NicknameTaken));
    assert_eq!(aliases(&["cook"]), Some(ErrorCode::NicknameTaken));
    assert_eq!(aliases(&["@요리"]), Some(ErrorCode::NicknameCharacters));
}

#[test]
fn costs_are_rounded_up_and_cached_tokens_are_cheaper() {
    let price = Price { input: 250_000, cached: 25_000, output: 2_000_000 };
    assert_eq!(price.of(&Usage { input: 1_000_000, cached: 0, output: 0 }), 250_000);
    assert_eq!(price.of(&Usage { input: 1_000_000, cached: 1_000_000, output: 0 }), 25_000);
    assert_eq!(price.of(&Usage { input: 1, cached: 0, output: 0 }), 1);
    assert_eq!(price.of(&Usage::default()), 0);
    assert_eq!(
        price.of(&Usage { input: 5, cached: 9, output: 0 }),
        price.of(&Usage { input: 5, cached: 5, output: 0 })
    );
    assert_eq!(
        Price { input: u64::MAX, ..price }.of(&Usage { input: u64::MAX, ..Usage::default() }),
        u64::MAX
    );
}
