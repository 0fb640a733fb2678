//! Quotes of messages that are not held, and messages that call the reader while they read older ones.

use expect_test::expect;
use shared::Seq;

use super::Script;
use super::reading::{long, shown};

/// What is known of a message that others reply to and that is not held.
fn excerpt(script: &Script, place: u64) -> Option<(&str, &str)> {
    let excerpt = script.client.excerpt(Seq(place))?;
    Some((excerpt.author.name(), &excerpt.text))
}

#[test]
fn a_quoted_message_that_is_not_held_is_asked_for_alone_and_followed() {
    let mut script = Script::live();
    script.run("welcome 90 as ann more epoch long | 88 zed>7 a | 89 bob>9 b | 90 bob>88 c");
    script.run("page around 9 more newer | 9 ann first words\npage around 7 more newer");
    assert_eq!(excerpt(&script, 9), Some(("ann", "first words")));
    assert_eq!(excerpt(&script, 7), None, "the room keeps it no longer");
    script.run("events | 91 zed>9 d\nevents | 92 edit 9 other words");
    assert_eq!(excerpt(&script, 9), Some(("ann", "other words")));
    script.run_reconnected("resumed 93 as ann epoch long | 93 delete 9");
    assert_eq!(excerpt(&script, 9), Some(("ann", "")));
    expect![[r#"
        welcome 90 as ann more epoch long | 88 zed>7 a | 89 bob>9 b | 90 bob>88 c
          send history around 9, 1
          ~ order, history more, people 1
        page around 9 more newer | 9 ann first words
          send history around 7, 1
          ~ quotes
        page around 7 more newer
          ~ quotes
        events | 91 zed>9 d
          ~ order
        events | 92 edit 9 other words
          ~ quotes
        resumed 93 as ann epoch long | 93 delete 9
          ~ quotes, people 1, live
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn quotes_wait_for_the_pages_of_the_reader_and_for_a_room_that_refuses() {
    let mut script = long(100);
    script.run("older\nevents | 101 zed>7 a | 102 zed>8 b");
    script.run("page 51 more | 30..50\nrefused - slow_down 500\npass 11000");
    script.run(
        "page around 8 more newer | 8 ann x\nclosed 1006\npass 600\nopened\nresumed 102 as ann epoch long",
    );
    script.run("jump 7\npage around 7 more newer | 7 ann y\npage around 7 more newer | 3..12");
    expect![[r#"
        older
          send history before 51, 50
          ~ history loading
        events | 101 zed>7 a | 102 zed>8 b
          ~ order, history loading
        page 51 more | 30..50
          send history around 8, 1
          ~ history more, 2 unseen, order
        refused - slow_down 500
          ~ notice slow_down for 500
        pass 11000
          after 10000:
          send history around 8, 1
        page around 8 more newer | 8 ann x
          send history around 7, 1
          ~ quotes
        closed 1006
          ~ offline for 279
        pass 600
          after 279:
          open
          ~ reconnecting
        opened
          send hello ann after 102
        resumed 102 as ann epoch long
          send history around 7, 1
          ~ people 1, live
        jump 7
          send history around 7, 50
          ~ history loading
        page around 7 more newer | 7 ann y
          ~ quotes
        page around 7 more newer | 3..12
          ~ history more, detached, 2 unseen, order, jumped to 7 "m7"
    "#]]
    .assert_eq(&script.transcript);
    assert_eq!(excerpt(&script, 7), Some(("ann", "y")));
    assert_eq!(shown(&script), "older 3..12 detached");
}

#[test]
fn the_first_unseen_message_that_calls_the_reader_is_told_until_it_is_seen() {
    let mut script = long(100);
    script.run("events | 101 ann/1 mine\nfollow off");
    script.run("events | 102 zed hi\nevents | 103 zed psst @ann\nevents | 104 bob>101 why?\nevents | 105 @bot<101 queued");
    assert_eq!(script.client.timeline().called_by(), Some(Seq(103)));
    script.run("jump 104");
    assert_eq!(script.client.timeline().called_by(), Some(Seq(103)), "another one was looked at");
    script.run("jump 103");
    assert_eq!(script.client.timeline().called_by(), None);
    script.run("events | 106 bob>101 well?\nfollow on\nevents | 107 zed @ann again");
    assert_eq!(script.client.timeline().called_by(), None, "all of it was seen");
    for (text, calls) in [("`@ann`", false), ("annex", false), ("@annex", false), ("@ann, hi", true)] {
        let mut script = long(100);
        script.run(&format!("follow off\nevents | 101 zed {text}"));
        assert_eq!(script.client.timeline().called_by().is_some(), calls, "{text}");
    }
}
