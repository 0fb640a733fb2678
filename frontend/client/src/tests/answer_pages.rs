//! Several answers to one question: they share a place, the person pages through them, and who asked chooses.

use expect_test::expect;

use super::Script;

fn last(script: &Script) -> String {
    script.items().last().unwrap().clone()
}

#[test]
fn options_come_are_paged_through_and_one_is_chosen() {
    let mut script = Script::live();
    script.run("events | 4 ann/1 which? | 5 @bot<4 queued | 6 end 5 done one");
    assert_eq!(last(&script), "5 bot: one (done regenerate)");
    script.run("events | 7 options 5 one/two\nevents | 8 options 5 one/two/three");
    assert_eq!(last(&script), "5 bot: one (done regenerate 1/3)");
    script.run("turn 5 2");
    assert_eq!(last(&script), "5 bot: three (done regenerate 3/3 choose 2)");
    script.run("choose 1 of 5 for 2\naccepted 1 9\nevents | 9 choice 5 2 ann\nturn 5 0");
    assert_eq!(last(&script), "5 bot: one (done regenerate 1/3 choose 0)");
    // Whoever pages is shown what somebody chooses.
    script.run("events | 10 choice 5 1 zed");
    assert_eq!(last(&script), "5 bot: two (done regenerate 2/3)");
    // Beyond the last page, and after the deletion, nothing is shown that is not there.
    script.run("turn 5 9\nevents | 11 delete 5\nturn 5 1\nevents | 12 choice 5 0 zed");
    assert_eq!(last(&script), "5 bot:  (done deleted)");
    expect![[r#"
        events | 4 ann/1 which? | 5 @bot<4 queued | 6 end 5 done one
          ~ order, item 5
        events | 7 options 5 one/two
          ~ item 5
        events | 8 options 5 one/two/three
          ~ item 5
        turn 5 2
          ~ item 5
        choose 1 of 5 for 2
          send choose 1 after 8: 5 2
        accepted 1 9
        events | 9 choice 5 2 ann
          ~ item 5
        turn 5 0
          ~ item 5
        events | 10 choice 5 1 zed
          ~ item 5
        turn 5 9
          ~ item 5
        events | 11 delete 5
          ~ item 5
        turn 5 1
        events | 12 choice 5 0 zed
          ~ item 5
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn only_who_asked_and_owners_may_choose_and_ask_again() {
    for (welcome, may) in
        [("4 as zed", false), ("4 as zed owner", true), ("4 as zed operator", true), ("4", false)]
    {
        let mut script = Script::live();
        script.run("closed 1006\nonline\nentered open\nopened");
        script.run(&format!("welcome {welcome} | 1 ann which? | 2 @bot<1 done one"));
        script.run("events | 5 options 2 one/two\nturn 2 1");
        let rights = if may { " regenerate 2/2 choose 1" } else { " 2/2" };
        assert_eq!(last(&script), format!("2 bot: two (done{rights})"), "{welcome}");
    }
}

#[test]
fn answers_to_one_question_share_the_place_of_the_first() {
    let mut script = Script::live();
    script
        .run("events | 4 ann/1 which? | 5 @bot<4 failed | 6 @other<4 done else | 7 zed hm | 8 @bot<4 queued");
    script.run("run 8 thinking\ndelta 8 0 so");
    script.print_timeline();
    script.run("events | 9 end 8<4 done so");
    script.print_timeline();
    script.run("turn 8 0");
    script.print_timeline();
    // A link to the earlier one turns to it, and a deleted one is none of them.
    script.run("turn 8 1\njump 5\nevents | 10 delete 5");
    script.print_timeline();
    expect![[r#"
        events | 4 ann/1 which? | 5 @bot<4 failed | 6 @other<4 done else | 7 zed hm | 8 @bot<4 queued
          ~ order, item 5
        run 8 thinking
          ~ item 8, item 5
        delta 8 0 so
          ~ item 8, item 5
        = 7 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: which? (sent mine)
        8 bot: so (streaming stop 2/2)
        6 other: else (done regenerate)
        7 zed: hm (sent)
        events | 9 end 8<4 done so
          ~ item 8, item 5
        = 7 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: which? (sent mine)
        8 bot: so (done regenerate 2/2)
        6 other: else (done regenerate)
        7 zed: hm (sent)
        turn 8 0
          ~ item 8, item 5
        = 7 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: which? (sent mine)
        5 bot:  (failed regenerate 1/2)
        6 other: else (done regenerate)
        7 zed: hm (sent)
        turn 8 1
          ~ item 8, item 5
        jump 5
          ~ item 8, item 5, jumped to 5 ""
        events | 10 delete 5
          ~ item 5
        = 7 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: which? (sent mine)
        8 bot: so (done regenerate)
        6 other: else (done regenerate)
        7 zed: hm (sent)
    "#]]
    .assert_eq(&script.transcript);
}
