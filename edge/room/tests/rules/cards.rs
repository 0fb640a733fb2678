//! Cards and votes: what fits its form and what does not, and who voted for what.

use expect_test::expect;
use room::{Bot, RowData, tools};
use shared::{Card, CardKind, ClientFrame, ErrorCode, Seq};

use crate::stage::{Stage, bot, nonce, only, person};

const POLL: &str = r#"{"question":"점심?","options":["김밥","라면"]}"#;

fn asked(card: CardKind) -> Stage {
    let tools = vec![tools::TIME.to_owned()];
    let mut stage = Stage::with(only(Bot { card: Some(card), tools, ..bot("chatbot") }));
    stage
        .run("ann joins; bob joins; owner joins as olga; 1 s; ann says @chatbot lunch?; 1 s; answer 2 begins r1")
        .look_away();
    stage
}

/// A poll at 2 that has ended at 3.
fn poll() -> Stage {
    let mut stage = asked(CardKind::Poll);
    stage.run(&format!("answer 2 ends as {POLL}; 1 s")).look_away();
    stage
}

/// Who votes for what, the same on every page and in the log.
fn votes(stage: &Stage) -> Vec<(String, usize)> {
    let votes = stage.tabs["ann"].view.answer(2).votes.clone();
    let RowData::Answer(row) = &stage.log.rows[&Seq(2)].data else { panic!("no answer") };
    let (mut told, mut stored) = (votes.clone(), row.votes.clone());
    told.sort_by_key(|vote| vote.person.clone());
    stored.sort_by_key(|vote| vote.person.clone());
    assert_eq!(told, stored);
    told.into_iter().map(|vote| (vote.person.to_string(), vote.option)).collect()
}

