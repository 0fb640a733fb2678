//! Conversations with the demo, written as scripts.

mod cards;
mod language;
mod memory;
mod names;
mod product;
mod tools;

use super::*;
use crate::prompt::{Item, Tool};
use serde_json::{Value, json};

/// A line of somebody, as the room gives it to a model.
fn line(id: &str, nickname: &str, text: &str) -> Item {
    let at = "2026-11-20T12:00Z";
    Item::User(json!({"id": id, "from": nickname, "text": text, "at": at}).to_string())
}

fn text_of(output: Output) -> String {
    match output {
        Output::Text(pieces) => pieces.concat(),
        other => panic!("no text but {other:?}"),
    }
}

/// Plays a script of `id nickname: text` lines; a line that addresses `@chatbot` is answered, and the answers stay
/// in the chain. Returns the last answer.
fn play(script: &str) -> String {
    play_as("", script)
}

fn play_as(instructions: &str, script: &str) -> String {
    let mut prompt = Prompt { instructions: instructions.to_owned(), ..Prompt::default() };
    let mut last = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (who, text) = line.split_once(": ").expect("id nickname: text");
        let (id, nickname) = who.split_once(' ').expect("id nickname");
        prompt.items.push(self::line(id, nickname, text));
        if line.contains("@") {
            last = text_of(answer(&prompt));
            assert!(!last.contains("{\"") && !last.contains("\"from\""), "echoes JSON: {last}");
            prompt.items.push(Item::Model(last.clone()));
        }
    }
    last
}

#[track_caller]
fn says(script: &str, expected: &str) {
    let said = play(script);
    assert!(said.contains(expected), "{script}\n-> {said}");
}

#[track_caller]
fn never_says(script: &str, unexpected: &str) {
    let said = play(script);
    assert!(!said.contains(unexpected), "{script}\n-> {said}");
}

#[test]
fn everybody_is_told_their_own_name() {
    let two = "p1 앤: @chatbot 내 이름은 민수야\n p2 밥: @챗봇 제 이름은 지민이에요\n";
    says(&format!("{two} p1 앤: @chatbot 내 이름이 뭐야?"), "민수님");
    says(&format!("{two} p2 밥: @chatbot 내 이름이 뭐야?"), "지민님");
    never_says(&format!("{two} p2 밥: @chatbot 내 이름이 뭐야?"), "민수");
    says(&format!("{two} p1 앤: @chatbot what is my name?"), "Your name is 민수");
}

#[test]
fn a_name_told_in_passing_counts_and_the_latest_wins() {
    let script = "p1 ann: @chatbot my name is Ann
        p2 bob: hello everybody
        p1 ann: by the way, I changed my name to Eve
        p2 bob: nice";
    says(&format!("{script}\n p1 ann: @chatbot what's my name?"), "Your name is Eve");
    says("p1 a: 나는 민수라고 해\n p1 a: 이름 바꿨어, 이제 지수야\n p1 a: @챗봇아 내 이름 기억해?", "지수님");
}

#[test]
fn the_id_is_the_person_not_the_nickname() {
    let script = "p1 민수: @chatbot 내 이름은 김철수야\n p2 민수: 안녕하세요";
    let said = play(&format!("{script}\n p2 민수: @chatbot 내 이름이 뭐야?"));
    assert!(said.contains("닉네임은 민수로") && !said.contains("김철수"), "{said}");
    says(&format!("{script}\n p1 새이름: @chatbot 내 이름이 뭐야?"), "김철수");
}

#[test]
fn without_a_name_it_sees_the_nickname() {
    says("p1 ann: @chatbot what is my name?", "you have not told me your name. I see your nickname, ann");
    says("p1 지민: @chatbot 내 이름 뭐야", "닉네임은 지민으로");
}

#[test]
fn telling_is_confirmed_and_telling_with_asking_is_answered() {
    says("p1 a: @chatbot 내 이름은 민수야", "반가워요, 민수님");
    says("p1 a: @chatbot 내 이름은 민수야. 내 이름이 뭐야?", "민수님이에요");
    says("p1 a: @chatbot hi, my name is Ann", "Nice to meet you, Ann");
}

#[test]
fn likes_and_facts_are_remembered() {
    says("p1 민수: 나는 김밥을 좋아해\n p1 민수: @chatbot 내가 뭘 좋아해?", "김밥");
    says("p1 ann: I like green tea.\n p1 ann: @chatbot what do I like?", "You said you like green tea.");
    says("p1 ann: I like tea\n p2 bob: @chatbot what does ann like?", "ann said they like tea");
    says("p2 bob: @chatbot what do I like?", "not told me");
    says("p1 a: the secret word is banana\n p2 b: @chatbot what is the secret word?", "banana");
    says("p1 a: 내 생일은 5월 3일이야\n p1 a: @chatbot 내 생일이 언제야?", "5월 3일");
}

