//! Frames that are malformed, too large or too early. Other connections are never affected.

use futures_util::{SinkExt, StreamExt};
use shared::{ErrorCode, Seq};
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::browser::{Browser, Socket};
use crate::deployment::Deployment;
use crate::raw_socket::{CONTINUATION, FINAL, PING, PONG, Raw, TEXT, frame};
use crate::shared_deployment::{Room, SharedDeployment, finish_background_test};

const SAY: &str = r#"{"type":"say","nonce":"nonce-0123456789","after":0,"text":"hi"}"#;

/// Sends malformed frames: each is refused, the third closes the socket, and other people notice nothing.
async fn expect_refused(texts: &[String], code: ErrorCode) {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    for (number, texts) in texts.chunks(3).enumerate() {
        // Each is somebody else, because three malformed frames slow their person down.
        let mut eve = Browser::new(&deployment);
        let (mut eve_socket, _) = eve.join(&room.name, &format!("Eve {number}")).await;
        for text in texts {
            eve_socket.send_text(text).await;
            assert_eq!(eve_socket.refused().await.1, code, "{text:.80}");
        }
        if texts.len() == 3 {
            assert_eq!(eve_socket.closed().await, 4400, "{texts:?}");
        } else {
            eve_socket.say(&mut eve, "still here").await;
            room.head = room.head.next();
        }
        room.stored_exactly(0).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_01_text_that_is_not_json_is_refused() {
    let cut = SAY.get(..SAY.len() - 1).unwrap();
    let texts = ["", "{", "hello", cut, "ping ", "Ping", "{'type':'say'}", "\u{fffd}", "\u{0}"];
    let mut texts: Vec<String> = texts.map(str::to_owned).into();
    texts.extend([format!("{SAY} garbage"), format!("{SAY}{SAY}")]);
    expect_refused(&texts, ErrorCode::BadJson).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_02_json_of_the_wrong_shape_is_refused() {
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
    expect_refused(&texts, ErrorCode::BadFrame).await;
    let numbers =
        ["NaN", "1e999", "Infinity", "0x1", "01"].map(|number| SAY.replace(":0", &format!(":{number}")));
    expect_refused(&numbers, ErrorCode::BadJson).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_03_deep_nesting_is_refused() {
    let (arrays, objects) = ("[".repeat(10_000), "{\"a\":".repeat(10_000));
    let closed = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let inside = SAY.replace("\"hi\"", &closed);
    expect_refused(&[arrays, objects, closed, inside], ErrorCode::BadJson).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_04_binary_frames_are_refused() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let (mut eve_socket, _) = eve.join(&room.name, "Eve").await;
    for bytes in [SAY.as_bytes().to_vec(), Vec::new(), vec![0xFF; 60_000]] {
        eve_socket.stream.send(Frame::binary(bytes)).await.unwrap();
        assert_eq!(eve_socket.refused().await.1, ErrorCode::Binary);
    }
    assert_eq!(eve_socket.closed().await, 4400);
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_05_a_frame_over_the_size_limit_closes_the_socket() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let fill = |bytes: usize| SAY.replace("hi", &"x".repeat(bytes + 2 - SAY.len()));
    let (mut eve_socket, _) = eve.join(&room.name, "Eve").await;
    eve_socket.send_text(&fill(64 * 1024)).await;
    assert_eq!(
        eve_socket.refused().await.1,
        ErrorCode::TooLong,
        "the largest frame is read, and refused for its text"
    );
    assert_eq!(eve_socket.say(&mut eve, "still here").await, room.head.next());
    room.stored_exactly(1).await;
    drop(eve_socket);
    // Each is sent by somebody else, because frames over the limit slow their person down (case_119).
    for (number, bytes) in [64 * 1024 + 1, 1 << 20, 31 << 20].into_iter().enumerate() {
        let (eve_socket, _) = Browser::new(&deployment).join(&room.name, &format!("Eve {number}")).await;
        assert_eq!(sent(eve_socket, Frame::text(fill(bytes))).await, 1009, "{bytes} bytes");
        room.stored_exactly(0).await;
    }
    // The limit counts bytes, for text and binary frames.
    let (eve_socket, _) = Browser::new(&deployment).join(&room.name, "Eve 3").await;
    assert_eq!(sent(eve_socket, Frame::text("가".repeat(22_000))).await, 1009);
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_06_frames_over_the_runtimes_limit_close_the_socket() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let (eve_socket, _) = eve.join(&room.name, "Eve").await;
    assert_eq!(sent(eve_socket, Frame::text("x".repeat(33 << 20))).await, 1009);
    room.stored_exactly(0).await;
    // A header that announces 2^62 bytes, followed by a few.
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    let mut header = vec![FINAL | TEXT, 0x80 | 127];
    header.extend((1_u64 << 62).to_be_bytes());
    header.extend([0; 100]);
    raw.bytes(&header).await;
    assert_eq!(raw.closed().await, 1009);
    room.stored_exactly(0).await;
    room.wait_until_absent("Eve").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_07_invalid_utf8_becomes_the_replacement_character() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    for (number, bytes) in
        [&b"\xC3\x28"[..], b"\xED\xA0\x80", b"\xF0\x9F\x98", b"\xFF\xFE"].iter().enumerate()
    {
        let (before, after) = SAY.split_once("hi").unwrap();
        let before = before.replace("nonce-0", &format!("nonce-{number}"));
        let payload = [before.as_bytes(), bytes, after.as_bytes()].concat();
        raw.send(FINAL | TEXT, &payload).await;
        let seen = room.bob_socket.message(|message| message.author.name() == "Eve").await;
        assert!(seen.text.starts_with('\u{fffd}'), "{:?}", seen.text);
        room.stored_exactly(1).await;
    }
    // Outside of a string the frame is malformed JSON and nothing more.
    raw.send(FINAL | TEXT, b"\xC3\x28").await;
    raw.text("bad_json").await;
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_08_lone_surrogates_are_refused() {
    let texts =
        [r"\ud800", r"a\udc00b", r"\ud83d\ud83d", r"\ud800\u0041"].map(|text| SAY.replace("hi", text));
    expect_refused(&texts, ErrorCode::BadJson).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_09_websocket_protocol_errors_close_the_socket() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    for (what, head) in [
        ("a reserved opcode", FINAL | 0x3),
        ("a reserved bit", FINAL | 0x40 | TEXT),
        ("a continuation of nothing", FINAL | CONTINUATION),
    ] {
        let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
        raw.send(head, b"hi").await;
        assert_eq!(raw.closed().await, 1002, "{what}");
        room.stored_exactly(0).await;
        room.wait_until_absent("Eve").await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_10_protocol_errors_tolerated_by_the_runtime_do_no_harm() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    let unmasked = [&[FINAL | TEXT, SAY.len() as u8], SAY.as_bytes()].concat();
    raw.bytes(&unmasked).await;
    raw.text("accepted").await;
    raw.send(FINAL | PING, &[b'x'; 126]).await;
    while raw.next().await.is_some_and(|(kind, _)| kind != PONG) {}
    room.stored_exactly(1).await;
    raw.send(FINAL | TEXT, b"ping").await;
    raw.text("pong").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_11_a_message_in_ten_thousand_fragments_is_read() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    // White space makes the frame long; a ping may come between fragments.
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
    room.stored_exactly(1).await;
    // A message without a last fragment delays nobody, and its socket closes normally.
    raw.send(TEXT, b"{\"type\":").await;
    for _ in 0..3 {
        raw.send(CONTINUATION, b" ").await;
        room.stored_exactly(0).await;
    }
    drop(raw);
    room.wait_until_absent("Eve").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_12_unknown_types_are_refused_and_count_no_strike() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let (mut eve_socket, _) = eve.join(&room.name, "Eve").await;
    for kind in ["dance", "Say", "welcome", "accepted", "events", "", "applaud"] {
        eve_socket.send_text(&SAY.replace("\"say\"", &format!("\"{kind}\""))).await;
        let (nonce, code) = eve_socket.refused().await;
        assert_eq!((nonce.unwrap().as_str(), code), ("nonce-0123456789", ErrorCode::UnknownType), "{kind}");
    }
    eve_socket.say(&mut eve, "still here").await;
    room.stored_exactly(1).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_13_other_versions_are_closed_with_4406() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let eve = entered(&deployment, &room).await;
    for version in ["0", "1", "3", "99999999999999999999", "-1", "1.5", "\"2\"", "null", "[]"] {
        let mut eve_socket = eve.socket(&room.name).await;
        let hello = format!(r#"{{"type":"hello","protocol":{version},"tab":"tab-of-eve","nickname":"Eve"}}"#);
        eve_socket.send_text(&hello).await;
        assert_eq!(eve_socket.closed().await, 4406, "{version}");
    }
    let mut eve_socket = eve.socket(&room.name).await;
    eve_socket.send_text(r#"{"type":"hello","tab":"tab-of-eve","nickname":"Eve"}"#).await;
    assert_eq!(eve_socket.closed().await, 4406, "no version at all");
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_14_a_frame_before_hello_closes_and_a_second_hello_renames() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    for text in [SAY, r#"{"type":"typing","on":true}"#, r#"{"type":"history","before":9,"limit":9}"#] {
        let eve = entered(&deployment, &room).await;
        let mut eve_socket = eve.socket(&room.name).await;
        eve_socket.send_text(text).await;
        assert_eq!(eve_socket.closed().await, 4400, "{text}");
        assert!(eve_socket.texts.is_empty(), "{:?}", eve_socket.texts);
    }
    room.stored_exactly(0).await;
    // Without a nickname the socket reads; its writes are refused with their nonces.
    let mut eve = entered(&deployment, &room).await;
    let mut eve_socket = eve.socket(&room.name).await;
    assert!(eve_socket.hello(None, None).await.people.iter().all(|person| person.name != "Eve"));
    let nonce = eve.nonce();
    assert_eq!(eve_socket.try_say(&nonce, Seq::ZERO, "hi").await, Err((ErrorCode::NotJoined, None)));
    // A second hello joins, a third renames.
    assert_eq!(eve_socket.hello(Some("Eve"), None).await.you.name.as_deref(), Some("Eve"));
    assert_eq!(eve_socket.hello(Some("Eva"), None).await.you.name.as_deref(), Some("Eva"));
    eve_socket.say(&mut eve, "hi").await;
    assert_eq!(room.bob_socket.message(|message| message.text == "hi").await.author.name(), "Eva");
    room.stored_exactly(1).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_14_a_socket_without_hello_is_closed_after_ten_seconds() {
    let _turn = SharedDeployment::new().await;
    finish_background_test("no hello").await;
}

/// Opens sockets that send nothing or no hello for ten seconds.
pub(crate) async fn no_hello(deployment: &'static Deployment) {
    let mut room = Room::new(deployment).await;
    let eve = entered(deployment, &room).await;
    let begun = std::time::Instant::now();
    let (mut silent, mut pinging) = (eve.socket(&room.name).await, eve.socket(&room.name).await);
    for _ in 0..9 {
        pinging.send_text("ping").await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    room.stored_exactly(0).await;
    assert_eq!((silent.closed().await, pinging.closed().await), (4408, 4408));
    let waited = begun.elapsed().as_secs_f64();
    assert!((9.9..14.0).contains(&waited), "{waited} s");
    room.stored_exactly(0).await;
}

/// A browser that has entered a room.
async fn entered(deployment: &Deployment, room: &Room) -> Browser {
    let mut eve = Browser::new(deployment);
    eve.enter(&room.name, false).await;
    eve
}

/// Sends bytes that the Worker may not read to their end; returns the close code.
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
        () = tokio::time::sleep(crate::browser::TIMEOUT) => panic!("it did not close"),
    }
}
