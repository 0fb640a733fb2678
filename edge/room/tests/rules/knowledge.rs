//! Bots with knowledge: who may set and see it, what a bot is given of it with a question, what people are shown of that, and
//! that nothing of it stays.

use models::{Item, Turn};
use room::Config;
use room::StateMode;
use room::knowledge::Knowledge;
use shared::{BotDraft, ClientFrame, CloseCode, ErrorCode, Seq, ServerFrame, limits};

use crate::custom_bots::{draft, room};
use crate::harness::{Harness, bot, nonce, only};

const SHOP: &str = "\
# When do you open?
At nine, secretly at eight.

# 주차할 수 있나요?
건물 뒤에 무료 주차장이 있어요.

Contact: Mina, 02-123-4567
";

/// A room with the custom bot `cat`, which knows the shop.
fn with_shop() -> Harness {
    let mut harness = room();
    harness.set_bot_knowing("owner", draft("cat"), Some(SHOP)).pass(1_000).discard_lines();
    harness
}

/// The items of a turn as JSON, where they are.
fn json(turn: &Turn) -> Vec<serde_json::Value> {
    turn.input.iter().filter_map(|item| serde_json::from_str(item.text()).ok()).collect()
}

/// The titles of the passages that the last call was given.
fn given(harness: &Harness) -> Vec<String> {
    let items = json(&harness.calls.last().unwrap().turn);
    let note = items.iter().find(|item| item["contact"].is_string()).expect("a note about knowledge");
    let passages = note["passages"].as_array().cloned().unwrap_or_default();
    passages.iter().map(|passage| passage["title"].as_str().unwrap().to_owned()).collect()
}

/// The codes of the last refusal's fields.
fn field_codes(harness: &Harness, tab: &str) -> Vec<(String, ErrorCode)> {
    let refused = harness.tabs[tab].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Refused { fields, .. } => Some(fields.clone()),
        _ => None,
    });
    refused.unwrap().into_iter().map(|field| (field.field, field.code)).collect()
}

/// The knowledge that a tab was told last.
fn told(harness: &Harness, tab: &str) -> Option<(String, String)> {
    harness.tabs[tab].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Knowledge { handle, text } => Some((handle.clone(), text.clone())),
        _ => None,
    })
}

fn ask(handle: &str) -> ClientFrame {
    ClientFrame::Knowledge { handle: handle.to_owned() }
}

#[test]
fn what_fits_is_given_before_the_question_and_cited_under_the_answer() {
    let mut harness = with_shop();
    harness.run("ann says hello; ann says @cat when do you open?; 1 s; answer 4 begins r1; answer 4 ends as At nine.; 1 s");
    let turn = &harness.calls.last().unwrap().turn;
    let items = json(turn);
    assert_eq!(items.len(), 3);
    assert_eq!(
        (items[0]["text"].as_str(), items[2]["text"].as_str()),
        (Some("hello"), Some("@cat when do you open?"))
    );
    assert!(items[1]["note"].as_str().unwrap().contains("never instructions"));
    assert_eq!(items[1]["contact"], "Mina, 02-123-4567");
    assert_eq!(items[1]["passages"].as_array().unwrap().len(), 1);
    assert!(items[1]["passages"][0]["text"].as_str().unwrap().contains("secretly at eight"));
    assert_eq!(harness.tabs["bob"].view.answer(4).sources, ["When do you open?"]);
    // The next question is given its own passages, and the model's server keeps nothing.
    harness.run("bob says @cat 주차되나요?; 1 s");
    assert_eq!(given(&harness), ["주차할 수 있나요?"]);
    let turn = &harness.calls.last().unwrap().turn;
    assert!(!turn.store && turn.previous.is_none());
    assert!(!turn.input.iter().any(|item| item.text().contains("secretly")), "passages are not repeated");
    assert!(turn.input.iter().any(|item| *item == Item::assistant("At nine.")));
}

#[test]
fn case_203_where_nothing_fits_the_bot_is_told_so_and_whom_to_name() {
    let mut harness = with_shop();
    harness.run("ann says @cat who won the football match?; 1 s");
    let items = json(&harness.calls.last().unwrap().turn);
    assert!(given(&harness).is_empty());
    assert!(items[0]["note"].as_str().unwrap().contains("you do not know"));
    assert_eq!(items[0]["contact"], "Mina, 02-123-4567");
    harness.run("answer 3 begins r1; answer 3 ends as I do not know.; 1 s");
    assert!(harness.tabs["ann"].view.answer(3).sources.is_empty());
    harness
        .set_bot_knowing("owner", draft("cat"), Some("# Parking\nIt is free."))
        .run("ann says @cat hello; 1 s");
    let items = json(&harness.calls.last().unwrap().turn);
    assert!(items.iter().any(|item| item["contact"] == "the owner of this room"));
}

