//! What owners and operators do, and what everybody's page makes of it.

use shared::{
    Audit, ClientFrame, ErrorCode, Millis, Moderation, ModerationAct, ModerationAction, PersonId,
    RoomSettings, Seq, ServerFrame,
};

use super::Script;
use super::parse::{nonce, person};
use crate::{Change, Client, Effect, EntryState, Input, ItemKey};

fn event(seq: u64, act: ModerationAct) -> Input {
    let moderation = Moderation {
        seq: Seq(seq),
        at: Millis(0),
        by: person("zed"),
        name: "zed".to_owned(),
        operator: false,
        act,
    };
    frame(&ServerFrame::Events { events: vec![shared::Event::Moderation(Box::new(moderation))] })
}

fn frame(frame: &ServerFrame) -> Input {
    Input::Received(frame.encode())
}

fn named(id: &str) -> (PersonId, String) {
    (person(id), id.to_owned())
}

fn live() -> Script {
    Script::live()
}

fn quiet_lines(client: &Client) -> Vec<Seq> {
    let keys = client.timeline().keys();
    keys.iter().filter_map(|key| client.timeline().moderation(key)).map(|moderation| moderation.seq).collect()
}

#[test]
fn acts_are_quiet_lines_in_their_place() {
    let mut script = live();
    let (person, name) = named("bob");
    script.handle(event(4, ModerationAct::Kicked { person, name }));
    script.handle(event(5, ModerationAct::Unknown));
    script.run("events | 6 #ann later");
    let keys = script.client.timeline().keys();
    let places = keys.iter().filter(|key| matches!(key, ItemKey::Seq(Seq(4 | 5))));
    assert_eq!(places.count(), 2);
    assert_eq!(quiet_lines(&script.client), [Seq(4), Seq(5)]);
    assert_eq!(keys.iter().position(|key| *key == ItemKey::Seq(Seq(4))), Some(3), "after the third message");
    assert!(script.client.timeline().item(&ItemKey::Seq(Seq(4))).is_none(), "it is no message");
    assert_eq!(script.client.timeline().resume().map(|resume| resume.after), Some(6), "nothing is missing");
}

#[test]
fn a_person_learns_that_they_are_muted_and_own_the_room() {
    let mut script = live();
    let muted = |client: &Client| client.you().and_then(|you| you.muted_until);
    let (ann, name) = named("ann");
    let (bob, bobs) = named("bob");
    script
        .handle(event(4, ModerationAct::Muted { person: bob.clone(), name: bobs.clone(), until: Millis(9) }));
    assert_eq!(muted(&script.client), None, "somebody else");
    script
        .handle(event(5, ModerationAct::Muted { person: ann.clone(), name: name.clone(), until: Millis(7) }));
    assert_eq!(muted(&script.client), Some(Millis(7)));
    script.handle(event(5, ModerationAct::Unmuted { person: ann.clone(), name: name.clone() }));
    assert_eq!(muted(&script.client), Some(Millis(7)), "an event that was applied before");
    script.handle(event(6, ModerationAct::HandedOver { person: ann, name }));
    assert!(script.client.you().is_some_and(|you| you.owner && you.muted_until.is_none()));
    let item = script.client.timeline().item(&script.client.timeline().keys()[0]).unwrap();
    assert!(item.permissions.delete, "an owner deletes what others wrote");
    script.handle(event(7, ModerationAct::HandedOver { person: bob, name: bobs }));
    assert!(script.client.you().is_some_and(|you| !you.owner));
}

#[test]
fn settings_are_those_of_the_newest_event() {
    let mut script = live();
    let settings = RoomSettings { topic: "tea".to_owned(), slow_mode: 30, ..RoomSettings::default() };
    script.handle(event(4, ModerationAct::RoomSet { settings: settings.clone() }));
    assert_eq!(script.client.timeline().settings(), &settings);
    script.handle(event(6, ModerationAct::RoomSet { settings: RoomSettings::default() }));
    assert_eq!(script.client.timeline().settings(), &settings, "an event before it is missing");
}

