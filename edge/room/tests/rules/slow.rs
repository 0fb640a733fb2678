//! Memory for who does not read (promise G11).

use room::{Input, SocketId};
use shared::{ClientFrame, CloseCode, Seq, limits};

use crate::stage::Stage;

#[test]
fn g11_case_42_who_does_not_read_is_closed_and_the_others_are_not() {
    let mut stage = Stage::new();
    stage.run("ann joins; slow joins; 1 s");
    stage.tabs.get_mut("slow").unwrap().acknowledges = false;
    let long = "x".repeat(4_000);
    let mut most = 0;
    while stage.tabs["slow"].is_open {
        stage.say("ann", &long).pass(1_000);
        most = stage.tabs["slow"].unread.max(most);
        assert!(stage.log.rows.len() < 200);
    }
    assert_eq!(stage.tabs["slow"].closed, Some(CloseCode::Slow));
    assert!(!CloseCode::Slow.is_final());
    assert!(most > limits::UNREAD_SOCKET_BYTES && most < limits::UNREAD_SOCKET_BYTES + 20_000, "{most}");
    assert!(stage.tabs["ann"].is_open);
    stage.run("slow returns; 1 s");
    assert_eq!(stage.tabs["slow"].view.shown(), stage.tabs["ann"].view.shown());
    assert!(stage.tabs["slow"].is_open);
}

#[test]
fn g11_acks_heal_also_at_the_last_moment() {
    let mut stage = Stage::new();
    stage.run("ann joins; slow joins; 1 s");
    stage.tabs.get_mut("slow").unwrap().acknowledges = false;
    let long = "x".repeat(4_000);
    while stage.tabs["slow"].unread <= limits::UNREAD_SOCKET_BYTES {
        stage.say("ann", &long).pass(1_000);
    }
    let bytes = stage.tabs["slow"].unread;
    stage.send("slow", &ClientFrame::Ack { bytes: 100_000 });
    stage.tabs.get_mut("slow").unwrap().unread = bytes - 100_000;
    for _ in 0..20 {
        stage.say("ann", &long).pass(1_000);
    }
    assert!(stage.tabs["slow"].is_open);
    // Acknowledging more than there was gains nothing.
    stage.send("slow", &ClientFrame::Ack { bytes: u64::MAX });
    stage.tabs.get_mut("slow").unwrap().unread = 0;
    while stage.tabs["slow"].is_open {
        stage.say("ann", &long).pass(1_000);
        assert!(stage.tabs["slow"].unread < limits::UNREAD_SOCKET_BYTES + 20_000);
    }
}

#[test]
fn g11_asking_for_pages_without_reading_them_is_bounded_in_a_room_where_nothing_happens() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s");
    let long = "x".repeat(4_000);
    for _ in 0..100 {
        stage.say("ann", &long).pass(1_000);
    }
    stage.run("slow reads");
    stage.tabs.get_mut("slow").unwrap().acknowledges = false;
    for _ in 0..20 {
        if stage.tabs["slow"].is_open {
            stage.send("slow", &ClientFrame::History { before: Seq(100), limit: 100 });
        }
    }
    assert_eq!(stage.tabs["slow"].closed, Some(CloseCode::Slow));
    assert!(stage.tabs["slow"].unread < limits::UNREAD_SOCKET_BYTES + 2 * 300_000);
}

#[test]
fn g11_one_large_welcome_is_no_reason_to_close() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s");
    let long = "말".repeat(4_000);
    for _ in 0..30 {
        stage.say("ann", &long).pass(1_000);
    }
    stage.run("slow reads");
    stage.tabs.get_mut("slow").unwrap().acknowledges = false;
    stage.run("slow joins as slow; ann says hi; 1 s; ann says hi; 1 s");
    assert!(stage.tabs["slow"].is_open);
}

#[test]
fn g11_a_room_has_a_cap_for_all_and_the_slowest_go_first() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s");
    let count = 150;
    for number in 0..count {
        let name = format!("slow{number:03}");
        stage.run(&format!("{name} reads"));
        stage.tabs.get_mut(&name).unwrap().acknowledges = false;
    }
    let long = "말".repeat(4_000);
    for _ in 0..20 {
        stage.say("ann", &long).pass(1_000);
    }
    // The last ten have read a little more than the others.
    for number in count - 10..count {
        let name = format!("slow{number:03}");
        stage.send(&name, &ClientFrame::Ack { bytes: 100_000 });
        stage.tabs.get_mut(&name).unwrap().unread -= 100_000;
    }
    for _ in 0..20 {
        stage.say("ann", &long).pass(1_000);
        let behind: u64 = stage.open().map(|(_, tab)| tab.unread.saturating_sub(limits::ACK_BYTES)).sum();
        assert!(behind <= limits::UNREAD_ROOM_BYTES, "{behind}");
    }
    let open: Vec<&String> = stage.open().map(|(name, _)| name).collect();
    assert!(open.len() > 50 && open.len() < 100, "{}", open.len());
    for number in count - 10..count {
        assert!(open.contains(&&format!("slow{number:03}")));
    }
    assert!(stage.tabs["ann"].is_open);
}

#[test]
fn g11_a_crowd_that_reads_everything_is_closed_by_no_cap() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s");
    let count = 1_200;
    for number in 0..count {
        stage.run(&format!("reader{number:04} reads"));
    }
    // All of them are sent the same, so all are about to acknowledge at the same moment: 1,200 times almost 32 KiB.
    let long = "x".repeat(4_000);
    for _ in 0..20 {
        stage.say("ann", &long).pass(1_000);
    }
    assert_eq!(stage.open().count(), count + 1);
}

#[test]
fn g11_what_a_closed_socket_had_not_read_is_counted_no_more() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s");
    let long = "x".repeat(4_000);
    for round in 0..200 {
        stage.run("slow reads");
        stage.tabs.get_mut("slow").unwrap().acknowledges = false;
        if round < 100 {
            stage.say("ann", &long);
        }
        stage.pass(1_000);
        let socket: SocketId = stage.tabs["slow"].socket;
        stage.input(Input::Disconnected { socket });
    }
    assert!(stage.tabs["ann"].is_open, "200 welcomes of up to 200 KB each were not read");
}
