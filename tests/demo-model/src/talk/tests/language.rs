//! Grammar, mentions, handles, the phrase book and arithmetic.

use crate::prompt::Item;

use crate::talk::general::{find_sum as find, written};
use crate::talk::language::{Language, Text, compile, sentences};
use crate::talk::lessons::translated;
use crate::talk::tables;
use crate::talk::tables::bots::{COUNSELLOR, FERRYMAN, Voice};
use crate::talk::transcript::{Transcript, without_mentions};
use crate::talk::voice_of;

fn say(value: &str, text: &'static str) -> String {
    Language::Korean.say(Text(text, text), &[("x", value)])
}

#[test]
fn particles_follow_the_ending() {
    assert_eq!(say("민수", "{x:이에요/예요}"), "민수예요");
    assert_eq!(say("지민", "{x:이에요/예요}"), "지민이에요");
    assert_eq!(say("Tom", "{x:이라고/라고}"), "Tom이라고");
    assert_eq!(say("서울", "{x:으로/로}"), "서울로");
    assert_eq!(say("지민", "{x:으로/로} {y}!"), "지민으로 !");
}

#[test]
fn sentences_end_where_they_end() {
    let texts: Vec<String> =
        sentences("3.5 is a number. Really? Yes!").into_iter().map(|sentence| sentence.text).collect();
    assert_eq!(texts, ["3.5 is a number", "Really", "Yes"]);
}

#[test]
fn mentions_are_taken_off() {
    assert_eq!(without_mentions("@chatbot 안녕"), "안녕");
    assert_eq!(without_mentions("@chatbot안녕"), "안녕");
    assert_eq!(without_mentions("@챗봇아, 안녕"), "안녕");
    assert_eq!(without_mentions("안녕 @chatbot"), "안녕");
    assert_eq!(without_mentions("점심 뭐 먹지 @투표"), "점심 뭐 먹지");
    assert_eq!(without_mentions("ask @Poll or @chatbot-two"), "ask  or @chatbot-two");
    assert_eq!(without_mentions("mail me at a@b.example"), "mail me at a@b.example");
}

#[test]
fn plain_text_is_somebody_and_notes_are_passed_over() {
    let said = [
        "hello",
        "{\"note\":\"older messages were left out\"}",
        "{\"id\":\"p1\",\"from\":\"ann\",\"text\":\"hi\"}",
    ];
    let transcript = Transcript::read(&said.map(|text| Item::User(text.to_owned())));
    let speakers: Vec<&str> = transcript.lines.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(speakers, ["somebody", "p1"]);
}

#[test]
fn a_bot_is_known_by_its_first_lines() {
    assert_eq!(voice_of("You are @translator, a bot.\nTranslate."), Voice::Translator);
    assert_eq!(voice_of("당신은 @counsellor입니다."), Voice::Counsellor);
    assert_eq!(voice_of("당신은 @번역가예요."), Voice::Translator);
    assert_eq!(voice_of("\n# You are @storyteller"), Voice::Storyteller);
    assert_eq!(voice_of("You are @story-keeper"), Voice::General);
    assert_eq!(voice_of("You are Madang's chatbot."), Voice::General);
    assert_eq!(voice_of("Never say You are @tutor"), Voice::General);
}

#[test]
fn phrases_in_both_directions_and_however_they_are_asked_for() {
    for (text, expected) in [
        ("안녕하세요", "**Hello**"),
        ("고마워!", "**Thank you**"),
        ("thank you", "**감사합니다** (gamsahamnida)"),
        ("How do you say good morning in Korean?", "**좋은 아침이에요**"),
        ("\"화장실이 어디예요?\" 영어로", "**Where is the bathroom**"),
        ("생일 축하해는 영어로 뭐라고 해?", "**Happy birthday**"),
        ("translate 'see you tomorrow' to Korean", "**내일 봐요**"),
        ("Hello. Nice to meet you!", "**안녕하세요** (annyeonghaseyo) **만나서 반가워요**"),
        ("안녕하세요. 만나서 반가워요!", "**Hello** **Nice to meet you**"),
    ] {
        let said = translated(text).unwrap_or_default();
        assert!(said.starts_with(expected), "{text} -> {said}");
    }
    assert!(translated("thank you dear neighbour").unwrap_or_default().contains("not know all"));
    assert_eq!(translated("양자역학의 불확정성"), None);
}

#[track_caller]
fn is(text: &str, expected: &str) {
    let found = find(text).and_then(|(_, value)| value).map(written);
    assert_eq!(found.as_deref(), Some(expected), "{text}");
}

#[test]
fn sums() {
    is("3 + 4 * 2", "11");
    is("3+4*2는 얼마야?", "11");
    is("what is (1 + 2) * 3?", "9");
    is("10 / 4", "2.5");
    is("3 더하기 4는 뭐야", "7");
    is("what is 7 times 6?", "42");
    is("1,000 + 1", "1001");
    assert_eq!(find("1 / 0 = ?"), Some(("1 / 0".to_owned(), None)));
    assert_eq!(find("2026-11-20"), None);
    assert_eq!(find("see you at 10"), None);
}

#[test]
fn every_pattern_of_the_tables_compiles() {
    let general = tables::general::ROWS.iter().map(|(_, pattern, _)| *pattern);
    let names = tables::memory::NAMES.iter().map(|(.., pattern)| *pattern);
    let rows = COUNSELLOR.iter().chain(&FERRYMAN).map(|(pattern, ..)| *pattern);
    let mistakes = tables::lessons::MISTAKES.iter().map(|(pattern, ..)| *pattern);
    let tools = tables::tools::WANTED.iter().map(|(_, pattern)| *pattern);
    let skies = tables::tools::SKIES.iter().map(|(pattern, ..)| *pattern);
    let polls = tables::cards::PROPOSALS.iter().map(|(pattern, _)| *pattern);
    let stories = [tables::stories::SUBJECT].into_iter();
    for pattern in
        general.chain(names).chain(rows).chain(mistakes).chain(tools).chain(skies).chain(polls).chain(stories)
    {
        compile(pattern);
    }
}
