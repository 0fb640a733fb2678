//! Rooms and ledgers that earlier versions created and filled: this version's Worker reads all of it, and the people of such a
//! room stay who they were.
//!
//! `upgrades/version_N.sql` has the statements by which version N created a room's tables, and rows as it wrote them.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::entry::EnterStatus;
use shared::frame::Resume;
use shared::{
    Author, ClientFrame, ErrorCode, Event, Message, PersonId, RunState, Seq, ServerFrame, ToolUse, Vote,
};

use crate::browser::{Browser, Socket};
use crate::deployment::{self, Deployment};

/// The statements of the versions 1 to 5.
const VERSIONS: [&str; 5] = [
    include_str!("upgrades/version_1.sql"),
    include_str!("upgrades/version_2.sql"),
    include_str!("upgrades/version_3.sql"),
    include_str!("upgrades/version_4.sql"),
    include_str!("upgrades/version_5.sql"),
];
/// The columns of every table, and the version.
const LOOK: &str = "
    SELECT name, (SELECT group_concat(name || ' ' || type || ' ' || pk) FROM pragma_table_info(t.name)) AS columns FROM sqlite_master AS t WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name <> 'leases' ORDER BY name
    SELECT value FROM meta WHERE key = 'version'";
/// The ledger as one text, as the first versions stored it, with an open claim.
const OLD_BOOK: &str = r#"
    CREATE TABLE ledger (id INTEGER PRIMARY KEY, data TEXT NOT NULL);
    INSERT INTO ledger VALUES (1, '{"hour":{"number":{hour},"settled":30},"day":{"number":{day},"settled":40},"claims":[
        [{"room":"old-2/epoch-of-version-2","run":15,"attempt":1},{"at":{before},"micros":20,"is_settled":false}],
        [{"room":"old-2/epoch-of-version-2","run":2,"attempt":1},{"at":{before},"micros":70,"is_settled":true}]]}')"#;
