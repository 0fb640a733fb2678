//! The bots of the room, each in its own voice, in Korean and English.

use crate::all_apis::{ALL, Api};
use crate::raw_client::demo;
use serde_json::json;

/// What a bot says to these lines; the API does not matter, so each conversation takes the next one.
async fn says(number: usize, instructions: &str, lines: &[&str]) -> String {
    let demo = demo().await;
    ALL[number % 3].answer(&demo, instructions, lines).await
}

#[tokio::test]
async fn each_bot_answers_in_character_and_in_the_language_of_the_question() {
    let cases = [
        ("You are @translator.", "@translator 안녕하세요", "**Hello**"),
        ("당신은 @translator예요.", "@번역 thank you", "**감사합니다**"),
        ("You are @translator.", "@translator the uncertainty principle", "only know a few phrases"),
        ("You are @translator.", "@번역 불확정성 원리", "몇 가지 표현만"),
        ("You are @counsellor.", "@counsellor 요즘 너무 외로워", "외로우셨군요"),
        ("You are @counsellor.", "@counsellor I am so stressed at work", "a lot of pressure"),
        ("You are @counsellor.", "@상담 죽고 싶어", "109"),
        ("You are @character.", "@character 안녕하세요", "어서 오게"),
        ("You are @character.", "@character who are you?", "fifty-one years"),
        ("당신은 @character입니다.", "@여울영감 죽고 싶어요", "109"),
        ("You are @tutor.", "@tutor I am agree with him", "**I agree**"),
        ("You are @tutor.", "@tutor 오랫만이에요", "**오랜만**"),
        ("You are @tutor.", "@tutor 저는 밥를 먹어요", "**밥을**"),
        ("You are @tutor.", "@tutor He went home.", "well done"),
        ("You are @storyteller.", "@storyteller tell me a story about a dragon", "looking for a dragon"),
        ("You are @storyteller.", "@이야기꾼 호랑이 이야기 해줘", "호랑이를 찾고"),
    ];
    for (number, (instructions, text, expected)) in cases.iter().enumerate() {
        let said = says(number, instructions, &[&format!("p1 ann: {text}")]).await;
        assert!(said.contains(expected), "{instructions} {text}\n-> {said}");
        assert!(!said.contains('{') && said.chars().count() < 400, "{said}");
    }
}

#[tokio::test]
async fn an_unknown_bot_is_the_general_one_and_says_nothing_odd() {
    for instructions in ["", "You are @gardener.", "You are Madang's chatbot.", "Be nice."] {
        let said =
            says(1, instructions, &["p1 ann: my name is Eve", "p1 ann: @gardener what is my name?"]).await;
        assert_eq!(said, "Your name is Eve. You told me so.");
    }
}

#[tokio::test]
async fn a_story_goes_on_with_the_people_who_are_there() {
    let demo = demo().await;
    let lines = ["p1 민수: 안녕", "p2 지수: 반가워", "p1 민수: @이야기꾼 용에 대한 이야기 해줘"];
    let mut body = Api::Chat.request("당신은 @storyteller예요.", &lines);
    let first = Api::Chat.said(&Api::Chat.ask(&demo, &body).await);
    for part in ["1장", "민수", "지수", "용을 찾고", "은빛 열쇠"] {
        assert!(first.contains(part), "{first}");
    }
    let messages = body["messages"].as_array_mut().unwrap();
    messages.push(json!({"role": "assistant", "content": first}));
    let next = json!({"id": "p2", "from": "지수", "text": "@이야기꾼 열쇠로 문을 열자"}).to_string();
    messages.push(json!({"role": "user", "content": next}));
    let second = Api::Chat.said(&Api::Chat.ask(&demo, &body).await);
    for part in ["2장", "은빛 열쇠", "열쇠로 문을 열자", "지수", "민수"] {
        assert!(second.contains(part), "{second}");
    }
    let messages = body["messages"].as_array_mut().unwrap();
    messages.push(json!({"role": "assistant", "content": second}));
    let end = json!({"id": "p2", "from": "지수", "text": "@이야기꾼 이제 마무리해 줘"}).to_string();
    messages.push(json!({"role": "user", "content": end}));
    let last = Api::Chat.said(&Api::Chat.ask(&demo, &body).await);
    assert!(last.contains("용이 나타났어요") && last.contains("끝이에요"), "{last}");
}

#[tokio::test]
async fn the_translator_takes_what_was_said_last_and_the_counsellor_remembers() {
    let said = says(0, "You are @translator.", &["p1 민수: 생일 축하해요", "p2 bob: @translator"]).await;
    assert_eq!(said, "**Happy birthday**");
    let lines = ["p1 민수: 요즘 너무 힘들어", "p2 지수: 나는 신나", "p1 민수: @상담 오늘도 힘들었어"];
    let said = says(1, "You are @counsellor.", &lines).await;
    assert!(said.starts_with("민수님, ") && said.contains("아까도 비슷한 마음"), "{said}");
}