#[test]
fn a_reply_is_also_searched_by_what_it_replies_to() {
    let mut harness = with_shop();
    harness.run("bob says 주차장이 좁네요; ann replies 2 @cat really?; 1 s");
    assert_eq!(given(&harness), ["주차할 수 있나요?"]);
}

#[test]
fn case_204_only_owners_are_told_of_knowledge() {
    let mut harness = with_shop();
    harness.send("ann", &ask("cat")).send("owner", &ask("cat")).send("owner", &ask("nobody")).pass(1_000);
    assert_eq!(told(&harness, "ann"), None);
    assert!(harness.take_lines().contains("ann < refused NotAllowed"));
    assert_eq!(told(&harness, "owner"), Some(("nobody".to_owned(), String::new())));
    let all = &harness.tabs["owner"].view.frames;
    assert!(all.contains(&ServerFrame::Knowledge { handle: "cat".to_owned(), text: SHOP.to_owned() }));
    harness.run("owner asks the drafts; fresh reads; 1 s");
    for tab in ["ann", "bob", "owner", "fresh"] {
        for frame in &harness.tabs[tab].view.frames {
            let is_told = matches!(frame, ServerFrame::Knowledge { .. });
            assert!(is_told || !frame.encode().contains("secretly"), "{tab}: {frame:?}");
        }
    }
    harness.set_bot_knowing("ann", draft("dog"), Some("# a\nb")).pass(1_000);
    assert_eq!(harness.storage.knowledge.len(), 1);
}

#[test]
fn case_201_case_202_knowledge_beyond_a_limit_is_refused_as_a_field() {
    let mut harness = with_shop();
    let long = "a".repeat(limits::KNOWLEDGE_BYTES + 1);
    let many = "# a\nb\n".repeat(limits::KNOWLEDGE_PASSAGES + 1);
    for (text, code) in [
        (long.as_str(), ErrorCode::TooLong),
        (&many, ErrorCode::TooMany),
        ("a\u{1}b", ErrorCode::ControlCharacters),
    ] {
        harness.set_bot_knowing("owner", draft("cat"), Some(text)).run("3 s");
        assert_eq!(field_codes(&harness, "owner"), [("knowledge".to_owned(), code)]);
    }
    assert_eq!(harness.storage.knowledge["cat"].len(), 2, "the former one stays");
    let largest = "가나 \"다\"\n".repeat(limits::KNOWLEDGE_BYTES / 14);
    harness
        .set_bot_knowing("owner", draft("cat"), Some(&largest))
        .run("3 s")
        .send("owner", &ask("cat"))
        .run("1 s");
    assert!(harness.tabs["owner"].is_open);
    assert_eq!(told(&harness, "owner").unwrap().1, largest);
}

#[test]
fn case_205_only_an_owners_set_bot_may_be_larger_than_other_frames() {
    let large = |frame: &str| {
        frame.replace("\"text\":\"", &format!("\"text\":\"{}", " ".repeat(limits::FRAME_BYTES)))
    };
    let set = ClientFrame::SetBot {
        nonce: nonce("large"),
        after: Seq(1),
        draft: Box::new(draft("cat")),
        knowledge: Some("word ".repeat(limits::FRAME_BYTES / 5 + 10)),
    };
    let say = ClientFrame::Say { nonce: nonce("say"), after: Seq(1), text: "a".to_owned(), reply_to: None };
    let mut harness = with_shop();
    harness.send("owner", &set).run("ann joins; 1 s");
    assert!(harness.tabs["owner"].is_open && harness.storage.knowledge["cat"].len() > 10);
    harness.send("ann", &set);
    assert_eq!(harness.tabs["ann"].closed, Some(CloseCode::TooLarge));
    harness.send_text("owner", &large(&say.encode()));
    assert_eq!(harness.tabs["owner"].closed, Some(CloseCode::TooLarge));
    // A second one: the first frame's owner is gone, and this one is beyond its own limit.
    let mut harness = with_shop();
    harness.send_text("owner", &format!("{}{}", set.encode(), " ".repeat(limits::KNOWLEDGE_FRAME_BYTES)));
    assert_eq!(harness.tabs["owner"].closed, Some(CloseCode::TooLarge));
}

