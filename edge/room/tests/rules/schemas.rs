//! Custom bots with a schema of their owner's: what is refused, what is sent, and answers that fit or do not.

use room::tools;
use shared::{BotDraft, Card, CardEntry, ErrorCode, Seq, ServerFrame};

use crate::custom_bots::{custom_bots, draft, room};
use crate::harness::Harness;

const SCHEMA: &str = r#"{"type":"object","properties":{"dish":{"type":"string"},"also":{"type":"array","items":{"type":"string"}}}}"#;

fn with_schema(schema: &str) -> BotDraft {
    BotDraft { schema: schema.to_owned(), ..draft("cook") }
}

/// The refused fields of a draft, each with its code and its place.
fn refused(harness: &mut Harness, draft: BotDraft) -> Vec<(String, ErrorCode, String)> {
    harness.set_bot("owner", draft);
    let last = harness.tabs["owner"].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Refused { fields, .. } => Some(fields.clone()),
        _ => None,
    });
    last.unwrap_or_default().into_iter().map(|error| (error.field, error.code, error.place)).collect()
}

#[test]
fn case_209_a_schema_that_models_would_refuse_is_refused_with_the_place() {
    let mut harness = room();
    let error = |code, place: &str| vec![("schema".to_owned(), code, place.to_owned())];
    for (schema, expected) in [
        ("{", error(ErrorCode::NotJson, "1:1")),
        (r#"{"type":"array","items":{"type":"string"}}"#, error(ErrorCode::NotInSchema, "/type")),
        (
            r#"{"type":"object","properties":{"dish":{"type":"string","pattern":"a"}}}"#,
            error(ErrorCode::NotInSchema, "/properties/dish/pattern"),
        ),
    ] {
        assert_eq!(refused(&mut harness, with_schema(schema)), expected);
    }
    let both = BotDraft { tools: vec![tools::TIME.to_owned()], ..with_schema(SCHEMA) };
    let refusals = refused(&mut harness, both);
    assert!(refusals.iter().any(|(field, ..)| field == "tools"), "{refusals:?}");
}

#[test]
fn case_210_an_answer_that_fits_its_owners_schema_is_a_card_and_another_one_text() {
    let mut harness = room();
    harness.set_bot("owner", with_schema(SCHEMA)).run("1 s; ann says @cook lunch?; 1 s; answer 3 begins r1");
    let turn = &harness.call(Seq(3)).turn;
    let schema = turn.schema.as_ref().unwrap();
    assert_eq!(
        (schema.name.as_str(), serde_json::to_string(&schema.schema).unwrap().as_str()),
        (
            "fields",
            r#"{"type":"object","properties":{"dish":{"type":"string"},"also":{"type":"array","items":{"type":"string"}}},"required":["dish","also"],"additionalProperties":false}"#
        )
    );
    assert!(turn.instructions.contains("one JSON object"));
    harness.run(r#"answer 3 ends as {"also":["김"],"dish":"<b>밥</b>"}; 1 s"#);
    let entry =
        |level, title: &str, text: &str| CardEntry { level, title: title.to_owned(), text: text.to_owned() };
    let entries = vec![entry(0, "dish", "<b>밥</b>"), entry(0, "also", ""), entry(1, "", "김")];
    for tab in ["ann", "owner"] {
        let view = &harness.tabs[tab].view;
        assert_eq!(view.answer(3).card, Some(Card::Fields { entries: entries.clone() }), "{tab}");
        assert_eq!(view.text(3), "dish: <b>밥</b>\nalso:\n  - 김");
    }
    harness.run(r#"ann says @cook and?; 1 s; answer 6 begins r2; answer 6 ends as {"dish":"밥"}; 1 s"#);
    let answer = harness.tabs["ann"].view.answer(6);
    assert_eq!((answer.card.as_ref(), answer.code), (None, Some(ErrorCode::Unfit)));
    assert_eq!(harness.tabs["ann"].view.text(6), r#"{"dish":"밥"}"#);
    // It is stored, told to the owner, and survives the room's sleep.
    harness.run("room crashes; ann returns; 1 s; ann says @cook again; 1 s");
    assert!(harness.call(Seq(9)).turn.schema.is_some());
}

#[test]
fn case_210_a_model_without_schemas_answers_in_words() {
    let mut config = custom_bots();
    "gpt-4".clone_into(&mut config.custom_bots.models[0].route.endpoint.model);
    let mut harness = Harness::with(config);
    harness.run("ann joins; bob joins; owner joins as olga; 20 s");
    harness.set_bot("owner", with_schema(SCHEMA)).run("1 s; ann says @cook lunch?; 1 s; answer 3 begins r1");
    let turn = &harness.call(Seq(3)).turn;
    assert!(turn.schema.is_none() && !turn.instructions.contains("one JSON object"));
    harness.run("answer 3 ends as Rice.; 1 s");
    assert_eq!((harness.tabs["ann"].view.text(3), harness.tabs["ann"].view.answer(3).code), ("Rice.", None));
}
