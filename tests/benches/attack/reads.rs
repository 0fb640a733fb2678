//! Attacks on what the server sends and reads: pages without end, acknowledgements that are not true, frames of 31 MiB.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use shared::frame::{HistoryPlace, Resume};
use shared::{ClientFrame, Seq};
use tokio_tungstenite::tungstenite::Message as Raw;

use crate::bystanders::ROOM;
use crate::instance::Instance;
use crate::outcome::Outcome;
use crate::visitor::{Stream, Visitor, hello};

/// Mebibytes by which the process may grow while somebody reads nothing, or sends frames that are too large. The runtime's own
/// buffers and V8's garbage are in it.
const GROWTH: f64 = 160.0;
/// Tokens of reads of an address (`READ_BURST`, `READ_REFILL_MS`, ten times).
const READS: u64 = 2_000;
const READS_PER_SECOND: u64 = 20;

/// Reads in loops with four identities, each on a new socket once it has sent sixty frames.
pub(crate) async fn read(instance: &Instance, outcome: &mut Outcome) {
    let begun = Instant::now();
    let visitor = outcome.visitor(instance, "203.0.113.21");
    let time = instance.time;
    let loops = (0..4).map(|number| {
        let mut visitor = visitor.clone();
        async move {
            visitor.enter(ROOM, false).await;
            while begun.elapsed() < time {
                let Some(mut connection) = visitor.connect(ROOM).await else {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                let Some(welcome) = connection.hello(Some(&format!("Reader {number}")), None).await else {
                    continue;
                };
                let resume = Resume::new(&welcome.epoch, Seq(welcome.head.0.saturating_sub(499)));
                for _ in 0..15 {
                    connection
                        .send(&ClientFrame::History { place: HistoryPlace::Before(welcome.head), limit: 100 })
                        .await;
                    connection.send(&ClientFrame::Bill).await;
                    connection.send(&ClientFrame::People { after: None }).await;
                    connection.send(&hello(None, Some(resume.clone()))).await;
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
                connection.close().await;
            }
        }
    });
    futures_util::future::join_all(loops).await;
    let (sent, refused, closed, bytes) = {
        let counts = outcome.tally.lock();
        let refused: u64 = counts.refused.values().sum();
        (counts.frames, refused, counts.closed.values().sum::<u64>(), counts.received_bytes)
    };
    outcome.tried = format!("{sent} reads, {} KB received", bytes / 1_000);
    let most = (READS + READS_PER_SECOND * (begun.elapsed().as_secs() + 1)) * 64 * 1_024;
    outcome.require(bytes <= most, || format!("{bytes} bytes were sent, at most {most} may be"));
    outcome.require(refused + closed > 0 || sent < 500, || "nothing was refused".to_owned());
}

/// Asks for pages on sockets that nobody reads, and acknowledges 10^15 bytes before each. The rate is what a room gets from a few hundred
/// people: the runtime receives frames of a closed socket until its connection ends, so a faster flood measures the machine.
pub(crate) async fn acknowledge(instance: &Instance, outcome: &mut Outcome) {
    let mut visitor = outcome.visitor(instance, "203.0.113.22");
    let begun = Instant::now();
    let (mut frames, mut sockets) = (0_u64, Vec::new());
    while begun.elapsed() < instance.time && sockets.len() < 20 {
        let Some(mut stream) = open(&mut visitor).await else { break };
        while begun.elapsed() < instance.time {
            let ack = ClientFrame::Ack { bytes: 1_000_000_000_000_000 };
            let page = ClientFrame::History { place: HistoryPlace::Before(Seq(1_000_000)), limit: 100 };
            frames += 2;
            tokio::time::sleep(Duration::from_millis(1)).await;
            let sent = async {
                stream.send(Raw::text(ack.encode())).await?;
                stream.send(Raw::text(page.encode())).await
            };
            if !matches!(tokio::time::timeout(Duration::from_secs(2), sent).await, Ok(Ok(()))) {
                break;
            }
        }
        sockets.push(stream);
    }
    let grown = outcome.grown(instance);
    outcome.tally.lock().frames += frames;
    let opened = sockets.len();
    for stream in &mut sockets {
        let code = close_code(stream).await;
        outcome.tally.closed(code);
    }
    outcome.tried = format!("{frames} frames on {opened} sockets");
    outcome.require(grown.is_none_or(|grown| grown < GROWTH), || format!("memory grew by {grown:?} MiB"));
    let closed = outcome.tally.lock().closed.get(&4400).copied().unwrap_or_default();
    outcome
        .require(opened == 0 || closed > 0, || "no socket was closed for a false acknowledgement".to_owned());
}

/// Sends frames of 31 MiB, each on a new socket.
pub(crate) async fn frames(instance: &Instance, outcome: &mut Outcome) {
    let mut visitor = outcome.visitor(instance, "203.0.113.23");
    let large = "x".repeat(31 * 1024 * 1024);
    let (begun, mut sent, mut most) = (Instant::now(), 0, 0.0_f64);
    while begun.elapsed() < instance.time && sent < 6 {
        let Some(mut stream) = open(&mut visitor).await else { break };
        let _ = stream.send(Raw::text(large.clone())).await;
        sent += 1;
        let code = close_code(&mut stream).await;
        outcome.tally.closed(code);
        most = most.max(outcome.grown(instance).unwrap_or_default());
    }
    outcome.tally.lock().frames += sent;
    outcome.tried = format!("{sent} frames of 31 MiB; the process grew by up to {most:.0} MiB");
    let closed = outcome.tally.lock().closed.get(&1009).copied().unwrap_or_default();
    outcome.require(closed > 0, || "no frame was refused for its size".to_owned());
}

/// A socket that has said hello and is not read any further.
async fn open(visitor: &mut Visitor) -> Option<Stream> {
    if visitor.cookie.is_none() {
        visitor.enter(ROOM, false).await;
    }
    let mut stream = visitor.open(ROOM).await.ok()?;
    stream.send(Raw::text(hello(None, None).encode())).await.ok()?;
    Some(stream)
}

/// Reads until the end; the close code, or 1006 when there is none within some seconds.
async fn close_code(stream: &mut Stream) -> u16 {
    let read = async {
        while let Some(Ok(raw)) = stream.next().await {
            if let Raw::Close(close) = raw {
                return close.map_or(1005, |close| close.code.into());
            }
        }
        1006
    };
    tokio::time::timeout(Duration::from_secs(5), read).await.unwrap_or(1006)
}
