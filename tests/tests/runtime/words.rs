//! What people may write and what they may be called.

use shared::frame::Resume;
use shared::{ErrorCode, Seq};

use crate::guest::{Guest, Room};
use crate::person::{Socket, Visitor};

/// Says texts that nobody may say: each is refused with its nonce and nothing is stored.
async fn are_refused(texts: &[&str], code: ErrorCode) {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let (mut at_eve, _) = eve.join(&room.name, "Eve").await;
    assert!(texts.len() < 28, "more than one may say at once");
    for text in texts {
        assert_eq!(at_eve.try_say(&eve.nonce(), Seq::ZERO, text).await, Err((code, None)), "{text:?}");
    }
    at_eve.say(&mut eve, "still here").await;
    room.is_calm(1).await;
}

/// Says hello under a name that nobody may have, and becomes a reader.
async fn is_no_name(socket: &mut Socket, name: &str) -> ErrorCode {
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
async fn case_15_texts_that_show_nothing() {
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
    are_refused(&texts, ErrorCode::Empty).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_16_control_characters() {
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
    are_refused(&texts, ErrorCode::ControlCharacters).await;
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    room.at_bob.say(&mut room.bob, "a\n\tb").await;
    room.at_bob.message(|message| message.text == "a\n\tb").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_17_the_limit_is_exact_and_nothing_is_cut() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    // Seven scalar values, one character to a reader.
    let family = "👨‍👩‍👧‍👦";
    for (unit, filler) in [(family, "가"), (family, "a"), ("🇰🇷", "😀"), ("é", "𠀀")] {
        let space = 4_000 - unit.chars().count();
        let full = format!("{}{unit}", filler.repeat(space));
        assert_eq!(full.chars().count(), 4_000);
        let seq = room.at_bob.say(&mut room.bob, &full).await;
        let seen = room.at_bob.message(|message| message.seq == seq).await;
        assert!(seen.text == full, "{unit}: it comes whole");
        for more in [format!("{full}a"), format!("a{full}"), format!("{}{unit}", filler.repeat(space + 1))] {
            let said = room.at_bob.try_say(&room.bob.nonce(), Seq::ZERO, &more).await;
            assert_eq!(said, Err((ErrorCode::TooLong, None)), "{unit}");
        }
        // White space at the ends is no part of it.
        room.at_bob.say(&mut room.bob, &format!("\n {full} \n")).await;
        room.at_bob.message(|message| message.text == full).await;
    }
    room.head = Seq(room.head.0 + 8);
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_17_texts_arrive_composed() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    for (sent, shown) in [
        ("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", "한글"),
        ("Cafe\u{301}", "Café"),
        ("ㅋㅋ ㅠㅠ", "ㅋㅋ ㅠㅠ"),
        ("①ﬁ", "①ﬁ"),
    ] {
        let seq = room.at_bob.say(&mut room.bob, sent).await;
        assert_eq!(room.at_bob.message(|message| message.seq == seq).await.text, shown);
    }
    // The limit counts what is stored: twelve thousand parts that make four thousand syllables.
    let syllables = "\u{1112}\u{1161}\u{11ab}".repeat(4_000);
    let seq = room.at_bob.say(&mut room.bob, &syllables).await;
    assert!(room.at_bob.message(|message| message.seq == seq).await.text == "한".repeat(4_000));
    // Escapes mean the same.
    let say =
        r#"{"type":"say","nonce":"escaped-nonce-0001","after":0,"text":"e\u0301 \ud83d\ude00 \u1112\u1161"}"#;
    room.at_bob.send_text(say).await;
    room.at_bob.message(|message| message.text == "é 😀 하").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_18_nicknames_that_nobody_can_have() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    eve.enter(&room.name, false).await;
    let mut at_eve = eve.socket(&room.name).await;
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
        assert_eq!(is_no_name(&mut at_eve, name).await, code, "{name:.30?}");
    }
    // Good ones work on the same socket, spaces tidied.
    assert_eq!(at_eve.hello(Some(&"가".repeat(24)), None).await.you.name, Some("가".repeat(24)));
    assert_eq!(at_eve.hello(Some("  Tom \n 철수 "), None).await.you.name.as_deref(), Some("Tom 철수"));
    // A name that is refused later leaves the one before.
    assert_eq!(at_eve.hello(Some("---"), None).await.you.name.as_deref(), Some("Tom 철수"));
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_19_look_alikes_of_somebody_present() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let (mut ann, mut eve) = (Visitor::new(&stage), Visitor::new(&stage));
    let (at_ann, _) = ann.join(&room.name, "GPT").await;
    eve.enter(&room.name, false).await;
    let mut at_eve = eve.socket(&room.name).await;
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
        codes.push(is_no_name(&mut at_eve, fake).await);
    }
    let expected = [ErrorCode::NicknameTaken, ErrorCode::NicknameMixed, ErrorCode::NicknameCharacters];
    assert!(codes.iter().all(|code| expected.contains(code)), "{codes:?}");
    assert_eq!(codes[..8], [ErrorCode::NicknameTaken; 8]);
    // A digit is told apart by the badge only. This is known.
    assert_eq!(at_eve.hello(Some("6PT"), None).await.you.name.as_deref(), Some("6PT"));
    // The name stays its owner's after they left, and theirs alone: they may come back.
    drop(at_ann);
    room.is_without("GPT").await;
    let mut cat = Visitor::new(&stage);
    cat.enter(&room.name, false).await;
    assert_eq!(is_no_name(&mut cat.socket(&room.name).await, "gpt").await, ErrorCode::NicknameTaken);
    let (_, welcome) = ann.join(&room.name, "GPT").await;
    assert_eq!(welcome.you.name.as_deref(), Some("GPT"));
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_19_names_of_bots_and_of_the_system() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    eve.enter(&room.name, false).await;
    let mut at_eve = eve.socket(&room.name).await;
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
        assert_eq!(is_no_name(&mut at_eve, name).await, ErrorCode::NicknameReserved, "{name}");
    }
    let code = is_no_name(&mut at_eve, "сhatbоt").await;
    assert_eq!(code, ErrorCode::NicknameMixed, "two letters of it are Cyrillic");
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_20_names_that_mean_something_elsewhere() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
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
        let (mut at_eve, welcome) = eve.join(&room.name, name).await;
        assert!(welcome.people.iter().any(|person| person.name == shown && !person.owner), "{name}");
        let seq = at_eve.say(&mut eve, "@bot and @챗봇 are said in `@chatbot`").await;
        let seen = room.at_bob.message(|message| message.seq == seq).await;
        assert_eq!(seen.author.name(), shown);
        // The bot's alias calls it, the person's name does not.
        assert_eq!(at_eve.end().await.target, seq.next());
        room.is_calm(3).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_21_case_25_texts_are_stored_as_they_are() {
    let stage = Guest::new().await;
    let room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let (mut at_eve, welcome) = eve.join(&room.name, "Eve").await;
    let texts = [
        "access\u{202e}\u{2066} // check\u{2069} \u{2066}level",
        "<script>alert(1)</script><svg onload=alert(1)>",
        "[x](javascript:alert(1)) ![](http://127.0.0.1/?q=x)",
        "'; DROP TABLE log; -- %_\\ \" OR 1=1",
        "{\"type\":\"welcome\"}\n\ndata: {}",
        "__proto__ ${7*7} {{7*7}} %00 \\u0000",
    ];
    for text in texts {
        at_eve.say(&mut eve, text).await;
    }
    let resume = Resume::new(&welcome.epoch, welcome.head);
    let back = at_eve.hello(Some("Eve"), Some(resume)).await;
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
