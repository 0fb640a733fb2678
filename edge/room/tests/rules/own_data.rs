//! A person's own data: reading all of it, and deleting all of it for everybody at once.

use room::{ErasureRecord, OwnDataError, OwnEntry, RowData, Visitor};
use shared::{CloseCode, Seq, limits};

use crate::changes::{head, marked_for_deletion};
use crate::custom_bots::{draft, with_cat};
use crate::harness::{Harness, person};
use crate::history::fill;

fn visitor(name: &str) -> Visitor {
    Visitor { person: person(name), address: format!("{name}'s home"), operator_until: None }
}

/// Whether anything that is stored holds a text.
fn stores(harness: &Harness, text: &str) -> bool {
    let rows = harness.storage.rows.values().any(|row| row.data.encode().contains(text));
    let chains = harness.storage.chains.values().any(|chain| format!("{chain:?}").contains(text));
    let bots = harness.storage.bots.values().any(|bot| format!("{bot:?}").contains(text));
    let names = harness.storage.names.keys().any(|key| key.contains(text));
    rows || chains || bots || names
}

fn page(harness: &mut Harness, name: &str, after: u64) -> Result<room::OwnData, OwnDataError> {
    harness.wake();
    let room = harness.room.as_mut().unwrap();
    room.own_data(harness.now, &visitor(name), Seq(after), &harness.storage)
}

#[test]
fn case_76_everything_that_somebody_wrote_is_deleted_for_everybody_at_once() {
    let mut harness = Harness::new();
    harness.run(
        "ann joins; bob joins; carol joins; ann says my secret; bob says hello; ann says another secret; 1 s",
    );
    harness.run("carol leaves; ann says @chatbot q; 1 s; answer 5 begins r1; answer 5 ends as fine; 1 s");
    assert!(head(&harness).is_some());
    harness.run("ann erases everything; 1 s");
    let bob = &harness.tabs["bob"].view;
    let texts: Vec<&str> = bob.messages.values().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["", "hello", "", "", "fine"], "what others wrote stays");
    assert!(!stores(&harness, "secret") && !stores(&harness, "ann"), "nothing of her is stored");
    assert!(!harness.storage.people.contains_key(&person("ann")));
    assert_eq!((head(&harness), marked_for_deletion(&harness)), (None, vec!["r1"]), "bots forget it too");
    assert_eq!(harness.tabs["ann"].closed, Some(CloseCode::Gone));
    // Somebody who was away and resumes is told of every deletion.
    harness.run("carol returns; 1 s");
    let carol = &harness.tabs["carol"].view;
    assert!(carol.recovered && [1, 3, 4].iter().all(|seq| carol.messages[&Seq(*seq)].deleted));
    assert!(harness.storage.erasures.is_empty());
}

#[test]
fn case_76_an_old_client_that_comes_back_brings_nothing_back() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s");
    let nonce = harness.new_nonce();
    harness.say_as("ann", nonce.clone(), "my secret", None).run("1 s; ann erases everything; 1 s");
    // Her other browser window still has it in its outbox.
    let rows = harness.storage.rows.len();
    harness.run("ann joins; 1 s").say_after("ann", nonce, Seq::ZERO, "my secret", None).run("1 s");
    assert_eq!(harness.storage.rows.len(), rows, "the nonce is known still");
    assert!(!stores(&harness, "secret"));
    assert!(harness.tabs["ann"].view.messages[&Seq(1)].deleted);
    harness.run("ann says I am back; 1 s");
    assert!(stores(&harness, "back"), "what she writes later stays");
}

#[test]
fn case_76_thousands_of_messages_are_deleted_in_bounded_steps_over_crashes() {
    let mut harness = Harness::new();
    fill(&mut harness, 1_000);
    harness.run("ann joins; bob erases everything");
    let deleted = |harness: &Harness| {
        let is_deleted = |data: &RowData| matches!(data, RowData::Message(message) if message.deleted);
        harness.storage.rows.values().filter(|row| is_deleted(&row.data)).count()
    };
    assert_eq!(deleted(&harness), limits::ERASED_AT_ONCE, "the first step is a part of the request");
    harness.pass(500);
    assert_eq!(deleted(&harness), 3 * limits::ERASED_AT_ONCE);
    let rest = ErasureRecord { person: person("bob"), after: Seq(300), through: Seq(1_000) };
    assert_eq!(harness.storage.erasures[&person("bob")], rest);
    harness.run("room crashes; 10 s");
    assert_eq!((deleted(&harness), harness.storage.erasures.len()), (1_000, 0));
    assert_eq!(harness.head(), Seq(2_000), "an event for each");
    harness.run("alarm rings; 60 s");
    assert_eq!(harness.head(), Seq(2_000));
}