/// The ledger in rows, before it counted what was used by room and day.
const LEDGER_IN_ROWS: &str = r#"
    CREATE TABLE ledger (id INTEGER PRIMARY KEY, data TEXT NOT NULL);
    CREATE TABLE claims (claim TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE addresses (address TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    INSERT INTO ledger VALUES (2, '{"hour":{"number":{hour},"settled":30},"day":{"number":{day},"settled":40}}');
    INSERT INTO claims VALUES ('{"room":"old-3/epoch-of-version-3","run":15,"call_number":1}', '{"at":{before},"micros":20,"address":"somewhere"}');
    INSERT INTO addresses VALUES ('somewhere', '{"hour":{"number":{hour},"settled":5},"day":{"number":{day},"settled":6}}')"#;

/// The public id that a browser had in every room before ids differed from room to room.
fn earlier_id(browser: &Browser) -> String {
    let cookie = browser.cookie.as_deref().unwrap();
    let payload = cookie.split_once('=').unwrap().1.split('.').next().unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let uid = URL_SAFE_NO_PAD.decode(claims["uid"].as_str().unwrap()).unwrap();
    let digest = Sha256::new().chain_update("madang person").chain_update(uid).finalize();
    URL_SAFE_NO_PAD.encode(digest).chars().take(22).collect()
}

/// Replaces or reads the tables of an object of a stopped deployment (`database.mjs`).
pub(crate) fn database(
    deployment: &Deployment,
    class: &str,
    room: &str,
    verb: &str,
    statements: &str,
) -> Value {
    let root = deployment::root();
    let mut node = Command::new(root.join("node_modules/.bin/node"))
        .arg(root.join("tests/tests/runtime/database.mjs"))
        .arg(deployment.state())
        .args([class, room, verb])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(statements.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "{verb} of {class} {room}");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// The statements with the ids of Ann and Bob, about a minute ago.
fn filled_in(statements: &str, room: &str, ann: &str, bob: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let before = (now - 60_000).to_string();
    let (hour, day) = ((now / 3_600_000).to_string(), (now / 86_400_000).to_string());
    let values = [("{room}", room), ("{ann}", ann), ("{bob}", bob), ("{before}", &before)];
    let values = values.into_iter().chain([("{hour}", hour.as_str()), ("{day}", day.as_str())]);
    values.fold(statements.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_180_rooms_of_earlier_versions_are_read_and_keep_their_people() {
    let mut deployment = Deployment::start().await;
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let fresh = ann.enter_with("fresh", true, None).await.you;
    bob.enter("fresh", false).await;
    let (ann_id, bob_id) = (earlier_id(&ann), earlier_id(&bob));
    assert_ne!(fresh.as_str(), ann_id, "a new room has an id of its own");
    for version in 1..=5 {
        ann.enter(&format!("old-{version}"), true).await;
    }
    deployment.kill();
    for (version, statements) in (1..).zip(VERSIONS) {
        let room = format!("old-{version}");
        database(&deployment, "Room", &room, "replace", &filled_in(statements, &room, &ann_id, &bob_id));
    }
    deployment.restart().await;
    for version in 1..=5 {
        is_read(version, &mut ann, &mut bob, [&ann_id, &bob_id], &deployment).await;
    }
    deployment.kill();
    let expected = database(&deployment, "Room", "fresh", "read", LOOK);
    for version in 1..=5 {
        let found = database(&deployment, "Room", &format!("old-{version}"), "read", LOOK);
        assert_eq!(found, expected, "version {version} has the tables of this version");
    }
}

/// Asserts that Ann and Bob find their old room as they left it, and can go on.
async fn is_read(
    version: u32,
    ann: &mut Browser,
    bob: &mut Browser,
    [ann_id, bob_id]: [&str; 2],
    deployment: &Deployment,
) {
    let room = format!("old-{version}");
    let stranger = Browser::new(deployment).enter(&room, true).await;
    assert_eq!(stranger, EnterStatus::Absent, "it is private still");
    assert_eq!(bob.enter(&room, false).await, EnterStatus::Open, "Bob is a member without the key");
    let mut bob_socket = bob.socket(&room).await;
    let welcome = bob_socket.hello(Some("Ann"), None).await;
    assert_eq!((welcome.you.id.as_str(), welcome.you.name), (bob_id, None), "Ann's nickname is Ann's");
    let (mut ann_socket, welcome) = ann.join(&room, "Ann").await;
    assert_eq!((welcome.you.id.as_str(), welcome.you.owner, welcome.private), (ann_id, true, true));
    assert_eq!(welcome.epoch.as_str(), format!("epoch-of-version-{version}"));
    has_its_messages(version, &welcome.messages, ann_id, bob_id);
    let custom: Vec<&str> =
        welcome.bots.iter().filter(|bot| bot.custom).map(|bot| bot.handle.as_str()).collect();
    assert_eq!(custom, if version == 1 { vec![] } else { vec!["pirate"] });

    // Every row of the log can be told, and Ann can change what she wrote before.
    let mut reader = ann.socket(&room).await;
    let resumed = reader.hello(None, Some(Resume::new(&welcome.epoch, Seq::ZERO))).await;
    assert!(resumed.recovered);
    let seqs: BTreeSet<Seq> = resumed.events.iter().map(Event::seq).collect();
    assert_eq!(seqs.len() as u64, resumed.head.0, "{:?}", resumed.events);
    let unknown = resumed.events.iter().find(|event| matches!(event, Event::Unknown(_)));
    // The bot that was removed was made before the rows that are kept.
    assert!(unknown.is_none(), "{unknown:?}");
    let bot = resumed.events.iter().find_map(|event| match event {
        Event::BotSet { bot, .. } => Some(bot.custom),
        _ => None,
    });
    assert_eq!(bot, (version > 1).then_some(true));
    let nonce = ann.nonce();
    let text = "hello, all".to_owned();
    ann_socket.send(&ClientFrame::Edit { nonce: nonce.clone(), after: Seq::ZERO, seq: Seq(1), text }).await;
    assert!(ann_socket.outcome(&nonce).await.is_ok());
    let nonce = bob.nonce();
    bob_socket.send(&ClientFrame::Delete { nonce: nonce.clone(), after: Seq::ZERO, seq: Seq(1) }).await;
    assert!(matches!(
        bob_socket.outcome(&nonce).await,
        Err((ErrorCode::NotJoined | ErrorCode::NotAllowed, _))
    ));
    ann_socket.say(ann, "@chatbot my name is Sky").await;
    assert_eq!(ann_socket.end().await.answer.state, RunState::Done);
    if version > 1 {
        ann_socket.say(ann, "@pirate ahoy").await;
        assert_eq!(ann_socket.end().await.answer.state, RunState::Done);
        has_its_bill(&mut ann_socket).await;
    }
}

fn has_its_messages(version: u32, messages: &[Message], ann: &str, bob: &str) {
    let person = |id: &str| PersonId::parse(id).unwrap();
    let human = |id: &str, name: &str, owner| Author::Human { id: person(id), name: name.to_owned(), owner };
    let found = |seq: u64| messages.iter().find(|message| message.seq == Seq(seq)).unwrap();
    assert_eq!((&found(1).author, found(1).text.as_str()), (&human(ann, "Ann", true), "@chatbot hello"));
    assert_eq!((&found(4).author, found(4).text.as_str()), (&human(bob, "Bob", false), "words of Bob"));
    assert_eq!((found(4).reply_to, found(4).edited), (Some(Seq(2)), version > 1));
    let answer = found(2).answer.as_ref().unwrap();
    assert_eq!((found(2).text.as_str(), answer.state), ("Hello, Ann.", RunState::Done));
    assert_eq!((answer.context_messages, answer.chain_rebuilt), (1, true));
    assert_eq!((answer.asker.as_str(), answer.usage.map(|usage| usage.input)), (ann, Some(30)));
    // What was asked while the process was killed is interrupted and keeps its text.
    let last = messages.last().unwrap();
    assert_eq!(last.text, "So far");
    assert_eq!(last.answer.as_ref().unwrap().state, RunState::Interrupted);
    if version > 1 {
        assert_eq!(answer.cost, Some(70));
        let tool = ToolUse { tool: "weather".to_owned(), argument: "Seoul".to_owned() };
        assert_eq!(answer.tool_uses, [tool]);
        assert!(found(6).deleted && found(6).text.is_empty());
        let poll = found(10).answer.as_ref().unwrap();
        assert!(poll.card.is_some());
        assert_eq!(poll.votes, [Vote { person: person(bob), option: 1 }]);
    }
}

/// Asserts that what was spent before is counted still.
async fn has_its_bill(socket: &mut Socket) {
    socket.send(&ClientFrame::Bill).await;
    let bill = |frame: &ServerFrame| match frame {
        ServerFrame::Bill(bill) => Some(*bill.clone()),
        _ => None,
    };
    let all = socket.find(bill).await.all;
    assert!(all.cost >= 120 && all.answers >= 4, "{all:?}");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_181_ledgers_of_earlier_versions_keep_what_was_spent() {
    let mut deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    let (mut socket, _) = ann.join("lobby", "Ann").await;
    socket.say(&mut ann, "@chatbot hello").await;
    socket.end().await;
    for (room, statements, addresses) in [("first", OLD_BOOK, 0), ("second", LEDGER_IN_ROWS, 1)] {
        deployment.kill();
        database(&deployment, "Ledger", "-", "replace", &filled_in(statements, "", "", ""));
        deployment.restart().await;
        // A room that has no lease yet, so that it asks the ledger.
        let (mut socket, _) = ann.join(room, "Ann").await;
        socket.say(&mut ann, "@chatbot hello again").await;
        assert_eq!(socket.end().await.answer.state, RunState::Done);
        deployment.kill();
        let look = "SELECT data FROM ledger WHERE id = 2\nSELECT claim FROM claims WHERE claim LIKE '%epoch-of-version-%'\n\
            SELECT address FROM addresses WHERE address = 'somewhere'\nSELECT id FROM ledger WHERE id = 1";
        let found = database(&deployment, "Ledger", "-", "read", look);
        let sums: Value = serde_json::from_str(found[0][0]["data"].as_str().unwrap()).unwrap();
        // At midnight a new day begins, which has spent nothing.
        assert!(sums["day"]["settled"].as_u64().unwrap() >= 40, "{sums}");
        assert_eq!(found[1].as_array().unwrap().len(), 1, "the open claim is kept until it expires");
        assert_eq!(found[2].as_array().unwrap().len(), addresses);
        assert_eq!(found[3].as_array().unwrap().len(), 0, "the former form is gone");
    }
}
