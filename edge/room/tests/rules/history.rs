//! A bounded history (promise G12), and reading it backwards.

use room::{LogRow, MessageRow, RowData};
use shared::{Millis, Seq, limits};

use crate::stage::{Stage, nonce, person};

/// Fills the log up to and including a place with what bob said, and wakes the room anew.
pub(crate) fn fill(stage: &mut Stage, through: u64) {
    let now = stage.now;
    fill_at(stage, through, now);
}

/// The same, said at some time.
pub(crate) fn fill_at(stage: &mut Stage, through: u64, at: Millis) {
    for seq in stage.head().next().0..=through {
        let said = MessageRow {
            name: "bob".to_owned(),
            owner: false,
            number: 9,
            text: format!("word {seq}"),
            reply_to: None,
            edited: false,
            deleted: false,
        };
        let row = LogRow {
            seq: Seq(seq),
            at,
            author: person("bob"),
            nonce: Some(nonce(&format!("fill{seq}"))),
            target: None,
            data: RowData::Message(said),
        };
        stage.log.rows.insert(Seq(seq), row);
    }
    stage.run("room crashes");
}

fn kept(stage: &Stage) -> (u64, u64) {
    let first = stage.log.rows.keys().next().unwrap().0;
    assert_eq!(stage.log.rows.len() as u64, stage.head().0 - first + 1, "no gaps");
    (first, stage.head().0)
}

#[test]
fn g12_a_room_keeps_so_many_rows_and_tells_the_oldest() {
    let mut stage = Stage::new();
    let most = limits::HISTORY_ROWS + limits::TRIM_ROWS;
    fill(&mut stage, most);
    stage.run("ann joins; ann says one");
    assert_eq!(kept(&stage), (1, most + 1), "a batch is removed at once, not each row by itself");
    stage.run("ann says two; 1 s");
    assert_eq!(kept(&stage), (1_002, most + 2));
    stage.run("carol joins; ann returns");
    for name in ["ann", "carol"] {
        assert_eq!(stage.tabs[name].view.oldest, Seq(1_002));
    }
    assert!(stage.tabs["ann"].view.recovered);
}

#[test]
fn g12_g5_a_position_that_was_trimmed_starts_anew() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s; ann leaves");
    fill(&mut stage, 300);
    stage.log.rows.retain(|seq, _| *seq > Seq(100));
    stage.run("room crashes");
    for (after, recovered) in [(99, false), (100, true), (101, true)] {
        stage.tabs.get_mut("ann").unwrap().view.last = Seq(after);
        stage.run("ann returns");
        assert_eq!(stage.tabs["ann"].view.recovered, recovered, "{after}");
        assert_eq!(stage.tabs["ann"].view.last, Seq(300));
    }
}

#[test]
fn g12_rows_older_than_ninety_days_go_also_in_a_small_room() {
    let mut stage = Stage::new();
    let now = stage.now;
    fill_at(&mut stage, 30, Millis(now.0 - limits::HISTORY_AGE_MS - 1));
    fill_at(&mut stage, 40, Millis(now.0 - limits::HISTORY_AGE_MS));
    stage.run("ann joins; ann says hi");
    assert_eq!(kept(&stage), (31, 41));
}

#[test]
fn g12_when_all_is_old_the_place_of_the_newest_is_not_given_again() {
    let mut stage = Stage::new();
    fill(&mut stage, 5);
    let later = stage.now.plus(limits::HISTORY_AGE_MS + 1);
    stage.jump(later).run("ann joins; ann says hi");
    assert_eq!(kept(&stage), (5, 6));
}

#[test]
fn g12_old_rows_go_in_batches() {
    let mut stage = Stage::new();
    fill(&mut stage, 2_500);
    let later = stage.now.plus(limits::HISTORY_AGE_MS + 1);
    stage.jump(later).run("ann joins; ann says hi");
    assert_eq!(kept(&stage), (1_001, 2_501));
}

#[test]
fn g12_an_answer_whose_row_was_trimmed_still_ends() {
    let mut stage = Stage::new();
    stage.run("ann joins; ann says @chatbot hi; answer 2 begins r1");
    fill_behind(&mut stage, 101_001);
    stage.run("ann returns; ann says more; answer 2 writes hello; answer 2 ends; 1 s");
    assert!(!stage.log.rows.contains_key(&Seq(2)) && stage.log.runs.is_empty());
    stage.run("ann returns; bob joins");
    assert_eq!(stage.tabs["ann"].view.last, stage.head());
    assert!(stage.tabs["bob"].view.runs.is_empty());
}

/// Fills the log while the room is awake and calls go on, by failing a store.
fn fill_behind(stage: &mut Stage, through: u64) {
    let tasks = stage.tasks.clone();
    stage.run("store fails; ann says lost");
    assert_eq!(stage.tasks, tasks);
    let mut other = Stage::new();
    fill(&mut other, through);
    for (seq, row) in other.log.rows {
        stage.log.rows.entry(seq).or_insert(row);
    }
    stage.run("store fails; ann says lost");
}

#[test]
fn pages_go_backwards_to_the_start() {
    let mut stage = Stage::new();
    fill(&mut stage, 7);
    stage.run("ann reads").look_away();
    for (before, limit) in [(8, 3), (5, 3), (2, 3), (1, 3), (0, 3), (u64::MAX, 1), (4, 0)] {
        stage.send("ann", &shared::ClientFrame::History { before: Seq(before), limit });
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
    .assert_eq(&stage.seen());
    stage.send("ann", &shared::ClientFrame::History { before: Seq(8), limit: u32::MAX });
    fill(&mut stage, 500);
    stage.run("ann reads");
    stage.send("ann", &shared::ClientFrame::History { before: Seq(500), limit: u32::MAX });
    let page = stage.tabs["ann"].view.frames.last().cloned();
    let Some(shared::ServerFrame::Page { messages, more, .. }) = page else { panic!("{page:?}") };
    assert_eq!((messages.len(), messages[0].seq, more), (limits::PAGE_MESSAGES, Seq(400), true));
}
