//! What the tests of the real runtime (`tests/tests/runtime`) and of the browser (`tests/browser`) expect the demo to say.

use super::{answer, line, play, says, text_of};
use crate::answer::Output;
use crate::prompt::{Item, Prompt, Tool};
use serde_json::{Value, json};

/// The answer of a bot to lines of `id nickname: text`.
fn reply(handle: &str, lines: &[&str]) -> String {
    let instructions = format!("You are @{handle}.\nYou are one of the bots of this room.");
    text_of(answer(&Prompt { instructions, items: items(lines), ..Prompt::default() }))
}

fn items(lines: &[&str]) -> Vec<Item> {
    let item = |said: &&str| {
        let (who, text) = said.split_once(": ").unwrap();
        let (id, nickname) = who.split_once(' ').unwrap();
        line(id, nickname, text)
    };
    lines.iter().map(item).collect()
}

fn card(schema: Value, lines: &[&str]) -> Value {
    let prompt = Prompt { items: items(lines), answer_schema: Some(schema), ..Prompt::default() };
    serde_json::from_str(&text_of(answer(&prompt))).unwrap()
}

fn call(name: &str, argument: &str, text: &str) -> Value {
    let parameters =
        json!({"type": "object", "properties": {argument: {"type": "string"}}, "required": [argument]});
    let tools = vec![Tool { name: name.to_owned(), parameters }];
    let items = items(&[&format!("p1 Ann: @chatbot {text}")]);
    match answer(&Prompt { items, tools, ..Prompt::default() }) {
        Output::ToolCall { arguments, .. } => {
            serde_json::from_str::<Value>(&arguments).unwrap()[argument].clone()
        }
        other => panic!("no call but {other:?}"),
    }
}

#[test]
fn a_name_changes_and_stays_its_owners() {
    let script = "p1 Ann: @chatbot 내 이름은 하늘이야\n p1 Ann: @chatbot 내 이름이 뭐야?";
    says(script, "하늘");
    let script = format!("{script}\n p1 Ann: 사실 내 이름은 바다야\n");
    let said = play(&format!("{script} p1 Ann: @chatbot 내 이름이 뭐야?"));
    assert!(said.contains("바다") && !said.contains("하늘"), "{said}");
    let said = play(&format!("{script} p2 Bob: @chatbot what is my name?"));
    assert!(!said.contains("바다") && !said.contains("하늘"), "{said}");
    says("p1 Ann: my name is Sea\n p2 Bob: what a name\n p1 Ann: @chatbot what is my name?", "Sea");
    says("p1 Ann: no, my name is Rumpel\n p1 Ann: @chatbot what is my name?", "Rumpel");
    says(
        "p1 Ann: @chatbot my name is Sky\n p1 Ann: @chatbot hello\n p1 Ann: @chatbot what is my name?",
        "Sky",
    );
    says("p2 Bob: @chatbot 1 + 2", "= 3");
    says(
        "p1 minsu: 내 이름은 하늘이야\n p2 Bob: @chatbot what is minsu's name?",
        "The name of minsu is 하늘.",
    );
}

#[test]
fn a_poll_and_a_summary_are_cards() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    let poll = json!({"type": "object", "properties": {"question": {"type": "string"}, "options": list}});
    let filled = card(poll.clone(), &["p1 Ann: @poll 점심 뭐 먹지? 김밥, 라면, 비빔밥"]);
    assert_eq!(filled, json!({"question": "점심 뭐 먹지?", "options": ["김밥", "라면", "비빔밥"]}));
    let filled = card(poll.clone(), &["p1 Ann: @투표 tea or coffee?"]);
    assert_eq!(filled["options"], json!(["tea", "coffee"]));
    let filled = card(poll, &["p1 Ann: @poll lunch? kimbap or ramen"]);
    assert_eq!(filled, json!({"question": "lunch?", "options": ["kimbap", "ramen"]}));
    let lists = json!({"topics": list, "decisions": list, "open_questions": list});
    let summary = json!({"type": "object", "properties": lists});
    let lines = [
        "p1 Ann: let us meet at the station on Friday at seven",
        "p1 Ann: who brings the tickets?",
        "p1 Ann: @summary what was decided?",
    ];
    let filled = card(summary.clone(), &lines).to_string();
    assert!(filled.contains("station") && filled.contains("tickets"), "{filled}");
    let lines = [
        "p1 Ann: 토요일에 한강에서 만나자",
        "p2 Bob: 좋아, 두 시에 보기로 하자",
        "p1 Ann: 비가 오면 어떡하지?",
        "p2 Bob: @요약",
    ];
    let filled = card(summary, &lines);
    assert!(filled["topics"].to_string().contains("한강"), "{filled}");
    assert_eq!(filled["decisions"].as_array().map(Vec::len), Some(2));
    assert_eq!(filled["open_questions"], json!(["Ann: 비가 오면 어떡하지?"]));
}

