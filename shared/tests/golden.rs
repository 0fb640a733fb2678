//! Every frame as it stands on the wire, in `golden/`: what is written equals the file, and what the file says is read
//! back as the same value. A change of a file is a change of the protocol.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use shared::frame::{Resume, Run, Welcome, You};
use shared::message::UnknownEvent;
use shared::{
    Answer, Author, Bot, ClientFrame, Code, Ended, Epoch, Event, Lang, Limits, Message, Millis, Nonce,
    PROTOCOL, Person, PersonId, RoomName, RunState, Seq, ServerFrame, TabId, Usage,
};

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

const CLIENT_WORDS: [&str; 7] = ["hello", "say", "regenerate", "stop", "typing", "history", "ack"];
const SERVER_WORDS: [&str; 11] = [
    "welcome", "events", "accepted", "refused", "delta", "run", "people", "typing", "page", "batch",
    "unknown",
];
const EVENT_WORDS: [&str; 3] = ["message", "ended", "unknown"];

// A new variant does not compile until it has a word here; then it needs its word above and its file.

fn word_of_client(frame: &ClientFrame) -> &'static str {
    match frame {
        ClientFrame::Hello { .. } => "hello",
        ClientFrame::Say { .. } => "say",
        ClientFrame::Regenerate { .. } => "regenerate",
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
        ServerFrame::Batch { .. } => "batch",
        ServerFrame::Unknown => "unknown",
    }
}

fn word_of_event(event: &Event) -> &'static str {
    match event {
        Event::Message(_) => "message",
        Event::Ended(_) => "ended",
        Event::Unknown(_) => "unknown",
    }
}

fn client_frames() -> Vec<(&'static str, ClientFrame)> {
    let hello = |nickname: Option<&str>, resume| ClientFrame::Hello {
        protocol: PROTOCOL,
        tab: TabId::parse("tab-01234567").unwrap(),
        lang: Lang::Ko,
        nickname: nickname.map(str::to_owned),
        resume,
    };
    vec![
        ("hello", hello(None, None)),
        ("hello_joining_and_resuming", hello(Some("안나"), Some(Resume::new(&epoch(), Seq(41))))),
        (
            "say",
            ClientFrame::Say {
                nonce: nonce(),
                after: Seq(41),
                text: "안녕 \"all\"\n🙂".to_owned(),
                reply_to: None,
            },
        ),
        (
            "say_in_reply",
            ClientFrame::Say {
                nonce: nonce(),
                after: Seq(41),
                text: "yes".to_owned(),
                reply_to: Some(Seq(7)),
            },
        ),
        ("regenerate", ClientFrame::Regenerate { nonce: nonce(), after: Seq(41), run: Seq(8) }),
        ("stop", ClientFrame::Stop { run: Seq(8) }),
        ("typing", ClientFrame::Typing { on: true }),
        ("history", ClientFrame::History { before: Seq(7), limit: 50 }),
        ("ack", ClientFrame::Ack { bytes: 32_768 }),
    ]
}