#[test]
fn case_76_an_erasure_whose_store_failed_is_tried_again() {
    let mut harness = Harness::new();
    fill(&mut harness, 150);
    harness.run("bob erases everything; store fails; 60 s");
    assert!(!stores(&harness, "word") && harness.storage.erasures.is_empty());
}

#[test]
fn case_182_a_vote_is_forgotten_with_the_row_that_holds_it() {
    let mut harness = crate::cards::poll();
    harness.run("bob votes 2 1; ann votes 2 0; 1 s; bob erases everything; 1 s");
    let voted: Vec<(String, Vec<usize>)> = harness
        .storage
        .rows
        .values()
        .filter_map(|row| match &row.data {
            RowData::Voted(options) => Some((row.author.to_string(), options.clone())),
            _ => None,
        })
        .collect();
    let of = |name: &str, options: &[usize]| (person(name).to_string(), options.to_vec());
    assert_eq!(voted, [of("bob", &[]), of("ann", &[0]), of("bob", &[])], "the last one withdraws it");
    let RowData::Answer(poll) = &harness.storage.rows[&Seq(2)].data else { panic!("it is an answer") };
    assert_eq!(poll.votes.len(), 1);
}

#[test]
fn case_76_deleting_everything_ends_the_answers_that_are_under_way() {
    let mut harness = Harness::new();
    harness.run(
        "ann joins; bob joins; ann says @chatbot my secret; 1 s; answer 2 begins r1; answer 2 writes We",
    );
    harness.discard_lines().run("ann erases everything; 1 s");
    assert!(harness.take_lines().contains("abort 2.1"), "nothing more is paid for");
    assert_eq!(marked_for_deletion(&harness), ["r1"]);
}

#[test]
fn case_76_the_custom_bots_of_an_owner_go_too() {
    let mut harness = with_cat();
    harness.run("owner says hi; 1 s; owner erases everything; 1 s");
    assert!(harness.storage.bots.is_empty() && !stores(&harness, "cat님"));
    harness.run("fresh joins; 1 s");
    assert_eq!(crate::custom_bots::bots(&mut harness), ["chatbot", "helper"]);
}

#[test]
fn case_76_people_read_everything_that_they_wrote_and_nothing_else() {
    let mut harness = with_cat();
    harness.run("owner says mine; bob says not mine; owner edits 2 changed; 1 s; owner says gone; owner deletes 5; 1 s");
    let data = page(&mut harness, "owner", 0).unwrap();
    let facts = data.facts.unwrap();
    assert_eq!((facts.owner, facts.nicknames.as_slice()), (true, ["olga".to_owned()].as_slice()));
    assert_eq!(facts.bots, [draft("cat")]);
    let texts: Vec<(u64, &str, bool)> = data
        .entries
        .iter()
        .filter_map(|entry| match entry {
            OwnEntry::Message { seq, text, deleted, .. } => Some((seq.0, text.as_str(), *deleted)),
            _ => None,
        })
        .collect();
    assert_eq!(texts, [(2, "changed", false), (5, "", true)]);
    assert_eq!(data.next, None);
}

#[test]
fn case_76_a_full_history_is_read_in_pages_of_bounded_size_and_number() {
    let mut harness = Harness::new();
    fill(&mut harness, limits::HISTORY_ROWS);
    let (mut after, mut found, mut pages) = (0, 0, 0);
    loop {
        let before = harness.storage.read_bytes.get();
        let data = page(&mut harness, "bob", after).unwrap();
        assert!(harness.storage.read_bytes.get() - before <= limits::SNAPSHOT_BYTES);
        (found, pages) = (found + data.entries.len(), pages + 1);
        let Some(next) = data.next else { break };
        after = next.0;
        harness.pass(20_000);
    }
    assert_eq!(found as u64, limits::HISTORY_ROWS);
    // Of others, who wrote little of it, as few pages as one download has.
    let (mut after, mut pages_of_ann) = (0, 0);
    while let Some(next) = page(&mut harness, "ann", after).unwrap().next {
        (after, pages_of_ann) = (next.0, pages_of_ann + 1);
    }
    assert!(pages_of_ann < limits::OWN_DATA_PAGES, "{pages_of_ann} of {pages}");
}

#[test]
fn case_76_reading_and_deleting_ones_data_is_limited() {
    let mut harness = Harness::new();
    fill(&mut harness, 10_000);
    let mut read = 0;
    while page(&mut harness, "bob", 1).is_ok() {
        read += 1;
        assert!(read < 100, "reads must run out");
    }
    assert!(matches!(page(&mut harness, "bob", 1), Err(OwnDataError::TooFast(wait)) if wait.ms > 0));
    let now = harness.now;
    let room = harness.room.as_mut().unwrap();
    assert!(room.may_erase(now, &visitor("bob")).is_err());
    assert_eq!([0, 1, 2].map(|_| room.may_erase(now, &visitor("ann")).is_ok()), [true, true, false]);
}
