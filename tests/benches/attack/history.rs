//! A room with the heaviest history that the limits allow: how much memory each handler takes in the real runtime.
//!
//! WebAssembly's memory never shrinks, so its growth is what was needed at most. V8's heap is looked at while a handler runs; what it
//! has not collected yet counts.

use std::time::Duration;

use serde_json::json;
use shared::frame::{HistoryPlace, Resume};
use shared::{ClientFrame, Seq, ServerFrame};

use crate::deployment::Deployment;
use crate::inspector::Inspector;
use crate::statistics::print_table;
use crate::visitor::{Connection, Tally, Visitor};

/// Messages of the longest text, 12,000 bytes each, up to what a room may store (`HISTORY_BYTES`).
const MESSAGES: u32 = 40_000;
/// What one handler may take, in mebibytes.
const MOST: f64 = 32.0;
const MIB: f64 = 1024.0 * 1024.0;
/// Pages of a hundred messages that are read one after the other.
const PAGES: u32 = 20;
/// How often a question is asked again, and how often its answer is waited for.
const TRIES: u32 = 6;
/// Between two handlers, so that what one has used of its limits is there again.
const REST: Duration = Duration::from_secs(10);
/// The limits are about memory here: what these questions would cost must refuse none of them.
const VARIABLES: [(&str, &str); 6] = [
    ("ADDRESS_FACTOR", "500"),
    ("BUDGET_HOUR_USD", "off"),
    ("BUDGET_DAY_USD", "off"),
    ("BUDGET_ADDRESS_PERCENT", "off"),
    ("BUDGET_ROOM_DAY_USD", "off"),
    ("BUDGET_PERSON_DAY_USD", "off"),
];
/// Between two looks at the heap.
const LOOK: Duration = Duration::from_millis(10);

/// Fills a room, and returns the handlers that took more than they may.
pub(crate) async fn run() -> Vec<String> {
    let port = std::env::var("MADANG_INSPECTOR_PORT").ok().and_then(|port| port.parse().ok());
    let port = port.expect("`cargo xtask attack` chooses a port for the debugger");
    let mut deployment = Deployment::start_with(&VARIABLES).await;
    let tally = Tally::default();
    let mut ann = Visitor::new(deployment.port, None, &tally);
    let mut connection = ann.join("lobby", false, "Ann").await.expect("Ann may join");
    connection.say("hello").await.expect("the room exists then");
    drop(connection);
    deployment.kill();
    deployment.fill_with(&[("lobby", MESSAGES)], shared::limits::TEXT_CHARACTERS);
    deployment.restart().await;
    let mut inspector = Inspector::connect(port).await;
    let (mut rows, mut broken) = (Vec::new(), Vec::new());
    let mut connection = None;
    for handler in ["welcome", "resume", "history", "question", "search", "summary"] {
        if handler != "welcome" {
            ready(&mut ann, &mut connection).await;
        }
        let before = Memory::now(&mut inspector).await;
        let (done, peak) = peak(&mut inspector, handle(handler, &mut ann, &mut connection)).await;
        let after = Memory::now(&mut inspector).await;
        let growth = (after.wasm - before.wasm) + (peak - before.javascript).max(0.0);
        rows.push(vec![
            handler.to_owned(),
            format!("{:.1}", before.wasm),
            format!("{:.1}", after.wasm - before.wasm),
            format!("{:.1}", (peak - before.javascript).max(0.0)),
            format!("{growth:.1}"),
        ]);
        if growth > MOST {
            broken.push(format!("history: {handler} took {growth:.1} MiB, at most {MOST} are allowed"));
        }
        if let Err(why) = done {
            broken.push(format!("history: {handler} was not answered, {why}: {:?}", *tally.lock()));
        }
    }
    print_table(
        &format!("A room of {MESSAGES} messages of 4,000 characters: MiB that each handler took"),
        &["handler", "WebAssembly before", "WebAssembly", "JavaScript, uncollected", "sum"],
        &rows,
    );
    broken
}

/// Mebibytes in use.
struct Memory {
    wasm: f64,
    javascript: f64,
}

impl Memory {
    /// After a garbage collection.
    async fn now(inspector: &mut Inspector) -> Self {
        let wasm = inspector.wasm_memories().await.unwrap_or_default();
        let wasm = wasm.iter().sum::<u64>() as f64 / MIB;
        Self { wasm, javascript: javascript(inspector).await }
    }
}

