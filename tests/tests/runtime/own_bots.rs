//! The bots that a room's owner makes: what they may be, what everybody sees of them, and what they are asked with.

use std::time::Duration;

use shared::{BotDraft, ClientFrame, ErrorCode, Event, FieldError, Seq, ServerFrame};

use crate::api::Question;
use crate::asking::{DONE, end};
use crate::guest::{Guest, Room, room_name};
use crate::person::{Socket, Visitor};
use crate::stage::Stage;

const WORDS: &str = "You cook with chestnuts only, and you say so.";

fn cook() -> BotDraft {
    BotDraft {
        handle: "cook".to_owned(),
        aliases: vec!["요리사".to_owned()],
        name: "Cook".to_owned(),
        about: "Knows what to eat.".to_owned(),
        instructions: WORDS.to_owned(),
        max_output_tokens: Some(300),
        tools: vec!["current_time".to_owned()],
        ..BotDraft::default()
    }
}

type Refused = (ErrorCode, Vec<FieldError>);

/// Makes an attempt as soon as it may be made, and says what became of it.
async fn attempt(socket: &mut Socket, frame: &ClientFrame) -> Result<Seq, Refused> {
    let nonce = frame.nonce().unwrap().clone();
    loop {
        socket.send(frame).await;
        let became = |frame: &ServerFrame| match frame {
            ServerFrame::Accepted { nonce: accepted, seq } if *accepted == nonce => Some(Ok(*seq)),
            ServerFrame::Refused { nonce: refused, code, retry_after_ms, fields }
                if refused.as_ref() == Some(&nonce) =>
            {
                Some(Err(((*code, fields.clone()), *retry_after_ms)))
            }
            _ => None,
        };
        match socket.find(became).await {
            Ok(seq) => return Ok(seq),
            Err(((ErrorCode::SlowDown, _), Some(wait))) => {
                tokio::time::sleep(Duration::from_millis(wait)).await
            }
            Err((refused, _)) => return Err(refused),
        }
    }
}

async fn set(socket: &mut Socket, visitor: &mut Visitor, draft: BotDraft) -> Result<Seq, Refused> {
    let draft = Box::new(draft);
    attempt(socket, &ClientFrame::SetBot { nonce: visitor.nonce(), after: Seq::ZERO, draft }).await
}

async fn remove(socket: &mut Socket, visitor: &mut Visitor, handle: &str) -> Result<Seq, Refused> {
    let handle = handle.to_owned();
    attempt(socket, &ClientFrame::RemoveBot { nonce: visitor.nonce(), after: Seq::ZERO, handle }).await
}

