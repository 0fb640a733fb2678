//! Polls from questions, and summaries of conversations.

use crate::talk::cards::{Poll, Summary, content_words};
use crate::talk::language::Language;
use crate::talk::transcript::Line;

#[track_caller]
fn is(text: &str, question: &str, options: &[&str]) {
    let language = Language::of(text).unwrap_or(Language::English);
    let poll = Poll::read(text, &[], language);
    assert_eq!(
        (poll.question.as_str(), poll.options.as_slice()),
        (question, &options.iter().map(|option| (*option).to_owned()).collect::<Vec<_>>()[..])
    );
}

#[test]
fn options_in_every_form() {
    is("점심 뭐 먹지? 김밥, 라면, 비빔밥", "점심 뭐 먹지?", &["김밥", "라면", "비빔밥"]);
    is("What for lunch? Pizza or pasta", "What for lunch?", &["Pizza", "pasta"]);
    is("What for lunch? Pizza, pasta, or salad.", "What for lunch?", &["Pizza", "pasta", "salad"]);
    is("어디 갈까?\n- 산\n- 바다", "어디 갈까?", &["산", "바다"]);
    is("회식 장소: 1) 고깃집 / 2) 횟집", "회식 장소?", &["고깃집", "횟집"]);
    is("Should we eat pizza or pasta?", "Should we eat pizza or pasta?", &["pizza", "pasta"]);
    is("김밥이랑 라면 중에 뭐 먹을까?", "김밥이랑 라면 중에 뭐 먹을까?", &["김밥", "라면"]);
    is("pizza, pasta", "Which one do you prefer?", &["pizza", "pasta"]);
    is("몇 시에 볼까? 12:30, 13:00", "몇 시에 볼까?", &["12:30", "13:00"]);
}

#[test]
fn what_people_proposed_comes_before_what_could_be() {
    let before = lines(&[("a", "김밥 어때?"), ("a", "좋은 아침"), ("a", "how about tea?")]);
    assert_eq!(Poll::read("점심 뭐 먹지?", &before, Language::Korean).options, ["김밥", "tea"]);
}

#[test]
fn without_options_there_are_sensible_ones() {
    is("점심 뭐 먹지?", "점심 뭐 먹지?", &["비빔밥", "김치찌개", "칼국수", "떡볶이"]);
    is(
        "When shall we meet?",
        "When shall we meet?",
        &["Friday evening", "Saturday noon", "Sunday afternoon"],
    );
    is("Shall we take a break?", "Shall we take a break?", &["Yes", "No", "Either is fine"]);
}

fn lines(said: &[(&str, &str)]) -> Vec<Line> {
    let line = |(nickname, text): &(&str, &str)| Line {
        id: format!("id-{nickname}"),
        nickname: (*nickname).to_owned(),
        text: (*text).to_owned(),
        to_bot: text.starts_with('@'),
    };
    said.iter().map(line).collect()
}

#[test]
fn a_korean_conversation() {
    let summary = Summary::read(&lines(&[
        ("민수", "소풍 언제 갈까?"),
        ("지수", "소풍은 토요일에 가자"),
        ("민수", "좋아. 김밥은 내가 가져갈게"),
        ("지수", "김밥 맛있겠다. 돗자리 있는 사람?"),
        ("민수", "@chatbot 서울 날씨 어때?"),
    ]));
    assert_eq!(summary.topics, ["소풍", "김밥"]);
    assert_eq!(summary.decisions, ["지수: 소풍은 토요일에 가자"]);
    assert_eq!(summary.open_questions, ["지수: 김밥 맛있겠다. 돗자리 있는 사람?"]);
}

#[test]
fn an_english_conversation() {
    let summary = Summary::read(&lines(&[
        ("ann", "When does the release go out?"),
        ("bob", "We decided on Friday for the release."),
        ("ann", "Who writes the announcement?"),
        ("bob", "The tests for the release were green yesterday, by the way."),
    ]));
    assert!(summary.topics.contains(&"release".to_owned()), "{summary:?}");
    assert_eq!(summary.decisions, ["bob: We decided on Friday for the release."]);
    assert_eq!(summary.open_questions, ["ann: Who writes the announcement?"]);
    assert_eq!(Summary::read(&[]), Summary::default());
}

#[test]
fn particles_and_small_words_are_left_out() {
    assert_eq!(content_words("우리 소풍은 토요일에 공원에서 하자"), ["소풍", "토요일", "공원"]);
    assert_eq!(content_words("Let's talk about the release, and the 2 tests"), ["talk", "release", "tests"]);
}
