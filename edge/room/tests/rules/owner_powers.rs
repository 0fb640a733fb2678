//! What owners and operators do to people: mutes, kicks and bans, who may do it to whom, and that it outlives everything.

use shared::{ClientFrame, ModerationAction, Nonce, PersonId, RoomSettings, Seq, ServerFrame, limits};

use crate::harness::{Harness, nonce, person};

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
const MUTE: ModerationAction = ModerationAction::Mute { minutes: 10 };
const BAN: ModerationAction = ModerationAction::Ban { minutes: None };

/// Every frame that only owners and operators may send, about `bob`.
fn frames_of_owners(nonce: &Nonce) -> Vec<ClientFrame> {
    let (nonce, after) = (nonce.clone(), Seq(0));
    let actions = [MUTE, ModerationAction::Unmute, ModerationAction::Kick, BAN, ModerationAction::Unban];
    let moderate =
        |action| ClientFrame::Moderate { nonce: nonce.clone(), after, person: person("bob"), action };
    let mut frames: Vec<ClientFrame> = actions.into_iter().map(moderate).collect();
    frames.extend([
        ClientFrame::SetRoom { nonce: nonce.clone(), after, settings: RoomSettings::default() },
        ClientFrame::RotateKey { nonce: nonce.clone(), after, key: "k".repeat(22) },
        ClientFrame::HandOver { nonce: nonce.clone(), after, person: person("bob") },
        ClientFrame::DeleteRoom { nonce: nonce.clone() },
        ClientFrame::DismissReports { nonce: nonce.clone(), seq: Seq(1) },
        ClientFrame::Delete { nonce: nonce.clone(), after, seq: Seq(1) },
        ClientFrame::Audit,
    ]);
    frames
}

#[test]
fn case_75_case_120_frames_of_owners_by_others_do_nothing() {
    let mut harness = Harness::den();
    harness.run("bob joins; bob says hi; eve joins; max reads; 1 s");
    let stored = |harness: &Harness| {
        let storage = &harness.storage;
        format!(
            "{:?}",
            (&storage.rows, &storage.room, &storage.restrictions, &storage.audit, &storage.people)
        )
    };
    let before = stored(&harness);
    for frame in frames_of_owners(&nonce("n")) {
        harness.discard_lines().send("eve", &frame);
        assert_eq!(harness.answer_to("eve").trim_start_matches("n "), "NotAllowed", "{frame:?}");
        harness.send("max", &frame);
        let code = if frame == ClientFrame::Audit { "NotAllowed" } else { "NotJoined" };
        assert_eq!(harness.answer_to("max").trim_start_matches("n "), code, "{frame:?}");
        harness.pass(1_000);
    }
    assert_eq!(stored(&harness), before);
    assert_eq!([harness.closed("bob"), harness.closed("owner"), harness.closed("eve")], [0, 0, 0]);
}

#[test]
fn case_120_owners_and_operators_cannot_be_restricted_and_nobody_restricts_themselves() {
    let mut harness = Harness::den();
    harness.run("operator joins as Opal; bob joins");
    for (by, who, code) in [
        ("owner", "owner", "NotAllowed"),
        ("owner", "operator", "NotAllowed"),
        ("operator", "owner", "NotAllowed"),
        ("operator", "operator", "NotAllowed"),
        ("owner", "nobody", "NoSuchPerson"),
        ("operator", "bob", "accepted"),
    ] {
        harness.moderate(by, who, MUTE);
        assert_eq!(harness.answer_to(by), code, "{by} {who}");
    }
    for (action, code) in [
        (ModerationAction::Mute { minutes: 0 }, "OutOfRange"),
        (ModerationAction::Mute { minutes: 43_201 }, "OutOfRange"),
        (ModerationAction::Ban { minutes: Some(0) }, "OutOfRange"),
        (ModerationAction::Ban { minutes: Some(u32::MAX) }, "OutOfRange"),
        (ModerationAction::Unban, "NoSuchPerson"),
        (ModerationAction::Unmute, "accepted"),
        (ModerationAction::Unmute, "NoSuchPerson"),
    ] {
        harness.moderate("owner", "bob", action);
        assert_eq!(harness.answer_to("owner"), code, "{action:?}");
    }
}

#[test]
fn case_120_an_operators_powers_end_with_their_session() {
    let mut harness = Harness::den();
    harness.operator_until = Some(harness.now.plus(MINUTE));
    harness.run("operator joins as Opal; bob joins").ban("operator", "bob");
    assert_eq!((harness.answer_to("operator").as_str(), harness.closed("bob")), ("accepted", 4403));
    harness.pass(MINUTE).moderate("operator", "bob", ModerationAction::Unban);
    assert_eq!(harness.answer_to("operator"), "NotAllowed");
}

