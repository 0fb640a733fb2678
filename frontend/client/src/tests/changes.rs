//! Editing, deleting and voting: shown at once, kept up over reconnections, taken back when refused.

use expect_test::expect;

use super::Script;
use super::script::check_opened;

fn last(script: &Script) -> String {
    script.items().last().unwrap().clone()
}

#[test]
fn edits_deletions_and_votes_of_the_log_are_applied() {
    let mut script = Script::live();
    script.run("events | 4 ann/1 hi | 5 @bot<4 done poll a/b");
    script.run("events | 6 edit 1 once | 7 delete 2 | 8 edit 2 late | 9 vote 5 bob 1 | 10 vote 5 zed 0 | 11 vote 5 bob 0");
    script.print_timeline();
    // Known events are dropped, and changes of messages that are not held are ignored.
    script.run("events | 9 vote 5 bob 1\nevents | 12 vote 5 zed - | 13 vote 99 zed 1 | 14 edit 99 x | 15 delete 99 | 16 vote 1 zed 1");
    script.print_timeline();
    expect![[r#"
        events | 4 ann/1 hi | 5 @bot<4 done poll a/b
          ~ order
        events | 6 edit 1 once | 7 delete 2 | 8 edit 2 late | 9 vote 5 bob 1 | 10 vote 5 zed 0 | 11 vote 5 bob 0
          ~ item 1, item 2, item 5
        = 5 items
        1 zed: once (sent edited)
        2 zed:  (sent deleted)
        3 zed: three (sent)
        4 ann: hi (sent mine)
        5 bot: poll a/b (done regenerate zed:0 bob:0)
        events | 9 vote 5 bob 1
        events | 12 vote 5 zed - | 13 vote 99 zed 1 | 14 edit 99 x | 15 delete 99 | 16 vote 1 zed 1
          ~ item 5, item 1
        = 5 items
        1 zed: once (sent edited)
        2 zed:  (sent deleted)
        3 zed: three (sent)
        4 ann: hi (sent mine)
        5 bot: poll a/b (done regenerate bob:0)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn an_edit_shows_at_once_and_is_sent_until_it_is_answered() {
    let mut script = Script::live();
    script.run("events | 4 ann/1 hi");
    script.run("edit 2 of 4 hello\nedit 2 of 4 other");
    script.run_reconnected("resumed 4 as ann");
    script.print_timeline();
    script.run("accepted 2 5");
    script.print_timeline();
    script.run("events | 5 edit 4 hello");
    script.print_timeline();
    script.run_reconnected("resumed 5 as ann");
    expect![[r#"
        events | 4 ann/1 hi
          ~ order
        edit 2 of 4 hello
          send edit 2 after 4: 4 hello
          ~ item ann/1
        edit 2 of 4 other
        resumed 4 as ann
          send edit 2 after 4: 4 hello
          ~ people 1, live
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hello (sent mine edited)
        accepted 2 5
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hello (sent mine edited)
        events | 5 edit 4 hello
          ~ item ann/1
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hello (sent mine edited)
        resumed 5 as ann
          ~ people 1, live
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_refused_change_is_taken_back() {
    let mut script = Script::live();
    script.run("events | 4 ann/1 hi | 5 @bot<4 done poll a/b | 6 vote 5 bob 1");
    for (line, shown, code) in [
        ("edit 2 of 4 hello", "hello (sent mine edited)", "too_long"),
        ("delete 2 of 4", " (sent mine deleted)", "not_allowed"),
    ] {
        script.run(line);
        assert!(script.items()[3].ends_with(shown), "{:?}", script.items());
        script.run(&format!("refused 2 {code}"));
        assert_eq!(script.items()[3], "4 ann: hi (sent mine)");
        assert!(
            script.transcript.ends_with(&format!("~ item ann/1, notice {code}\n")),
            "{}",
            script.transcript
        );
    }
    // Editing again starts with the refused text.
    let to_edit = |script: &Script| script.client.timeline().to_edit(shared::Seq(4)).unwrap().to_owned();
    assert_eq!(to_edit(&script), "hi");
    script.run("edit 4 of 4 hello\nrefused 4 slow_down");
    assert_eq!(to_edit(&script), "hello");
    script.run("edit 5 of 4 hello there\naccepted 5 7\nevents | 7 edit 4 hello there");
    assert_eq!(to_edit(&script), "hello there");
    script.run("vote 3 in 5 for 0");
    assert_eq!(last(&script), "5 bot: poll a/b (done regenerate bob:1 ann:0)");
    script.run("refused 3 not_now");
    assert_eq!(last(&script), "5 bot: poll a/b (done regenerate bob:1)");
}

#[test]
fn a_card_is_the_one_of_its_last_change() {
    let mut script = Script::live();
    script
        .run("events | 4 @bot<3 done poll a/b\ncard 1 of 4 close\ncard 2 of 4 add c\ncard 3 of 4 resolve 0");
    // The room says what it becomes.
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate)");
    script.run("accepted 2 5\nevents | 5 card 4 a/b/c | 6 card 3 x/y | 7 card 99 x/y");
    assert_eq!(last(&script), "4 bot: q\n- a\n- b\n- c (done regenerate)");
    script.run("events | 8 delete 4 | 9 card 4 a/b/c/d");
    assert_eq!(last(&script), "4 bot:  (done deleted)");
}

#[test]
fn several_votes_of_a_person_show_at_once() {
    let mut script = Script::live();
    script.run("events | 4 @bot<3 done poll a/b/c\nvote 1 in 4 for 0,2");
    assert_eq!(last(&script), "4 bot: poll a/b/c (done regenerate ann:0 ann:2)");
    script.run("accepted 1 5\nevents | 5 vote 4 ann 0,2\nvote 2 in 4 for -");
    assert_eq!(last(&script), "4 bot: poll a/b/c (done regenerate)");
}

#[test]
fn case_233_a_vote_that_the_room_accepted_is_ones_own_whoever_the_event_names() {
    let mut script = Script::live();
    script
        .run("events | 4 @bot<3 done poll a/b\nvote 1 in 4 for 0\naccepted 1 5\nevents | 5 vote 4 ballot 0");
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate ann:0)");
    // From another tab.
    script.run("accepted 77 6\nevents | 6 vote 4 ballot 1");
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate ann:1)");
    script.run("events | 7 vote 4 other 1");
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate ann:1 other:1)");
}

#[test]
fn the_newest_of_several_votes_shows_until_the_log_has_it() {
    let mut script = Script::live();
    script.run("events | 4 @bot<3 done poll a/b\nvote 1 in 4 for 0\nvote 2 in 4 for 1");
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate ann:1)");
    // The vote shown does not change between the reply and the event.
    script.run("accepted 1 5\nevents | 5 vote 4 ann 0");
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate ann:1)");
    script.run("accepted 2 6");
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate ann:1)");
    script.run("events | 6 vote 4 ann 1\nvote 3 in 4 for -");
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate)");
    script.run("refused 3 try_later");
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate ann:1)");
    // The event may come before the reply, too.
    script.run("vote 4 in 4 for -\nevents | 7 vote 4 ann -\naccepted 4 7\nevents | 8 vote 4 ann 0");
    assert_eq!(last(&script), "4 bot: poll a/b (done regenerate ann:0)");
}

