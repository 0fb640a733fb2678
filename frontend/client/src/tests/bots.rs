//! Bots in the log, and saving and removing custom bots.

use expect_test::expect;

use super::Script;

fn handles(script: &Script) -> String {
    script.client.bots().iter().map(|bot| bot.handle.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn bots_are_saved_and_removed_in_the_order_of_the_log() {
    let mut script = Script::live();
    script.run("events | 4 bot cook | 5 bot mypoll | 6 bot cook");
    assert_eq!(handles(&script), "bot cook mypoll");
    script.run("events | 7 botgone cook | 8 botgone cook");
    assert_eq!(handles(&script), "bot mypoll");
    // An event that was applied before is dropped.
    script.run("events | 6 bot cook");
    assert_eq!(handles(&script), "bot mypoll");
    // A welcome replaces the whole list.
    script.run_reconnected("resumed 9 as ann | 9 bot late");
    assert_eq!(handles(&script), "bot");
}

#[test]
fn saving_a_bot_is_refused_field_by_field_or_confirmed() {
    let mut script = Script::live();
    script.run("requestbots\ndrafts\nsetbot 1 cook\nrefused 1 bad_bot handle=handle_characters");
    script.run("setbot 2 cook");
    script.run_reconnected("resumed 3 as ann\naccepted 2 4\ndrafts cook\nresetsave");
    script.run("removebot 3 cook\naccepted 3 5\nremovebot 4 cook\nrefused 4 no_such_bot");
    expect![[r#"
        requestbots
          send drafts
        drafts
          ~ custom bots []
        setbot 1 cook
          send set 1 after 3: cook
          ~ bot save saving
        refused 1 bad_bot handle=handle_characters
          ~ bot save refused bad_bot handle=handle_characters
        setbot 2 cook
          send set 2 after 3: cook
          ~ bot save saving
        resumed 3 as ann
          send set 2 after 3: cook
          ~ people 1, live
        accepted 2 4
          send drafts
          ~ bot save saved
        drafts cook
          ~ custom bots ["cook"]
        resetsave
          ~ bot save idle
        removebot 3 cook
          send remove 3 after 3: cook
        accepted 3 5
          send drafts
        removebot 4 cook
          send remove 4 after 3: cook
        refused 4 no_such_bot
          ~ notice no_such_bot
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn after_leaving_the_form_only_a_refusal_is_told() {
    let mut script = Script::live();
    script.run(
        "setbot 1 cook\nresetsave\naccepted 1 4\nsetbot 2 cook\nresetsave\nrefused 2 bad_bot handle=too_long",
    );
    expect![[r#"
        setbot 1 cook
          send set 1 after 3: cook
          ~ bot save saving
        resetsave
          ~ bot save idle
        accepted 1 4
          send drafts
        setbot 2 cook
          send set 2 after 3: cook
          ~ bot save saving
        resetsave
          ~ bot save idle
        refused 2 bad_bot handle=too_long
          ~ notice bad_bot
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn what_a_bot_knows_is_asked_for_and_saved_with_it() {
    let mut script = Script::live();
    script.run("requestknowledge cook\nknowledge other text\nknowledge cook a text");
    script.run("requestknowledge cook");
    script.run_reconnected("resumed 3 as ann\nrefused - not_allowed");
    script.run("setbot 1 cook knowing a new text");
    expect![[r#"
        requestknowledge cook
          send knowledge cook
        knowledge other text
        knowledge cook a text
          ~ knowledge Some("a text")
        requestknowledge cook
          send knowledge cook
        resumed 3 as ann
          send knowledge cook
          ~ people 1, live
        refused - not_allowed
          ~ notice not_allowed
        setbot 1 cook knowing a new text
          send set 1 after 3: cook knowing a new text
          ~ bot save saving
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn unanswered_queries_are_sent_again_on_a_new_socket() {
    let mut script = Script::live();
    script.run("requestbill\nclosed 1006\nrequestbots\nonline\nentered open\nopened\nresumed 3 as ann");
    script.run("bill\nrefused - not_allowed");
    script.run_reconnected("resumed 3 as ann");
    expect![[r#"
        requestbill
          send bill
        closed 1006
          ~ offline for 279
        requestbots
        online
          open
          ~ reconnecting
        entered open
        opened
          send hello ann after 3
        resumed 3 as ann
          send drafts
          send bill
          ~ people 1, live
        bill
          ~ bill
        refused - not_allowed
          ~ notice not_allowed
        resumed 3 as ann
          ~ people 1, live
    "#]]
    .assert_eq(&script.transcript);
}
