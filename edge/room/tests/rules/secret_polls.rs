//! Secret polls: who is told whose a vote is.

use room::RowData;
use shared::{CardKind, Seq};

use crate::cards::asked;
use crate::harness::{Harness, person};

/// Whose votes a tab is shown, as people or ballots.
fn voters(harness: &Harness, tab: &str) -> Vec<(String, usize)> {
    let votes = harness.tabs[tab].view.answer(2).votes.iter();
    let mut votes: Vec<_> = votes.map(|vote| (vote.person.to_string(), vote.option)).collect();
    votes.sort();
    votes
}

#[test]
fn case_233_nobody_is_told_who_voted_for_what_in_a_secret_poll() {
    let mut harness = asked(CardKind::Poll);
    let poll = r#"{"question":"누구?","options":["가","나","다"],"multiple":true,"secret":true}"#;
    harness.run(&format!("answer 2 ends as {poll}; 1 s")).discard_lines();
    harness.run("ann votes 2 0; bob votes 2 1 2; ann votes 2 1; owner votes 2 0; owner votes 2; 1 s");
    let lines = harness.take_lines();
    assert!(!lines.contains("-person"), "{lines}");
    assert!(lines.contains("ann owner < #5 secret-ballot-1 votes in #2 [1, 2]"), "{lines}");
    assert!(
        lines.contains("bob owner < #6 secret-ballot-0 votes in #2 [1]"),
        "a ballot can be changed: {lines}"
    );
    let ballot = |number: usize, option: usize| (format!("secret-ballot-{number}"), option);
    let own = |name: &str, option: usize| (person(name).to_string(), option);
    // Who loads the poll is shown which votes are theirs, and only these.
    harness.run("carol reads; ann/phone joins; 1 s");
    assert_eq!(voters(&harness, "carol"), [ballot(0, 1), ballot(1, 1), ballot(1, 2)]);
    assert_eq!(voters(&harness, "ann/phone"), [own("ann", 1), ballot(1, 1), ballot(1, 2)]);
    // So is who resumes, after a restart, too.
    harness.run(
        "bob leaves; ann votes 2 0; room sleeps; owner votes 2 2; 1 s; bob/laptop joins; bob leaves; 1 s",
    );
    assert_eq!(voters(&harness, "bob/laptop"), [own("bob", 1), own("bob", 2), ballot(0, 0), ballot(2, 2)]);
    harness.discard_lines();
    harness.run(
        "bob/laptop leaves; bob/phone joins; bob/phone votes 2 0; bob/phone leaves; bob/laptop returns; 1 s",
    );
    assert!(harness.take_lines().contains("bob-person votes in #2 [0]"), "his own vote on his other device");
}

#[test]
fn case_233_a_secret_vote_of_somebody_who_has_everything_deleted_goes_for_everybody() {
    let mut harness = asked(CardKind::Poll);
    let poll = r#"{"question":"누구?","options":["가","나"],"secret":true}"#;
    harness.run(&format!("answer 2 ends as {poll}; 1 s; bob votes 2 0; ann votes 2 1; 1 s; owner leaves"));
    harness
        .run("bob erases everything; 1 s; carol joins; carol votes 2 0; 1 s; owner returns; dora reads; 1 s");
    let RowData::Answer(row) = &harness.storage.rows[&Seq(2)].data else { panic!("no answer") };
    assert!(row.votes.iter().all(|vote| vote.person != person("bob")));
    let ballots = [("secret-ballot-1".to_owned(), 1), ("secret-ballot-2".to_owned(), 0)];
    for tab in ["dora", "owner"] {
        assert_eq!(voters(&harness, tab), ballots, "{tab}: nobody else is given his ballot");
    }
}