#[test]
fn requests_of_another_epoch_or_person_are_dropped() {
    for (welcome, state) in [
        ("welcome 4 as ann epoch bbb | 4 @bot<3 done poll a/b", "done regenerate"),
        ("resumed 4 as bob", "done"),
    ] {
        let mut script = Script::live();
        script.run(
            "events | 4 @bot<3 done poll a/b\nvote 1 in 4 for 0\nregenerate 2 of 4\nsetbot 3 cook\nedit 4 of 3 x",
        );
        let from = script.transcript.len();
        script.run_reconnected(welcome);
        let later = &script.transcript[from..];
        assert!(!later.contains("send vote") && !later.contains("send regenerate"), "{later}");
        assert!(!later.contains("send set") && later.contains("bot save idle"), "{later}");
        assert_eq!(last(&script), format!("4 bot: poll a/b ({state})"));
    }
}

#[test]
fn a_card_being_written_shows_its_length_and_never_its_text() {
    check_opened(
        "welcome 3 as ann
        events | 4 bot mypoll | 5 @mypoll<3 queued
        delta 5 0 {\"qu
        run 5 streaming card poll
        events | 6 @bot<3 queued
        run 6 thinking tool Seoul
        delta 6 0 sunny
        run 6 streaming card poll
        events | 7 end 6 stopped {\"qu
        events | 8 end 5 stopped {\"qu",
        expect![[r#"
            welcome 3 as ann
              ~ order, history complete, you ann, people 1, bots, live
            events | 4 bot mypoll | 5 @mypoll<3 queued
              ~ bots, order
            delta 5 0 {"qu
              ~ item 5
            run 5 streaming card poll
              ~ item 5
            events | 6 @bot<3 queued
              ~ order
            run 6 thinking tool Seoul
              ~ item 6
            delta 6 0 sunny
              ~ item 6
            run 6 streaming card poll
              ~ item 6
            events | 7 end 6 stopped {"qu
              ~ item 6
            events | 8 end 5 stopped {"qu
              ~ item 5
            = 5 items
            1 zed: one (sent)
            2 zed: two (sent)
            3 zed: three (sent)
            5 mypoll:  (stopped regenerate)
            6 bot: {"qu (stopped regenerate)
        "#]],
    );
    let mut script = Script::live();
    script.run("events | 4 bot mypoll | 5 @mypoll<3 queued\ndelta 5 0 {\"qu");
    assert_eq!(last(&script), "5 mypoll:  (streaming stop partial poll 4)");
}

#[test]
fn who_may_edit_delete_and_vote() {
    let rows = "| 4 ann/1 hi | 5 @bot<4 done poll a/b | 6 @bot<3 queued";
    for (who, expected) in [
        ("as ann", "0 0 0, 0 0 0, 1 1 0, 0 0 1, 0 0 0"),
        ("as bob", "0 0 0, 0 0 0, 0 0 0, 0 0 1, 0 0 0"),
        ("as bob owner", "0 1 0, 0 1 0, 0 1 0, 0 1 1, 0 0 0"),
        ("id ann", "0 0 0, 0 0 0, 0 0 0, 0 0 0, 0 0 0"),
    ] {
        let mut script = Script::new();
        script.run(&format!("start\nentered open\nopened\nwelcome 6 {who} | 2 zed x | 3 zed y {rows}"));
        let timeline = script.client.timeline();
        let rights: Vec<String> = timeline
            .keys()
            .iter()
            .map(|key| timeline.item(key).unwrap().permissions)
            .map(|may| format!("{} {} {}", u8::from(may.edit), u8::from(may.delete), u8::from(may.vote)))
            .collect();
        assert_eq!(rights.join(", "), expected, "{who}");
    }
    // A deleted message permits nothing.
    let mut script = Script::live();
    script.run("events | 4 ann/1 hi\ndelete 2 of 4");
    assert_eq!(
        script.client.timeline().by_seq(shared::Seq(4)).unwrap().permissions,
        crate::Permissions::default()
    );
}

#[test]
fn reactions_show_at_once_and_stay_until_the_room_says_otherwise() {
    let mut script = Script::live();
    script.run("react 1 on 2 👍\nevents | 4 react 2 bob 👍 | 5 react 2 zed 🎉");
    assert!(script.items()[1].contains("👍bob+ann 🎉zed"), "{:?}", script.items());
    script.run("accepted 1 6\nevents | 6 react 2 ann 👍 | 7 unreact 2 bob 👍 | 8 unreact 2 zed 🎉 | 9 react 99 zed 🎉");
    assert!(script.items()[1].contains("👍ann)"), "{:?}", script.items());
    script.run("unreact 2 on 2 👍");
    assert!(!script.items()[1].contains("👍"), "{:?}", script.items());
    script.run("refused 2 too_many");
    assert!(script.items()[1].contains("👍ann)"), "{:?}", script.items());
    script.run("events | 10 delete 2");
    assert!(!script.items()[1].contains("👍"), "{:?}", script.items());
}
