//! Editing, deleting and voting: shown at once, kept up over reconnections, taken back when refused.

use expect_test::expect;

use super::{Script, check};

const AGAIN: &str = "closed 1006\nonline\nentered open\nopened\n";

fn last(it: &Script) -> String {
    it.rows().last().unwrap().clone()
}

#[test]
fn the_room_edits_deletes_and_counts() {
    let mut it = Script::live();
    it.run("events | 4 ann/1 hi | 5 @bot<4 done poll a/b");
    it.run("events | 6 edit 1 once | 7 delete 2 | 8 edit 2 late | 9 vote 5 bob 1 | 10 vote 5 zed 0 | 11 vote 5 bob 0");
    it.screen();
    // Known rows are dropped, and what is about a message that is not held means nothing.
    it.run("events | 9 vote 5 bob 1\nevents | 12 vote 5 zed - | 13 vote 99 zed 1 | 14 edit 99 x | 15 delete 99 | 16 vote 1 zed 1");
    it.screen();
    expect![[r#"
        events | 4 ann/1 hi | 5 @bot<4 done poll a/b
          ~ order
        events | 6 edit 1 once | 7 delete 2 | 8 edit 2 late | 9 vote 5 bob 1 | 10 vote 5 zed 0 | 11 vote 5 bob 0
          ~ row 1, row 2, row 5
        = 5 rows
        1 zed: once (sent edited)
        2 zed:  (sent deleted)
        3 zed: three (sent)
        4 ann: hi (sent mine)
        5 bot: poll a/b (done again bob:0 zed:0)
        events | 9 vote 5 bob 1
        events | 12 vote 5 zed - | 13 vote 99 zed 1 | 14 edit 99 x | 15 delete 99 | 16 vote 1 zed 1
          ~ row 5, row 1
        = 5 rows
        1 zed: once (sent edited)
        2 zed:  (sent deleted)
        3 zed: three (sent)
        4 ann: hi (sent mine)
        5 bot: poll a/b (done again bob:0)
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn an_edit_shows_at_once_and_is_sent_until_it_is_answered() {
    let mut it = Script::live();
    it.run("events | 4 ann/1 hi");
    it.run("edit 2 of 4 hello\nedit 2 of 4 other");
    it.run(&format!("{AGAIN}back 4 as ann"));
    it.screen();
    it.run("accepted 2 5");
    it.screen();
    it.run("events | 5 edit 4 hello");
    it.screen();
    it.run(&format!("{AGAIN}back 5 as ann"));
    expect![[r#"
        events | 4 ann/1 hi
          ~ order
        edit 2 of 4 hello
          send edit 2 after 4: 4 hello
          ~ row ann/1
        edit 2 of 4 other
        closed 1006
          ~ offline for 279
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 4
        back 4 as ann
          send edit 2 after 4: 4 hello
          ~ people 1, live
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hello (sent mine edited)
        accepted 2 5
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hello (sent mine edited)
        events | 5 edit 4 hello
          ~ row ann/1
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hello (sent mine edited)
        closed 1006
          ~ offline for 451
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 5
        back 5 as ann
          ~ people 1, live
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn what_is_refused_is_taken_back() {
    let mut it = Script::live();
    it.run("events | 4 ann/1 hi | 5 @bot<4 done poll a/b | 6 vote 5 bob 1");
    for (line, shown, code) in [
        ("edit 2 of 4 hello", "hello (sent mine edited)", "too_long"),
        ("delete 2 of 4", " (sent mine deleted)", "not_allowed"),
    ] {
        it.run(line);
        assert!(it.rows()[3].ends_with(shown), "{:?}", it.rows());
        it.run(&format!("refused 2 {code}"));
        assert_eq!(it.rows()[3], "4 ann: hi (sent mine)");
        assert!(it.told.ends_with(&format!("~ row ann/1, notice {code}\n")), "{}", it.told);
    }
    // The refused words are what the next attempt begins with.
    let to_edit = |it: &Script| it.client.timeline().to_edit(shared::Seq(4)).unwrap().to_owned();
    assert_eq!(to_edit(&it), "hi");
    it.run("edit 4 of 4 hello\nrefused 4 slow_down");
    assert_eq!(to_edit(&it), "hello");
    it.run("edit 5 of 4 hello there\naccepted 5 7\nevents | 7 edit 4 hello there");
    assert_eq!(to_edit(&it), "hello there");
    it.run("vote 3 in 5 for 0");
    assert_eq!(last(&it), "5 bot: poll a/b (done again bob:1 ann:0)");
    it.run("refused 3 not_now");
    assert_eq!(last(&it), "5 bot: poll a/b (done again bob:1)");
}

#[test]
fn the_latest_of_several_votes_shows_until_the_log_has_it() {
    let mut it = Script::live();
    it.run("events | 4 @bot<3 done poll a/b\nvote 1 in 4 for 0\nvote 2 in 4 for 1");
    assert_eq!(last(&it), "4 bot: poll a/b (done again ann:1)");
    // Between the answer and the row nothing flickers.
    it.run("accepted 1 5\nevents | 5 vote 4 ann 0");
    assert_eq!(last(&it), "4 bot: poll a/b (done again ann:1)");
    it.run("accepted 2 6");
    assert_eq!(last(&it), "4 bot: poll a/b (done again ann:1)");
    it.run("events | 6 vote 4 ann 1\nvote 3 in 4 for -");
    assert_eq!(last(&it), "4 bot: poll a/b (done again)");
    it.run("refused 3 try_later");
    assert_eq!(last(&it), "4 bot: poll a/b (done again ann:1)");
    // The row may come first, too.
    it.run("vote 4 in 4 for -\nevents | 7 vote 4 ann -\naccepted 4 7\nevents | 8 vote 4 ann 0");
    assert_eq!(last(&it), "4 bot: poll a/b (done again ann:0)");
}

#[test]
fn what_belongs_to_another_numbering_or_person_is_dropped() {
    for welcome in ["welcome 4 as ann epoch bbb | 4 @bot<3 done poll a/b", "back 4 as bob"] {
        let mut it = Script::live();
        it.run(
            "events | 4 @bot<3 done poll a/b\nvote 1 in 4 for 0\nagain 2 of 4\nsetbot 3 cook\nedit 4 of 3 x",
        );
        let from = it.told.len();
        it.run(&format!("{AGAIN}{welcome}"));
        let later = &it.told[from..];
        assert!(!later.contains("send vote") && !later.contains("send regenerate"), "{later}");
        assert!(!later.contains("send set") && later.contains("setting idle"), "{later}");
        assert_eq!(last(&it), "4 bot: poll a/b (done again)");
    }
}

#[test]
fn a_card_that_is_made_is_a_measure_and_never_text() {
    check(
        "start\nentered open\nopened\nwelcome 3 as ann
        events | 4 bot mypoll | 5 @mypoll<3 queued
        delta 5 0 {\"qu
        run 5 streaming card poll
        events | 6 @bot<3 queued
        run 6 thinking looked Seoul
        delta 6 0 sunny
        run 6 streaming card poll
        events | 7 end 6 stopped {\"qu
        events | 8 end 5 stopped {\"qu",
        expect![[r#"
            start
              enter
              ~ connecting
            entered open
              open
              ~ door open
            opened
              send hello (reader)
            welcome 3 as ann
              ~ order, older none, you ann, people 1, bots, live
            events | 4 bot mypoll | 5 @mypoll<3 queued
              ~ bots, order
            delta 5 0 {"qu
              ~ row 5
            run 5 streaming card poll
              ~ row 5
            events | 6 @bot<3 queued
              ~ order
            run 6 thinking looked Seoul
              ~ row 6
            delta 6 0 sunny
              ~ row 6
            run 6 streaming card poll
              ~ row 6
            events | 7 end 6 stopped {"qu
              ~ row 6
            events | 8 end 5 stopped {"qu
              ~ row 5
            = 5 rows
            1 zed: one (sent)
            2 zed: two (sent)
            3 zed: three (sent)
            5 mypoll:  (stopped again)
            6 bot: {"qu (stopped again)
        "#]],
    );
    let mut it = Script::live();
    it.run("events | 4 bot mypoll | 5 @mypoll<3 queued\ndelta 5 0 {\"qu");
    assert_eq!(last(&it), "5 mypoll:  (streaming stop making poll 4)");
}

#[test]
fn who_may_edit_delete_and_vote() {
    let rows = "| 4 ann/1 hi | 5 @bot<4 done poll a/b | 6 @bot<4 queued";
    for (who, expected) in [
        ("as ann", "0 0 0, 0 0 0, 1 1 0, 0 0 1, 0 0 0"),
        ("as bob", "0 0 0, 0 0 0, 0 0 0, 0 0 1, 0 0 0"),
        ("as bob owner", "0 1 0, 0 1 0, 0 1 0, 0 1 1, 0 0 0"),
        ("id ann", "0 0 0, 0 0 0, 0 0 0, 0 0 0, 0 0 0"),
    ] {
        let mut it = Script::new();
        it.run(&format!("start\nentered open\nopened\nwelcome 6 {who} | 2 zed x | 3 zed y {rows}"));
        let timeline = it.client.timeline();
        let rights: Vec<String> = timeline
            .keys()
            .iter()
            .map(|key| timeline.row(key).unwrap().rights)
            .map(|may| format!("{} {} {}", u8::from(may.edit), u8::from(may.delete), u8::from(may.vote)))
            .collect();
        assert_eq!(rights.join(", "), expected, "{who}");
    }
    // Nothing can be done with what is gone.
    let mut it = Script::live();
    it.run("events | 4 ann/1 hi\ndelete 2 of 4");
    assert_eq!(it.client.timeline().by_seq(shared::Seq(4)).unwrap().rights, crate::Rights::default());
}
