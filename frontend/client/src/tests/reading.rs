//! Reading older messages, jumping to any message, and searching.

use expect_test::expect;
use proptest::prelude::*;
use shared::Seq;

use super::Script;
use super::script::check_opened;
use crate::marked;

/// A client at the head of a long log, of which it holds the newest 50 messages.
pub(super) fn long(head: u64) -> Script {
    let mut script = Script::live();
    let messages: Vec<String> = (head - 49..=head).map(|seq| format!("{seq} zed m{seq}")).collect();
    script.run(&format!("welcome {head} as ann more epoch long | {}", messages.join(" | ")));
    script.transcript.clear();
    script
}

/// The places of the messages shown, as ranges without gaps.
pub(super) fn shown(script: &Script) -> String {
    let timeline = script.client.timeline();
    let seqs =
        timeline.keys().iter().filter_map(|key| timeline.item(key)?.seq).map(|seq| seq.0).collect::<Vec<_>>();
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for seq in seqs {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == seq => *last = seq,
            _ => ranges.push((seq, seq)),
        }
    }
    let text = ranges.iter().map(|(first, last)| format!("{first}..{last}")).collect::<Vec<_>>().join(" ");
    let older = if timeline.has_older() { "older " } else { "" };
    format!("{older}{text}{}", if timeline.is_detached() { " detached" } else { "" })
}

fn page(script: &mut Script, place: &str, first: u64, last: u64) {
    script.run(&format!("page {place} more newer | {first}..{last}"));
}

