//! Cards and votes: answers that match their schema or do not, and the votes of each person.

use expect_test::expect;
use room::{Bot, RowData, tools};
use shared::{Card, CardKind, ClientFrame, ErrorCode, Seq};

use crate::harness::{Harness, bot, nonce, only, person};

const POLL: &str = r#"{"question":"점심?","options":["김밥","라면"]}"#;

pub(crate) fn asked(card: CardKind) -> Harness {
    let tools = vec![tools::TIME.to_owned()];
    let mut harness = Harness::with(only(Bot { card: Some(card), tools, ..bot("chatbot") }));
    harness
        .run("ann joins; bob joins; owner joins as olga; 1 s; ann says @chatbot lunch?; 1 s; answer 2 begins r1")
        .discard_lines();
    harness
}

/// A room with a poll at 2 that has ended at 3.
pub(crate) fn poll() -> Harness {
    let mut harness = asked(CardKind::Poll);
    harness.run(&format!("answer 2 ends as {POLL}; 1 s")).discard_lines();
    harness
}

/// The votes, asserted to be the same on every tab and in the log.
fn votes(harness: &Harness) -> Vec<(String, usize)> {
    let votes = harness.tabs["ann"].view.answer(2).votes.clone();
    let RowData::Answer(row) = &harness.storage.rows[&Seq(2)].data else { panic!("no answer") };
    let (mut told, mut stored) = (votes.clone(), row.votes.clone());
    told.sort_by_key(|vote| vote.person.clone());
    stored.sort_by_key(|vote| vote.person.clone());
    assert_eq!(told, stored);
    told.into_iter().map(|vote| (vote.person.to_string(), vote.option)).collect()
}