#[test]
fn a_valid_answer_is_a_card_and_its_text_is_plain() {
    let mut stage = asked(CardKind::Poll);
    assert!(stage.call(Seq(2)).turn.schema.as_ref().is_some_and(|schema| schema.name == "poll"));
    stage.run(&format!("answer 2 writes {POLL}; carol reads; 1 s"));
    assert_eq!(stage.tabs["carol"].view.runs[&Seq(2)].card, Some(CardKind::Poll), "what streams is no text");
    stage.run("answer 2 ends; 1 s");
    let card = Card::Poll {
        question: "점심?".to_owned(),
        options: vec!["김밥".to_owned(), "라면".to_owned()],
    };
    for tab in ["ann", "bob", "carol"] {
        let view = &stage.tabs[tab].view;
        assert_eq!((view.answer(2).card.as_ref(), view.answer(2).code), (Some(&card), None), "{tab}");
        assert_eq!(view.text(2), "점심?\n- 김밥\n- 라면");
    }
    // Others read it as plain text.
    let mut stage = asked(CardKind::Summary);
    stage.run(r#"answer 2 ends as {"topics":["tea"],"decisions":[],"open_questions":["when?"]}; 1 s"#);
    assert_eq!(stage.tabs["bob"].view.text(2), "Topics\n- tea\n\nOpen questions\n- when?");
}

#[test]
fn an_answer_that_does_not_fit_is_text_with_a_note_and_whole() {
    for (card, text) in [
        (CardKind::Poll, "Sure! What about lunch?"),
        (CardKind::Poll, r#"{"question":"q","options":["only one"]}"#),
        (CardKind::Poll, r#"{"question":"q","options":["a","a"]}"#),
        (CardKind::Poll, r#"{"topics":["tea"],"decisions":[],"open_questions":[]}"#),
        (CardKind::Summary, r#"{"topics":[],"decisions":[],"open_questions":[]}"#),
        (CardKind::Summary, POLL),
        (CardKind::Summary, "[[[[["),
    ] {
        let mut stage = asked(card);
        stage.run(&format!("answer 2 ends as {text}; 1 s"));
        let view = &stage.tabs["bob"].view;
        assert_eq!(
            (view.answer(2).card.as_ref(), view.answer(2).code),
            (None, Some(ErrorCode::Unfit)),
            "{text}"
        );
        assert_eq!((view.text(2), view.shown()[1].3), (text, Some("done")));
        // It is a part of the chain like any whole answer.
        assert_eq!(stage.log.chains["chatbot"].head.as_deref(), Some("r1"));
    }
}

#[test]
fn what_is_not_whole_is_never_a_card() {
    for end in ["declines", "runs out", "filters it", "breaks off", "fails Overloaded"] {
        let mut stage = asked(CardKind::Poll);
        let end = if end == "declines" { format!("declines {POLL}") } else { end.to_owned() };
        stage.run(&format!("answer 2 writes {POLL}; answer 2 {end}; 1 s"));
        let answer = stage.tabs["bob"].view.answer(2);
        assert!(answer.card.is_none() && answer.code != Some(ErrorCode::Unfit), "{end}: {answer:?}");
        assert_eq!(stage.tabs["bob"].view.text(2), POLL);
    }
    let mut stage = asked(CardKind::Poll);
    stage.run(&format!("answer 2 writes {POLL}; ann stops 2; 1 s"));
    assert!(stage.tabs["bob"].view.answer(2).card.is_none());
}

#[test]
fn what_is_said_before_a_tool_is_no_part_of_the_form() {
    let mut stage = asked(CardKind::Poll);
    stage.run("answer 2 writes Let me see.; answer 2 calls current_time {}; answer 2 begins r2");
    stage.run(&format!("answer 2 writes {POLL}; answer 2 ends; 1 s"));
    let view = &stage.tabs["bob"].view;
    assert!(view.answer(2).card.is_some());
    assert_eq!(view.text(2), "점심?\n- 김밥\n- 라면");
}

#[test]
fn everybody_has_one_vote_and_may_change_it_and_take_it_back() {
    let mut stage = poll();
    stage.run("ann votes 2 0; bob votes 2 0; 1 s; bob votes 2 1; 1 s");
    assert_eq!(votes(&stage), [("ann-person".to_owned(), 0), ("bob-person".to_owned(), 1)]);
    stage.run("ann votes 2; 1 s");
    assert_eq!(votes(&stage), [("bob-person".to_owned(), 1)]);
    expect![[r#"
        ann < accepted auto2 #4
        ann bob owner < #4 ann-person votes in #2 Some(0)
        bob < accepted auto3 #5
        ann bob owner < #5 bob-person votes in #2 Some(0)
        bob < accepted auto4 #6
        ann bob owner < #6 bob-person votes in #2 Some(1)
        ann < accepted auto5 #7
        ann bob owner < #7 ann-person votes in #2 None
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn one_person_with_two_tabs_has_one_vote() {
    let mut stage = poll();
    stage.run("ann/phone joins; ann votes 2 0; ann/phone votes 2 1; 1 s");
    assert_eq!(votes(&stage), [("ann-person".to_owned(), 1)]);
}

#[test]
fn g3_case_26_case_27_the_same_attempt_is_one_vote() {
    let mut stage = poll();
    for option in [Some(0), Some(1), None] {
        stage
            .send("ann", &ClientFrame::Vote { nonce: nonce("once"), after: Seq(3), seq: Seq(2), option })
            .pass(1_000);
    }
    assert_eq!(votes(&stage), [("ann-person".to_owned(), 0)]);
    assert_eq!(stage.head(), Seq(4));
    expect![[r#"
        ann < accepted once #4
        ann bob owner < #4 ann-person votes in #2 Some(0)
        ann < accepted once #4
        ann < accepted once #4
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn votes_that_cannot_be_are_refused_and_nothing_is_written() {
    let mut stage = poll();
    let head = stage.head();
    stage.run("carol reads; ann votes 2 2; ann votes 1 0; ann votes 3 0; ann votes 99 0; ann votes 0 0; carol votes 2 0; 1 s");
    assert_eq!(stage.head(), head);
    expect![[r#"
        carol < welcome reader 1..3 anew [#1 ann: @chatbot lunch?, #2 chatbot to #1 done "점심?\n- 김밥\n- 라면"]; here ann bob olga*
        ann < refused auto2 OutOfRange
        ann < refused auto3 NoSuchMessage
        ann < refused auto4 NoSuchMessage
        ann < refused auto5 NoSuchMessage
        ann < refused auto6 NoSuchMessage
        carol < refused auto7 NotJoined
    "#]].assert_eq(&stage.seen());
    stage.run("owner deletes 2; 1 s; ann votes 2 0; 1 s");
    assert!(stage.seen().contains("NoSuchMessage") && votes(&stage).is_empty());
    // An answer that is not ended or no poll has nothing to vote on.
    let mut stage = asked(CardKind::Poll);
    stage.run("ann votes 2 0; answer 2 ends as text; ann votes 2 0; 1 s");
    assert_eq!(stage.seen().matches("NoSuchMessage").count(), 2);
}

#[test]
fn g6_g8_votes_survive_a_reload_and_a_crash_and_are_resumed() {
    let mut stage = poll();
    stage.run(
        "ann votes 2 0; 1 s; bob leaves; ann votes 2 1; owner votes 2 0; 1 s; carol reads; bob returns; 1 s",
    );
    let votes = |tab: &str| {
        let mut votes = stage.tabs[tab].view.answer(2).votes.clone();
        votes.sort_by_key(|vote| vote.option);
        votes
    };
    assert_eq!(votes("ann").len(), 2);
    assert_eq!([votes("bob"), votes("carol")], [votes("ann"), votes("ann")]);
    stage.run("room crashes; ann returns; ann votes 2 0; 1 s; dora reads; 1 s");
    let view = &stage.tabs["dora"].view;
    assert_eq!(view.answer(2).votes.iter().filter(|vote| vote.person == person("ann")).count(), 1);
}

#[test]
fn case_51_a_vote_whose_store_fails_is_refused_and_none() {
    let mut stage = poll();
    stage.run("store fails; ann votes 2 0; 1 s");
    assert!(stage.seen().contains("TryLater") && votes(&stage).is_empty());
    stage.run("ann votes 2 1; 1 s");
    assert_eq!(votes(&stage), [("ann-person".to_owned(), 1)]);
}
