//! A room's bots: what the log says of them, and what its owner does with them.

use expect_test::expect;

use super::Script;

const AGAIN: &str = "closed 1006\nonline\nentered open\nopened\n";

fn handles(it: &Script) -> String {
    it.client.bots().iter().map(|bot| bot.handle.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn bots_come_change_and_go_in_the_order_of_the_log() {
    let mut it = Script::live();
    it.run("events | 4 bot cook | 5 bot mypoll | 6 bot cook");
    assert_eq!(handles(&it), "bot cook mypoll");
    it.run("events | 7 nobot cook | 8 nobot cook");
    assert_eq!(handles(&it), "bot mypoll");
    // What is known already is not applied again.
    it.run("events | 6 bot cook");
    assert_eq!(handles(&it), "bot mypoll");
    // A welcome knows them all.
    it.run(&format!("{AGAIN}back 9 as ann | 9 bot late"));
    assert_eq!(handles(&it), "bot");
}

#[test]
fn setting_a_bot_is_answered_field_by_field() {
    let mut it = Script::live();
    it.run("askdrafts\ndrafts\nsetbot 1 cook\nrefused 1 bad_bot handle=handle_characters");
    it.run(&format!("setbot 2 cook\n{AGAIN}back 3 as ann\naccepted 2 4\ndrafts cook\nforget"));
    it.run("unbot 3 cook\naccepted 3 5\nunbot 4 cook\nrefused 4 no_such_bot");
    expect![[r#"
        askdrafts
          send drafts
        drafts
          ~ drafts []
        setbot 1 cook
          send set 1 after 3: cook
          ~ setting underway
        refused 1 bad_bot handle=handle_characters
          ~ setting refused bad_bot handle=handle_characters
        setbot 2 cook
          send set 2 after 3: cook
          ~ setting underway
        closed 1006
          ~ offline for 279
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 3
        back 3 as ann
          send set 2 after 3: cook
          ~ people 1, live
        accepted 2 4
          send drafts
          ~ setting done
        drafts cook
          ~ drafts ["cook"]
        forget
          ~ setting idle
        unbot 3 cook
          send remove 3 after 3: cook
        accepted 3 5
          send drafts
        unbot 4 cook
          send remove 4 after 3: cook
        refused 4 no_such_bot
          ~ notice no_such_bot
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn who_went_on_is_not_told_that_it_was_saved_but_that_it_was_not() {
    let mut it = Script::live();
    it.run("setbot 1 cook\nforget\naccepted 1 4\nsetbot 2 cook\nforget\nrefused 2 bad_bot handle=too_long");
    expect![[r#"
        setbot 1 cook
          send set 1 after 3: cook
          ~ setting underway
        forget
          ~ setting idle
        accepted 1 4
          send drafts
        setbot 2 cook
          send set 2 after 3: cook
          ~ setting underway
        forget
          ~ setting idle
        refused 2 bad_bot handle=too_long
          ~ notice bad_bot
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn what_was_asked_and_not_answered_is_asked_again() {
    let mut it = Script::live();
    it.run("askbill\nclosed 1006\naskdrafts\nonline\nentered open\nopened\nback 3 as ann");
    it.run(&format!("bill\nrefused - not_allowed\n{AGAIN}back 3 as ann"));
    expect![[r#"
        askbill
          send bill
        closed 1006
          ~ offline for 279
        askdrafts
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 3
        back 3 as ann
          send drafts
          send bill
          ~ people 1, live
        bill
          ~ bill
        refused - not_allowed
          ~ notice not_allowed
        closed 1006
          ~ offline for 451
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 3
        back 3 as ann
          ~ people 1, live
    "#]]
    .assert_eq(&it.told);
}