#[test]
fn acts_are_repeated_until_they_are_answered() {
    let mut script = live();
    let action = ModerationAction::Mute { minutes: 5 };
    script.handle(Input::Moderate { nonce: nonce(1), person: person("bob"), action });
    script.handle(Input::Report { nonce: nonce(2), seq: Seq(1), reason: "spam".to_owned() });
    assert!(
        script.transcript.contains("send moderate 1 after 3: bob Mute { minutes: 5 }"),
        "{}",
        script.transcript
    );
    script.transcript.clear();
    script.run(
        "closed 1006\nonline\nentered open\nopened\nresumed 3 as ann\naccepted 2 1\nrefused 1 not_allowed",
    );
    assert!(script.transcript.contains("send moderate 1 after 3"), "{}", script.transcript);
    assert!(script.transcript.contains("send report 2: 1 spam"), "{}", script.transcript);
    assert!(script.transcript.contains("reported 1"), "{}", script.transcript);
    assert!(script.transcript.contains("notice not_allowed"), "{}", script.transcript);
}

#[test]
fn the_audit_list_is_asked_for_and_renewed() {
    let mut script = live();
    script.handle(Input::RequestAudit);
    assert!(script.client.audit().is_none());
    script.handle(frame(&ServerFrame::Audit(Box::default())));
    script.handle(frame(&ServerFrame::Reports { count: 2 }));
    assert_eq!((script.client.audit(), script.client.reports()), (Some(&Audit::default()), 2));
    let (ann, name) = named("ann");
    script.handle(event(4, ModerationAct::HandedOver { person: ann, name }));
    let (bob, name) = named("bob");
    let now = script.now;
    let effects = script.client.handle(now, event(5, ModerationAct::Kicked { person: bob, name }));
    assert!(effects.contains(&Effect::Send(ClientFrame::Audit.encode())), "{effects:?}");
    assert!(effects.contains(&Effect::Show(Change::Order)), "{effects:?}");
}

#[test]
fn case_122_case_124_who_is_kept_out_stays_out() {
    for (status, state) in
        [("kicked", EntryState::Kicked), ("locked", EntryState::Locked), ("banned", EntryState::Banned)]
    {
        let mut script = Script::new();
        script.run(&format!("start\nentered {status}"));
        assert_eq!(script.client.entry_state(), state);
        script.transcript.clear();
        script.run("pass 600000");
        assert!(!script.transcript.contains("enter"), "{status}: {}", script.transcript);
    }
    let mut script = live();
    script.run("closed 4411");
    assert_eq!(script.client.entry_state(), EntryState::Kicked);
}

#[test]
fn case_121_a_message_of_somebody_who_is_muted_fails_and_keeps_its_text() {
    for code in ["muted", "slow_mode"] {
        let mut script = live();
        script.run(&format!("say 1 hi\nrefused 1 {code}"));
        assert!(script.transcript.contains("item ann/1"), "{}", script.transcript);
        let failed = script.client.timeline().keys().pop().unwrap();
        let item = script.client.timeline().item(&failed).unwrap();
        let why = if code == "muted" { ErrorCode::Muted } else { ErrorCode::SlowMode };
        assert_eq!((item.state, item.text), (crate::ItemState::Failed { why }, "hi"));
    }
}

#[test]
fn case_175_a_fresh_welcome_brings_what_was_done_between_its_messages() {
    let mut script = Script::new();
    let (person, name) = named("bob");
    let act = ModerationAct::Kicked { person: person.clone(), name: name.clone() };
    let at = Millis(0);
    let mut welcome = super::parse::welcome(false, &["9"], &["1 zed one", "8 zed two"]);
    welcome.acts = [4, 9, 12]
        .map(|seq| shared::Moderation {
            seq: Seq(seq),
            at,
            by: person.clone(),
            name: name.clone(),
            operator: false,
            act: act.clone(),
        })
        .to_vec();
    script.run("start\nentered open\nopened");
    let now = script.now;
    let welcome = ServerFrame::Welcome(Box::new(welcome)).encode();
    script.client.handle(now, Input::Received(welcome));
    let shown: Vec<bool> = {
        let timeline = script.client.timeline();
        timeline.keys().iter().map(|key| timeline.moderation(key).is_some()).collect()
    };
    assert_eq!(shown, [false, true, false, true], "the one of a place that is not known yet is not shown");
}
