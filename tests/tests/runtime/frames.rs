//! Frames that are none, too large, or at the wrong time. Whatever one connection sends, the others go on.

use futures_util::{SinkExt, StreamExt};
use shared::{ErrorCode, Seq};
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::guest::{Guest, Room, vigil};
use crate::person::{Socket, Visitor};
use crate::raw::{CONTINUATION, FINAL, PING, PONG, Raw, TEXT, frame};
use crate::stage::Stage;

const SAY: &str = r#"{"type":"say","nonce":"nonce-0123456789","after":0,"text":"hi"}"#;

/// Sends texts that are no frames. Each is refused, the third of a connection ends it, and nobody else notices.
async fn are_refused(texts: &[String], code: ErrorCode) {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    for texts in texts.chunks(3) {
        let (mut at_eve, _) = eve.join(&room.name, "Eve").await;
        for text in texts {
            at_eve.send_text(text).await;
            assert_eq!(at_eve.refused().await.1, code, "{text:.80}");
        }
        if texts.len() == 3 {
            assert_eq!(at_eve.closed().await, 4400, "{texts:?}");
        } else {
            at_eve.say(&mut eve, "still here").await;
            room.head = room.head.next();
        }
        room.is_calm(0).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_01_text_that_is_not_json() {
    let cut = SAY.get(..SAY.len() - 1).unwrap();
    let texts = ["", "{", "hello", cut, "ping ", "Ping", "{'type':'say'}", "\u{fffd}", "\u{0}"];
    let mut texts: Vec<String> = texts.map(str::to_owned).into();
    texts.extend([format!("{SAY} garbage"), format!("{SAY}{SAY}")]);
    are_refused(&texts, ErrorCode::BadJson).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_02_json_of_the_wrong_shape() {
    let mut texts = ["7", "[]", "null", "\"say\"", "{}", r#"{"type":7}"#, r#"{"type":"say"}"#]
        .map(str::to_owned)
        .to_vec();
    for (good, bad) in [
        ("\"after\":0", "\"after\":0.0"),
        ("\"after\":0", "\"after\":\"0\""),
        ("\"after\":0", "\"after\":-1"),
        ("\"after\":0", "\"after\":0,\"after\":0"),
        ("\"hi\"", "7"),
        ("\"hi\"", "null"),
        ("nonce-0123456789", "short"),
        ("nonce-0123456789", "nonce-0123456789\\u0000"),
    ] {
        texts.push(SAY.replace(good, bad));
    }
    are_refused(&texts, ErrorCode::BadFrame).await;
    let numbers =
        ["NaN", "1e999", "Infinity", "0x1", "01"].map(|number| SAY.replace(":0", &format!(":{number}")));
    are_refused(&numbers, ErrorCode::BadJson).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_03_deep_nesting() {
    let (arrays, objects) = ("[".repeat(10_000), "{\"a\":".repeat(10_000));
    let closed = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let inside = SAY.replace("\"hi\"", &closed);
    are_refused(&[arrays, objects, closed, inside], ErrorCode::BadJson).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_04_binary_frames() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let (mut at_eve, _) = eve.join(&room.name, "Eve").await;
    for bytes in [SAY.as_bytes().to_vec(), Vec::new(), vec![0xFF; 60_000]] {
        at_eve.stream.send(Frame::binary(bytes)).await.unwrap();
        assert_eq!(at_eve.refused().await.1, ErrorCode::Binary);
    }
    assert_eq!(at_eve.closed().await, 4400);
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_05_frame_too_large() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let fill = |bytes: usize| SAY.replace("hi", &"x".repeat(bytes + 2 - SAY.len()));
    let (mut at_eve, _) = eve.join(&room.name, "Eve").await;
    at_eve.send_text(&fill(64 * 1024)).await;
    assert_eq!(
        at_eve.refused().await.1,
        ErrorCode::TooLong,
        "the largest frame is read, and refused for its text"
    );
    assert_eq!(at_eve.say(&mut eve, "still here").await, room.head.next());
    room.is_calm(1).await;
    drop(at_eve);
    for bytes in [64 * 1024 + 1, 1 << 20, 31 << 20] {
        let (at_eve, _) = eve.join(&room.name, "Eve").await;
        assert_eq!(sent(at_eve, Frame::text(fill(bytes))).await, 1009, "{bytes} bytes");
        room.is_calm(0).await;
    }
    // Characters are not bytes, and whether it is text does not matter.
    let (at_eve, _) = eve.join(&room.name, "Eve").await;
    assert_eq!(sent(at_eve, Frame::text("가".repeat(22_000))).await, 1009);
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_06_frames_beyond_the_runtimes_own_limit() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let (at_eve, _) = eve.join(&room.name, "Eve").await;
    assert_eq!(sent(at_eve, Frame::text("x".repeat(33 << 20))).await, 1009);
    room.is_calm(0).await;
    // A header that announces 2^62 bytes, and nothing after it but a little.
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    let mut header = vec![FINAL | TEXT, 0x80 | 127];
    header.extend((1_u64 << 62).to_be_bytes());
    header.extend([0; 100]);
    raw.bytes(&header).await;
    assert_eq!(raw.closed().await, 1009);
    room.is_calm(0).await;
    room.is_without("Eve").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_07_invalid_utf8_becomes_the_replacement_character() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    for (number, bytes) in
        [&b"\xC3\x28"[..], b"\xED\xA0\x80", b"\xF0\x9F\x98", b"\xFF\xFE"].iter().enumerate()
    {
        let (before, after) = SAY.split_once("hi").unwrap();
        let before = before.replace("nonce-0", &format!("nonce-{number}"));
        let payload = [before.as_bytes(), bytes, after.as_bytes()].concat();
        raw.send(FINAL | TEXT, &payload).await;
        let seen = room.at_bob.message(|message| message.author.name() == "Eve").await;
        assert!(seen.text.starts_with('\u{fffd}'), "{:?}", seen.text);
        room.is_calm(1).await;
    }
    // Outside of a text it is no JSON, and not more than that.
    raw.send(FINAL | TEXT, b"\xC3\x28").await;
    raw.text("bad_json").await;
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_08_lone_surrogates() {
    let texts =
        [r"\ud800", r"a\udc00b", r"\ud83d\ud83d", r"\ud800\u0041"].map(|text| SAY.replace("hi", text));
    are_refused(&texts, ErrorCode::BadJson).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_09_frames_that_break_the_protocol() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    for (what, head) in [
        ("a reserved opcode", FINAL | 0x3),
        ("a reserved bit", FINAL | 0x40 | TEXT),
        ("a continuation of nothing", FINAL | CONTINUATION),
    ] {
        let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
        raw.send(head, b"hi").await;
        assert_eq!(raw.closed().await, 1002, "{what}");
        room.is_calm(0).await;
        room.is_without("Eve").await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_10_frames_that_the_runtime_forgives() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    let unmasked = [&[FINAL | TEXT, SAY.len() as u8], SAY.as_bytes()].concat();
    raw.bytes(&unmasked).await;
    raw.text("accepted").await;
    raw.send(FINAL | PING, &[b'x'; 126]).await;
    while raw.next().await.is_some_and(|(kind, _)| kind != PONG) {}
    room.is_calm(1).await;
    raw.send(FINAL | TEXT, b"ping").await;
    raw.text("pong").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_11_a_message_in_ten_thousand_fragments() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    // White space before the frame makes it long; a ping may come between fragments.
    let text = format!("{}{SAY}", " ".repeat(10_000));
    let mut bytes = Vec::new();
    for (number, byte) in text.bytes().enumerate() {
        let first = if number == 0 { TEXT } else { CONTINUATION };
        bytes.extend(frame(if number + 1 == text.len() { first | FINAL } else { first }, &[byte]));
        if number == 5_000 {
            bytes.extend(frame(FINAL | PING, b"between"));
        }
    }
    raw.bytes(&bytes).await;
    raw.text("accepted").await;
    room.is_calm(1).await;
    // One that never ends keeps nobody waiting, and its sender leaves as usual.
    raw.send(TEXT, b"{\"type\":").await;
    for _ in 0..3 {
        raw.send(CONTINUATION, b" ").await;
        room.is_calm(0).await;
    }
    drop(raw);
    room.is_without("Eve").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_12_unknown_types_are_refused_and_are_no_strike() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let (mut at_eve, _) = eve.join(&room.name, "Eve").await;
    for kind in ["dance", "Say", "welcome", "accepted", "events", "", "moderate"] {
        at_eve.send_text(&SAY.replace("\"say\"", &format!("\"{kind}\""))).await;
        let (nonce, code) = at_eve.refused().await;
        assert_eq!((nonce.unwrap().as_str(), code), ("nonce-0123456789", ErrorCode::UnknownType), "{kind}");
    }
    at_eve.say(&mut eve, "still here").await;
    room.is_calm(1).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_13_other_versions_are_closed_with_4406() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let eve = entered(&stage, &room).await;
    for version in ["0", "2", "99999999999999999999", "-1", "1.5", "\"1\"", "null", "[]"] {
        let mut at_eve = eve.socket(&room.name).await;
        let hello = format!(r#"{{"type":"hello","protocol":{version},"tab":"tab-of-eve","nickname":"Eve"}}"#);
        at_eve.send_text(&hello).await;
        assert_eq!(at_eve.closed().await, 4406, "{version}");
    }
    let mut at_eve = eve.socket(&room.name).await;
    at_eve.send_text(r#"{"type":"hello","tab":"tab-of-eve","nickname":"Eve"}"#).await;
    assert_eq!(at_eve.closed().await, 4406, "no version at all");
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_14_a_frame_before_hello_and_a_second_hello() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = entered(&stage, &room).await;
    for text in [SAY, r#"{"type":"typing","on":true}"#, r#"{"type":"history","before":9,"limit":9}"#] {
        let mut at_eve = eve.socket(&room.name).await;
        at_eve.send_text(text).await;
        assert_eq!(at_eve.closed().await, 4400, "{text}");
        assert!(at_eve.texts.is_empty(), "{:?}", at_eve.texts);
    }
    room.is_calm(0).await;
    // Without a nickname one reads; what needs one is refused with its nonce.
    let mut at_eve = eve.socket(&room.name).await;
    assert!(at_eve.hello(None, None).await.people.iter().all(|person| person.name != "Eve"));
    let nonce = eve.nonce();
    assert_eq!(at_eve.try_say(&nonce, Seq::ZERO, "hi").await, Err((ErrorCode::NotJoined, None)));
    // A second hello joins, a third renames.
    assert_eq!(at_eve.hello(Some("Eve"), None).await.you.name.as_deref(), Some("Eve"));
    assert_eq!(at_eve.hello(Some("Eva"), None).await.you.name.as_deref(), Some("Eva"));
    at_eve.say(&mut eve, "hi").await;
    assert_eq!(room.at_bob.message(|message| message.text == "hi").await.author.name(), "Eva");
    room.is_calm(1).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_14_no_hello_within_ten_seconds() {
    let _stage = Guest::new().await;
    vigil("no hello").await;
}

/// Says nothing for ten seconds, or nothing that is a hello.
pub(crate) async fn no_hello(stage: &'static Stage) {
    let mut room = Room::new(stage).await;
    let eve = entered(stage, &room).await;
    let begun = std::time::Instant::now();
    let (mut silent, mut pinging) = (eve.socket(&room.name).await, eve.socket(&room.name).await);
    for _ in 0..9 {
        pinging.send_text("ping").await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    room.is_calm(0).await;
    assert_eq!((silent.closed().await, pinging.closed().await), (4408, 4408));
    let waited = begun.elapsed().as_secs_f64();
    assert!((9.9..14.0).contains(&waited), "{waited} s");
    room.is_calm(0).await;
}

/// Somebody who may open sockets to a room.
async fn entered(stage: &Stage, room: &Room) -> Visitor {
    let mut eve = Visitor::new(stage);
    eve.enter(&room.name, false).await;
    eve
}

/// Sends something that the other end may not read to its end, and says with which code it closes.
async fn sent(socket: Socket, frame: Frame) -> u16 {
    let (mut sink, mut stream) = socket.stream.split();
    let sending = async {
        let _cut_short = sink.send(frame).await;
        std::future::pending::<()>().await;
    };
    let reading = async {
        loop {
            match stream.next().await {
                Some(Ok(Frame::Close(close))) => return close.map_or(1005, |close| close.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return 1006,
            }
        }
    };
    tokio::select! {
        code = reading => code,
        () = sending => 0,
        () = tokio::time::sleep(crate::person::PATIENCE) => panic!("it did not close"),
    }
}
