//! The rows that the room reads do not grow with its history.

use shared::frame::HistoryPlace;
use shared::{Seq, limits};

use crate::harness::{Harness, nonce};
use crate::history::fill;

/// The rows read by a wake, a welcome, a resume, a message, a question and a history page.
fn reads(history: u64) -> [usize; 6] {
    let mut harness = Harness::new();
    fill(&mut harness, history);
    let mut before = harness.storage.reads.get();
    let mut since = |harness: &Harness| {
        let reads = harness.storage.reads.get() - before;
        before = harness.storage.reads.get();
        reads
    };
    harness.run("room crashes");
    let wake = since(&harness);
    harness.run("ann joins");
    let welcome = since(&harness);
    harness.run("ann returns");
    let resume = since(&harness);
    harness.say_as("ann", nonce("hi"), "hi", None);
    let say = since(&harness);
    harness.say_as("ann", nonce("ask"), "@chatbot hi", None);
    let ask = since(&harness);
    harness.send("ann", &shared::ClientFrame::History { place: HistoryPlace::Before(Seq(50)), limit: 10 });
    [wake, welcome, resume, say, ask, since(&harness)]
}

#[test]
fn a_thousand_times_longer_history_reads_no_more_rows() {
    let (small, large) = (reads(100), reads(100_000));
    assert_eq!(small, large);
    // A wake reads the room, its newest row and each bot's chain.
    let most = [6, 60, 10, 5, 60, 15];
    assert!(small.iter().zip(most).all(|(reads, most)| *reads <= most), "{small:?}");
}

#[test]
fn the_oldest_searchable_nonce_bounds_the_rows_read() {
    let mut harness = Harness::new();
    harness.run("ann joins");
    fill(&mut harness, 50_000);
    harness.run("ann returns");
    let before = harness.storage.reads.get();
    harness.say_after("ann", nonce("old"), Seq(50_000 - limits::NONCE_REACH), "hi", None);
    let reads = harness.storage.reads.get() - before;
    assert!(reads <= 10_010, "{reads}");
    let before = harness.storage.reads.get();
    harness.say_after("ann", nonce("older"), Seq(1), "hi", None);
    assert!(harness.storage.reads.get() - before <= 1);
}

/// How many frames each of so many tabs is sent in two seconds, at a message every `every_ms`.
fn frames(readers: u64, every_ms: u64) -> usize {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s");
    for number in 0..readers {
        harness.run(&format!("reader{number:04} reads"));
    }
    let writers: Vec<String> = (0..8).map(|number| format!("writer{number}")).collect();
    for writer in &writers {
        harness.run(&format!("{writer} joins"));
    }
    harness.pass(10_000);
    harness.discard_lines();
    let messages = 2_000 / every_ms;
    for number in 0..messages {
        // One person alone would exceed the rate limit.
        harness.say(&writers[usize::try_from(number).unwrap() % writers.len()], "hi").pass(every_ms);
    }
    harness.pass(1_000);
    assert_eq!(harness.tabs["reader0000"].view.shown().len(), usize::try_from(messages).unwrap());
    harness.take_lines().lines().filter(|line| line.contains("reader0000") && line.contains('#')).count()
}

#[test]
fn every_message_leaves_at_once_while_there_is_sending_time() {
    assert_eq!(frames(10, 20), 100);
    assert_eq!(frames(1_000, 50), 40);
}

#[test]
fn a_room_that_has_spent_its_sending_time_sends_the_same_in_fewer_frames() {
    let few = frames(1_000, 20);
    assert!((25..60).contains(&few), "{few} frames for 100 messages");
}
