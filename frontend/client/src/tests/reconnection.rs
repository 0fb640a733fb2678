//! Reconnections, which open their socket without an entry call.

use expect_test::expect;
use shared::CloseCode;

use super::Script;
use crate::{Connection, EntryState};

/// A client that is live, loses its socket, and opens the next one without an entry call.
fn reopening() -> Script {
    let mut script = Script::live();
    script.run("closed 1006\nonline");
    script.transcript.clear();
    script
}

#[test]
fn a_reconnection_that_fails_without_a_reason_asks_at_the_entry() {
    for failure in ["closed 1006", "opened\nclosed 1006", "pass 10000", "opened\npass 10000", "suspend\nwake"]
    {
        let mut script = reopening();
        script.run(failure);
        if let Connection::Offline { retry_at } = *script.client.connection() {
            assert!(retry_at.is_some(), "{failure}: the backoff decides when");
            script.run("visible");
        }
        assert_eq!(script.transcript.matches("enter").count(), 1, "{failure}: {}", script.transcript);
        // What the entry says holds, as for the first socket.
        script.run("entered open\nopened\nclosed 1006\nonline");
        assert_eq!(script.transcript.matches("enter\n").count(), 2, "{failure}: {}", script.transcript);
    }
}

#[test]
fn a_reconnection_learns_at_the_entry_why_its_room_is_not_there() {
    let mut script = reopening();
    script
        .run("opened\nclosed 4410\nentered absent\npass 60000\njoin bob\nentered open\nopened\nclosed 4410");
    expect![[r#"
        opened
          send hello ann after 3
        closed 4410
          enter
        entered absent
          ~ entry absent, offline
        pass 60000
        join bob
          enter and create
          ~ reconnecting
        entered open
          open
          ~ entry open
        opened
          send hello bob after 3
        closed 4410
          ~ entry gone, ended 4410
    "#]]
    .assert_eq(&script.transcript);
    // The cookie is lost and with it the membership of a private room: the entry admits by the key again.
    let mut script = reopening();
    script.run("opened\nclosed 4410\nentered open\nopened\nwelcome 3 as ann");
    assert!(matches!(script.client.connection(), Connection::Live { .. }));
    assert_eq!(script.client.entry_state(), EntryState::Open);
}

#[test]
fn a_reconnection_obeys_the_codes_that_tell_a_reason() {
    for code in [4000, 4008, 4408] {
        let mut script = reopening();
        script.run(&format!("opened\nclosed {code}\nonline\nopened\nwelcome 3 as ann"));
        assert!(matches!(script.client.connection(), Connection::Live { .. }), "{code}");
        assert!(!script.transcript.contains("enter"), "{code}: the room can be reached");
    }
    for (code, state) in [
        (4403, EntryState::Banned),
        (4406, EntryState::Version),
        (4409, EntryState::Open),
        (4400, EntryState::Open),
    ] {
        let mut script = reopening();
        script.run(&format!("opened\nclosed {code}\npass 600000"));
        let why = CloseCode::from_code(code).unwrap();
        assert_eq!(
            (*script.client.connection(), script.client.entry_state()),
            (Connection::Ended { why }, state)
        );
        script.run("start");
        assert!(script.transcript.ends_with("enter\n  ~ reconnecting\n"), "{code}: {}", script.transcript);
    }
    let mut script = reopening();
    script.run("opened\nclosed 4401\nentered absent\nonline");
    assert_eq!(script.transcript.matches("enter\n").count(), 2, "an absent room is asked for, not opened");
}
