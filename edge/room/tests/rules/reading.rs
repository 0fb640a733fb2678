//! Pages of messages at any place of the history, and searches by people: what they return, what they cost, and whom they refuse.

use room::{LogRow, RowData};
use shared::frame::HistoryPlace;
use shared::{ClientFrame, Hit, Seq, ServerFrame, limits};

use crate::harness::Harness;
use crate::history::fill;

fn page(place: HistoryPlace, limit: u32) -> ClientFrame {
    ClientFrame::History { place, limit }
}

fn look(query: &str, before: Option<u64>) -> ClientFrame {
    ClientFrame::Search { query: query.to_owned(), before: before.map(Seq) }
}

fn last(harness: &Harness, name: &str) -> ServerFrame {
    harness.tabs[name].view.frames.last().unwrap().clone()
}

/// What one search frame returns.
fn found(harness: &mut Harness, query: &str, before: Option<u64>) -> (Vec<Hit>, Option<Seq>) {
    harness.send("ann", &look(query, before));
    match last(harness, "ann") {
        ServerFrame::SearchPage { hits, next, .. } => (hits, next),
        other => panic!("{other:?}"),
    }
}

/// A room that ann has joined, with so many messages of bob.
fn filled(through: u64) -> Harness {
    let mut harness = Harness::new();
    fill(&mut harness, through);
    harness.run("ann joins; 1 s").discard_lines();
    harness
}

