//! Every frame as it stands on the wire, in `golden/`: what is written equals the file, and what the file says is read
//! back as the same value. A change of a file is a change of the protocol.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use samples::{client_frames, server_frames};
use shared::{ClientFrame, Event, Seq, ServerFrame};

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
        assert_eq!(ServerFrame::parse(text.trim_end()), Some(frame), "{name}");
    }
}

#[test]
fn every_frame_and_every_event_has_a_file_and_every_file_a_frame() {
    let client = client_frames();
    let words: BTreeSet<&str> = client.iter().map(|(_, frame)| word_of_client(frame)).collect();
    assert_eq!(words, CLIENT_WORDS.iter().copied().collect());
    assert_eq!(files("client"), client.iter().map(|(name, _)| format!("{name}.json")).collect());

    let server = server_frames();
    let words: BTreeSet<&str> = server.iter().map(|(_, frame)| word_of_server(frame)).collect();
    assert_eq!(words, SERVER_WORDS.iter().copied().collect());
    assert_eq!(files("server"), server.iter().map(|(name, _)| format!("{name}.json")).collect());

    let events = server.iter().flat_map(|(_, frame)| match frame {
        ServerFrame::Events { events } => events.as_slice(),
        _ => &[],
    });
    let words: BTreeSet<&str> = events.map(word_of_event).collect();
    assert_eq!(words, EVENT_WORDS.iter().copied().collect());
}

#[test]
fn files_name_their_type() {
    for (name, frame) in client_frames() {
        assert!(frame.encode().starts_with(&format!(r#"{{"type":"{}""#, word_of_client(&frame))), "{name}");
    }
    for (name, frame) in server_frames() {
        assert!(frame.encode().starts_with(&format!(r#"{{"type":"{}""#, word_of_server(&frame))), "{name}");
    }
}

#[test]
fn g15_what_a_newer_room_says_is_read_as_unknown() {
    for text in [r#"{"type":"notice","code":"x"}"#, r#"{"type":"found","hits":[],"before":7}"#] {
        assert_eq!(ServerFrame::parse(text), Some(ServerFrame::Unknown), "{text}");
    }
    let text = r#"{"type":"events","events":[{"kind":"poll","seq":7,"options":["a"]}]}"#;
    let Some(ServerFrame::Events { events }) = ServerFrame::parse(text) else { panic!("{text}") };
    assert!(matches!(events.as_slice(), [Event::Unknown(unknown)] if unknown.seq == Seq(7)));
    for (name, frame) in server_frames() {
        let text = frame.encode().replacen('{', r#"{"new":{"deep":[1,2]},"#, 1);
        assert_eq!(ServerFrame::parse(&text), Some(frame), "{name}");
    }
}

const CLIENT_WORDS: [&str; 14] = [
    "hello",
    "say",
    "regenerate",
    "edit",
    "delete",
    "vote",
    "set_bot",
    "remove_bot",
    "drafts",
    "bill",
    "stop",
    "typing",
    "history",
    "ack",
];
const SERVER_WORDS: [&str; 13] = [
    "welcome", "events", "accepted", "refused", "delta", "run", "people", "typing", "page", "drafts", "bill",
    "batch", "unknown",
];
const EVENT_WORDS: [&str; 8] =
    ["message", "ended", "edited", "deleted", "voted", "bot_set", "bot_gone", "unknown"];

// A new variant does not compile until it has a word here; then it needs its word above and its file.

fn word_of_client(frame: &ClientFrame) -> &'static str {
    match frame {
        ClientFrame::Hello { .. } => "hello",
        ClientFrame::Say { .. } => "say",
        ClientFrame::Regenerate { .. } => "regenerate",
        ClientFrame::Edit { .. } => "edit",
        ClientFrame::Delete { .. } => "delete",
        ClientFrame::Vote { .. } => "vote",
        ClientFrame::SetBot { .. } => "set_bot",
        ClientFrame::RemoveBot { .. } => "remove_bot",
        ClientFrame::Drafts => "drafts",
        ClientFrame::Bill => "bill",
        ClientFrame::Stop { .. } => "stop",
        ClientFrame::Typing { .. } => "typing",
        ClientFrame::History { .. } => "history",
        ClientFrame::Ack { .. } => "ack",
    }
}

fn word_of_server(frame: &ServerFrame) -> &'static str {
    match frame {
        ServerFrame::Welcome(_) => "welcome",
        ServerFrame::Events { .. } => "events",
        ServerFrame::Accepted { .. } => "accepted",
        ServerFrame::Refused { .. } => "refused",
        ServerFrame::Delta { .. } => "delta",
        ServerFrame::Run(_) => "run",
        ServerFrame::People { .. } => "people",
        ServerFrame::Typing { .. } => "typing",
        ServerFrame::Page { .. } => "page",
        ServerFrame::Drafts { .. } => "drafts",
        ServerFrame::Bill(_) => "bill",
        ServerFrame::Batch { .. } => "batch",
        ServerFrame::Unknown => "unknown",
    }
}

fn word_of_event(event: &Event) -> &'static str {
    match event {
        Event::Message(_) => "message",
        Event::Ended(_) => "ended",
        Event::Edited { .. } => "edited",
        Event::Deleted { .. } => "deleted",
        Event::Voted { .. } => "voted",
        Event::BotSet { .. } => "bot_set",
        Event::BotGone { .. } => "bot_gone",
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