async fn javascript(inspector: &mut Inspector) -> f64 {
    let heap = inspector.call("Runtime.getHeapUsage", json!({})).await;
    heap["usedSize"].as_f64().unwrap_or_default() / MIB
}

/// Does something while the heap is looked at again and again; returns its result and the most that the heap held.
async fn peak<T>(inspector: &mut Inspector, doing: impl Future<Output = T>) -> (T, f64) {
    let mut doing = std::pin::pin!(doing);
    let mut most = 0.0_f64;
    loop {
        tokio::select! {
            done = &mut doing => return (done, most.max(javascript(inspector).await)),
            () = tokio::time::sleep(LOOK) => most = most.max(javascript(inspector).await),
        }
    }
}

/// A socket that has read and acknowledged everything, and may ask for anything at once. Where another one was closed, it is
/// opened anew.
async fn ready(ann: &mut Visitor, open: &mut Option<Connection>) {
    if open.as_ref().is_none_or(|connection| !connection.is_open()) {
        *open = ann.join("lobby", false, "Ann").await;
    }
    if let Some(connection) = open {
        connection.settle().await;
    }
    tokio::time::sleep(REST).await;
}

/// Makes the room handle something.
///
/// # Errors
/// Why it was not answered.
async fn handle(handler: &str, ann: &mut Visitor, open: &mut Option<Connection>) -> Result<(), String> {
    if handler == "welcome" {
        *open = ann.join("lobby", false, "Ann").await;
        return open.as_ref().map(drop).ok_or_else(|| "no welcome".to_owned());
    }
    let connection = open.as_mut().ok_or("there is no socket")?;
    match handler {
        "resume" => resume(connection).await,
        "history" => read_pages(connection).await,
        "question" => ask(connection, "@chatbot what did we talk about?").await,
        "search" => ask(connection, "@chatbot search for needle").await,
        _ => ask(connection, "@summary please").await,
    }
}

/// Resumes as far back as a client may, as after a while without a connection.
async fn resume(connection: &mut Connection) -> Result<(), String> {
    let welcome = connection.hello(Some("Ann"), None).await.ok_or("no welcome before it")?;
    connection.settle().await;
    let resume = Resume::new(&welcome.epoch, Seq(welcome.head.0.saturating_sub(499)));
    connection.hello(Some("Ann"), Some(resume)).await.map(drop).ok_or_else(|| "no welcome".to_owned())
}

/// Reads pages as somebody who scrolls up, and waits as long as the room asks for.
async fn read_pages(connection: &mut Connection) -> Result<(), String> {
    let mut before = Seq(u64::from(MESSAGES));
    let mut pages = 0;
    for _ in 0..PAGES * 5 {
        connection.send(&ClientFrame::History { place: HistoryPlace::Before(before), limit: 100 }).await;
        let page = connection.wait(|frame| match frame {
            ServerFrame::Page { messages, .. } => Some(Ok(messages.first().map(|message| message.seq))),
            ServerFrame::Refused { retry_after_ms, .. } => Some(Err(retry_after_ms.unwrap_or(1_000))),
            _ => None,
        });
        match page.await {
            Some(Ok(first)) => {
                pages += 1;
                before = first.ok_or_else(|| format!("page {pages} is empty"))?;
                if pages == PAGES {
                    return Ok(());
                }
                connection.settle().await;
            }
            Some(Err(wait)) => tokio::time::sleep(Duration::from_millis(wait)).await,
            None => return Err(format!("no page after {pages}")),
        }
    }
    Err(format!("{pages} of {PAGES} pages"))
}

/// Asks a bot, as often as the room says that it is too early.
async fn ask(connection: &mut Connection, text: &str) -> Result<(), String> {
    let mut asked = Err(0);
    for _ in 0..TRIES {
        asked = connection.say(text).await;
        let Err(wait) = asked else { break };
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    let asked = asked.map_err(|_| format!("it was refused {TRIES} times"))?;
    // An answer may take longer than a wait.
    for _ in 0..TRIES {
        let ended = connection.wait(move |frame| match frame {
            ServerFrame::Events { events } => events.into_iter().find_map(|event| match event {
                shared::Event::Ended(end) if end.target == asked.next() => Some(end.answer),
                _ => None,
            }),
            _ => None,
        });
        match ended.await {
            Some(answer) if answer.state == shared::RunState::Done => return Ok(()),
            Some(answer) => return Err(format!("it ended as {:?} {:?}", answer.state, answer.code)),
            None if !connection.is_open() => return Err("the socket was closed".to_owned()),
            None => {}
        }
    }
    Err("it did not end".to_owned())
}