fn server_frames() -> Vec<(&'static str, ServerFrame)> {
    let events = |events| ServerFrame::Events { events };
    let delta = || ServerFrame::Delta { run: Seq(8), offset: 6, text: ", Anna".to_owned() };
    vec![
        ("welcome", ServerFrame::Welcome(Box::new(welcome()))),
        ("welcome_recovered", ServerFrame::Welcome(Box::new(welcome_recovered()))),
        ("events_message", events(vec![Event::Message(words())])),
        ("events_answer", events(vec![Event::Message(queued())])),
        ("events_ended", events(vec![Event::Ended(ended())])),
        ("events_unknown", events(vec![Event::Unknown(UnknownEvent { seq: Seq(10) })])),
        ("accepted", ServerFrame::Accepted { nonce: nonce(), seq: Seq(42) }),
        ("refused", ServerFrame::Refused { nonce: None, code: Code::NicknameTaken, retry_after_ms: None }),
        (
            "refused_for_now",
            ServerFrame::Refused { nonce: Some(nonce()), code: Code::SlowDown, retry_after_ms: Some(500) },
        ),
        ("delta", delta()),
        ("run", ServerFrame::Run(run(RunState::Thinking, None, true, ""))),
        ("run_queued", ServerFrame::Run(run(RunState::Queued, Some(2), false, ""))),
        (
            "people",
            ServerFrame::People {
                joined: vec![anna()],
                left: vec![PersonId::parse("person-b").unwrap()],
                count: 2,
            },
        ),
        ("typing", ServerFrame::Typing { names: vec!["안나".to_owned(), "bo".to_owned()] }),
        ("page", ServerFrame::Page { before: Seq(9), messages: vec![words(), answered()], more: true }),
        ("batch", ServerFrame::Batch { frames: vec![events(vec![Event::Message(words())]), delta()] }),
        ("unknown", ServerFrame::Unknown),
    ]
}

fn welcome() -> Welcome {
    Welcome {
        you: You { id: anna().id, name: Some("안나".to_owned()), owner: true },
        room: RoomName::lobby(),
        now: Millis(1_800_000_000_000),
        epoch: epoch(),
        head: Seq(9),
        oldest: Seq(2),
        recovered: false,
        messages: vec![words(), queued()],
        more: true,
        events: Vec::new(),
        people: vec![anna()],
        bots: vec![Bot { handle: "chatbot".to_owned(), aliases: vec!["챗봇".to_owned()] }],
        runs: vec![run(RunState::Streaming, None, false, "안녕")],
        limits: Limits::default(),
        demo: true,
    }
}

fn welcome_recovered() -> Welcome {
    Welcome {
        you: You { id: anna().id, name: None, owner: false },
        recovered: true,
        messages: Vec::new(),
        more: false,
        events: vec![Event::Ended(ended())],
        people: Vec::new(),
        runs: Vec::new(),
        demo: false,
        ..welcome()
    }
}

fn words() -> Message {
    Message {
        seq: Seq(7),
        at: Millis(1_800_000_000_000),
        author: Author::Human { id: anna().id, name: "안나".to_owned(), owner: true },
        text: "@chatbot hi".to_owned(),
        nonce: Some(nonce()),
        reply_to: Some(Seq(3)),
        answer: None,
    }
}

fn queued() -> Message {
    Message {
        seq: Seq(8),
        at: Millis(1_800_000_000_001),
        author: Author::Bot { name: "chatbot".to_owned() },
        text: String::new(),
        nonce: None,
        reply_to: None,
        answer: Some(Answer {
            parent: Seq(7),
            asker: anna().id,
            state: RunState::Queued,
            code: None,
            follows: 0,
            reread: false,
            usage: None,
        }),
    }
}

fn answered() -> Message {
    Message { text: ended().text, answer: Some(ended().answer), ..queued() }
}

fn ended() -> Ended {
    Ended {
        seq: Seq(9),
        at: Millis(1_800_000_002_000),
        target: Seq(8),
        text: "안녕, Anna".to_owned(),
        answer: Answer {
            parent: Seq(7),
            asker: anna().id,
            state: RunState::Incomplete,
            code: Some(Code::Length),
            follows: 6,
            reread: true,
            usage: Some(Usage { input: 120, cached: 100, output: 12 }),
        },
    }
}

fn run(state: RunState, position: Option<usize>, reread: bool, text: &str) -> Run {
    Run { run: Seq(8), state, position, reread, text: text.to_owned() }
}

fn anna() -> Person {
    Person { id: PersonId::parse("person-a").unwrap(), name: "안나".to_owned(), owner: true }
}

fn nonce() -> Nonce {
    Nonce::parse("nonce-0123456789").unwrap()
}

fn epoch() -> Epoch {
    Epoch::parse("epoch-0123456789").unwrap()
}

fn golden(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(path)
}

fn files(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(golden(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