#[test]
fn it_knows_who_is_here_and_who_said_what() {
    let script = "p1 민수: 점심에 라면 먹자\n p2 지수: 좋아, 12시에 보자\n";
    says(&format!("{script} p1 민수: @chatbot 누가 있어?"), "2명이에요: 민수, 지수.");
    says(&format!("{script} p1 민수: @chatbot 지수가 뭐라고 했어?"), "“좋아, 12시에 보자”");
    says(&format!("{script} p2 지수: @chatbot what did 민수 say?"), "“점심에 라면 먹자”");
    says(&format!("{script} p1 민수: @chatbot 내가 뭐라고 했지?"), "“점심에 라면 먹자”");
    says(&format!("{script} p1 민수: @chatbot 요약해줘"), "- **지수**: 좋아, 12시에 보자");
    says(&format!("{script} p2 지수: @chatbot 누가 라면을 먹자고 했어?"), "민수님이에요. “점심에");
    says("p1 ann: I like tea\n p2 bob: I like rain\n p2 bob: @chatbot who likes tea?", "It was ann");
    says("p1 a: @chatbot hello\n p1 a: @chatbot what did you say?", "Hello, a!");
    says("p1 a: @chatbot what did zoe say?", "not sure whom you mean");
}

#[test]
fn somebody_without_nickname_and_name_is_not_an_empty_entry() {
    says("p1 민수: 안녕\n p2 : 안녕하세요\n p1 민수: @chatbot 누가 있어?", "2명이에요: 민수, 익명.");
    says("p1 ann: hello\n p2 : hi\n p1 ann: @chatbot who is here?", "I have heard 2 so far: ann, somebody.");
    says("p1 ann: hello\n p2 : I like tea\n p1 ann: @chatbot who likes tea?", "It was somebody");
}

#[test]
fn greetings_sums_thanks_and_the_rest() {
    says("p1 민수: @chatbot 안녕", "안녕하세요, 민수님!");
    says("p1 ann: @chatbot hi there", "Hello, ann!");
    says("p1 ann: @chatbot 3 + 4 * 2", "= 11");
    says("p1 민수: @chatbot 3 + 4 * 2는 얼마야?", "= 11");
    says("p1 ann: @chatbot thanks!", "You are welcome");
    says("p1 ann: @chatbot the moon looks lovely tonight", "“the moon looks lovely tonight”");
    says("p1 민수: @chatbot 오늘 달이 예쁘네", "데모 모델");
    says("p1 민수: @chatbot", "부르셨어요?");
    says("p1 민수: @chatbot 너는 누구야?", "데모 모델");
}

#[test]
fn it_answers_in_the_language_of_the_question() {
    says("p1 민수: 안녕 나는 민수라고 해\n p1 민수: @chatbot who am i?", "Your name is 민수");
    says("p1 민수: 안녕\n p1 민수: @chatbot 1 + 1", "2 이에요");
}

#[test]
fn markdown_and_a_long_story() {
    for part in ["## ", "```rust", "| ", "**", "> ", "](https://", "$e^"] {
        says("p1 a: @chatbot 마크다운 보여줘", part);
        says("p1 a: @chatbot show me some markdown", part);
        says("p1 a: @chatbot show code", part);
    }
    for script in ["p1 a: @chatbot tell me a long story", "p1 a: @chatbot 긴 이야기 해줘"] {
        let count = play(script).split_whitespace().count();
        assert!((230..=290).contains(&count), "{count} words");
    }
    assert!(play("p1 a: @chatbot tell me a story of 1000 words").split_whitespace().count() > 950);
}

#[test]
fn an_offered_function_is_called_and_its_output_told() {
    let parameters =
        json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    let tools = vec![Tool { name: "get_current_weather".to_owned(), parameters }];
    let items = vec![line("p1", "a", "@chatbot 서울 날씨 어때?")];
    let mut prompt = Prompt { items, tools, ..Prompt::default() };
    let (name, arguments) = ("get_current_weather".to_owned(), r#"{"city":"서울"}"#.to_owned());
    assert_eq!(answer(&prompt), Output::ToolCall { name: name.clone(), arguments: arguments.clone() });
    prompt.items.push(Item::ToolCall { name, arguments });
    prompt.items.push(Item::ToolOutput("{\"celsius\":7}".to_owned()));
    assert_eq!(text_of(answer(&prompt)), "찾아봤어요. celsius: 7");
}

#[test]
fn a_schema_is_filled_from_the_question() {
    let schema = json!({"type": "object", "additionalProperties": false, "required": ["question", "options"],
        "properties": {"question": {"type": "string"},
            "options": {"type": "array", "minItems": 3, "items": {"type": "string"}}}});
    let items = vec![line("p1", "a", "@poll 점심 뭐 먹을까? 김밥, 라면, 피자")];
    let prompt = Prompt { items, answer_schema: Some(schema), ..Prompt::default() };
    let filled: Value = serde_json::from_str(&text_of(answer(&prompt))).unwrap();
    assert_eq!(filled, json!({"question": "점심 뭐 먹을까?", "options": ["김밥", "라면", "피자"]}));
}
