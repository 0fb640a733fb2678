//! Suggestions for the `@` word at the caret.

use shared::bot::LocalizedText;
use shared::{Bot, Lang, Person};

use super::parse::{person, someone};
use crate::composer::complete_mention;
use crate::{MentionCompletion, SuggestionTarget};

fn bots() -> Vec<Bot> {
    let bot = |handle: &str, alias: &str, en: &str, ko: &str| Bot {
        handle: handle.to_owned(),
        aliases: vec![alias.to_owned()],
        name: LocalizedText { en: en.to_owned(), ko: ko.to_owned() },
        ..Bot::default()
    };
    vec![
        bot("chatbot", "챗봇", "Chatbot", "챗봇"),
        bot("summary", "요약", "Summary", "대화 요약"),
        bot("translator", "번역", "Translator", "번역"),
        bot("chat-lab", "실험실", "Lab", "실험실"),
    ]
}

fn people() -> Vec<Person> {
    ["ann", "Tom Kim", "번역가", "Charlie", "민수"]
        .map(|name| Person { name: name.to_owned(), ..someone(&name.len().to_string().repeat(3)) })
        .into()
}

/// Completes the text at the caret, which `|` marks.|` is the caret.
fn at(marked: &str) -> Option<MentionCompletion> {
    complete(marked, Lang::En)
}

fn complete(marked: &str, lang: Lang) -> Option<MentionCompletion> {
    let (head, tail) = marked.split_once('|').unwrap();
    let (bots, people) = (bots(), people());
    complete_mention(
        &format!("{head}{tail}"),
        head.encode_utf16().count(),
        &bots,
        people.iter(),
        Some(&person("333")),
        lang,
    )
}

fn suggestions(marked: &str) -> String {
    joined(at(marked))
}

fn joined(completion: Option<MentionCompletion>) -> String {
    let calls = |completion: MentionCompletion| {
        completion
            .suggestions
            .into_iter()
            .map(|suggestion| suggestion.replacement.trim().to_owned())
            .collect::<Vec<_>>()
    };
    completion.map(calls).unwrap_or_default().join(" ")
}

#[test]
fn bots_come_before_people_and_beginnings_before_the_rest() {
    for (marked, expected) in [
        ("@|", "@chatbot @summary @translator @chat-lab @Tom Kim @번역가 @Charlie @민수"),
        ("@c|", "@chatbot @chat-lab @Charlie"),
        ("hi @CHAT|", "@chatbot @chat-lab"),
        ("안녕@sum|", "@summary"),
        ("@bot|", "@chatbot"),
        ("@ar|", "@summary @Charlie"),
        ("@lab|", "@chat-lab"),
        ("@tom|", "@Tom Kim"),
        ("@Tom K|", "@Tom Kim"),
        ("@kim|", "@Tom Kim"),
        ("@chat| more", "@chatbot @chat-lab"),
        ("🙂 @t|", "@translator @Tom Kim @chatbot @chat-lab"),
        ("@zzz|", ""),
        ("@ann|", ""),
        ("@chatbot |", ""),
        ("@chatbot hello|", ""),
        ("@ |", ""),
        ("@cha\n|", ""),
        ("@ch|at", ""),
    ] {
        assert_eq!(suggestions(marked), expected, "{marked}");
    }
}

#[test]
fn hangul_is_followed_key_by_key() {
    for typed in ["ㅊ", "채", "챗", "챗ㅂ", "챗보"] {
        assert_eq!(suggestions(&format!("@{typed}|")), "@챗봇", "{typed}");
    }
    // On the way to 요약 the field shows 욕 or 용 for a moment.
    for typed in ["ㅇ", "요", "용", "요야"] {
        assert!(suggestions(&format!("@{typed}|")).contains("@요약"), "{typed}");
    }
    assert_eq!(suggestions("@ㅂ|"), "@번역 @번역가 @챗봇");
    assert_eq!(suggestions("@버|"), "@번역 @번역가");
    assert_eq!(suggestions("@실허|"), "@실험실");
    // A displayed name is found, and the handle of its bot is inserted.
    assert_eq!(suggestions("@대화|"), "@summary");
    assert_eq!(suggestions("@민|"), "@민수");
}

#[test]
fn korean_readers_are_offered_handles_in_hangul_unless_they_type_others() {
    for (marked, expected) in [
        ("@|", "@챗봇 @요약 @번역 @실험실 @Tom Kim @번역가 @Charlie @민수"),
        ("@대화|", "@요약"),
        ("@lab|", "@실험실"),
        ("@sum|", "@summary"),
        ("@chat|", "@chatbot @chat-lab"),
        ("@챗|", "@챗봇"),
    ] {
        assert_eq!(joined(complete(marked, Lang::Ko)), expected, "{marked}");
    }
}

#[test]
fn a_complete_name_needs_no_suggestion() {
    assert_eq!(at("@summary|"), None);
    assert_eq!(at("@챗봇|"), None);
    let both = at("@번역|").unwrap();
    assert!(both.is_complete_name);
    assert_eq!(both.suggestions.len(), 2);
    assert!(!at("@chat|").unwrap().is_complete_name);
}

#[test]
fn nothing_is_suggested_where_an_at_sign_mentions_nobody() {
    for marked in [
        "me@c|",
        "a.@c|",
        "/@c|",
        "@@c|",
        "https://example.org/@c|",
        "`@c|`",
        "```\n@c|\n```",
        "```\n@c|",
        "> @c|",
        "c|",
        "|@c",
    ] {
        assert_eq!(suggestions(marked), "", "{marked}");
    }
    assert_eq!(suggestions("`x` @su|"), "@summary");
    assert_eq!(suggestions("> x\n@su|"), "@summary");
}

#[test]
fn a_chosen_suggestion_replaces_the_word() {
    for (marked, expected) in [
        ("@c|", "@chatbot |"),
        ("🙂 hi @챗| 안녕", "🙂 hi @챗봇| 안녕"),
        ("@tom k|\nx", "@Tom Kim|\nx"),
        ("@su|, hi", "@summary |, hi"),
    ] {
        let (text, completion) = (marked.replace('|', ""), at(marked).unwrap());
        let (after, caret) = completion.apply(&text, &completion.suggestions[0]).unwrap();
        let units: Vec<u16> = after.encode_utf16().collect();
        let head = String::from_utf16(&units[..caret]).unwrap();
        let tail = String::from_utf16(&units[caret..]).unwrap();
        assert_eq!(format!("{head}|{tail}"), expected);
    }
    assert!(
        matches!(&at("@su|").unwrap().suggestions[0].target, SuggestionTarget::Bot(handle) if handle == "summary")
    );
    // A text that has changed meanwhile is not touched.
    assert_eq!(at("hello @su|").unwrap().apply("hi", &at("@su|").unwrap().suggestions[0]), None);
}

proptest::proptest! {
    #[test]
    fn any_text_and_caret_are_read_without_panic(text in "[@a-c챗요ㅇ🙂 `>\n]{0,30}", caret in 0..40_usize) {
        let (bots, people) = (bots(), people());
        if let Some(completion) = complete_mention(&text, caret, &bots, people.iter(), None, Lang::Ko) {
            for suggestion in &completion.suggestions {
                let (after, caret) = completion.apply(&text, suggestion).unwrap();
                proptest::prop_assert!(caret <= after.encode_utf16().count());
                proptest::prop_assert!(after.contains(&suggestion.replacement));
            }
        }
    }
}