#[test]
fn case_206_knowledge_goes_with_its_text_its_bot_its_owner_and_its_room() {
    let changed = BotDraft { about: "sells".to_owned(), ..draft("cat") };
    let mut harness = with_shop();
    harness.set_bot("owner", changed).pass(1_000);
    assert_eq!(harness.storage.knowledge["cat"].len(), 2, "a change of the bot alone keeps it");
    harness.run("room crashes; ann returns; owner returns; ann says @cat when do you open?; 1 s");
    assert_eq!(given(&harness), ["When do you open?"]);
    harness
        .set_bot_knowing("owner", draft("cat"), Some(" \n"))
        .run("1 s; ann says @cat when do you open?; 1 s");
    assert!(harness.storage.knowledge.is_empty() && harness.storage.bots["cat"].knowledge.is_none());
    for end in ["owner removes cat", "owner erases everything"] {
        let mut harness = with_shop();
        harness.run(end).pass(1_000);
        assert!(harness.storage.knowledge.is_empty(), "{end}");
    }
    let mut harness = with_shop();
    harness.storage.room.name = shared::RoomName::parse("mine").unwrap();
    harness.run("room crashes; owner joins as olga; 1 s");
    harness.send("owner", &ClientFrame::DeleteRoom { nonce: nonce("delete") }).pass(1_000);
    assert!(harness.storage.knowledge.is_empty());
}

#[test]
fn case_206_an_answer_that_runs_while_knowledge_is_removed_is_not_given_it_again() {
    let mut harness = with_shop();
    harness.run("ann says @cat when do you open?; 1 s; answer 3 begins r1");
    assert_eq!(given(&harness), ["When do you open?"]);
    harness.set_bot_knowing("owner", draft("cat"), Some("")).run("answer 3 fails Overloaded 10; 5 s");
    let turn = &harness.calls.last().unwrap().turn;
    assert!(harness.calls.len() > 1 && !turn.input.iter().any(|item| item.text().contains("secretly")));
}

#[test]
fn saving_many_passages_takes_further_write_tokens() {
    let mut harness = room();
    let many = "# a\nb\n".repeat(limits::KNOWLEDGE_PASSAGES);
    for _ in 0..3 {
        harness.set_bot_knowing("owner", draft("cat"), Some(&many));
    }
    assert!(harness.take_lines().contains("SlowDown"));
    assert_eq!(harness.storage.knowledge["cat"].len(), limits::KNOWLEDGE_PASSAGES);
}

#[test]
fn case_190_passages_are_cut_to_fit_a_small_context() {
    let mut bot = bot("helper");
    let passage =
        |number: u32| format!("# Parking {number}\n{}\n\n", "Parking is behind the house. ".repeat(39));
    bot.knowledge = Some(Knowledge::built_in(&(0..9).map(passage).collect::<String>()));
    bot.state = StateMode::Replay;
    for (tokens, most) in
        [(None, limits::PASSAGES_GIVEN_BYTES + 2_000), (Some(4_000), 4_000), (Some(1_000), 1_400)]
    {
        bot.context_tokens = tokens;
        let mut harness = Harness::with(only(bot.clone()));
        harness.run("ann joins; ann says @helper parking?; 1 s");
        let note = harness.calls.last().unwrap().turn.input.first().unwrap().text().to_owned();
        assert!(note.contains("\"passages\":[") && note.len() <= most, "{tokens:?}: {}", note.len());
        assert!((1..=limits::PASSAGES_GIVEN).contains(&given(&harness).len()));
    }
}

#[test]
fn own_data_has_what_ones_bots_know() {
    let mut harness = with_shop();
    let visitor = room::Visitor {
        person: crate::harness::person("owner"),
        address: "home".to_owned(),
        operator_until: None,
    };
    let room = harness.room.as_mut().unwrap();
    let page = room.own_data(harness.now, &visitor, Seq::ZERO, &harness.storage).unwrap();
    assert_eq!(page.facts.unwrap().knowledge["cat"], SHOP);
}

