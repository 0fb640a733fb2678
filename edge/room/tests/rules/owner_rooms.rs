//! What owners and operators do to the room: slow mode, lock, hand-over, another key, deletion; reports and the audit list.

use room::{Input, ResponseRecord};
use shared::{
    ClientFrame, ErrorCode, Event, ModerationAct, ModerationAction, RoomSettings, Seq, ServerFrame,
    Strictness, limits,
};

use crate::harness::{Harness, person};

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

fn slow(slow_mode: u32) -> RoomSettings {
    RoomSettings { slow_mode, ..RoomSettings::default() }
}

fn locked() -> RoomSettings {
    RoomSettings { locked: true, ..RoomSettings::default() }
}

#[test]
fn case_124_slow_mode_makes_people_wait_over_reconnections_and_restarts() {
    let mut harness = Harness::den();
    harness.run("bob joins; ann joins").set_room("owner", slow(60)).run("bob says one");
    assert_eq!(harness.answer_to("bob"), "accepted");
    for restart in [
        "1 s",
        "room sleeps",
        "room crashes; bob joins",
        "bob leaves; bob joins",
        "bob leaves; bob/phone joins as bob",
    ] {
        harness.run(restart).discard_lines();
        let tab = if restart.contains("phone") { "bob/phone" } else { "bob" };
        harness.run(&format!("{tab} says two"));
        let answer = harness.answer_to(tab);
        assert!(answer.starts_with("SlowMode, again in "), "{restart}: {answer}");
    }
    harness.run("owner joins as Olga; ann joins; ann says hi; owner says a; owner says b");
    assert_eq!(
        [harness.answer_to("owner").as_str()],
        ["accepted"],
        "each waits for themselves, and owners do not"
    );
    harness.run("60 s; bob/phone says two");
    assert_eq!(harness.answer_to("bob/phone"), "accepted");
    harness.set_room("owner", slow(0)).run("bob/phone says three");
    assert_eq!(harness.answer_to("bob/phone"), "accepted");
    harness.set_room("owner", slow(3_601));
    assert_eq!(harness.answer_to("owner"), "OutOfRange");
}

#[test]
fn case_124_a_retry_in_slow_mode_is_the_same_message() {
    let mut harness = Harness::den();
    harness.run("bob joins").set_room("owner", slow(60));
    let nonce = harness.new_nonce();
    for _ in 0..3 {
        harness.say_after("bob", nonce.clone(), Seq(1), "once", None);
        assert_eq!(harness.answer_to("bob"), "accepted");
    }
    assert_eq!(harness.head(), Seq(2));
}

#[test]
fn case_124_nobody_new_comes_into_a_locked_room() {
    let mut harness = Harness::den();
    harness.run("bob joins; max reads; bob leaves").set_room("owner", locked());
    harness.run("eve joins; eve/two reads; bob joins; operator joins as Opal");
    assert_eq!([harness.closed("eve"), harness.closed("eve/two"), harness.closed("bob")], [4410, 4410, 0]);
    assert_eq!([harness.closed("operator"), harness.closed("max")], [0, 0]);
    harness.run("1 s; room sleeps; max joins as Max");
    assert_eq!(harness.answer_to("max"), "Locked", "whoever only reads does not become somebody");
    assert_eq!(harness.closed("max"), 0);
    harness.set_room("owner", RoomSettings::default()).run("eve joins; max joins as Max");
    assert_eq!([harness.closed("eve"), harness.closed("max")], [0, 0]);
}

#[test]
fn case_124_settings_are_told_at_once_and_kept() {
    let mut harness = Harness::den();
    let settings =
        RoomSettings { topic: " tea  time ".to_owned(), moderation: Some(Strictness::Strict), ..slow(5) };
    harness.run("bob joins").set_room("owner", settings);
    let told = harness.tabs["bob"].view.frames.iter().any(|frame| {
        matches!(frame, ServerFrame::Events { events } if events.iter().any(|event| matches!(event,
            Event::Moderation(told) if matches!(&told.act, ModerationAct::RoomSet { settings } if settings.topic == "tea time"))))
    });
    assert!(told);
    harness.run("room crashes; bob leaves; bob joins");
    let welcome = harness.tabs["bob"].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Welcome(welcome) => Some(welcome.settings.clone()),
        _ => None,
    });
    let welcome = welcome.unwrap();
    assert_eq!(
        (welcome.topic.as_str(), welcome.slow_mode, welcome.moderation),
        ("tea time", 5, Some(Strictness::Strict))
    );
}

