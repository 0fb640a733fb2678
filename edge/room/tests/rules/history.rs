//! The bounded history (promise G12), and reading it backwards.

use room::{LogRow, MessageRow, RowData};
use shared::frame::HistoryPlace;
use shared::{Millis, Seq, limits};

use crate::harness::{Harness, nonce, person};

/// Fills the log with messages of bob up to a seq, and restarts the room.
pub(crate) fn fill(harness: &mut Harness, through: u64) {
    let now = harness.now;
    fill_at(harness, through, now);
}

/// The same, with messages of a given time.
pub(crate) fn fill_at(harness: &mut Harness, through: u64, at: Millis) {
    for seq in harness.head().next().0..=through {
        let said = MessageRow {
            name: "bob".to_owned(),
            owner: false,
            number: 9,
            text: format!("word {seq}"),
            reply_to: None,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        };
        let row = LogRow {
            seq: Seq(seq),
            at,
            author: person("bob"),
            nonce: Some(nonce(&format!("fill{seq}"))),
            target: None,
            data: RowData::Message(said),
        };
        harness.storage.rows.insert(Seq(seq), row);
    }
    harness.run("room crashes");
}

fn kept(harness: &Harness) -> (u64, u64) {
    let first = harness.storage.rows.keys().next().unwrap().0;
    assert_eq!(harness.storage.rows.len() as u64, harness.head().0 - first + 1, "no gaps");
    (first, harness.head().0)
}

#[test]
fn g12_a_room_keeps_a_fixed_number_of_rows_and_states_the_oldest() {
    let mut harness = Harness::new();
    let most = limits::HISTORY_ROWS + limits::TRIM_ROWS;
    fill(&mut harness, most);
    harness.run("ann joins; ann says one");
    assert_eq!(kept(&harness), (1, most + 1), "a batch is removed at once, not each row by itself");
    harness.run("ann says two; 1 s");
    assert_eq!(kept(&harness), (1_002, most + 2));
    harness.run("carol joins; ann returns");
    for name in ["ann", "carol"] {
        assert_eq!(harness.tabs[name].view.oldest, Seq(1_002));
    }
    assert!(harness.tabs["ann"].view.recovered);
}

#[test]
fn g12_g5_a_trimmed_position_gets_a_fresh_start() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; ann leaves");
    fill(&mut harness, 300);
    harness.storage.rows.retain(|seq, _| *seq > Seq(100));
    harness.run("room crashes");
    for (after, recovered) in [(99, false), (100, true), (101, true)] {
        harness.tabs.get_mut("ann").unwrap().view.last = Seq(after);
        harness.run("ann returns");
        assert_eq!(harness.tabs["ann"].view.recovered, recovered, "{after}");
        assert_eq!(harness.tabs["ann"].view.last, Seq(300));
    }
}

#[test]
fn g12_rows_older_than_ninety_days_are_trimmed_in_small_rooms_too() {
    let mut harness = Harness::new();
    let now = harness.now;
    fill_at(&mut harness, 30, Millis(now.0 - limits::HISTORY_AGE_MS - 1));
    fill_at(&mut harness, 40, Millis(now.0 - limits::HISTORY_AGE_MS));
    harness.run("ann joins; ann says hi");
    assert_eq!(kept(&harness), (31, 41));
}

#[test]
fn g12_trimming_every_row_does_not_reuse_the_newest_seq() {
    let mut harness = Harness::new();
    fill(&mut harness, 5);
    let later = harness.now.plus(limits::HISTORY_AGE_MS + 1);
    harness.jump(later).run("ann joins; ann says hi");
    assert_eq!(kept(&harness), (5, 6));
}

#[test]
fn g12_old_rows_are_trimmed_in_batches() {
    let mut harness = Harness::new();
    fill(&mut harness, 2_500);
    let later = harness.now.plus(limits::HISTORY_AGE_MS + 1);
    harness.jump(later).run("ann joins; ann says hi");
    assert_eq!(kept(&harness), (1_001, 2_501));
}

#[test]
fn g12_a_history_of_too_many_bytes_loses_its_oldest_thousand_rows() {
    use room::RoomStorage;
    let after_a_message = |is_over: u64| {
        let mut harness = Harness::new();
        fill(&mut harness, 2_500);
        let used = harness.storage.bytes().unwrap();
        assert!(used > 2_500 * 100, "the rows themselves count: {used}");
        // The rows that joining and the message add are smaller than this.
        harness.storage.other_bytes.set(limits::HISTORY_BYTES - used + is_over - 10_000);
        harness.run("ann joins; ann says hi");
        kept(&harness)
    };
    assert_eq!(after_a_message(0), (1, 2_501));
    assert_eq!(after_a_message(20_000), (1_001, 2_501));
}

#[test]
fn g12_an_answer_whose_row_was_trimmed_still_ends() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says @chatbot hi; answer 2 begins r1");
    fill_behind(&mut harness, 101_001);
    harness.run("ann returns; ann says more; answer 2 writes hello; answer 2 ends; 1 s");
    assert!(!harness.storage.rows.contains_key(&Seq(2)) && harness.storage.runs.is_empty());
    harness.run("ann returns; bob joins");
    assert_eq!(harness.tabs["ann"].view.last, harness.head());
    assert!(harness.tabs["bob"].view.runs.is_empty());
}

/// Fills the log while the room is awake and calls run, by failing a store.
fn fill_behind(harness: &mut Harness, through: u64) {
    let tasks = harness.tasks.clone();
    harness.run("store fails; ann says lost");
    assert_eq!(harness.tasks, tasks);
    let mut other = Harness::new();
    fill(&mut other, through);
    for (seq, row) in other.storage.rows {
        harness.storage.rows.entry(seq).or_insert(row);
    }
    harness.run("store fails; ann says lost");
}

#[test]
fn history_pages_lead_back_to_the_oldest_row() {
    let mut harness = Harness::new();
    fill(&mut harness, 7);
    harness.run("ann reads").discard_lines();
    for (before, limit) in [(8, 3), (5, 3), (2, 3), (1, 3), (0, 3), (u64::MAX, 1), (4, 0)] {
        harness
            .send("ann", &shared::ClientFrame::History { place: HistoryPlace::Before(Seq(before)), limit });
    }
    expect_test::expect![[r#"
        ann < page before 8 [#5 bob: word 5, #6 bob: word 6, #7 bob: word 7] more
        ann < page before 5 [#2 bob: word 2, #3 bob: word 3, #4 bob: word 4] more
        ann < page before 2 [#1 bob: word 1]
        ann < page before 1 []
        ann < page before 0 []
        ann < page before 18446744073709551615 [#7 bob: word 7] more
        ann < page before 4 [#3 bob: word 3] more
    "#]]
    .assert_eq(&harness.take_lines());
    harness
        .send("ann", &shared::ClientFrame::History { place: HistoryPlace::Before(Seq(8)), limit: u32::MAX });
    fill(&mut harness, 500);
    harness.run("ann reads");
    harness.send(
        "ann",
        &shared::ClientFrame::History { place: HistoryPlace::Before(Seq(500)), limit: u32::MAX },
    );
    let page = harness.tabs["ann"].view.frames.last().cloned();
    let Some(shared::ServerFrame::Page { messages, more, .. }) = page else { panic!("{page:?}") };
    assert_eq!((messages.len(), messages[0].seq, more), (limits::PAGE_MESSAGES, Seq(400), true));
}