#[test]
fn a_valid_answer_becomes_a_card_with_plain_text() {
    let mut harness = asked(CardKind::Poll);
    assert!(harness.call(Seq(2)).turn.schema.as_ref().is_some_and(|schema| schema.name == "poll"));
    harness.run(&format!("answer 2 writes {POLL}; carol reads; 1 s"));
    assert_eq!(
        harness.tabs["carol"].view.runs[&Seq(2)].card,
        Some(CardKind::Poll),
        "what streams is no text"
    );
    harness.run("answer 2 ends; 1 s");
    let card = Card::Poll {
        question: "점심?".to_owned(),
        options: vec!["김밥".to_owned(), "라면".to_owned()],
        added: 0,
        multiple: false,
        secret: false,
        closed: false,
    };
    for tab in ["ann", "bob", "carol"] {
        let view = &harness.tabs[tab].view;
        assert_eq!((view.answer(2).card.as_ref(), view.answer(2).code), (Some(&card), None), "{tab}");
        assert_eq!(view.text(2), "점심?\n- 김밥\n- 라면");
    }
    // Other bots are sent it as plain text.
    let mut harness = asked(CardKind::Summary);
    harness.run(r#"answer 2 ends as {"topics":["tea"],"decisions":[],"open_questions":["when?"]}; 1 s"#);
    assert_eq!(harness.tabs["bob"].view.text(2), "Topics\n- tea\n\nOpen questions\n- when?");
}

#[test]
fn an_answer_that_does_not_match_its_schema_is_whole_text_with_a_code() {
    for (card, text) in [
        (CardKind::Poll, "Sure! What about lunch?"),
        (CardKind::Poll, r#"{"question":"q","options":["only one"]}"#),
        (CardKind::Poll, r#"{"question":"q","options":["a","a"]}"#),
        (CardKind::Poll, r#"{"topics":["tea"],"decisions":[],"open_questions":[]}"#),
        (CardKind::Summary, r#"{"topics":[],"decisions":[],"open_questions":[]}"#),
        (CardKind::Summary, POLL),
        (CardKind::Summary, "[[[[["),
    ] {
        let mut harness = asked(card);
        harness.run(&format!("answer 2 ends as {text}; 1 s"));
        let view = &harness.tabs["bob"].view;
        assert_eq!(
            (view.answer(2).card.as_ref(), view.answer(2).code),
            (None, Some(ErrorCode::Unfit)),
            "{text}"
        );
        assert_eq!((view.text(2), view.shown()[1].3), (text, Some("done")));
        // It extends the chain like any complete answer.
        assert_eq!(harness.storage.chains["chatbot"].head.as_deref(), Some("r1"));
    }
}

#[test]
fn an_incomplete_answer_is_never_a_card() {
    for end in ["declines", "runs out", "filters it", "breaks off", "fails Overloaded"] {
        let mut harness = asked(CardKind::Poll);
        let end = if end == "declines" { format!("declines {POLL}") } else { end.to_owned() };
        harness.run(&format!("answer 2 writes {POLL}; answer 2 {end}; 1 s"));
        let answer = harness.tabs["bob"].view.answer(2);
        assert!(answer.card.is_none() && answer.code != Some(ErrorCode::Unfit), "{end}: {answer:?}");
        assert_eq!(harness.tabs["bob"].view.text(2), POLL);
    }
    let mut harness = asked(CardKind::Poll);
    harness.run(&format!("answer 2 writes {POLL}; ann stops 2; 1 s"));
    assert!(harness.tabs["bob"].view.answer(2).card.is_none());
}

#[test]
fn text_before_a_tool_call_is_not_part_of_the_card() {
    let mut harness = asked(CardKind::Poll);
    harness.run("answer 2 writes Let me see.; answer 2 calls current_time {}; answer 2 begins r2");
    harness.run(&format!("answer 2 writes {POLL}; answer 2 ends; 1 s"));
    let view = &harness.tabs["bob"].view;
    assert!(view.answer(2).card.is_some());
    assert_eq!(view.text(2), "점심?\n- 김밥\n- 라면");
}

#[test]
fn case_76_the_votes_of_somebody_who_has_everything_deleted_go() {
    let mut harness = poll();
    harness.run("ann votes 2 0; bob votes 2 0; bob votes 2 1; 1 s; bob erases everything; 1 s");
    assert_eq!(votes(&harness), [("ann-person".to_owned(), 0)]);
}

#[test]
fn each_person_has_one_vote_and_may_change_or_withdraw_it() {
    let mut harness = poll();
    harness.run("ann votes 2 0; bob votes 2 0; 1 s; bob votes 2 1; 1 s");
    assert_eq!(votes(&harness), [("ann-person".to_owned(), 0), ("bob-person".to_owned(), 1)]);
    harness.run("ann votes 2; 1 s");
    assert_eq!(votes(&harness), [("bob-person".to_owned(), 1)]);
    expect![[r#"
        ann < accepted auto2 #4
        ann < #4 ann-person votes in #2 [0]
        bob owner < #4 ann-person votes in #2 [0]
        bob < accepted auto3 #5
        bob < #5 bob-person votes in #2 [0]
        ann owner < #5 bob-person votes in #2 [0]
        bob < accepted auto4 #6
        bob < #6 bob-person votes in #2 [1]
        ann owner < #6 bob-person votes in #2 [1]
        ann < accepted auto5 #7
        ann < #7 ann-person votes in #2 []
        bob owner < #7 ann-person votes in #2 []
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn one_person_with_two_tabs_has_one_vote() {
    let mut harness = poll();
    harness.run("ann/phone joins; ann votes 2 0; ann/phone votes 2 1; 1 s");
    assert_eq!(votes(&harness), [("ann-person".to_owned(), 1)]);
}

#[test]
fn g3_case_26_case_27_the_same_nonce_is_one_vote() {
    let mut harness = poll();
    for options in [vec![0], vec![1], vec![]] {
        harness
            .send("ann", &ClientFrame::Vote { nonce: nonce("once"), after: Seq(3), seq: Seq(2), options })
            .pass(1_000);
    }
    assert_eq!(votes(&harness), [("ann-person".to_owned(), 0)]);
    assert_eq!(harness.head(), Seq(4));
    expect![[r#"
        ann < accepted once #4
        ann < #4 ann-person votes in #2 [0]
        bob owner < #4 ann-person votes in #2 [0]
        ann < accepted once #4
        ann < accepted once #4
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_226_invalid_votes_are_refused_and_nothing_is_written() {
    let mut harness = poll();
    let head = harness.head();
    harness.run("carol reads; ann votes 2 2; ann votes 1 0; ann votes 3 0; ann votes 99 0; ann votes 0 0; carol votes 2 0; 1 s");
    assert_eq!(harness.head(), head);
    expect![[r#"
        carol < welcome reader 1..3 anew [#1 ann: @chatbot lunch?, #2 chatbot to #1 done "점심?\n- 김밥\n- 라면"]; here ann bob olga*
        ann < refused auto2 OutOfRange
        ann < refused auto3 NoSuchMessage
        ann < refused auto4 NoSuchMessage
        ann < refused auto5 NoSuchMessage
        ann < refused auto6 NoSuchMessage
        carol < refused auto7 NotJoined
    "#]].assert_eq(&harness.take_lines());
    harness.run("owner deletes 2; 1 s; ann votes 2 0; 1 s");
    assert!(harness.take_lines().contains("NoSuchMessage") && votes(&harness).is_empty());
    // A running answer and one that is no poll have no options.
    let mut harness = asked(CardKind::Poll);
    harness.run("ann votes 2 0; answer 2 ends as text; ann votes 2 0; 1 s");
    assert_eq!(harness.take_lines().matches("NoSuchMessage").count(), 2);
}

#[test]
fn g6_g8_votes_survive_a_reload_and_a_crash_and_are_resumed() {
    let mut harness = poll();
    harness.run(
        "ann votes 2 0; 1 s; bob leaves; ann votes 2 1; owner votes 2 0; 1 s; carol reads; bob returns; 1 s",
    );
    let votes = |tab: &str| {
        let mut votes = harness.tabs[tab].view.answer(2).votes.clone();
        votes.sort_by_key(|vote| vote.option);
        votes
    };
    assert_eq!(votes("ann").len(), 2);
    assert_eq!([votes("bob"), votes("carol")], [votes("ann"), votes("ann")]);
    harness.run("room crashes; ann returns; ann votes 2 0; 1 s; dora reads; 1 s");
    let view = &harness.tabs["dora"].view;
    assert_eq!(view.answer(2).votes.iter().filter(|vote| vote.person == person("ann")).count(), 1);
}

#[test]
fn case_51_a_vote_whose_store_fails_is_refused_and_not_counted() {
    let mut harness = poll();
    harness.run("store fails; ann votes 2 0; 1 s");
    assert!(harness.take_lines().contains("TryLater") && votes(&harness).is_empty());
    harness.run("ann votes 2 1; 1 s");
    assert_eq!(votes(&harness), [("ann-person".to_owned(), 1)]);
}

/// The poll at 2 as everybody is shown it and as it is stored: its options, and whether it is closed.
fn options(harness: &Harness) -> (Vec<String>, bool) {
    options_for(harness, &["ann", "bob"])
}

fn options_for(harness: &Harness, tabs: &[&str]) -> (Vec<String>, bool) {
    let RowData::Answer(row) = &harness.storage.rows[&Seq(2)].data else { panic!("no answer") };
    let card = row.card.clone().unwrap();
    for tab in tabs {
        let view = &harness.tabs[*tab].view;
        assert_eq!(
            (view.answer(2).card.as_ref(), view.text(2)),
            (Some(&card), card.text().as_str()),
            "{tab}"
        );
    }
    assert_eq!(row.text, card.text());
    let Card::Poll { options, closed, .. } = card else { panic!("no poll") };
    (options, closed)
}

#[test]
fn a_poll_for_several_options_takes_several_votes_of_a_person() {
    let mut harness = asked(CardKind::Poll);
    let poll = r#"{"question":"언제?","options":["월","화","수"],"multiple":true}"#;
    harness.run(&format!("answer 2 ends as {poll}; 1 s; ann votes 2 2 0 2; bob votes 2 1 2; 1 s"));
    let [ann, bob] = ["ann-person", "bob-person"].map(str::to_owned);
    let all = [(ann.clone(), 0), (ann.clone(), 2), (bob.clone(), 1), (bob.clone(), 2)];
    assert_eq!(votes(&harness), all);
    harness.run("ann votes 2 1; bob votes 2; 1 s");
    assert_eq!(votes(&harness), [(ann, 1)]);
    // Every option that is named must be there.
    let head = harness.head();
    harness.discard_lines();
    harness.run("ann votes 2 0 3; 1 s");
    assert_eq!((harness.head(), harness.take_lines().contains("OutOfRange")), (head, true));
}

#[test]
fn case_226_a_poll_for_one_option_refuses_two() {
    let mut harness = poll();
    harness.run("ann votes 2 0 1; 1 s");
    assert!(harness.take_lines().contains("OutOfRange") && votes(&harness).is_empty());
}

#[test]
fn case_226_case_227_who_asked_and_owners_close_a_poll_and_then_nobody_votes() {
    let mut harness = poll();
    harness.run("bob votes 2 0; 1 s; bob closes 2; 1 s");
    assert!(harness.take_lines().contains("NotAllowed") && !options(&harness).1, "bob did not ask");
    harness.run("ann closes 2; 1 s; bob votes 2 1; ann votes 2; bob adds 2 냉면; 1 s");
    assert!(options(&harness).1);
    assert_eq!(harness.take_lines().matches("refused").count(), 3);
    assert_eq!(votes(&harness), [("bob-person".to_owned(), 0)]);
    harness.run(
        "room crashes; ann returns; bob returns; owner returns; owner reopens 2; 1 s; bob votes 2 1; 1 s",
    );
    assert!(!options(&harness).1);
    assert_eq!(votes(&harness), [("bob-person".to_owned(), 1)]);
    harness.run("owner closes 2; 1 s");
    assert!(options(&harness).1);
}

#[test]
fn case_227_everybody_may_add_an_option_until_there_are_twelve() {
    let mut harness = poll();
    harness.run("bob adds 2  냉면 ; 1 s; bob votes 2 2; 1 s").discard_lines();
    assert_eq!(options(&harness).0, ["김밥", "라면", "냉면"]);
    assert_eq!(votes(&harness), [("bob-person".to_owned(), 2)]);
    // To bots they would be the poll maker's own words.
    assert_eq!(harness.tabs["bob"].view.text(2), "점심?\n- 김밥\n- 라면");
    for (added, code) in [
        ("냉면", "NotNow"),
        ("", "Empty"),
        ("a\u{7}b", "ControlCharacters"),
        ("\u{3164}", "Empty"),
        ("\u{202e}a", "ControlCharacters"),
    ] {
        harness.run(&format!("ann adds 2 {added}; 1 s"));
        assert!(harness.take_lines().contains(code), "{added:?}");
    }
    harness.run(&format!("ann adds 2 {}; 1 s", "긴".repeat(301)));
    assert!(harness.take_lines().contains("TooLong"));
    for number in 4..=13 {
        harness.run(&format!("ann adds 2 option {number}; 2 s"));
    }
    assert!(harness.take_lines().contains("TooMany"));
    assert_eq!(options(&harness).0.len(), 12);
    harness.run("carol reads; carol adds 2 more; ann adds 1 more; ann adds 99 more; ann resolves 2 0; 1 s");
    let lines = harness.take_lines();
    assert_eq!(
        (lines.matches("NotJoined").count(), lines.matches("NoSuchMessage").count()),
        (1, 3),
        "{lines}"
    );
}

#[test]
fn case_228_an_option_of_somebody_who_has_everything_deleted_loses_its_text() {
    let mut harness = poll();
    harness.run("bob adds 2 my street; 1 s; ann votes 2 2; 1 s; bob erases everything; 1 s");
    assert_eq!(options_for(&harness, &["ann"]).0, ["김밥", "라면", "–"]);
    assert_eq!(votes(&harness), [("ann-person".to_owned(), 2)]);
    let stored: Vec<String> = harness.storage.rows.values().map(|row| row.data.encode()).collect();
    assert!(!stored.concat().contains("my street"));
}

#[test]
fn case_228_votes_and_options_are_forgotten_where_the_poll_is_gone() {
    let mut harness = poll();
    harness.run("bob votes 2 1; bob adds 2 my street; 1 s");
    harness.storage.rows.remove(&Seq(2));
    harness.run("bob erases everything; 1 s");
    let left = harness.storage.rows.values().filter(|row| row.author == person("bob"));
    let left: Vec<&RowData> = left.map(|row| &row.data).collect();
    assert_eq!(left, [&RowData::Voted(Vec::new()), &RowData::CardChanged(None)]);
}

#[test]
fn open_questions_are_ticked_off_and_opened_again() {
    let mut harness = asked(CardKind::Summary);
    harness
        .run(r#"answer 2 ends as {"topics":["tea"],"decisions":[],"open_questions":["when?","who?"]}; 1 s"#);
    harness.run("bob resolves 2 1; ann resolves 2 0; 1 s").discard_lines();
    let resolved = |harness: &Harness| match &harness.tabs["ann"].view.answer(2).card {
        Some(Card::Summary { resolved, .. }) => resolved.clone(),
        card => panic!("{card:?}"),
    };
    assert_eq!(resolved(&harness), [0, 1]);
    harness.run("bob unresolves 2 0; bob resolves 2 1; 1 s");
    assert_eq!(resolved(&harness), [1]);
    assert_eq!(harness.tabs["bob"].view.text(2), "Topics\n- tea\n\nOpen questions\n- when?");
    harness.discard_lines();
    harness.run("ann resolves 2 2; ann closes 2; ann adds 2 x; 1 s");
    let lines = harness.take_lines();
    assert!(lines.contains("OutOfRange") && lines.matches("NoSuchMessage").count() == 2, "{lines}");
    harness.run("room crashes; ann returns; 1 s");
    assert_eq!(resolved(&harness), [1]);
}
