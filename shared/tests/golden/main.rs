//! Every frame as it stands on the wire, in `golden/`: what is written equals the file, and what the file says is read
//! back as the same value. A change of a file is a change of the protocol.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use client_samples::client_frames;
use expect_test::expect_file;
use samples::server_frames;
use shared::{ClientFrame, Event, Seq, ServerFrame};
use strum::VariantNames;

mod bot_samples;
mod card_samples;
mod client_samples;
mod moderation_samples;
mod samples;

#[test]
fn frames_of_clients_are_as_in_the_files() {
    for (name, frame) in client_frames() {
        let file = golden(&format!("client/{name}.json"));
        expect_file![&file].assert_eq(&format!("{}\n", frame.encode()));
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(ClientFrame::parse(text.trim_end()), Ok(frame), "{name}");
    }
}

#[test]
fn frames_of_the_room_are_as_in_the_files() {
    for (name, frame) in server_frames() {
        let file = golden(&format!("server/{name}.json"));
        expect_file![&file].assert_eq(&format!("{}\n", frame.encode()));
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(ServerFrame::parse(text.trim_end()).unwrap(), frame, "{name}");
    }
}

#[test]
fn every_frame_and_every_event_has_a_file_and_every_file_a_frame() {
    let client = client_frames();
    let names: BTreeSet<String> = client.iter().map(|(_, frame)| type_of(&frame.encode())).collect();
    assert_eq!(names, ClientFrame::VARIANTS.iter().map(ToString::to_string).collect());
    assert_eq!(files("client"), client.iter().map(|(name, _)| format!("{name}.json")).collect());

    let server = server_frames();
    let names: BTreeSet<String> = server.iter().map(|(_, frame)| type_of(&frame.encode())).collect();
    assert_eq!(names, ServerFrame::VARIANTS.iter().map(ToString::to_string).collect());
    assert_eq!(files("server"), server.iter().map(|(name, _)| format!("{name}.json")).collect());

    let events = server.iter().flat_map(|(_, frame)| match frame {
        ServerFrame::Events { events } => events.as_slice(),
        _ => &[],
    });
    let names: BTreeSet<&str> = events.map(kind_of_event).collect();
    assert_eq!(names, EVENT_KINDS.iter().copied().collect());
}

#[test]
fn the_type_is_the_first_field() {
    for (name, frame) in client_frames() {
        assert!(frame.encode().starts_with(r#"{"type":""#), "{name}");
    }
    for (name, frame) in server_frames().into_iter().filter(|(_, frame)| !is_array(frame)) {
        assert!(frame.encode().starts_with(r#"{"type":""#), "{name}");
    }
}

#[test]
fn g15_what_a_newer_room_says_is_read_as_unknown() {
    for text in [r#"{"type":"notice","code":"x"}"#, r#"{"type":"found","hits":[],"before":7}"#] {
        assert_eq!(ServerFrame::parse(text).unwrap(), ServerFrame::Unknown, "{text}");
    }
    let text = r#"{"type":"events","events":[{"kind":"poll","seq":7,"options":["a"]}]}"#;
    let Ok(ServerFrame::Events { events }) = ServerFrame::parse(text) else { panic!("{text}") };
    assert!(matches!(events.as_slice(), [Event::Unknown(unknown)] if unknown.seq == Seq(7)));
    for (name, frame) in server_frames() {
        let text = frame.encode().replacen('{', r#"{"new":{"deep":[1,2]},"#, 1);
        assert_eq!(ServerFrame::parse(&text).unwrap(), frame, "{name}");
    }
}

const EVENT_KINDS: [&str; 14] = [
    "said",
    "message",
    "ended",
    "edited",
    "deleted",
    "voted",
    "card_changed",
    "reacted",
    "alternatives",
    "chosen",
    "bot_set",
    "bot_gone",
    "moderation",
    "unknown",
];

/// Whether a frame is written as an array when it is sent alone.
fn is_array(frame: &ServerFrame) -> bool {
    matches!(frame, ServerFrame::Deltas { .. })
}

/// The `type` that a frame is written with.
fn type_of(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    if value.is_array() {
        return "deltas".to_owned();
    }
    value.get("type").and_then(serde_json::Value::as_str).unwrap().to_owned()
}

fn kind_of_event(event: &Event) -> &'static str {
    match event {
        Event::Said(_) => "said",
        Event::Message(_) => "message",
        Event::Ended(_) => "ended",
        Event::Edited { .. } => "edited",
        Event::Deleted { .. } => "deleted",
        Event::Voted { .. } => "voted",
        Event::CardChanged { .. } => "card_changed",
        Event::Reacted { .. } => "reacted",
        Event::Alternatives(_) => "alternatives",
        Event::Chosen { .. } => "chosen",
        Event::BotSet { .. } => "bot_set",
        Event::BotGone { .. } => "bot_gone",
        Event::Moderation(_) => "moderation",
        Event::Unknown(_) => "unknown",
    }
}

fn golden(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(path)
}

fn files(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(golden(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn g15_an_unreadable_item_does_not_lose_its_frame() {
    let text = r#"{"type":"batch","frames":[{"type":"accepted","seq":"?"},{"type":"typing","names":["a"]}]}"#;
    let Ok(ServerFrame::Batch { frames }) = ServerFrame::parse(text) else { panic!("{text}") };
    assert_eq!(frames, [ServerFrame::Typing { names: vec!["a".to_owned()] }]);
    let text = r#"{"type":"events","events":[{"kind":"edited","seq":7,"target":"?"},{"kind":"edited"}]}"#;
    let Ok(ServerFrame::Events { events }) = ServerFrame::parse(text) else { panic!("{text}") };
    assert!(matches!(events.as_slice(), [Event::Unknown(unknown)] if unknown.seq == Seq(7)));
}
