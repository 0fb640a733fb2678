//! Bounds on the memory for sockets that do not read (promise G11).

use room::{Input, SocketId};
use shared::frame::HistoryPlace;
use shared::{ClientFrame, CloseCode, Seq, ServerFrame, limits};

use crate::harness::Harness;

#[test]
fn g11_case_42_a_socket_that_does_not_read_is_closed_and_others_are_not() {
    let mut harness = Harness::new();
    harness.run("ann joins; slow joins; 1 s");
    harness.tabs.get_mut("slow").unwrap().acknowledges = false;
    let long = "x".repeat(4_000);
    let mut most = 0;
    while harness.tabs["slow"].is_open {
        harness.say("ann", &long).pass(1_000);
        most = harness.tabs["slow"].unread.max(most);
        assert!(harness.storage.rows.len() < 200);
    }
    assert_eq!(harness.tabs["slow"].closed, Some(CloseCode::Slow));
    assert!(!CloseCode::Slow.is_final());
    assert!(most > limits::UNREAD_SOCKET_BYTES && most < limits::UNREAD_SOCKET_BYTES + 20_000, "{most}");
    assert!(harness.tabs["ann"].is_open);
    harness.run("slow returns; 1 s");
    assert_eq!(harness.tabs["slow"].view.shown(), harness.tabs["ann"].view.shown());
    assert!(harness.tabs["slow"].is_open);
}

#[test]
fn g11_an_ack_at_the_last_moment_keeps_the_socket_open() {
    let mut harness = Harness::new();
    harness.run("ann joins; slow joins; 1 s");
    harness.tabs.get_mut("slow").unwrap().acknowledges = false;
    let long = "x".repeat(4_000);
    while harness.tabs["slow"].unread <= limits::UNREAD_SOCKET_BYTES {
        harness.say("ann", &long).pass(1_000);
    }
    let bytes = harness.tabs["slow"].unread;
    harness.send("slow", &ClientFrame::Ack { bytes: 100_000 });
    harness.tabs.get_mut("slow").unwrap().unread = bytes - 100_000;
    for _ in 0..20 {
        harness.say("ann", &long).pass(1_000);
    }
    assert!(harness.tabs["slow"].is_open);
    // Acknowledging more than was sent has no effect on what is unread.
    harness.send("slow", &ClientFrame::Ack { bytes: u64::MAX });
    harness.tabs.get_mut("slow").unwrap().unread = 0;
    while harness.tabs["slow"].is_open {
        harness.say("ann", &long).pass(1_000);
        assert!(harness.tabs["slow"].unread < limits::UNREAD_SOCKET_BYTES + 20_000);
    }
}

#[test]
fn g11_history_requests_without_reading_are_bounded_in_a_quiet_room() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s");
    let long = "x".repeat(4_000);
    for _ in 0..100 {
        harness.say("ann", &long).pass(1_000);
    }
    harness.run("slow reads");
    harness.tabs.get_mut("slow").unwrap().acknowledges = false;
    for _ in 0..20 {
        if harness.tabs["slow"].is_open {
            harness.send("slow", &ClientFrame::History { place: HistoryPlace::Before(Seq(100)), limit: 100 });
        }
    }
    let is_page = |frame: &&ServerFrame| matches!(frame, ServerFrame::Page { .. });
    assert_eq!(
        harness.tabs["slow"].view.frames.iter().filter(is_page).count(),
        2,
        "the next waits for an ack"
    );
    assert!(harness.tabs["slow"].unread < limits::UNREAD_SOCKET_BYTES + 100_000);
}

#[test]
fn g11_one_large_welcome_does_not_close_the_socket() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s");
    let long = "말".repeat(4_000);
    for _ in 0..30 {
        harness.say("ann", &long).pass(1_000);
    }
    harness.run("slow reads");
    harness.tabs.get_mut("slow").unwrap().acknowledges = false;
    harness.run("slow joins as slow; ann says hi; 1 s; ann says hi; 1 s");
    assert!(harness.tabs["slow"].is_open);
}

#[test]
fn g11_a_room_has_a_total_cap_and_closes_the_slowest_first() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s");
    let count = 150;
    for number in 0..count {
        let name = format!("slow{number:03}");
        harness.run(&format!("{name} reads"));
        harness.tabs.get_mut(&name).unwrap().acknowledges = false;
    }
    let long = "말".repeat(4_000);
    for _ in 0..20 {
        harness.say("ann", &long).pass(1_000);
    }
    // The last ten have read a little more than the others.
    for number in count - 10..count {
        let name = format!("slow{number:03}");
        harness.send(&name, &ClientFrame::Ack { bytes: 100_000 });
        harness.tabs.get_mut(&name).unwrap().unread -= 100_000;
    }
    for _ in 0..20 {
        harness.say("ann", &long).pass(1_000);
        let behind: u64 = harness.open().map(|(_, tab)| tab.unread.saturating_sub(limits::ACK_BYTES)).sum();
        assert!(behind <= limits::UNREAD_ROOM_BYTES, "{behind}");
    }
    let open: Vec<&String> = harness.open().map(|(name, _)| name).collect();
    assert!(open.len() > 50 && open.len() < 100, "{}", open.len());
    for number in count - 10..count {
        assert!(open.contains(&&format!("slow{number:03}")));
    }
    assert!(harness.tabs["ann"].is_open);
}

#[test]
fn g11_a_crowd_that_reads_everything_is_not_closed() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s");
    let count = 1_200;
    for number in 0..count {
        harness.run(&format!("reader{number:04} reads"));
    }
    // All are sent the same, so all are about to acknowledge at once: 1,200 times almost 32 KiB.
    let long = "x".repeat(4_000);
    for _ in 0..20 {
        harness.say("ann", &long).pass(1_000);
    }
    assert_eq!(harness.open().count(), count + 1);
}

#[test]
fn g11_unread_bytes_of_closed_sockets_are_not_counted() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s");
    let long = "x".repeat(4_000);
    for round in 0..200 {
        harness.run("slow reads");
        harness.tabs.get_mut("slow").unwrap().acknowledges = false;
        if round < 100 {
            harness.say("ann", &long);
        }
        harness.pass(1_000);
        let socket: SocketId = harness.tabs["slow"].socket;
        harness.input(Input::Disconnected { socket });
    }
    assert!(harness.tabs["ann"].is_open, "200 welcomes of up to 200 KB each were not read");
}
