//! A room with the heaviest history that the limits allow: how much memory each handler takes in the real runtime.
//!
//! WebAssembly's memory never shrinks, so its growth is what was needed at most. V8's heap is looked at while a handler runs; what it
//! has not collected yet counts.

use std::time::Duration;

use serde_json::json;
use shared::frame::Resume;
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
/// Between two looks at the heap.
const LOOK: Duration = Duration::from_millis(10);

/// Fills a room, and returns the handlers that took more than they may.
pub(crate) async fn run() -> Vec<String> {
    let port = std::env::var("MADANG_INSPECTOR_PORT").ok().and_then(|port| port.parse().ok());
    let port = port.expect("`cargo xtask attack` chooses a port for the debugger");
    let mut deployment = Deployment::start_with(&[("ADDRESS_FACTOR", "500")]).await;
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
        if !done {
            broken.push(format!("history: {handler} was not answered: {:?}", *tally.lock()));
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

/// Makes the room handle something; returns whether it was answered.
async fn handle(handler: &str, ann: &mut Visitor, open: &mut Option<Connection>) -> bool {
    if handler == "welcome" {
        *open = ann.join("lobby", false, "Ann").await;
        return open.is_some();
    }
    let Some(connection) = open else { return false };
    match handler {
        "resume" => {
            let Some(welcome) = connection.hello(Some("Ann"), None).await else { return false };
            let resume = Resume::new(&welcome.epoch, Seq(welcome.head.0.saturating_sub(499)));
            connection.hello(Some("Ann"), Some(resume)).await.is_some()
        }
        "history" => {
            let mut before = Seq(u64::from(MESSAGES));
            // As many as a person may read at once (`READ_BURST`).
            for _ in 0..20 {
                connection.send(&ClientFrame::History { before, limit: 100 }).await;
                let page = connection.wait(|frame| match frame {
                    ServerFrame::Page { messages, .. } => Some(messages.first().map(|message| message.seq)),
                    ServerFrame::Refused { .. } => Some(None),
                    _ => None,
                });
                match page.await {
                    Some(Some(first)) => before = first,
                    // The page before has to be acknowledged, which takes a second (`ACK_MS`).
                    Some(None) => tokio::time::sleep(Duration::from_millis(1_100)).await,
                    None => return false,
                }
            }
            true
        }
        "question" => ask(connection, "@chatbot what did we talk about?").await,
        "search" => ask(connection, "@chatbot search for needle").await,
        _ => ask(connection, "@summary please").await,
    }
}

async fn ask(connection: &mut Connection, text: &str) -> bool {
    let Ok(asked) = connection.say(text).await else { return false };
    let end = connection.wait(move |frame| match frame {
        ServerFrame::Events { events } => events.into_iter().find_map(|event| match event {
            shared::Event::Ended(end) if end.target == asked.next() => Some(end.answer.state),
            _ => None,
        }),
        _ => None,
    });
    end.await == Some(shared::RunState::Done)
}