#[test]
fn case_125_a_room_that_is_handed_over_has_another_owner_at_once_and_for_good() {
    let mut harness = Harness::den();
    harness.run("bob joins; ann joins; 1 s").moderate("owner", "bob", ModerationAction::Mute { minutes: 5 });
    harness.discard_lines().hand_over("owner", "bob").run("1 s");
    let lines = harness.take_lines();
    assert!(lines.contains("HandedOver") && lines.contains("+bob") && lines.contains("owner"), "{lines}");
    for restart in [
        "1 s",
        "1 s; room sleeps",
        "room crashes; bob joins; owner joins as Olga",
        "bob leaves; bob joins; owner leaves; owner joins as Olga",
    ] {
        harness.run(restart).discard_lines();
        harness.set_room("owner", slow(1));
        assert_eq!(harness.answer_to("owner"), "NotAllowed", "{restart}");
        harness.set_room("bob", slow(0));
        assert_eq!(harness.answer_to("bob"), "accepted", "{restart}");
        harness.run("bob says hi");
        assert_eq!(harness.answer_to("bob"), "accepted", "an owner is not muted");
        harness.moderate("owner", "bob", ModerationAction::Kick);
        assert_eq!(harness.answer_to("owner"), "NotAllowed", "{restart}");
    }
    assert_eq!(harness.storage.room.owner, Some(person("bob")));
}

#[test]
fn case_125_a_room_is_handed_over_to_nobody_unknown_banned_or_in_the_lobby() {
    let mut harness = Harness::den();
    harness.run("bob joins; max reads").ban("owner", "bob");
    for (who, code) in
        [("nobody", "NoSuchPerson"), ("max", "NoSuchPerson"), ("bob", "NoSuchPerson"), ("owner", "NotNow")]
    {
        harness.hand_over("owner", who);
        assert_eq!(harness.answer_to("owner"), code, "{who}");
    }
    let mut lobby = Harness::new();
    lobby.run("operator joins as Opal; bob joins").hand_over("operator", "bob");
    assert_eq!(lobby.answer_to("operator"), "NotNow");
    let nonce = lobby.new_nonce();
    lobby.send("operator", &ClientFrame::DeleteRoom { nonce });
    assert_eq!(lobby.answer_to("operator"), "NotNow");
    lobby.ban("operator", "bob");
    assert_eq!(lobby.closed("bob"), 4403, "an operator moderates the lobby, too");
}

#[test]
fn case_126_another_key_closes_readers_and_keeps_those_who_joined() {
    let mut harness = Harness::den();
    let rotate = |harness: &mut Harness, key: &str| {
        let (nonce, after) = (harness.new_nonce(), harness.tabs["owner"].view.last);
        harness.send("owner", &ClientFrame::RotateKey { nonce, after, key: key.to_owned() });
        harness.answer_to("owner")
    };
    harness.run("bob joins; max reads; bob/phone reads");
    assert_eq!(rotate(&mut harness, &"k".repeat(22)), "NotNow", "the room has no key");
    harness.storage.room.private = true;
    harness.run("room crashes; owner joins as Olga; bob joins; max reads; bob/phone reads");
    for key in ["", "short", &"k".repeat(129)] {
        assert_eq!(rotate(&mut harness, key), "OutOfRange");
    }
    assert_eq!(rotate(&mut harness, &"k".repeat(22)), "accepted");
    assert_eq!([harness.closed("max"), harness.closed("bob"), harness.closed("bob/phone")], [4410, 0, 0]);
    let told = format!("{:?} {:?}", harness.tabs["bob"].view.frames, harness.storage);
    assert!(!told.contains(&"k".repeat(22)), "the key is told to nobody");
}

