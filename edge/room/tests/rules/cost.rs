//! What is read does not grow with the history.

use shared::{Seq, limits};

use crate::history::fill;
use crate::stage::{Stage, nonce};

/// Rows that are read by waking, by a welcome, by a resume, by a message, by a question and by a page.
fn reads(history: u64) -> [usize; 6] {
    let mut stage = Stage::new();
    fill(&mut stage, history);
    let mut before = stage.log.reads.get();
    let mut since = |stage: &Stage| {
        let reads = stage.log.reads.get() - before;
        before = stage.log.reads.get();
        reads
    };
    stage.run("room crashes");
    let wake = since(&stage);
    stage.run("ann joins");
    let welcome = since(&stage);
    stage.run("ann returns");
    let resume = since(&stage);
    stage.say_as("ann", nonce("hi"), "hi", None);
    let say = since(&stage);
    stage.say_as("ann", nonce("ask"), "@chatbot hi", None);
    let ask = since(&stage);
    stage.send("ann", &shared::ClientFrame::History { before: Seq(50), limit: 10 });
    [wake, welcome, resume, say, ask, since(&stage)]
}

#[test]
fn a_thousand_times_the_history_costs_not_one_row_more() {
    let (small, large) = (reads(100), reads(100_000));
    assert_eq!(small, large);
    // Waking reads the room, its newest row, and each bot's chain.
    let most = [6, 60, 10, 5, 60, 15];
    assert!(small.iter().zip(most).all(|(reads, most)| *reads <= most), "{small:?}");
}

#[test]
fn the_oldest_attempt_that_may_be_searched_bounds_what_is_read() {
    let mut stage = Stage::new();
    stage.run("ann joins");
    fill(&mut stage, 50_000);
    stage.run("ann returns");
    let before = stage.log.reads.get();
    stage.say_after("ann", nonce("old"), Seq(50_000 - limits::NONCE_REACH), "hi", None);
    let reads = stage.log.reads.get() - before;
    assert!(reads <= 10_010, "{reads}");
    let before = stage.log.reads.get();
    stage.say_after("ann", nonce("older"), Seq(1), "hi", None);
    assert!(stage.log.reads.get() - before <= 1);
}

/// Frames with news that one of so many is sent within two seconds, while somebody says something every 20 ms.
fn frames(readers: u64) -> usize {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s");
    for number in 0..readers {
        stage.run(&format!("reader{number:04} reads"));
    }
    stage.pass(10_000);
    stage.look_away();
    // Nobody may talk as fast as this alone.
    for who in ["ann", "bob", "cem", "dan"] {
        stage.run(&format!("{who} joins"));
        for _ in 0..25 {
            stage.say(who, "hi").pass(20);
        }
    }
    assert_eq!(stage.tabs["reader0000"].view.shown().len(), 100);
    stage.seen().lines().filter(|line| line.contains("reader0000") && line.contains('#')).count()
}

#[test]
fn a_crowd_is_told_as_much_in_fewer_frames() {
    let usual = frames(limits::CROWD_SOCKETS / 2);
    let crowd = frames(limits::CROWD_SOCKETS * 2);
    assert_eq!((usual, crowd), (41, 21));
}
