//! A crowd: a thousand people join, and read fifty messages a second.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use shared::{ClientFrame, Lang, Seq, ServerFrame, TabId};
use tokio_tungstenite::tungstenite::Message as Raw;

use crate::Finding;
use crate::person::{Socket, Visitor};
use crate::stage::Stage;

const SOCKETS: usize = 1_000;
const WRITERS: usize = 50;
const MESSAGES: usize = 600;
/// Fifty a second.
const EVERY: Duration = Duration::from_millis(20);

/// What a crowd costs.
struct Crowd {
    joined: Duration,
    lost: u64,
    delivered: u64,
    frames: u64,
    cpu: Duration,
    took: Duration,
}

/// The same crowd twice: with what happens at the same moment in one frame, and with each message in a frame of its own.
pub(crate) async fn fan_out() -> Vec<Finding> {
    let gathered = crowd(&[("ADDRESS_FACTOR", "500")]).await;
    let single = crowd(&[("ADDRESS_FACTOR", "500"), ("GATHER_MS", "0")]).await;
    for (what, crowd) in [("gathered", &gathered), ("one frame per message", &single)] {
        println!(
            "{what}: {SOCKETS} joined in {:.2} s; {} deliveries in {:.1} s and {} frames, {} lost; {:.2} us of CPU each",
            crowd.joined.as_secs_f64(),
            crowd.delivered,
            crowd.took.as_secs_f64(),
            crowd.frames,
            crowd.lost,
            crowd.each(),
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let lost = gathered.lost as f64;
    vec![
        Finding { what: "1,000 people join", value: gathered.joined.as_secs_f64(), most: 3.0, unit: "s" },
        Finding {
            what: "messages lost among 1,000 sockets at 50 a second",
            value: lost,
            most: 0.0,
            unit: "",
        },
        Finding {
            what: "CPU per delivery, gathered against one frame per message",
            value: gathered.each() / single.each(),
            most: 0.5,
            unit: "x",
        },
    ]
}

impl Crowd {
    /// Microseconds of the Worker's CPU per delivered message.
    fn each(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "some hundred thousand deliveries")]
        let delivered = self.delivered.max(1) as f64;
        self.cpu.as_secs_f64() * 1e6 / delivered
    }
}

async fn crowd(variables: &[(&str, &str)]) -> Crowd {
    let stage = Stage::start_with(variables).await;
    let mut visitors = Vec::new();
    for _ in 0..SOCKETS {
        visitors.push(Visitor::new(&stage));
    }
    // Everybody has been at the door before: what is measured is the room.
    for visitor in &mut visitors {
        visitor.enter("lobby", false).await;
    }
    let begun = Instant::now();
    let mut sockets = Vec::new();
    for chunk in visitors.chunks(50) {
        let opening = chunk.iter().enumerate().map(|(index, visitor)| {
            let number = sockets.len() + index;
            async move {
                let mut socket = visitor.socket("lobby").await;
                let tab = TabId::parse(format!("tab-{number:08}")).unwrap();
                let nickname = Some(format!("guest {number}"));
                let hello = ClientFrame::Hello {
                    protocol: shared::PROTOCOL,
                    tab,
                    lang: Lang::En,
                    nickname,
                    resume: None,
                };
                socket.send(&hello).await;
                socket
            }
        });
        let opened = futures_util::future::join_all(opening).await;
        sockets.extend(opened);
    }
    let welcomed = sockets.iter_mut().map(|socket| {
        socket.find(|frame| match frame {
            ServerFrame::Welcome(_) => Some(()),
            _ => None,
        })
    });
    futures_util::future::join_all(welcomed).await;
    let joined = begun.elapsed();
    measure(&stage, sockets, joined).await
}

async fn measure(stage: &Stage, sockets: Vec<Socket>, joined: Duration) -> Crowd {
    let frames = Arc::new(AtomicU64::new(0));
    let mut writers = Vec::new();
    let mut readers = Vec::new();
    for (index, socket) in sockets.into_iter().enumerate() {
        let (writer, reader) = socket.stream.split();
        let writer = Arc::new(tokio::sync::Mutex::new(writer));
        if index < WRITERS {
            writers.push(writer.clone());
        }
        readers.push(tokio::spawn(read(reader, writer, frames.clone())));
    }
    // Let the joins settle before anything is counted.
    tokio::time::sleep(Duration::from_secs(2)).await;
    frames.store(0, Ordering::Relaxed);
    let before = stage.cpu();
    let begun = Instant::now();
    for number in 0..MESSAGES {
        let text = format!("message {number:04} {}", "x".repeat(120));
        let nonce = shared::Nonce::parse(format!("nonce-{number:016}")).unwrap();
        let say = ClientFrame::Say { nonce, after: Seq::ZERO, text, reply_to: None };
        writers[number % WRITERS].lock().await.send(Raw::text(say.encode())).await.unwrap();
        let next = EVERY * u32::try_from(number + 1).unwrap();
        tokio::time::sleep(next.saturating_sub(begun.elapsed())).await;
    }
    let mut delivered = 0;
    for reader in readers {
        delivered += reader.await.unwrap();
    }
    let expected = (SOCKETS * MESSAGES) as u64;
    Crowd {
        joined,
        lost: expected.saturating_sub(delivered),
        delivered,
        frames: frames.load(Ordering::Relaxed),
        cpu: stage.cpu().saturating_sub(before),
        took: begun.elapsed(),
    }
}

type Reader = futures_util::stream::SplitStream<tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>>;
type Writer = futures_util::stream::SplitSink<tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>, Raw>;

/// Reads until every message came, or nothing comes any more. How many different ones came.
async fn read(mut reader: Reader, writer: Arc<tokio::sync::Mutex<Writer>>, frames: Arc<AtomicU64>) -> u64 {
    let mut seen = BTreeSet::new();
    let mut unacknowledged = 0;
    while seen.len() < MESSAGES {
        let next = tokio::time::timeout(Duration::from_secs(20), reader.next()).await;
        let Ok(Some(Ok(Raw::Text(text)))) = next else { break };
        frames.fetch_add(1, Ordering::Relaxed);
        // Cheaper than reading the frame as JSON: the client must not be what is measured.
        for (at, word) in text.match_indices("\"text\":\"message ") {
            seen.extend(
                text.get(at + word.len()..)
                    .and_then(|rest| rest.get(..4))
                    .and_then(|n| n.parse::<u16>().ok()),
            );
        }
        unacknowledged += text.len() as u64;
        if unacknowledged >= shared::limits::ACK_BYTES {
            let ack = ClientFrame::Ack { bytes: unacknowledged };
            unacknowledged = 0;
            let _ = writer.lock().await.send(Raw::text(ack.encode())).await;
        }
    }
    seen.len() as u64
}
