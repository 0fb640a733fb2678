//! New messages as everybody is sent them: authors by number, nonces only in `accepted`, ends that do not repeat the text.

use expect_test::expect;

use super::Script;
use super::script::check_opened;

#[test]
fn a_message_names_its_author_by_number_once_they_are_known() {
    let mut script = Script::live();
    script.run(
        "said 4 #bob hi\nsaid 5 #2 there\npeople 3 +cid\nsaid 6 #3 hello\nevents | 7 #ann me | 8 #2 you",
    );
    script.print_timeline();
    expect![[r#"
        said 4 #bob hi
          ~ order
        said 5 #2 there
          ~ order
        people 3 +cid
          ~ people 3
        said 6 #3 hello
          ~ order
        events | 7 #ann me | 8 #2 you
          ~ order
        = 8 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bob: hi (sent)
        5 bob: there (sent)
        6 cid: hello (sent)
        7 ann: me (sent mine)
        8 bob: you (sent)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn an_author_who_is_not_known_is_a_gap_that_a_resume_repairs() {
    let mut script = Script::live();
    script.run("said 4 #9 who\nresumed 4 as ann | 4 ivy who\nsaid 5 #9 again");
    script.print_timeline();
    expect![[r#"
        said 4 #9 who
          send hello ann after 3
        resumed 4 as ann | 4 ivy who
          ~ order, people 1
        said 5 #9 again
          send hello ann after 4
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ivy: who (sent)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn g4_an_own_message_keeps_its_item_when_the_room_sends_it_without_its_nonce() {
    let mut script = Script::live();
    script.run("say 1 hi\naccepted 1 4\nsaid 4 #1 hi");
    let keys = script.client.timeline().keys();
    assert_eq!(keys.last().map(ToString::to_string).as_deref(), Some("person-ann.nonce-000000000001"));
    script.print_timeline();
    expect![[r#"
        say 1 hi
          persist 1
          send say 1 after 3: hi
          ~ order
        accepted 1 4
          unpersist 1
          ~ item ann/1
        said 4 #1 hi
          ~ order
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hi (sent mine)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn g4_an_acceptance_on_a_newer_socket_removes_the_pending_message() {
    check_opened(
        "join ann\nwelcome 3\nwelcome 3 as ann\nsay 1 hi\nclosed 1006\npass 2000\nentered open\nopened\nresumed 3 as ann\naccepted 1 4\nsaid 4 #ann hi",
        expect![[r#"
            join ann
            welcome 3
              send hello ann after 3
              ~ order, history complete, you (reader), people 0, bots, live
            welcome 3 as ann
              ~ item 1, item 2, item 3, order, history complete, you ann, people 1
            say 1 hi
              persist 1
              send say 1 after 3: hi
              ~ order
            closed 1006
              ~ offline for 279
            pass 2000
              after 279:
              open
              ~ reconnecting
            entered open
            opened
              send hello ann after 3
            resumed 3 as ann
              send say 1 after 3: hi
              ~ people 1, live
            accepted 1 4
              unpersist 1
              ~ item ann/1
            said 4 #ann hi
              ~ order
            = 4 items
            1 zed: one (sent)
            2 zed: two (sent)
            3 zed: three (sent)
            4 ann: hi (sent mine)
        "#]],
    );
}

#[test]
fn g9_an_end_that_repeats_no_text_keeps_what_was_streamed() {
    check_opened(
        "welcome 3 | 3 zed q\nevents | 4 @bot<3 queued\ndelta 4 0 hel\ndelta 4 3 lo\nevents | 5 end 4 done =5",
        expect![[r#"
            welcome 3 | 3 zed q
              ~ order, history complete, you (reader), people 0, bots, live
            events | 4 @bot<3 queued
              ~ order
            delta 4 0 hel
              ~ item 4
            delta 4 3 lo
              ~ item 4
            events | 5 end 4 done =5
              ~ item 4
            = 2 items
            3 zed: q (sent)
            4 bot: hello (done)
        "#]],
    );
}

#[test]
fn g9_a_client_that_misses_a_part_of_the_text_resumes_at_the_end() {
    check_opened(
        "welcome 3 | 3 zed q\nevents | 4 @bot<3 queued\ndelta 4 0 hel\nevents | 5 end 4 done =5\nresumed 5 | 5 end 4 done hello\nsaid 6 #bob next",
        expect![[r#"
            welcome 3 | 3 zed q
              ~ order, history complete, you (reader), people 0, bots, live
            events | 4 @bot<3 queued
              ~ order
            delta 4 0 hel
              ~ item 4
            events | 5 end 4 done =5
              send hello (reader) after 4
            resumed 5 | 5 end 4 done hello
              ~ item 4, people 0
            said 6 #bob next
              ~ order
            = 3 items
            3 zed: q (sent)
            4 bot: hello (done)
            6 bob: next (sent)
        "#]],
    );
}

#[test]
fn the_list_of_a_crowd_is_loaded_in_parts_when_it_is_asked_for() {
    let mut script = Script::new();
    script.run("start\nentered open\nopened\nwelcome 3 as ann of 4\nrequestpeople\nrequestpeople");
    script.run("peoplepage more +ann +bob\npeoplepage >bob +cid +zed\nrequestpeople\npeople 5\nrequestpeople\npass 5000\nrequestpeople");
    script.run("peoplepage >zed +yan\npeople 2 all +ann +zed\nrequestpeople");
    let people: Vec<&str> = script.client.people().values().map(|person| person.name.as_str()).collect();
    assert_eq!(people, ["ann", "zed"]);
    expect![[r#"
        start
          enter
          ~ connecting
        entered open
          open
          ~ entry open
        opened
          send hello (reader)
        welcome 3 as ann of 4
          ~ order, history complete, you ann, people 4, bots, live
        requestpeople
          send people
        requestpeople
        peoplepage more +ann +bob
          send people after bob
        peoplepage >bob +cid +zed
          ~ people 4
        requestpeople
        people 5
          ~ people 5
        requestpeople
        pass 5000
        requestpeople
          send people
        peoplepage >zed +yan
        people 2 all +ann +zed
          ~ people 2
        requestpeople
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn g4_a_refusal_after_the_same_nonce_was_accepted_from_another_tab_changes_nothing() {
    let mut script = Script::live();
    script.run("say 1 hi\naccepted 1 4\nrefused 1 slow_down 2000\nsaid 4 #1 hi\nsaid 5 #2 there");
    script.print_timeline();
    expect![[r#"
        say 1 hi
          persist 1
          send say 1 after 3: hi
          ~ order
        accepted 1 4
          unpersist 1
          ~ item ann/1
        refused 1 slow_down 2000
        said 4 #1 hi
          ~ order
        said 5 #2 there
          send hello ann after 4
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hi (sent mine)
    "#]]
    .assert_eq(&script.transcript);
}