#[test]
fn tools_are_called_and_what_they_found_is_told() {
    assert_eq!(call("get_current_weather", "city", "서울 날씨 어때?"), "서울");
    assert_eq!(call("get_current_weather", "city", "아틀란티스 날씨 알려줘"), "아틀란티스");
    assert_eq!(call("current_time", "utc_offset", "지금 몇 시야?"), "+09:00");
    assert_eq!(call("search_room", "query", "라면집 얘기 찾아줘"), "라면집");
    assert_eq!(call("search_room", "query", "search for chestnut"), "chestnut");
    assert_eq!(call("search_room", "query", "search for code word"), "code word");
    for (question, text) in [
        ("라면집 얘기 찾아줘", "지난번 라면집은 을지로 골목에 있었어"),
        ("search for chestnut", "the old well is behind the chestnut tree"),
    ] {
        let mut items = items(&[&format!("p1 Ann: @chatbot {question}")]);
        items.push(Item::ToolCall { name: "search_room".to_owned(), arguments: "{}".to_owned() });
        items.push(Item::ToolOutput(json!({"messages": [{"from": "Ann", "text": text}]}).to_string()));
        assert!(text_of(answer(&Prompt { items, ..Prompt::default() })).contains(text));
    }
}

#[test]
fn every_bot_has_something_to_say() {
    let handles = [
        "chatbot",
        "summary",
        "translator",
        "counsellor",
        "character",
        "tutor",
        "storyteller",
        "poll",
        "support",
        "cook",
    ];
    for handle in handles {
        for text in
            ["안녕, 오늘은 뭐 할까? 산책, 낮잠", "go on and on", "and now briefly: yes, no", "round 2", ""]
        {
            assert!(!reply(handle, &[&format!("p1 Ann: @{handle} {text}")]).is_empty(), "{handle} {text}");
        }
    }
    says(&format!("p1 Ann: {}", "@chatbot @챗봇 ".repeat(25)), "Ann");
    assert!(play("p1 Ann: @chatbot tell me a long story").len() > 500);
}

#[test]
fn a_bot_with_knowledge_quotes_the_first_passage_or_names_the_contact() {
    let asked = |note: Value| {
        let items = vec![Item::User(note.to_string()), line("p1", "Ann", "@support 방은 어떻게 만들어요?")];
        let instructions = "You are @support.".to_owned();
        text_of(answer(&Prompt { instructions, items, ..Prompt::default() }))
    };
    let passages =
        json!([{"title": "방", "text": "# 방\n“방 열기”를 누르세요."}, {"title": "b", "text": "other"}]);
    let quoted = asked(json!({"note": "found", "contact": "Mina", "passages": passages}));
    assert_eq!(quoted, "“방”에 이렇게 적혀 있어요.\n\n“방 열기”를 누르세요.");
    assert!(asked(json!({"note": "nothing", "contact": "Mina"})).ends_with("Mina"));
}

#[test]
fn every_schema_is_filled() {
    let schema = json!({"type": "object", "required": ["mood", "count"], "properties": {
        "mood": {"enum": ["glad", "sad"]}, "count": {"type": "integer", "minimum": 3}, "note": {"type": ["string", "null"]}}});
    let filled = card(schema, &["p1 Ann: @cook how many?"]);
    assert!(filled["mood"] == "glad" && filled["count"].as_i64().is_some_and(|count| count >= 3), "{filled}");
}
