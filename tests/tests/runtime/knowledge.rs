//! Bots with knowledge in the real runtime: an FAQ is saved over the socket, searched by SQL, given with a question, cited, and
//! gone from the tables when it is removed.

use std::fmt::Write as _;

use shared::{BotDraft, ClientFrame, ErrorCode, Seq, ServerFrame};

use crate::browser::{Browser, Socket};
use crate::conversation::{DONE, end};
use crate::custom_bots::attempt;
use crate::deployment::Deployment;
use crate::model_requests::CallContents;
use crate::upgrades::database;

const OPENING: &str = "# 언제 열어요?\n평일 아침 아홉 시에 열어요.\n\n# Parking\nFree, \"behind\" the ÉCOLE.\n\nContact: Mina\n";

/// An FAQ of about 90 KB.
fn faq() -> String {
    let mut text = OPENING.to_owned();
    for number in 0..300 {
        let _ = write!(text, "\n# Article {number}\n{}\n", "Shelves carry boxes \"of\" paper. ".repeat(9));
    }
    text
}

fn set(browser: &mut Browser, knowledge: Option<&str>) -> ClientFrame {
    let draft =
        BotDraft { handle: "shop".to_owned(), instructions: "You sell.".to_owned(), ..BotDraft::default() };
    let (nonce, after, knowledge) = (browser.nonce(), Seq::ZERO, knowledge.map(str::to_owned));
    ClientFrame::SetBot { nonce, after, draft: Box::new(draft), knowledge }
}

/// The knowledge that a socket is told.
async fn told(socket: &mut Socket) -> String {
    socket.send(&ClientFrame::Knowledge { handle: "shop".to_owned() }).await;
    let text = |frame: &ServerFrame| match frame {
        ServerFrame::Knowledge { handle, text } => Some((handle.clone(), text.clone())),
        _ => None,
    };
    let (handle, text) = socket.find(text).await;
    assert_eq!(handle, "shop");
    text
}

/// Asks, and returns the answer's text, its sources, and the titles of the passages that the model was given.
async fn asked(
    deployment: &Deployment,
    (browser, socket): (&mut Browser, &mut Socket),
    text: &str,
) -> (String, Vec<String>, Vec<String>) {
    let before = socket.texts.len();
    socket.say(browser, text).await;
    let ended = socket.end().await;
    assert_eq!(end(&ended), DONE, "{text}: {ended:?}");
    assert!(socket.texts.len() > before);
    let call = deployment.demo.model_calls().pop().unwrap();
    assert_eq!(call.body["store"], false, "the server keeps nothing of it");
    let contents = CallContents::of(&call);
    assert!(contents.previous.is_none());
    let notes = contents.notes();
    let note = notes.iter().find(|note| note["contact"].is_string()).expect("a note about knowledge");
    let passages = note["passages"].as_array().cloned().unwrap_or_default();
    let titles = passages.iter().map(|passage| passage["title"].as_str().unwrap().to_owned()).collect();
    (ended.text, ended.answer.sources, titles)
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_204_case_205_case_206_an_faq_is_searched_cited_and_forgotten() {
    let mut deployment = Deployment::start().await;
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("shop", "Ann").await;
    let (mut bob_socket, _) = bob.join("shop", "Bob").await;
    let text = faq();
    assert!(text.len() > 80_000);
    assert!(attempt(&mut ann_socket, &set(&mut ann, Some(&text))).await.is_ok());
    assert_eq!(told(&mut ann_socket).await, text);
    bob_socket.send(&ClientFrame::Knowledge { handle: "shop".to_owned() }).await;
    assert_eq!(bob_socket.refused().await, (None, ErrorCode::NotAllowed));

    let (answer, sources, given) =
        asked(&deployment, (&mut bob, &mut bob_socket), "@shop 몇 시에 열어요?").await;
    assert_eq!((&sources, &given), (&vec!["언제 열어요?".to_owned()], &sources));
    assert!(answer.contains("아홉 시"), "{answer}");
    let (_, sources, _) = asked(&deployment, (&mut bob, &mut bob_socket), "@shop école PARKING?").await;
    assert_eq!(sources, ["Parking"], "letters of any script are compared without case");
    let (answer, sources, given) =
        asked(&deployment, (&mut bob, &mut bob_socket), "@shop who painted this?").await;
    assert!(sources.is_empty() && given.is_empty());
    assert!(answer.contains("Mina"), "{answer}");
    let (answer, sources, _) =
        asked(&deployment, (&mut bob, &mut bob_socket), "@support 방은 어떻게 만들어요?").await;
    assert_eq!(sources.first().map(String::as_str), Some("방은 어떻게 만들어요?"));
    assert!(answer.contains("방 열기"), "{answer}");

    // A change of the bot alone keeps it, also over a restart.
    assert!(attempt(&mut ann_socket, &set(&mut ann, None)).await.is_ok());
    bob_socket.send(&set(&mut bob, Some(&text))).await;
    assert_eq!(bob_socket.closed().await, 1009, "only an owner's frame may be so large");
    deployment.kill();
    let count =
        "SELECT COUNT(*) AS rows, MAX(words LIKE '%école%') AS folded FROM knowledge WHERE bot = 'shop'";
    let stored = database(&deployment, "Room", "shop", "read", count);
    assert_eq!((&stored[0][0]["rows"], &stored[0][0]["folded"]), (&302.into(), &1.into()));
    deployment.restart().await;
    let (mut ann_socket, _) = ann.join("shop", "Ann").await;
    let (_, sources, _) =
        asked(&deployment, (&mut ann, &mut ann_socket), "@shop when, and where is parking?").await;
    assert_eq!(sources, ["Parking"]);

    assert!(attempt(&mut ann_socket, &set(&mut ann, Some(""))).await.is_ok());
    assert_eq!(told(&mut ann_socket).await, "");
    deployment.kill();
    let rows = database(&deployment, "Room", "shop", "read", "SELECT COUNT(*) AS rows FROM knowledge");
    assert_eq!(rows[0][0]["rows"], 0, "nothing of it is left");
}