#[test]
fn case_121_who_is_muted_reads_and_writes_nothing_until_it_ends() {
    let mut harness = Harness::den();
    harness.run("bob joins; bob says one; 1 s").moderate("owner", "bob", MUTE).run("1 s").discard_lines();
    for restart in [
        "room sleeps",
        "room crashes; bob joins",
        "bob leaves; bob joins",
        "bob leaves; 20 s; bob/phone joins as bob",
    ] {
        harness.run(restart).discard_lines();
        let tab = if restart.contains("phone") { "bob/phone" } else { "bob" };
        for step in ["says hi", "edits 1 two", "says @chatbot hi"] {
            harness.run(&format!("{tab} {step}"));
            assert!(harness.answer_to(tab).starts_with("Muted, again in 5"), "{restart}: {step}");
        }
    }
    assert_eq!(harness.head(), Seq(2), "nothing was written");
    harness.run("bob/phone joins as Bobby");
    assert_eq!(harness.answer_to("bob/phone"), "Muted", "a nickname says something, too");
    harness.run("bob/phone types; 1 s");
    assert!(!harness.take_lines().contains("typing"));
    harness.run("bob/phone deletes 1");
    assert_eq!(harness.answer_to("bob/phone"), "accepted", "one's own words may be taken back");
    harness.pass(10 * MINUTE).run("bob/phone says back");
    assert_eq!(harness.answer_to("bob/phone"), "accepted");
}

#[test]
fn case_121_a_mute_is_lifted_at_once() {
    let mut harness = Harness::den();
    harness.run("bob joins").moderate("owner", "bob", MUTE).run("1 s").moderate(
        "owner",
        "bob",
        ModerationAction::Unmute,
    );
    harness.run("bob says hi");
    assert_eq!(harness.answer_to("bob"), "accepted");
    assert!(harness.storage.restrictions.is_empty());
}

#[test]
fn case_122_who_is_kicked_stays_away_for_a_minute() {
    let mut harness = Harness::den();
    harness.run("bob joins; bob/phone joins as bob; ann joins").moderate(
        "owner",
        "bob",
        ModerationAction::Kick,
    );
    assert_eq!([harness.closed("bob"), harness.closed("bob/phone"), harness.closed("ann")], [4411, 4411, 0]);
    for again in ["bob connects", "room crashes; bob connects", "50 s; bob/phone connects"] {
        harness.run(again);
    }
    assert_eq!([harness.closed("bob"), harness.closed("bob/phone")], [4411, 4411]);
    harness.run("10 s; bob joins; bob says hi");
    assert_eq!(harness.answer_to("bob"), "accepted");
    harness.run("owner joins as Olga; bob leaves").moderate("owner", "bob", ModerationAction::Kick);
    assert_eq!(harness.answer_to("owner"), "NotNow", "nobody who is not there is kicked");
}

#[test]
fn case_74_case_123_who_is_banned_comes_back_under_no_name_and_after_no_restart() {
    let mut harness = Harness::den();
    harness
        .run("bob joins; bob says hi; bob/phone reads; ann joins; 1 s")
        .discard_lines()
        .ban("owner", "bob");
    let lines = harness.take_lines();
    assert!(lines.contains("ann") && lines.contains("Banned") && !lines.contains("bob < #"), "{lines}");
    assert_eq!([harness.closed("bob"), harness.closed("bob/phone"), harness.closed("ann")], [4403, 4403, 0]);
    for again in
        ["bob joins as Zoe", "bob/new reads", "1 s; room sleeps; bob connects", "room crashes; bob joins"]
    {
        harness.discard_lines().run(again);
        let lines = harness.take_lines();
        assert!(lines.contains("is closed 4403") && !lines.contains("welcome"), "{again}: {lines}");
    }
    harness.pass(2 * DAY).run("owner joins as Olga; bob joins as Zoe");
    assert_eq!(harness.closed("bob"), 4403, "until it is lifted");
    harness.moderate("owner", "bob", ModerationAction::Unban).run("bob joins; bob says back");
    assert_eq!(harness.answer_to("bob"), "accepted");
    assert!(harness.storage.restrictions.is_empty());
}

#[test]
fn case_123_newcomers_of_a_banned_address_are_kept_out_for_a_day() {
    let mut harness = Harness::den();
    harness.address = Some("school".to_owned());
    harness.run("ann joins; bob joins; reader reads").ban("owner", "bob");
    assert_eq!([harness.closed("bob"), harness.closed("reader"), harness.closed("ann")], [4403, 4403, 0]);
    harness.run("fresh joins; ann leaves; room crashes; ann joins; operator joins as Opal");
    assert_eq!([harness.closed("fresh"), harness.closed("ann"), harness.closed("operator")], [4403, 0, 0]);
    harness.pass(DAY).run("fresh joins; bob joins");
    assert_eq!([harness.closed("fresh"), harness.closed("bob")], [0, 4403]);
    let minutes = ModerationAction::Ban { minutes: Some(5) };
    harness.run("owner joins as Olga; cat joins").moderate("owner", "cat", minutes).run("dog joins");
    assert_eq!(harness.closed("dog"), 4403);
    harness.pass(5 * MINUTE).run("cat joins; dog joins");
    assert_eq!([harness.closed("cat"), harness.closed("dog")], [0, 0], "as long as the ban of the person");
}

