//! Texts of messages and nicknames: which are valid, and how they are normalized.

use shared::frame::Resume;
use shared::{ErrorCode, Seq};

use crate::browser::{Browser, Socket};
use crate::shared_deployment::{Room, SharedDeployment};

/// Sends invalid texts: each is refused with its nonce and nothing is stored.
async fn expect_refused(texts: &[&str], code: ErrorCode) {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let (mut eve_socket, _) = eve.join(&room.name, "Eve").await;
    assert!(texts.len() < 28, "more than one may say at once");
    for text in texts {
        assert_eq!(eve_socket.try_say(&eve.nonce(), Seq::ZERO, text).await, Err((code, None)), "{text:?}");
    }
    eve_socket.say(&mut eve, "still here").await;
    room.stored_exactly(1).await;
}

/// Sends hello with an invalid nickname and becomes a reader; returns the code.
async fn expect_nickname_refused(socket: &mut Socket, name: &str) -> ErrorCode {
    let welcome = socket.hello(Some(name), None).await;
    assert_eq!(welcome.you.name, None, "{name:?}");
    assert!(welcome.people.iter().all(|person| person.id != welcome.you.id), "{name:?}");
    let refusals: Vec<&String> = socket.texts.iter().filter(|text| text.contains("\"refused\"")).collect();
    let code = serde_json::from_str::<serde_json::Value>(refusals[0]).unwrap()["code"].take();
    socket.texts.clear();
    serde_json::from_value(code).unwrap()
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_15_invisible_texts_are_refused() {
    let texts = [
        "",
        "   ",
        "\n\t\n",
        "\u{3164}",
        "\u{200b}\u{200b}",
        "\u{e0041}\u{e0042}",
        "\u{feff} \u{2060}",
        "\u{ad}",
        "\u{202e}\u{202c}",
        "\u{115f}\u{1160}",
        "\u{a0}\u{2003}",
        "\u{0}",
    ];
    expect_refused(&texts, ErrorCode::Empty).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_16_control_characters_are_refused() {
    let texts = [
        "a\u{0}b",
        "a\u{7}b",
        "a\u{8}b",
        "a\u{1b}[31mb",
        "a\u{7f}b",
        "a\u{85}b",
        "a\u{9f}b",
        "a\u{2028}b",
        "a\u{2029}b",
        "a\rb",
        "a\r\nb",
    ];
    expect_refused(&texts, ErrorCode::ControlCharacters).await;
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    room.bob_socket.say(&mut room.bob, "a\n\tb").await;
    room.bob_socket.message(|message| message.text == "a\n\tb").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_17_the_length_limit_is_exact_and_nothing_is_truncated() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    // Seven scalar values that a reader sees as one character.
    let family = "👨‍👩‍👧‍👦";
    for (unit, filler) in [(family, "가"), (family, "a"), ("🇰🇷", "😀"), ("é", "𠀀")] {
        let space = 4_000 - unit.chars().count();
        let full = format!("{}{unit}", filler.repeat(space));
        assert_eq!(full.chars().count(), 4_000);
        let seq = room.bob_socket.say(&mut room.bob, &full).await;
        let seen = room.bob_socket.message(|message| message.seq == seq).await;
        assert!(seen.text == full, "{unit}: it comes whole");
        for more in [format!("{full}a"), format!("a{full}"), format!("{}{unit}", filler.repeat(space + 1))] {
            let said = room.bob_socket.try_say(&room.bob.nonce(), Seq::ZERO, &more).await;
            assert_eq!(said, Err((ErrorCode::TooLong, None)), "{unit}");
        }
        // White space at the ends is trimmed and not counted.
        room.bob_socket.say(&mut room.bob, &format!("\n {full} \n")).await;
        room.bob_socket.message(|message| message.text == full).await;
    }
    room.head = Seq(room.head.0 + 8);
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_17_texts_are_nfc_normalized() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    for (sent, shown) in [
        ("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", "한글"),
        ("Cafe\u{301}", "Café"),
        ("ㅋㅋ ㅠㅠ", "ㅋㅋ ㅠㅠ"),
        ("①ﬁ", "①ﬁ"),
    ] {
        let seq = room.bob_socket.say(&mut room.bob, sent).await;
        assert_eq!(room.bob_socket.message(|message| message.seq == seq).await.text, shown);
    }
    // The limit counts the stored form: twelve thousand jamo that compose to four thousand syllables.
    let syllables = "\u{1112}\u{1161}\u{11ab}".repeat(4_000);
    let seq = room.bob_socket.say(&mut room.bob, &syllables).await;
    assert!(room.bob_socket.message(|message| message.seq == seq).await.text == "한".repeat(4_000));
    // Escapes mean the same.
    let say =
        r#"{"type":"say","nonce":"escaped-nonce-0001","after":0,"text":"e\u0301 \ud83d\ude00 \u1112\u1161"}"#;
    room.bob_socket.send_text(say).await;
    room.bob_socket.message(|message| message.text == "é 😀 하").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_18_invalid_nicknames_are_refused() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    eve.enter(&room.name, false).await;
    let mut eve_socket = eve.socket(&room.name).await;
    let (long, longer, zalgo) = ("a".repeat(25), "a".repeat(10_000), format!("Z{}", "\u{301}".repeat(20)));
    for (name, code) in [
        ("", ErrorCode::NicknameEmpty),
        ("   ", ErrorCode::NicknameEmpty),
        ("😀😀", ErrorCode::NicknameEmpty),
        ("---", ErrorCode::NicknameEmpty),
        (&long, ErrorCode::NicknameTooLong),
        (&longer, ErrorCode::NicknameTooLong),
        (&zalgo, ErrorCode::NicknameCharacters),
        ("\u{202e}moT", ErrorCode::NicknameCharacters),
        ("a\u{2066}nna", ErrorCode::NicknameCharacters),
        ("a\u{200b}nna", ErrorCode::NicknameCharacters),
        ("ann\u{7}a", ErrorCode::NicknameCharacters),
        ("an\u{0}na", ErrorCode::NicknameCharacters),
        ("ann\u{3164}", ErrorCode::NicknameCharacters),
        ("Тom", ErrorCode::NicknameMixed),
        ("Tοm", ErrorCode::NicknameMixed),
        ("철수Т", ErrorCode::NicknameMixed),
        ("철수カ", ErrorCode::NicknameMixed),
    ] {
        assert_eq!(expect_nickname_refused(&mut eve_socket, name).await, code, "{name:.30?}");
    }
    // Valid ones work on the same socket, with white space normalized.
    assert_eq!(eve_socket.hello(Some(&"가".repeat(24)), None).await.you.name, Some("가".repeat(24)));
    assert_eq!(eve_socket.hello(Some("  Tom \n 철수 "), None).await.you.name.as_deref(), Some("Tom 철수"));
    // A refused rename keeps the earlier nickname.
    assert_eq!(eve_socket.hello(Some("---"), None).await.you.name.as_deref(), Some("Tom 철수"));
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_19_look_alikes_of_a_present_nickname_are_refused() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let (mut ann, mut eve) = (Browser::new(&deployment), Browser::new(&deployment));
    let (ann_socket, _) = ann.join(&room.name, "GPT").await;
    eve.enter(&room.name, false).await;
    let mut eve_socket = eve.socket(&room.name).await;
    let fakes = [
        "GPT",
        "gpt",
        "ＧＰＴ",
        "G.P.T",
        "G P T",
        "𝐆𝐏𝐓",
        "𝗚𝗣𝗧",
        "ⒼⓅⓉ",
        "GΡT",
        "GРТ",
        "ԌРТ",
        "ᏀᏢᎢ",
        "G\u{200b}PT",
        "GPT\u{e0041}",
        "G\u{2060}P\u{ad}T",
    ];
    let mut codes = Vec::new();
    for fake in fakes {
        codes.push(expect_nickname_refused(&mut eve_socket, fake).await);
    }
    let expected = [ErrorCode::NicknameTaken, ErrorCode::NicknameMixed, ErrorCode::NicknameCharacters];
    assert!(codes.iter().all(|code| expected.contains(code)), "{codes:?}");
    assert_eq!(codes[..8], [ErrorCode::NicknameTaken; 8]);
    // A digit is not detected as a look-alike (known limitation); only the badge tells them apart.
    assert_eq!(eve_socket.hello(Some("6PT"), None).await.you.name.as_deref(), Some("6PT"));
    // The nickname stays reserved for its person after they left, and they may return.
    drop(ann_socket);
    room.wait_until_absent("GPT").await;
    let mut cat = Browser::new(&deployment);
    cat.enter(&room.name, false).await;
    assert_eq!(
        expect_nickname_refused(&mut cat.socket(&room.name).await, "gpt").await,
        ErrorCode::NicknameTaken
    );
    let (_, welcome) = ann.join(&room.name, "GPT").await;
    assert_eq!(welcome.you.name.as_deref(), Some("GPT"));
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_19_names_of_bots_and_of_the_system_are_reserved() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    eve.enter(&room.name, false).await;
    let mut eve_socket = eve.socket(&room.name).await;
    for name in [
        "chatbot",
        "ChatBot",
        "CHATBOT",
        "chat bot",
        "@chatbot",
        "chatb0t",
        "ｃｈａｔｂｏｔ",
        "𝓬𝓱𝓪𝓽𝓫𝓸𝓽",
        "c.h.a.t.b.o.t",
        "챗봇",
        "챗 봇",
        "챗봇!",
        "\u{110e}\u{1162}\u{11ba}\u{1107}\u{1169}\u{11ba}",
        "system",
        "SYSTEM",
        "시스템",
        "Madang",
        "마당",
        "admin",
        "관리자",
        "운영자",
        "owner",
        "방장",
        "assistant",
    ] {
        assert_eq!(
            expect_nickname_refused(&mut eve_socket, name).await,
            ErrorCode::NicknameReserved,
            "{name}"
        );
    }
    let code = expect_nickname_refused(&mut eve_socket, "сhatbоt").await;
    assert_eq!(code, ErrorCode::NicknameMixed, "two letters of it are Cyrillic");
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_20_names_with_meaning_in_code_are_plain_names() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    for (name, shown) in [
        ("__proto__", "__proto__"),
        ("constructor", "constructor"),
        ("<img onerror=alert(1)>", "<img onerror=alert(1)>"),
        ("\"; DROP TABLE log;--", "\"; DROP TABLE log;--"),
        ("' OR '1'='1", "' OR '1'='1"),
        ("%s%n{}${x}", "%s%n{}${x}"),
        ("new\nline", "new line"),
        ("@bot", "@bot"),
    ] {
        let (mut eve_socket, welcome) = eve.join(&room.name, name).await;
        assert!(welcome.people.iter().any(|person| person.name == shown && !person.owner), "{name}");
        let seq = eve_socket.say(&mut eve, "@bot and @챗봇 are said in `@chatbot`").await;
        let seen = room.bob_socket.message(|message| message.seq == seq).await;
        assert_eq!(seen.author.name(), shown);
        // The bot's alias calls it, the person's name does not.
        assert_eq!(eve_socket.end().await.target, seq.next());
        room.stored_exactly(3).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_21_case_25_texts_are_stored_as_they_are() {
    let deployment = SharedDeployment::new().await;
    let room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let (mut eve_socket, welcome) = eve.join(&room.name, "Eve").await;
    let texts = [
        "access\u{202e}\u{2066} // check\u{2069} \u{2066}level",
        "<script>alert(1)</script><svg onload=alert(1)>",
        "[x](javascript:alert(1)) ![](http://127.0.0.1/?q=x)",
        "'; DROP TABLE log; -- %_\\ \" OR 1=1",
        "{\"type\":\"welcome\"}\n\ndata: {}",
        "__proto__ ${7*7} {{7*7}} %00 \\u0000",
    ];
    for text in texts {
        eve_socket.say(&mut eve, text).await;
    }
    let resume = Resume::new(&welcome.epoch, welcome.head);
    let back = eve_socket.hello(Some("Eve"), Some(resume)).await;
    let stored: Vec<&str> = back
        .events
        .iter()
        .map(|event| match event {
            shared::Event::Message(message) => message.text.as_str(),
            _ => panic!("{event:?}"),
        })
        .collect();
    assert_eq!(stored, texts);
}
