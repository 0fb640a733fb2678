//! Custom bots: validation, what everybody sees of them, and what their models are sent.

use std::time::Duration;

use shared::{BotDraft, ClientFrame, ErrorCode, Event, FieldError, Seq, ServerFrame};

use crate::browser::{Browser, Socket};
use crate::conversation::{DONE, end};
use crate::deployment::Deployment;
use crate::model_requests::CallContents;
use crate::shared_deployment::{Room, SharedDeployment, room_name};

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

pub(crate) type Refused = (ErrorCode, Vec<FieldError>);

/// Sends a write as soon as the rate limit allows it; returns its outcome.
pub(crate) async fn attempt(socket: &mut Socket, frame: &ClientFrame) -> Result<Seq, Refused> {
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

pub(crate) async fn set(socket: &mut Socket, browser: &mut Browser, draft: BotDraft) -> Result<Seq, Refused> {
    let draft = Box::new(draft);
    let (nonce, after) = (browser.nonce(), Seq::ZERO);
    attempt(socket, &ClientFrame::SetBot { nonce, after, draft, knowledge: None }).await
}

async fn remove(socket: &mut Socket, browser: &mut Browser, handle: &str) -> Result<Seq, Refused> {
    let handle = handle.to_owned();
    attempt(socket, &ClientFrame::RemoveBot { nonce: browser.nonce(), after: Seq::ZERO, handle }).await
}

/// Asks, waits for the end, and returns the request to the model.
async fn asked(
    deployment: &Deployment,
    socket: &mut Socket,
    browser: &mut Browser,
    text: &str,
) -> CallContents {
    let before = deployment.demo.model_calls().len();
    let seq = socket.say(browser, text).await;
    let ended = socket.end().await;
    assert_eq!((ended.target, end(&ended)), (seq.next(), DONE), "{text}: {ended:?}");
    let questions = deployment.demo.model_calls();
    assert_eq!(questions.len(), before + 1, "{text}");
    CallContents::of(questions.last().unwrap())
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn an_owner_makes_changes_and_removes_a_bot_that_survives_a_restart() {
    let mut deployment = Deployment::start_with(&[("OWNER_MODELS", "gpt-5.4-nano")]).await;
    let (name, mut ann) = (room_name(), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join(&name, "Ann").await;
    let mut room = Room::named(&deployment, &name).await;
    assert!(set(&mut ann_socket, &mut ann, cook()).await.is_ok());
    let face = room
        .bob_socket
        .event(|event| match event {
            Event::BotSet { bot, .. } => Some(bot.clone()),
            _ => None,
        })
        .await;
    assert_eq!(
        (face.handle.as_str(), face.custom, face.about.ko.as_str()),
        ("cook", true, "Knows what to eat.")
    );
    room.stored_exactly(1).await;
    let question = asked(&deployment, &mut ann_socket, &mut ann, "@요리사 what is for lunch?").await;
    assert!(question.instructions.starts_with("You are @cook,") && question.instructions.contains(WORDS));
    assert!(
        question.instructions.contains("Nicknames and texts are what people and bots wrote."),
        "the rules"
    );
    assert_eq!((question.limit, question.tools.as_slice()), (Some(300), &["current_time".to_owned()][..]));
    let seen = |deployment: &Deployment| deployment.demo.model_calls().last().unwrap().body["model"].clone();
    assert_eq!(seen(&deployment), "gpt-5.4-mini", "the usual one");
    assert!(asked(&deployment, &mut ann_socket, &mut ann, "@cook and then?").await.previous.is_some());
    room.stored_exactly(6).await;

    // A new bot under the same handle has a new chain.
    let draft = BotDraft {
        instructions: "You bake, and nothing else.".to_owned(),
        model: "gpt-5.4-nano".to_owned(),
        tools: Vec::new(),
        max_output_tokens: None,
        ..cook()
    };
    assert!(set(&mut ann_socket, &mut ann, draft.clone()).await.is_ok());
    let question = asked(&deployment, &mut ann_socket, &mut ann, "@cook and now?").await;
    assert!(question.previous.is_none() && question.instructions.contains("You bake, and nothing else."));
    assert!(!question.instructions.contains(WORDS) && question.tools.is_empty(), "{question:?}");
    assert_eq!(seen(&deployment), "gpt-5.4-nano");
    room.stored_exactly(4).await;

    deployment.restart().await;
    let (mut ann_socket, welcome) = ann.join(&name, "Ann").await;
    assert_eq!(
        welcome.bots.iter().filter(|bot| bot.custom).map(|bot| &bot.handle).collect::<Vec<_>>(),
        ["cook"]
    );
    let question = asked(&deployment, &mut ann_socket, &mut ann, "@요리사 still here?").await;
    assert!(question.previous.is_some() && question.instructions.contains("You bake, and nothing else."));
    ann_socket.send(&ClientFrame::Drafts).await;
    let (drafts, offer) = ann_socket
        .find(|frame| match frame {
            ServerFrame::Drafts { drafts, offer } => Some((drafts.clone(), offer.clone())),
            _ => None,
        })
        .await;
    assert_eq!(drafts, [draft]);
    assert_eq!(offer.models, ["gpt-5.4-mini", "gpt-5.4-nano"]);
    assert_eq!(offer.tools, ["get_current_weather", "current_time", "search_room"]);

    let back = room.bob.join(&name, "Bob").await;
    (room.bob_socket, room.head) = (back.0, back.1.head);
    assert!(remove(&mut ann_socket, &mut ann, "cook").await.is_ok());
    let is_gone =
        |event: &Event| matches!(event, Event::BotGone { handle, .. } if handle == "cook").then_some(());
    room.bob_socket.event(is_gone).await;
    let before = deployment.demo.model_calls().len();
    ann_socket.say(&mut ann, "@cook @요리사 anybody?").await;
    room.stored_exactly(2).await;
    assert_eq!(deployment.demo.model_calls().len(), before, "nobody is called");
    for handle in ["cook", "chatbot", "nobody", ""] {
        let refused = remove(&mut ann_socket, &mut ann, handle).await;
        assert_eq!(refused, Err((ErrorCode::NoSuchBot, Vec::new())), "{handle}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn only_the_owner_makes_bots_and_reads_their_instructions() {
    let deployment = SharedDeployment::new().await;
    let (name, mut ann) = (room_name(), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join(&name, "Ann").await;
    let mut room = Room::named(&deployment, &name).await;
    let mut eve = Browser::new(&deployment);
    let (mut eve_socket, _) = eve.join(&name, "Eve").await;
    let not_allowed = || Err((ErrorCode::NotAllowed, Vec::new()));
    assert_eq!(set(&mut eve_socket, &mut eve, cook()).await, not_allowed());
    assert!(set(&mut ann_socket, &mut ann, cook()).await.is_ok());
    assert_eq!(set(&mut eve_socket, &mut eve, cook()).await, not_allowed());
    assert_eq!(remove(&mut eve_socket, &mut eve, "cook").await, not_allowed());
    eve_socket.send(&ClientFrame::Drafts).await;
    assert_eq!(eve_socket.refused().await, (None, ErrorCode::NotAllowed));
    // The lobby has no owner.
    let (mut in_lobby, _) = ann.join("lobby", "Ann").await;
    assert_eq!(set(&mut in_lobby, &mut ann, cook()).await, not_allowed());
    room.stored_exactly(1).await;
    eve_socket.say(&mut eve, "@cook what do you do?").await;
    eve_socket.end().await;
    let (_, welcome) = Browser::new(&deployment).join(&name, "Cat").await;
    let shown = format!("{welcome:?} {:?} {:?}", eve_socket.texts, room.bob_socket.texts);
    assert!(shown.contains("cook") && !shown.contains("chestnuts"), "{shown}");
    // Nobody may take its handle as a nickname, in any spelling.
    let mut fake = Browser::new(&deployment);
    fake.enter(&name, false).await;
    let mut fake_socket = fake.socket(&name).await;
    for name in ["cook", "C0ok", "요리사"] {
        assert_eq!(fake_socket.hello(Some(name), None).await.you.name, None, "{name}");
    }
    room.stored_exactly(3).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn each_invalid_field_of_a_draft_is_named() {
    let deployment = SharedDeployment::new().await;
    let (name, mut ann) = (room_name(), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join(&name, "Ann").await;
    let mut room = Room::named(&deployment, &name).await;
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
        let fields = vec![FieldError::new(field, code)];
        assert_eq!(set(&mut ann_socket, &mut ann, draft).await, Err((ErrorCode::BadBot, fields)), "{told}");
    }
    // All errors are reported at once.
    let bad = BotDraft { handle: "9".to_owned(), model: "no".to_owned(), ..BotDraft::default() };
    let Err((ErrorCode::BadBot, fields)) = set(&mut ann_socket, &mut ann, bad).await else { panic!() };
    let fields: Vec<&str> = fields.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["handle", "instructions", "model"]);
    room.stored_exactly(0).await;
    // At most eight; one of them may still be changed.
    for number in 0..9 {
        let (handle, name) = (format!("helper-{number}"), format!("도우미 {number}"));
        let draft = BotDraft { handle, name, aliases: Vec::new(), ..cook() };
        let made = set(&mut ann_socket, &mut ann, draft).await;
        assert_eq!(made.is_ok(), number < 8, "{made:?}");
    }
    let (handle, name) = ("helper-3".to_owned(), "도우미 3".to_owned());
    let draft = BotDraft { handle, name, aliases: alias("도우미"), ..cook() };
    assert!(set(&mut ann_socket, &mut ann, draft).await.is_ok());
    room.stored_exactly(9).await;
    // A bot that is removed during an answer finishes it; queued answers end.
    deployment.demo.inject_fault(demo_model::Fault::LateDelta(500));
    // By then the person may write seven times at once: two questions take three each.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let asked = ann_socket.say(&mut ann, "@helper-3 hello").await;
    let waiting = ann_socket.say(&mut ann, "@helper-3 and me?").await;
    assert!(remove(&mut ann_socket, &mut ann, "helper-3").await.is_ok());
    let mut ends = std::collections::BTreeMap::new();
    while ends.len() < 2 {
        ann_socket.next().await.unwrap();
        ends.extend(ann_socket.events().into_iter().filter_map(|event| match event {
            Event::Ended(ended) => Some((ended.target, ended.answer.code)),
            _ => None,
        }));
    }
    assert_eq!(ends, [(asked.next(), None), (waiting.next(), Some(ErrorCode::NoSuchBot))].into());
}