#[test]
fn case_73_case_126_a_deleted_room_closes_everybody_aborts_calls_and_is_removed() {
    let mut harness = Harness::den();
    harness.run(
        "bob joins; bob says @chatbot secret; 1 s; answer 2 begins r1; answer 2 writes so; max reads; 1 s",
    );
    let response = ResponseRecord {
        id: "r0".to_owned(),
        bot: "chatbot".to_owned(),
        run: Seq(1),
        deletion_pending: false,
        tries: 0,
    };
    harness.storage.responses.insert("r0".to_owned(), response);
    let nonce = harness.new_nonce();
    harness.discard_lines().send("owner", &ClientFrame::DeleteRoom { nonce });
    assert!(harness.take_lines().contains("abort 2.1"));
    assert_eq!([harness.closed("owner"), harness.closed("bob"), harness.closed("max")], [4410, 4410, 4410]);
    assert!(!format!("{:?}", harness.storage).contains("secret"), "at once, whatever model servers say");
    harness.run("bob joins; room crashes; owner joins as Olga; 1 s");
    assert_eq!([harness.closed("owner"), harness.closed("bob")], [4410, 4410]);
    assert!(!harness.is_removed);
    for _ in 0..5 {
        for id in std::mem::take(&mut harness.deletion_requests) {
            harness.input(Input::ResponseDeleted { id, is_gone: true });
        }
        harness.pass(1_000);
    }
    assert!(harness.storage.responses.is_empty() && harness.is_removed);
}

#[test]
fn case_126_a_room_without_responses_is_removed_at_once() {
    let mut harness = Harness::den();
    let nonce = harness.new_nonce();
    harness.send("owner", &ClientFrame::DeleteRoom { nonce }).run("1 s");
    assert!(harness.is_removed);
}

#[test]
fn case_129_reports_reach_owners_alone_and_are_bounded() {
    let mut harness = Harness::den();
    harness.run("bob joins; eve joins; bob says rude words; bob says more; 1 s").report(
        "eve",
        1,
        " so  rude ",
    );
    assert_eq!(harness.answer_to("eve"), "accepted");
    harness.report("eve", 1, "ruder").report("bob", 1, "").run("1 s");
    let audit = harness.audit("owner").unwrap();
    let report = &audit.reports[0];
    assert_eq!(
        (report.seq, report.count, report.text.as_str(), report.name.as_str()),
        (Seq(1), 2, "rude words", "bob")
    );
    assert_eq!(report.reasons, ["ruder"]);
    for name in ["bob", "eve"] {
        assert!(!harness.tabs[name].view.frames.iter().any(Harness::is_for_owners), "{name}");
    }
    let told = format!("{:?}", harness.tabs["owner"].view.frames);
    assert!(told.contains("Reports { count: 1 }"), "{told}");
    assert!(!format!("{audit:?}").contains("eve"), "nobody is told who reported: {audit:?}");
    for (seq, reason, code) in [
        (1, "x".repeat(201), "TooLong"),
        (9, String::new(), "NoSuchMessage"),
        (1, "a\u{0}".to_owned(), "ControlCharacters"),
    ] {
        harness.report("eve", seq, &reason);
        assert_eq!(harness.answer_to("eve"), code);
    }
    let nonce = harness.new_nonce();
    harness.send("owner", &ClientFrame::DismissReports { nonce, seq: Seq(1) });
    assert_eq!(harness.answer_to("owner"), "accepted");
    harness.report("eve", 2, "").run("owner deletes 2");
    assert!(harness.storage.reports.is_empty(), "dismissed, or the message is deleted");
}

#[test]
fn case_129_nobody_fills_the_list_of_reports() {
    let mut harness = Harness::den();
    harness.run("eve joins");
    for _ in 0..15 {
        harness.run("1 s; eve says hi");
    }
    let mut taken = 0;
    for seq in 1..=15 {
        harness.pass(1_000).report("eve", seq, "spam");
        taken += usize::from(harness.answer_to("eve") == "accepted");
    }
    assert_eq!(taken, limits::REPORTS_PER_PERSON);
    for number in taken..limits::REPORTS_PER_ROOM {
        let guest = shared::PersonId::parse(format!("guest-{number:0>6}")).unwrap();
        let report =
            room::ReportRecord { seq: Seq(1), person: guest, at: harness.now, reason: String::new() };
        harness.storage.write(&room::Write::Report(report)).unwrap();
    }
    harness.run("room crashes; owner joins as Olga; ann joins").report("ann", 2, "really");
    assert_eq!(harness.answer_to("ann"), "TooMany");
    harness
        .run("ann leaves; eve leaves")
        .pass(31 * DAY)
        .run("ann joins; ann says hi")
        .report("ann", 16, "really");
    assert_eq!(harness.answer_to("ann"), "accepted", "old ones are forgotten");
    assert_eq!(harness.storage.reports.len(), 1);
}

