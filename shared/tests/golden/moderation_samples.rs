//! Samples of what owners and operators do.

use shared::{
    Audit, ClientFrame, Millis, Moderation, ModerationAct, ModerationAction, Nonce, PersonId, Report,
    Restriction, RoomSettings, Seq, Strictness,
};

pub(crate) fn settings() -> RoomSettings {
    RoomSettings {
        topic: "차와 케이크".to_owned(),
        slow_mode: 30,
        locked: true,
        moderation: Some(Strictness::Strict),
    }
}

pub(crate) fn bo() -> PersonId {
    PersonId::parse("person-b").unwrap()
}

pub(crate) fn moderation(act: ModerationAct) -> Moderation {
    Moderation {
        seq: Seq(16),
        at: Millis(1_800_000_000_000),
        by: anna(),
        name: "안나".to_owned(),
        operator: matches!(act, ModerationAct::Unmuted { .. }),
        act,
    }
}

/// The acts that are events.
pub(crate) fn acts() -> Vec<ModerationAct> {
    let (person, name) = (bo(), "bo".to_owned());
    vec![
        ModerationAct::Muted { person: person.clone(), name: name.clone(), until: Millis(1_800_003_600_000) },
        ModerationAct::Unmuted { person: person.clone(), name: name.clone() },
        ModerationAct::Kicked { person: person.clone(), name: name.clone() },
        ModerationAct::Banned { person: person.clone(), name: name.clone(), until: None },
        ModerationAct::Unbanned { person: person.clone(), name: name.clone() },
        ModerationAct::RoomSet { settings: settings() },
        ModerationAct::HandedOver { person, name },
        ModerationAct::KeyRotated,
    ]
}

pub(crate) fn audit() -> Audit {
    let restriction =
        |until| Restriction { person: bo(), name: "bo".to_owned(), at: Millis(1_800_000_000_000), until };
    Audit {
        entries: vec![
            moderation(ModerationAct::Deleted { target: Seq(7) }),
            moderation(ModerationAct::ReportsDismissed { target: Seq(7) }),
        ],
        muted: vec![restriction(Some(Millis(1_800_003_600_000)))],
        banned: vec![restriction(None)],
        reports: vec![Report {
            seq: Seq(7),
            at: Millis(1_800_000_000_000),
            count: 2,
            reasons: vec!["spam".to_owned()],
            person: Some(anna()),
            name: "안나".to_owned(),
            text: "@chatbot hi".to_owned(),
        }],
    }
}

/// The frames of owners and operators, and reports.
pub(crate) fn frames_of_owners() -> Vec<(&'static str, ClientFrame)> {
    let moderate = |action| ClientFrame::Moderate { nonce: nonce(), after: Seq(41), person: bo(), action };
    vec![
        ("moderate", moderate(ModerationAction::Mute { minutes: 60 })),
        ("moderate_kick", moderate(ModerationAction::Kick)),
        ("moderate_ban", moderate(ModerationAction::Ban { minutes: None })),
        ("set_room", ClientFrame::SetRoom { nonce: nonce(), after: Seq(41), settings: settings() }),
        (
            "rotate_key",
            ClientFrame::RotateKey {
                nonce: nonce(),
                after: Seq(41),
                key: "key-0123456789abcdef0123".to_owned(),
            },
        ),
        ("hand_over", ClientFrame::HandOver { nonce: nonce(), after: Seq(41), person: bo() }),
        ("delete_room", ClientFrame::DeleteRoom { nonce: nonce() }),
        ("report", ClientFrame::Report { nonce: nonce(), seq: Seq(7), reason: "spam".to_owned() }),
        ("dismiss_reports", ClientFrame::DismissReports { nonce: nonce(), seq: Seq(7) }),
        ("audit", ClientFrame::Audit),
    ]
}

fn anna() -> PersonId {
    PersonId::parse("person-a").unwrap()
}

fn nonce() -> Nonce {
    Nonce::parse("nonce-0123456789").unwrap()
}