#[test]
fn pages_lie_before_after_and_around_a_place() {
    let mut harness = filled(9);
    for place in [
        HistoryPlace::After(Seq(0)),
        HistoryPlace::After(Seq(7)),
        HistoryPlace::After(Seq(9)),
        HistoryPlace::After(Seq(u64::MAX)),
        HistoryPlace::Around(Seq(5)),
        HistoryPlace::Around(Seq(1)),
        HistoryPlace::Around(Seq(0)),
        HistoryPlace::Around(Seq(u64::MAX)),
    ] {
        harness.send("ann", &page(place, 3));
    }
    harness.send("ann", &page(HistoryPlace::Around(Seq(5)), 0));
    expect_test::expect![[r#"
        ann < page after 0 [#1 bob: word 1, #2 bob: word 2, #3 bob: word 3] newer
        ann < page after 7 [#8 bob: word 8, #9 bob: word 9]
        ann < page after 9 []
        ann < page after 18446744073709551615 []
        ann < page around 5 [#4 bob: word 4, #5 bob: word 5, #6 bob: word 6] more newer
        ann < page around 1 [#1 bob: word 1, #2 bob: word 2] newer
        ann < page around 0 [#1 bob: word 1] newer
        ann < page around 18446744073709551615 [#8 bob: word 8, #9 bob: word 9] more
        ann < page around 5 [#5 bob: word 5] more newer
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn pages_joined_at_their_ends_are_the_whole_history() {
    let mut harness = filled(250);
    for row in harness.storage.rows.values_mut().filter(|row| row.seq.0 % 3 == 0) {
        *row = LogRow { target: Some(Seq(1)), data: RowData::Voted(Vec::new()), ..row.clone() };
    }
    harness.send("ann", &page(HistoryPlace::Around(Seq(120)), 20));
    let ServerFrame::Page { messages: mut all, mut more, mut newer, .. } = last(&harness, "ann") else {
        panic!()
    };
    while more || newer {
        let (first, end) = (all[0].seq, all[all.len() - 1].seq);
        let place = if more { HistoryPlace::Before(first) } else { HistoryPlace::After(end) };
        harness.send("ann", &page(place, 20)).run("1 s");
        let ServerFrame::Page { messages, more: older, newer: later, .. } = last(&harness, "ann") else {
            panic!()
        };
        if more {
            (more, all) = (older, messages.into_iter().chain(all).collect());
        } else {
            newer = later;
            all.extend(messages);
        }
    }
    let seqs: Vec<u64> = all.iter().map(|message| message.seq.0).collect();
    assert_eq!(seqs, (1..=250).filter(|seq| seq % 3 != 0).collect::<Vec<_>>());
}

#[test]
fn case_213_a_page_around_a_heavy_or_missing_place_is_bounded_and_holds_the_place() {
    let mut harness = filled(300);
    for row in harness.storage.rows.values_mut() {
        if let RowData::Message(message) = &mut row.data {
            message.text = "long ".repeat(limits::TEXT_CHARACTERS / 5);
        }
    }
    let before = harness.storage.read_bytes.get();
    harness.send("ann", &page(HistoryPlace::Around(Seq(150)), u32::MAX));
    assert!(harness.storage.read_bytes.get() - before <= 3 * limits::SNAPSHOT_BYTES);
    let ServerFrame::Page { messages, more: true, newer: true, .. } = last(&harness, "ann") else { panic!() };
    let bytes: usize = messages.iter().map(|message| message.text.len()).sum();
    assert!(bytes <= limits::SNAPSHOT_BYTES && messages.iter().any(|message| message.seq == Seq(150)));
    // What was trimmed is not there: the page begins with the oldest message.
    harness.storage.rows.retain(|seq, _| *seq > Seq(200));
    harness.run("room crashes; ann returns").send("ann", &page(HistoryPlace::Around(Seq(150)), 4));
    let ServerFrame::Page { messages, more: false, newer: true, .. } = last(&harness, "ann") else {
        panic!()
    };
    assert_eq!(messages.first().map(|message| message.seq), Some(Seq(201)));
}

#[test]
fn case_214_pages_of_every_place_take_read_tokens() {
    for place in [HistoryPlace::Before(Seq(100)), HistoryPlace::After(Seq(1)), HistoryPlace::Around(Seq(50))]
    {
        let mut harness = filled(200);
        for _ in 0..limits::READ_BURST {
            harness.send("ann", &page(place, 100)).run("16 ms");
        }
        assert!(harness.take_lines().contains("refused SlowDown"), "{place:?}");
    }
}

#[test]
fn a_search_finds_words_newest_first_and_goes_on_where_it_stopped() {
    let mut harness = filled(0);
    harness.run("ann says 점심 뭐 먹지; bob joins; bob says Lunch, LUNCH; ann says @chatbot lunch?; answer 4 begins r1; answer 4 ends as 점심은 lunch; 20 s");
    harness.discard_lines();
    for (query, before) in
        [("lunch", None), ("점심", None), (" lunch ", Some(4)), ("lunch", Some(0)), ("%", None)]
    {
        harness.send("ann", &look(query, before));
    }
    expect_test::expect![[r#"
        ann < found "lunch" [#4 chatbot: 점심은 lunch, #3 ann: @chatbot lunch?, #2 bob: Lunch, LUNCH]
        ann < found "점심" [#4 chatbot: 점심은 lunch, #1 ann: 점심 뭐 먹지]
        ann < found " lunch " before 4 [#3 ann: @chatbot lunch?, #2 bob: Lunch, LUNCH]
        ann < found "lunch" before 0 []
        ann < found "%" []
    "#]]
    .assert_eq(&harness.take_lines());
    let (hits, _) = found(&mut harness, "lunch,", None);
    assert!(hits[0].author.is(&crate::harness::person("bob")), "{hits:?}");
}

#[test]
fn rounds_of_a_search_find_every_message_once() {
    let mut harness = filled(12_000);
    let (mut seqs, mut before, mut rounds) = (Vec::new(), None, 0);
    loop {
        let (hits, next) = found(&mut harness, "WORD 11", before);
        seqs.extend(hits.iter().map(|hit| hit.seq.0));
        rounds += 1;
        let Some(next) = next else { break };
        assert!(before.is_none_or(|before| next.0 < before));
        before = Some(next.0);
        harness.run("20 s");
    }
    let mut all: Vec<u64> = (1..=12_000).filter(|seq| format!("word {seq}").contains("word 11")).collect();
    all.reverse();
    assert_eq!(seqs, all);
    assert!(rounds > all.len() / limits::SEARCH_HITS, "{rounds}");
}

#[test]
fn a_hit_shows_the_text_around_the_match() {
    let mut harness = filled(0);
    let text = format!("{} needle {}", "가".repeat(500), "나".repeat(500));
    harness.say("ann", &text);
    let (hits, next) = found(&mut harness, "NEEDLE", None);
    assert_eq!((hits.len(), next), (1, None));
    let shown = &hits[0].text;
    assert!(shown.starts_with("…가") && shown.contains(" needle ") && shown.ends_with("나…"), "{shown}");
    assert_eq!(shown.chars().count(), 302);
}

#[test]
fn case_215_deleted_withdrawn_and_edited_away_words_are_not_found() {
    let mut harness = filled(0);
    harness.is_moderating = true;
    harness.run("ann says secret one; ann says secret two; ann says @chatbot hi; answer 4 leaves; answer 4 begins r1; answer 4 writes secret three; answer 4 is flagged; 20 s");
    harness.run("ann edits 1 nothing; ann deletes 2; 1 s");
    assert_eq!(found(&mut harness, "secret", None), (Vec::new(), None));
    // Names, nonces, kinds and pieces of the stored form are no text.
    for query in ["ann", "chatbot\"", "\"text\"", "nonce", "said"] {
        let (hits, _) = found(&mut harness, query, None);
        assert!(hits.is_empty(), "{query}: {hits:?}");
    }
}

#[test]
fn case_216_only_people_who_joined_search_and_for_words() {
    let mut harness = filled(3);
    harness.run("bob reads; 1 s").discard_lines();
    harness.send("bob", &look("word", None));
    harness.send("ann", &look(" \n", None));
    harness.send("ann", &look(&"x".repeat(limits::SEARCH_CHARACTERS + 1), None));
    assert_eq!(harness.take_lines(), "bob < refused NotJoined\nann < refused Empty\nann < refused TooLong\n");
    let (hits, _) = found(&mut harness, &format!(" {} ", "x".repeat(limits::SEARCH_CHARACTERS)), None);
    assert!(hits.is_empty());
}

#[test]
fn case_217_searches_are_bounded_in_rows_bytes_and_how_often() {
    let mut harness = filled(30_000);
    let before = harness.storage.reads.get();
    let (hits, next) = found(&mut harness, "nothing like it", None);
    let reads = harness.storage.reads.get() - before;
    assert!(hits.is_empty() && next.is_some() && reads <= limits::SEARCH_ROWS + 200, "{reads}");
    // A person has 200 tokens, some used for joining; a search takes ten of them.
    harness.discard_lines();
    for _ in 0..30 {
        harness.send("ann", &look("nothing like it", None));
    }
    let lines = harness.take_lines();
    let answered = lines.matches("found").count();
    assert!((17..=19).contains(&answered) && lines.contains("refused SlowDown, again in"), "{answered}");
    // Others are not slowed down by it.
    harness.run("bob joins; 1 s").discard_lines();
    harness.send("bob", &look("word 29999", None));
    assert!(harness.take_lines().contains("#29999"));
}

#[test]
fn case_217_a_search_over_a_heavy_history_reads_few_rows() {
    let mut harness = filled(10_000);
    for row in harness.storage.rows.values_mut() {
        if let RowData::Message(message) = &mut row.data {
            message.text = "long ".repeat(limits::TEXT_CHARACTERS / 5);
        }
    }
    let before = harness.storage.reads.get();
    let (_, next) = found(&mut harness, "nothing", None);
    let reads = harness.storage.reads.get() - before;
    assert!((700..=1_300).contains(&reads) && next.is_some(), "4 MiB are {reads} rows");
    let bytes = harness.storage.read_bytes.get();
    let (hits, _) = found(&mut harness, "LONG", None);
    assert_eq!(hits.len(), limits::SEARCH_HITS);
    assert!(harness.storage.read_bytes.get() - bytes <= 64 * 1024);
}

#[test]
fn case_218_a_text_of_a_search_is_never_a_pattern() {
    let mut harness = filled(20);
    for query in [".*", "_", "%", "' OR 1=1 --", "word* AND 1", "\\", "\"", "$.text"] {
        assert_eq!(found(&mut harness, query, None).0, Vec::new(), "{query}");
    }
}