#[test]
fn case_170_the_operators_list_is_told_of_reports_and_of_their_end() {
    let mut harness = Harness::den();
    harness.run("bob joins; eve joins; bob says rude words; bob says more; 1 s").report("eve", 1, "so rude");
    harness
        .report("eve", 9, "nothing")
        .report("eve", 1, "again")
        .report("owner", 1, "agreed")
        .report("eve", 2, "");
    let told = |harness: &mut Harness| -> Vec<(u64, usize, String)> {
        let listed = std::mem::take(&mut harness.listed_reports);
        assert!(listed.iter().all(|listed| listed.name.as_str() == "den"));
        listed.into_iter().map(|listed| (listed.seq.0, listed.count, listed.reason)).collect()
    };
    let text = |text: &str| text.to_owned();
    // Who reports again is counted once, and a report that the room refuses is not told.
    assert_eq!(told(&mut harness), [(1, 1, text("so rude")), (1, 2, text("agreed")), (2, 1, text(""))]);
    let nonce = harness.new_nonce();
    harness.send("owner", &ClientFrame::DismissReports { nonce, seq: Seq(1) }).run("bob deletes 2");
    assert_eq!(told(&mut harness), [(1, 0, text("")), (2, 0, text(""))]);
    harness.run("bob says more; 1 s");
    let more = harness.tabs["eve"].view.last.0;
    harness.report("eve", more, "eve's words").report("owner", more, "mine");
    harness.run("1 s; eve erases everything");
    let last = told(&mut harness).pop();
    assert_eq!(last, Some((more, 1, text("mine"))), "what eve wrote goes from the list as well");
}

#[test]
fn case_170_a_room_cannot_fill_the_operators_list() {
    let mut harness = Harness::den();
    harness.run("bob joins; eve joins; bob says hi");
    for _ in 0..100 {
        harness.pass(1_500).report("eve", 1, "spam");
        let nonce = harness.new_nonce();
        harness.send("owner", &ClientFrame::DismissReports { nonce, seq: Seq(1) });
    }
    // 150 s: the burst, two refilled ones, and a drop for each dismissed report, which counts as well.
    let told = harness.listed_reports.iter().filter(|listed| listed.count > 0).count();
    assert!((10..=13).contains(&told), "{told}");
    assert!(harness.listed_reports.len() <= 113, "{}", harness.listed_reports.len());
}

#[test]
fn case_129_the_audit_list_says_who_did_what_and_is_bounded() {
    let mut harness = Harness::den();
    harness.run("operator joins as Opal; bob joins; bob says hi; owner deletes 1").ban("operator", "bob");
    let audit = harness.audit("owner").unwrap();
    let entries: Vec<(&str, bool)> =
        audit.entries.iter().map(|entry| (entry.name.as_str(), entry.operator)).collect();
    assert_eq!(entries, [("Opal", true), ("Olga", false)]);
    assert!(matches!(audit.entries[1].act, ModerationAct::Deleted { target: Seq(1) }));
    assert_eq!(audit.banned[0].name, "bob");
    for _ in 0..limits::AUDIT_ROWS + 10 {
        let entry = room::Write::Audit(Box::new(audit.entries[0].clone()));
        harness.storage.write(&entry).unwrap();
    }
    assert_eq!(harness.storage.audit.len(), limits::AUDIT_ROWS);
    harness.run("room crashes; owner joins as Olga; bob joins");
    assert_eq!(harness.audit("owner").unwrap().entries.len(), limits::AUDIT_PAGE);
    harness.send("bob", &ClientFrame::Audit);
    assert!(!harness.tabs["bob"].view.frames.iter().any(|frame| matches!(frame, ServerFrame::Audit(_))));
    assert_ne!(ErrorCode::NotAllowed, ErrorCode::NotNow);
}