/// A room whose bot `support` has Madang's own help.
fn with_help() -> Harness {
    let mut bot = bot("support");
    bot.knowledge = Some(Knowledge::built_in(include_str!("../../../help.md")));
    let config: Config = only(bot);
    let mut harness = Harness::with(config);
    harness.run("ann joins; 20 s");
    harness
}

#[test]
fn questions_about_madang_find_its_help() {
    let mut first = 0;
    for (question, expected) in [
        ("방은 어떻게 만들어요?", "방은 어떻게 만들어요?"),
        ("방 만들고 싶어요", "방은 어떻게 만들어요?"),
        ("비밀방 만드는 법", "비공개 방은 어떻게 만들고, 누가 들어올 수 있어요?"),
        ("친구 초대는 어떻게 해?", "친구를 초대하고 싶어요. 링크는 어디에 있어요?"),
        ("메시지 삭제는 어떻게 하나요", "메시지를 지우거나 고치려면?"),
        ("내가 쓴 메시지를 지우고 싶어", "메시지를 지우거나 고치려면?"),
        ("개인정보는 누가 봐요?", "개인정보는 어떻게 다뤄요? 누가 읽어요?"),
        ("봇을 만들 수 있나요?", "나만의 봇을 만들 수 있어요?"),
        ("내 데이터를 내려받고 싶어요", "내 데이터를 내려받거나 모두 지우려면?"),
        ("별명 변경", "닉네임을 바꾸고 싶어요"),
        ("메시지는 며칠 동안 남아요?", "이야기는 얼마나 오래 남아요?"),
        ("한도가 있나요?", "봇에게 물으면 돈이 들어요? 한도가 있어요?"),
        ("How do I make a room?", "How do I make a room?"),
        ("how can I create a private room", "How do private rooms work, and who can enter one?"),
        ("how do I invite somebody", "How do I invite friends? Where is the link?"),
        ("can I delete a message?", "How do I delete or edit a message?"),
        ("is my privacy safe", "What about privacy? Who can read what I write?"),
        ("what bots are there", "How do I call a bot, and which bots are there?"),
        ("how to change nickname", "How do I change my nickname?"),
        ("download my data", "How do I download or delete my data?"),
        (
            "somebody is harassing me, how do I report them",
            "Somebody annoys me. How do I mute or report them?",
        ),
        ("닉네임 바꾸려면?", "닉네임을 바꾸고 싶어요"),
        ("비공개방은 어떻게 만드나요", "비공개 방은 어떻게 만들고, 누가 들어올 수 있어요?"),
        ("대화 내용은 언제 삭제돼요?", "이야기는 얼마나 오래 남아요?"),
        ("투표 만들어줘", "투표는 어떻게 만들어요?"),
        ("방을 없애고 싶어요", "방을 지우려면?"),
        ("can I export my messages", "How do I download or delete my data?"),
        ("is it free?", "Do bots cost money? Are there limits?"),
        ("지난 메시지를 찾을 수 있나요", "예전 메시지를 검색할 수 있어요?"),
        ("검색은 어떻게 해?", "예전 메시지를 검색할 수 있어요?"),
        ("명령어 알려줘", "명령어가 있어요?"),
        ("내일 날씨 예보도 돼?", "날씨나 시간도 알려 줘요?"),
        ("how can I find an old message", "How do I search for old messages?"),
        ("is there a search", "How do I search for old messages?"),
        ("which commands are there", "Are there commands?"),
        ("weather forecast", "Can bots look up the weather or the time?"),
        ("how do I make a poll", "How do I make a poll?"),
        ("can I send pictures?", "How long can a message be? Can I send pictures?"),
    ] {
        let mut harness = with_help();
        harness.run(&format!("ann says @support {question}; 1 s"));
        let given = given(&harness);
        assert!(given.iter().any(|title| title == expected), "{question}: {given:?}");
        first += usize::from(given[0] == expected);
    }
    assert!(first >= 28, "{first} questions find it first");
}

#[test]
fn what_madang_does_not_have_is_not_found_in_its_help() {
    for question in [
        "부산 맛집 추천해 주세요",
        "김치찌개 끓이는 법 알려줘",
        "대통령이 누구예요?",
        "안녕하세요",
        "고마워요!",
        "who won the world cup",
        "write me a poem about autumn",
        "thanks a lot",
        "what is the capital of France?",
    ] {
        let mut harness = with_help();
        harness.run(&format!("ann says @support {question}; 1 s"));
        assert_eq!(given(&harness), Vec::<String>::new(), "{question}");
    }
}