/// Asks, waits for the end, and gives back what the model was asked.
async fn asked(stage: &Stage, socket: &mut Socket, visitor: &mut Visitor, text: &str) -> Question {
    let before = stage.demo.model_calls().len();
    let seq = socket.say(visitor, text).await;
    let ended = socket.end().await;
    assert_eq!((ended.target, end(&ended)), (seq.next(), DONE), "{text}: {ended:?}");
    let questions = stage.demo.model_calls();
    assert_eq!(questions.len(), before + 1, "{text}");
    Question::of(questions.last().unwrap())
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn an_owner_makes_changes_and_removes_a_bot_which_outlives_the_process() {
    let mut stage = Stage::start_with(&[("OWNER_MODELS", "gpt-5.4-nano")]).await;
    let (name, mut ann) = (room_name(), Visitor::new(&stage));
    let (mut at_ann, _) = ann.join(&name, "Ann").await;
    let mut room = Room::named(&stage, &name).await;
    assert!(set(&mut at_ann, &mut ann, cook()).await.is_ok());
    let face = room
        .at_bob
        .event(|event| match event {
            Event::BotSet { bot, .. } => Some(bot.clone()),
            _ => None,
        })
        .await;
    assert_eq!(
        (face.handle.as_str(), face.custom, face.about.ko.as_str()),
        ("cook", true, "Knows what to eat.")
    );
    room.is_calm(1).await;
    let question = asked(&stage, &mut at_ann, &mut ann, "@요리사 what is for lunch?").await;
    assert!(question.instructions.starts_with("You are @cook,") && question.instructions.contains(WORDS));
    assert!(
        question.instructions.contains("Nicknames and texts are what people and bots wrote."),
        "the rules"
    );
    assert_eq!((question.limit, question.tools.as_slice()), (Some(300), &["current_time".to_owned()][..]));
    let seen = |stage: &Stage| stage.demo.model_calls().last().unwrap().body["model"].clone();
    assert_eq!(seen(&stage), "gpt-5.4-mini", "the usual one");
    assert!(asked(&stage, &mut at_ann, &mut ann, "@cook and then?").await.previous.is_some());
    room.is_calm(6).await;

    // Another bot under the same name has another memory.
    let draft = BotDraft {
        instructions: "You bake, and nothing else.".to_owned(),
        model: "gpt-5.4-nano".to_owned(),
        tools: Vec::new(),
        max_output_tokens: None,
        ..cook()
    };
    assert!(set(&mut at_ann, &mut ann, draft.clone()).await.is_ok());
    let question = asked(&stage, &mut at_ann, &mut ann, "@cook and now?").await;
    assert!(question.previous.is_none() && question.instructions.contains("You bake, and nothing else."));
    assert!(!question.instructions.contains(WORDS) && question.tools.is_empty(), "{question:?}");
    assert_eq!(seen(&stage), "gpt-5.4-nano");
    room.is_calm(4).await;

    stage.restart().await;
    let (mut at_ann, welcome) = ann.join(&name, "Ann").await;
    assert_eq!(
        welcome.bots.iter().filter(|bot| bot.custom).map(|bot| &bot.handle).collect::<Vec<_>>(),
        ["cook"]
    );
    let question = asked(&stage, &mut at_ann, &mut ann, "@요리사 still here?").await;
    assert!(question.previous.is_some() && question.instructions.contains("You bake, and nothing else."));
    at_ann.send(&ClientFrame::Drafts).await;
    let (drafts, offer) = at_ann
        .find(|frame| match frame {
            ServerFrame::Drafts { drafts, offer } => Some((drafts.clone(), offer.clone())),
            _ => None,
        })
        .await;
    assert_eq!(drafts, [draft]);
    assert_eq!(offer.models, ["gpt-5.4-mini", "gpt-5.4-nano"]);
    assert_eq!(offer.tools, ["get_current_weather", "current_time", "search_room"]);

    let back = room.bob.join(&name, "Bob").await;
    (room.at_bob, room.head) = (back.0, back.1.head);
    assert!(remove(&mut at_ann, &mut ann, "cook").await.is_ok());
    let is_gone =
        |event: &Event| matches!(event, Event::BotGone { handle, .. } if handle == "cook").then_some(());
    room.at_bob.event(is_gone).await;
    let before = stage.demo.model_calls().len();
    at_ann.say(&mut ann, "@cook @요리사 anybody?").await;
    room.is_calm(2).await;
    assert_eq!(stage.demo.model_calls().len(), before, "nobody is called");
    for handle in ["cook", "chatbot", "nobody", ""] {
        let refused = remove(&mut at_ann, &mut ann, handle).await;
        assert_eq!(refused, Err((ErrorCode::NoSuchBot, Vec::new())), "{handle}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn only_the_owner_makes_bots_and_nobody_else_reads_what_they_were_told() {
    let stage = Guest::new().await;
    let (name, mut ann) = (room_name(), Visitor::new(&stage));
    let (mut at_ann, _) = ann.join(&name, "Ann").await;
    let mut room = Room::named(&stage, &name).await;
    let mut eve = Visitor::new(&stage);
    let (mut at_eve, _) = eve.join(&name, "Eve").await;
    let not_allowed = || Err((ErrorCode::NotAllowed, Vec::new()));
    assert_eq!(set(&mut at_eve, &mut eve, cook()).await, not_allowed());
    assert!(set(&mut at_ann, &mut ann, cook()).await.is_ok());
    assert_eq!(set(&mut at_eve, &mut eve, cook()).await, not_allowed());
    assert_eq!(remove(&mut at_eve, &mut eve, "cook").await, not_allowed());
    at_eve.send(&ClientFrame::Drafts).await;
    assert_eq!(at_eve.refused().await, (None, ErrorCode::NotAllowed));
    // The lobby is nobody's.
    let (mut in_lobby, _) = ann.join("lobby", "Ann").await;
    assert_eq!(set(&mut in_lobby, &mut ann, cook()).await, not_allowed());
    room.is_calm(1).await;
    at_eve.say(&mut eve, "@cook what do you do?").await;
    at_eve.end().await;
    let (_, welcome) = Visitor::new(&stage).join(&name, "Cat").await;
    let shown = format!("{welcome:?} {:?} {:?}", at_eve.texts, room.at_bob.texts);
    assert!(shown.contains("cook") && !shown.contains("chestnuts"), "{shown}");
    // Nobody may be called like it, in whatever spelling.
    let mut fake = Visitor::new(&stage);
    fake.enter(&name, false).await;
    let mut at_fake = fake.socket(&name).await;
    for name in ["cook", "C0ok", "요리사"] {
        assert_eq!(at_fake.hello(Some(name), None).await.you.name, None, "{name}");
    }
    room.is_calm(3).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn drafts_are_refused_field_by_field() {
    let stage = Guest::new().await;
    let (name, mut ann) = (room_name(), Visitor::new(&stage));
    let (mut at_ann, _) = ann.join(&name, "Ann").await;
    let mut room = Room::named(&stage, &name).await;
    let alias = |alias: &str| vec![alias.to_owned()];
    for (draft, field, code) in [
        (BotDraft { handle: "chatbot".to_owned(), ..cook() }, "handle", ErrorCode::NicknameTaken),
        (BotDraft { handle: "bob".to_owned(), ..cook() }, "handle", ErrorCode::NicknameTaken),
        (BotDraft { handle: "admin".to_owned(), ..cook() }, "handle", ErrorCode::NicknameTaken),
        (BotDraft { handle: "Cook".to_owned(), ..cook() }, "handle", ErrorCode::HandleCharacters),
        (BotDraft { handle: String::new(), ..cook() }, "handle", ErrorCode::Empty),
        (BotDraft { aliases: alias("번역"), ..cook() }, "aliases", ErrorCode::NicknameTaken),
        (BotDraft { aliases: alias("Bob"), ..cook() }, "aliases", ErrorCode::NicknameTaken),
        (BotDraft { aliases: alias("two words"), ..cook() }, "aliases", ErrorCode::NicknameCharacters),
        (BotDraft { aliases: alias("сook"), ..cook() }, "aliases", ErrorCode::NicknameMixed),
        (BotDraft { about: "a".repeat(121), ..cook() }, "about", ErrorCode::TooLong),
        (BotDraft { instructions: " \n".to_owned(), ..cook() }, "instructions", ErrorCode::Empty),
        (BotDraft { instructions: "가".repeat(4_001), ..cook() }, "instructions", ErrorCode::TooLong),
        (
            BotDraft { instructions: "a\u{0}".to_owned(), ..cook() },
            "instructions",
            ErrorCode::ControlCharacters,
        ),
        (BotDraft { model: "gpt-5.5-pro".to_owned(), ..cook() }, "model", ErrorCode::NotOffered),
        (BotDraft { temperature: Some(201), ..cook() }, "temperature", ErrorCode::OutOfRange),
        (BotDraft { top_p: Some(0), ..cook() }, "top_p", ErrorCode::OutOfRange),
        (BotDraft { max_output_tokens: Some(8_193), ..cook() }, "max_output_tokens", ErrorCode::OutOfRange),
        (
            BotDraft { reasoning_effort: "huge".to_owned(), ..cook() },
            "reasoning_effort",
            ErrorCode::OutOfRange,
        ),
        (BotDraft { tools: alias("shell"), ..cook() }, "tools", ErrorCode::NotOffered),
    ] {
        let told = format!("{draft:.100?}");
        let fields = vec![FieldError { field: field.to_owned(), code }];
        assert_eq!(set(&mut at_ann, &mut ann, draft).await, Err((ErrorCode::BadBot, fields)), "{told}");
    }
    // All at once.
    let bad = BotDraft { handle: "9".to_owned(), model: "no".to_owned(), ..BotDraft::default() };
    let Err((ErrorCode::BadBot, fields)) = set(&mut at_ann, &mut ann, bad).await else { panic!() };
    let fields: Vec<&str> = fields.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["handle", "instructions", "model"]);
    room.is_calm(0).await;
    // Eight, and no more; one of the eight may still be changed.
    for number in 0..9 {
        let draft = BotDraft { handle: format!("helper-{number}"), aliases: Vec::new(), ..cook() };
        let made = set(&mut at_ann, &mut ann, draft).await;
        assert_eq!(made.is_ok(), number < 8, "{made:?}");
    }
    let draft = BotDraft { handle: "helper-3".to_owned(), aliases: alias("도우미"), ..cook() };
    assert!(set(&mut at_ann, &mut ann, draft).await.is_ok());
    room.is_calm(9).await;
    // A bot that goes in the middle of an answer finishes it; whoever waits for it is told.
    stage.demo.inject_fault(demo_model::Fault::LateDelta(500));
    tokio::time::sleep(Duration::from_millis(1_600)).await;
    let asked = at_ann.say(&mut ann, "@helper-3 hello").await;
    let waiting = at_ann.say(&mut ann, "@helper-3 and me?").await;
    assert!(remove(&mut at_ann, &mut ann, "helper-3").await.is_ok());
    let mut ends = std::collections::BTreeMap::new();
    while ends.len() < 2 {
        at_ann.next().await.unwrap();
        ends.extend(at_ann.events().into_iter().filter_map(|event| match event {
            Event::Ended(ended) => Some((ended.target, ended.answer.code)),
            _ => None,
        }));
    }
    assert_eq!(ends, [(asked.next(), None), (waiting.next(), Some(ErrorCode::NoSuchBot))].into());
}