#[test]
fn a_message_far_away_is_shown_in_a_window_of_its_own_and_the_newest_are_a_step_back() {
    let mut script = long(1_000);
    script.run("jump 500");
    page(&mut script, "around 500", 476, 525);
    assert_eq!(shown(&script), "older 476..525 detached");
    script.run("events | 1001 zed hi | 1002 edit 500 new | 1003 edit 1000 newest | 1004 ann/1 mine");
    assert_eq!(shown(&script), "older 476..525 detached");
    script.run("tonewest");
    assert_eq!(shown(&script), "older 951..1001 1004..1004");
    assert_eq!(script.client.timeline().by_seq(Seq(1_000)).unwrap().text, "newest");
    expect![[r#"
        jump 500
          send history around 500, 50
          ~ history loading
        page around 500 more newer | 476..525
          ~ history more, detached, order, jumped to 500 "m500"
        events | 1001 zed hi | 1002 edit 500 new | 1003 edit 1000 newest | 1004 ann/1 mine
          ~ order, history more, detached, 1 unseen, item 500, item 1000
        tonewest
          ~ order, history more
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_window_grows_at_both_ends_keeps_its_size_and_joins_the_newest() {
    let mut script = long(1_000);
    script.run("jump 700");
    page(&mut script, "around 700", 676, 725);
    for step in 0..7 {
        script.run("older");
        let first = 676 - step * 50;
        page(&mut script, &first.to_string(), first - 50, first - 1);
    }
    // What is far below the reader is gone, and is asked for again on the way down.
    assert_eq!(shown(&script), "older 326..625 detached");
    let mut last = 625;
    while script.client.timeline().is_detached() {
        script.run("newer");
        page(&mut script, &format!("after {last}"), last + 1, last + 50);
        last += 50;
        let (_, ends) = script.client.timeline().keys().iter().fold((0, 0), |(_, n), _| (0, n + 1));
        assert!(ends <= 350, "{ends}");
    }
    assert_eq!(shown(&script), "older 701..1000");
    script.run("events | 1001 zed hi");
    assert_eq!(shown(&script), "older 701..1001");
}

#[test]
fn reading_back_from_the_newest_leaves_them_and_comes_back_to_them() {
    let mut script = long(1_000);
    for step in 0..7 {
        script.run("older");
        let first = 951 - step * 50;
        page(&mut script, &first.to_string(), first - 50, first - 1);
    }
    assert_eq!(shown(&script), "older 601..900 detached");
    script.run("newer");
    page(&mut script, "after 900", 901, 950);
    assert_eq!(shown(&script), "older 601..950 detached");
    script.run("newer\npage after 950 | 951..1000");
    assert_eq!(shown(&script), "older 701..1000");
}

#[test]
fn whoever_follows_the_newest_holds_a_few_hundred_messages() {
    let mut script = long(1_000);
    for seq in 1_001..1_400 {
        script.run(&format!("events | {seq} zed m{seq}"));
    }
    assert_eq!(shown(&script), "older 1053..1399");
    // Who reads among them loses none of what they read, and what comes is no longer added when it gets long.
    script.run("follow off");
    for seq in 1_400..1_700 {
        script.run(&format!("events | {seq} zed m{seq}"));
    }
    assert_eq!(shown(&script), "older 1053..1553 detached");
    assert_eq!(script.client.timeline().unseen(), 300);
    script.run("tonewest");
    assert!(shown(&script).ends_with("1699"), "{}", shown(&script));
    assert_eq!(script.client.timeline().unseen(), 0);
}

#[test]
fn what_was_left_out_of_a_long_reading_is_joined_without_a_gap() {
    let mut script = long(1_000);
    script.run("follow off");
    for seq in 1_001..1_460 {
        script.run(&format!("events | {seq} zed m{seq}"));
    }
    assert_eq!(shown(&script), "older 951..1451 detached");
    script.run("tonewest");
    assert_eq!(shown(&script), "older 1160..1459");
}

#[test]
fn a_message_near_the_newest_joins_them_and_one_that_is_held_needs_no_request() {
    let mut script = long(100);
    script.run("jump 30\npage around 30 more newer | 5..54\njump 20\njump 99\njump 5");
    assert_eq!(shown(&script), "older 5..100");
    expect![[r#"
        jump 30
          send history around 30, 50
          ~ history loading
        page around 30 more newer | 5..54
          ~ history more, order, jumped to 30 "m30"
        jump 20
          ~ jumped to 20 "m20"
        jump 99
          ~ jumped to 99 "m99"
        jump 5
          ~ jumped to 5 "m5"
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn case_213_a_message_that_is_not_there_is_said_to_be_missing_and_nothing_moves() {
    let mut script = long(100);
    script.run("jump 3\npage around 3 newer | 8..30\njump 2\npass 11000\njump 1\nrefused - slow_down 500");
    assert_eq!(shown(&script), "older 51..100");
    expect![[r#"
        jump 3
          send history around 3, 50
          ~ history loading
        page around 3 newer | 8..30
          ~ history more, order, jumped to 3, which is missing
        jump 2
          send history around 2, 50
          ~ history loading
        pass 11000
          after 10000:
          ~ notice try_later, history more
        jump 1
          send history around 1, 50
          ~ history loading
        refused - slow_down 500
          ~ notice slow_down for 500, history more
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_link_is_followed_as_soon_as_the_room_is_there_and_again_after_a_lost_connection() {
    let mut script = Script::new();
    script.run("jump 2\nstart\nentered open\nopened\nwelcome 90 more | 90 zed x\nclosed 1006\npass 600\nopened\nresumed 90\npage around 2 newer | 1..3");
    assert_eq!(shown(&script), "1..3 detached");
    expect![[r#"
        jump 2
        start
          enter
          ~ connecting
        entered open
          open
          ~ entry open
        opened
          send hello (reader)
        welcome 90 more | 90 zed x
          send history around 2, 50
          ~ order, history loading, you (reader), people 0, bots, live
        closed 1006
          ~ history more, offline for 279
        pass 600
          after 279:
          open
          ~ reconnecting
        opened
          send hello (reader) after 90
        resumed 90
          send history around 2, 50
          ~ people 0, live, history loading
        page around 2 newer | 1..3
          ~ history complete, detached, order, jumped to 2 "m2"
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_window_is_left_by_a_fresh_start_and_kept_by_a_resume() {
    let mut script = long(1_000);
    script.run("jump 500");
    page(&mut script, "around 500", 476, 525);
    script
        .run("closed 1006\npass 600\nopened\nresumed 1002 as ann epoch long | 1001 zed hi | 1002 delete 500");
    assert_eq!(shown(&script), "older 476..525 detached");
    assert!(script.client.timeline().by_seq(Seq(500)).unwrap().deleted);
    script.run("welcome 2000 as ann more epoch new | 2000 zed x");
    assert_eq!(shown(&script), "older 2000..2000");
}

#[test]
fn what_a_page_tells_before_its_event_is_shown_once() {
    let mut script = long(100);
    script.run(
        "jump 3\npage around 3 newer | 1..9\nnewer\npage after 9 | 10..50 | 100 zed m100 | 101 ann/1 mine",
    );
    assert_eq!(shown(&script), "1..100");
    script.run("events | 101 ann/1 mine");
    assert_eq!(shown(&script), "1..101");
}

#[test]
fn a_search_goes_on_by_itself_until_there_is_enough() {
    check_opened(
        "join ann\nwelcome 9 as ann\nsearch  tea \nfound tea >700 | 9 zed tea\nfound tea <700 >500\nfound tea <600 >1\nevents | 10 delete 9\nfound tea <500 | 3 zed tea\nsearcholder\nsearch",
        expect![[r#"
            join ann
            welcome 9 as ann
              send hello ann after 9
              ~ order, history complete, you ann, people 1, bots, live
            search  tea
              send search tea
              ~ search "tea" Searching []
            found tea >700 | 9 zed tea
              send search tea before 700
              ~ search "tea" Searching [9]
            found tea <700 >500
              send search tea before 500
              ~ search "tea" Searching [9]
            found tea <600 >1
            events | 10 delete 9
              ~ search "tea" Searching []
            found tea <500 | 3 zed tea
              ~ search "tea" Complete [3]
            searcholder
            search
              ~ search "" Complete []
            = 3 items
            1 zed: one (sent)
            2 zed: two (sent)
            3 zed: three (sent)
        "#]],
    );
}

#[test]
fn a_search_pauses_is_refused_and_survives_a_lost_connection() {
    check_opened(
        "join ann\nwelcome 9 as ann\nsearch x\nfound x >90\nfound x <90 >80\nfound x <80 >70\nfound x <70 >60\nfound x <60 >50\nfound x <50 >40\nsearcholder\nclosed 1006\npass 600\nopened\nresumed 9 as ann\nrefused - slow_down 500\nsearcholder\nfound x <40 >40",
        expect![[r#"
            join ann
            welcome 9 as ann
              send hello ann after 9
              ~ order, history complete, you ann, people 1, bots, live
            search x
              send search x
              ~ search "x" Searching []
            found x >90
              send search x before 90
              ~ search "x" Searching []
            found x <90 >80
              send search x before 80
              ~ search "x" Searching []
            found x <80 >70
              send search x before 70
              ~ search "x" Searching []
            found x <70 >60
              send search x before 60
              ~ search "x" Searching []
            found x <60 >50
              send search x before 50
              ~ search "x" Searching []
            found x <50 >40
              ~ search "x" Paused []
            searcholder
              send search x before 40
              ~ search "x" Searching []
            closed 1006
              ~ offline for 279
            pass 600
              after 279:
              open
              ~ reconnecting
            opened
              send hello ann after 9
            resumed 9 as ann
              send search x before 40
              ~ people 1, live
            refused - slow_down 500
              ~ notice slow_down for 500, search "x" Refused(SlowDown) []
            searcholder
              send search x before 40
              ~ search "x" Searching []
            found x <40 >40
              ~ search "x" Complete []
            = 3 items
            1 zed: one (sent)
            2 zed: two (sent)
            3 zed: three (sent)
        "#]],
    );
}

#[test]
fn matches_are_marked_as_the_room_finds_them() {
    assert_eq!(marked("Tea and TEA", "tea"), [("Tea", true), (" and ", false), ("TEA", true)]);
    assert_eq!(marked("오늘은 김치찌개", "김치"), [("오늘은 ", false), ("김치", true), ("찌개", false)]);
    assert_eq!(marked("İstanbul é", "É"), [("İstanbul é", false)]);
    assert_eq!(marked("<b>", ""), [("<b>", false)]);
    assert_eq!(marked("", "x"), []);
}

proptest! {
    #[test]
    fn marked_parts_are_the_text(text in "[aAbİ가 ]{0,20}", query in "[aAb가]{0,3}") {
        let parts = marked(&text, &query);
        prop_assert_eq!(parts.iter().map(|(part, _)| *part).collect::<String>(), text.clone());
        prop_assert!(parts.iter().all(|(part, is_match)| !is_match || part.eq_ignore_ascii_case(&query)));
    }
}