#[test]
fn case_71_case_123_a_ban_stops_the_answers_that_were_asked_for() {
    let mut harness = Harness::den();
    harness
        .run("bob joins; bob says @chatbot hi; bob says @chatbot more; 1 s; ann joins; ann says @helper hi");
    harness.run("answer 2 begins r1; answer 2 writes so; 1 s").discard_lines().ban("owner", "bob");
    let lines = harness.take_lines();
    assert!(lines.contains("abort 2.1"), "{lines}");
    let of_bob = |run| harness.storage.rows[&Seq(run)].data.text().to_owned();
    assert_eq!(of_bob(2), "so");
    assert_eq!(harness.storage.runs.len(), 1, "only ann's is left");
    let banned =
        harness.storage.rows.values().find(|row| matches!(row.data, room::RowData::Administration(_)));
    let seq = banned.unwrap().seq;
    let later = harness.storage.rows.range(seq.next()..).filter(|(_, row)| row.data.is_message());
    assert_eq!(later.count(), 0, "nothing of theirs follows the ban");
    harness.run("answer 2 writes  more; answer 2 ends");
    assert_eq!(harness.storage.rows[&Seq(2)].data.text(), "so");
}

#[test]
fn case_123_a_room_that_ends_before_it_closes_a_banned_persons_socket_closes_it_when_it_wakes() {
    let mut harness = Harness::den();
    harness.run("bob joins; 1 s; room sleeps");
    let record = room::RestrictionRecord {
        kind: room::RestrictionKind::Ban,
        subject: person("bob").to_string(),
        person: person("bob"),
        name: "bob".to_owned(),
        at: harness.now,
        until: None,
    };
    harness.storage.write(&room::Write::Restriction(record)).unwrap();
    harness.run("owner says hi");
    assert_eq!(harness.closed("bob"), 4403);
}

#[test]
fn case_123_a_ban_whose_store_fails_bans_nobody() {
    let mut harness = Harness::den();
    harness.run("bob joins; store fails").ban("owner", "bob");
    assert_eq!(harness.closed("bob"), 0);
    harness.run("bob says hi");
    assert_eq!(harness.answer_to("bob"), "accepted");
}

#[test]
fn case_123_bans_are_bounded_and_those_that_ended_make_room() {
    let mut harness = Harness::den();
    harness.run("bob joins; cat joins");
    let until = harness.now.plus(MINUTE);
    for number in 0..10_000 {
        let record = room::RestrictionRecord {
            kind: room::RestrictionKind::Ban,
            subject: format!("guest-{number:0>6}"),
            person: PersonId::parse(format!("guest-{number:0>6}")).unwrap(),
            name: String::new(),
            at: harness.now,
            until: Some(until),
        };
        harness.storage.write(&room::Write::Restriction(record)).unwrap();
    }
    harness.run("room crashes; owner joins as Olga; bob joins").ban("owner", "bob");
    assert_eq!((harness.answer_to("owner").as_str(), harness.closed("bob")), ("TooMany", 0));
    let pages = harness.audit("owner").unwrap();
    assert_eq!(pages.banned.len(), limits::RESTRICTIONS_PER_ROOM);
    harness.pass(MINUTE).ban("owner", "bob");
    assert_eq!((harness.answer_to("owner").as_str(), harness.closed("bob")), ("accepted", 4403));
    assert_eq!(harness.audit("owner").unwrap().banned.len(), 1);
}

#[test]
fn case_175_a_fresh_welcome_has_what_was_done_since_its_first_message() {
    let mut harness = Harness::den();
    let acts = |harness: &Harness, name: &str| -> Vec<u64> {
        let frames = harness.tabs[name].view.frames.iter().rev();
        let mut welcomes = frames.filter_map(|frame| match frame {
            ServerFrame::Welcome(welcome) => Some(welcome.acts.iter().map(|act| act.seq.0).collect()),
            _ => None,
        });
        welcomes.next().expect("a welcome")
    };
    harness.run("bob joins; bob says one; bob says two; 2 s; owner deletes 1").ban("owner", "bob");
    harness.run("ann joins");
    assert_eq!(acts(&harness, "ann"), [4], "the ban, and not the deletion");
    harness.run("room crashes; eve joins");
    assert_eq!(acts(&harness, "eve"), [4], "they are stored");
}

#[test]
fn operators_have_a_badge_in_the_list_of_people_and_their_messages_stay_short() {
    let mut harness = Harness::den();
    harness.run(
        "bob joins; operator joins as Opal; 1 s; operator says hi; 1 s; operator says hi; 1 s; ann joins",
    );
    let frames = format!("{:?}", harness.tabs["bob"].view.frames);
    assert!(frames.contains("operator: true"), "{frames}");
    let welcomed = format!("{:?}", harness.tabs["ann"].view.frames);
    assert!(welcomed.contains("operator: true"), "{welcomed}");
    harness.run("room sleeps; eve joins");
    assert!(format!("{:?}", harness.tabs["eve"].view.frames).contains("operator: true"));
    assert!(!frames.contains("Introduced"), "a badge in the list introduces nobody again: {frames}");
}
