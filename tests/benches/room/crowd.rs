//! A crowd: a thousand people join, and read fifty messages a second.
//!
//! Every socket reads all the time and acknowledges, as the page does; one that does not is closed as too slow. Not
//! here: reconnecting after a close. A crowd that loses sockets fails the bench.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use shared::{ClientFrame, Lang, Seq, TabId};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Raw;

use crate::Finding;
use crate::browser::Browser;
use crate::deployment::Deployment;

const SOCKETS: usize = 1_000;
const WRITERS: usize = 50;
const MESSAGES: usize = 600;
/// Fifty a second.
const EVERY: Duration = Duration::from_millis(20);
/// How many sockets open at the same time; the next one opens when one of them is welcomed.
const AT_ONCE: usize = 50;
/// The measurement ends when nothing came for so long.
const SILENCE: Duration = Duration::from_secs(20);

/// What a crowd costs.
struct Crowd {
    joined: Duration,
    lost: u64,
    delivered: u64,
    frames: u64,
    cpu: Duration,
    took: Duration,
}

/// What one socket was sent.
struct Read {
    seen: BTreeSet<u16>,
    /// Why it ended too early.
    ended: Option<String>,
}

/// What the sockets of a crowd tell the bench.
struct News {
    frames: AtomicU64,
    refused: AtomicU64,
    entering: Semaphore,
    welcomed: mpsc::UnboundedSender<(usize, Arc<Mutex<Writer>>)>,
}

type Reader = SplitStream<WebSocketStream<TcpStream>>;
type Writer = SplitSink<WebSocketStream<TcpStream>, Raw>;

/// The same crowd twice: with what happens at the same moment in one frame, and with each message in a frame of its own.
pub(crate) async fn fan_out() -> Vec<Finding> {
    let gathered = crowd("gathered", &[("ADDRESS_FACTOR", "500")]).await;
    let single = crowd("one frame per message", &[("ADDRESS_FACTOR", "500"), ("GATHER_MS", "0")]).await;
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

async fn crowd(what: &str, variables: &[(&str, &str)]) -> Crowd {
    let deployment = Deployment::start_with(variables).await;
    let mut browsers = Vec::new();
    let port = deployment.behind_the_proxy().await;
    for _ in 0..SOCKETS {
        browsers.push(Browser::at(port));
    }
    // Everybody enters before the measurement, which is of the room alone.
    for browser in &mut browsers {
        browser.enter("lobby", false).await;
    }
    let (welcomed, mut welcomes) = mpsc::unbounded_channel();
    let news = Arc::new(News {
        frames: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        entering: Semaphore::new(AT_ONCE),
        welcomed,
    });
    let before = deployment.cpu();
    let begun = Instant::now();
    let members: Vec<_> = browsers
        .into_iter()
        .enumerate()
        .map(|(number, browser)| tokio::spawn(member(number, browser, news.clone())))
        .collect();
    let mut writers = BTreeMap::new();
    for _ in 0..SOCKETS {
        let (number, writer) = welcomes.recv().await.unwrap();
        if number < WRITERS {
            writers.insert(number, writer);
        }
    }
    let joined = begun.elapsed();
    let joining = deployment.cpu().saturating_sub(before);
    // Let the joins settle before anything is counted.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let frames = news.frames.swap(0, Ordering::Relaxed);
    println!(
        "{what}: {SOCKETS} joined in {:.2} s, {:.2} s of CPU and {frames} frames",
        joined.as_secs_f64(),
        joining.as_secs_f64(),
    );
    let before = deployment.cpu();
    let begun = Instant::now();
    for number in 0..MESSAGES {
        let text = format!("message {number:04} {}", "x".repeat(120));
        let nonce = shared::Nonce::parse(format!("nonce-{number:016}")).unwrap();
        let say = ClientFrame::Say { nonce, after: Seq::ZERO, text, reply_to: None };
        // A writer that was closed shows among what is lost.
        let _ = writers[&(number % WRITERS)].lock().await.send(Raw::text(say.encode())).await;
        let next = EVERY * u32::try_from(number + 1).unwrap();
        tokio::time::sleep(next.saturating_sub(begun.elapsed())).await;
    }
    let mut delivered = 0;
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for member in members {
        let read = member.await.unwrap();
        delivered += read.seen.len() as u64;
        if let Some(why) = read.ended {
            *ends.entry(why).or_default() += 1;
        }
    }
    let crowd = Crowd {
        joined,
        lost: ((SOCKETS * MESSAGES) as u64).saturating_sub(delivered),
        delivered,
        frames: news.frames.load(Ordering::Relaxed),
        cpu: deployment.cpu().saturating_sub(before),
        took: begun.elapsed(),
    };
    println!(
        "{what}: {} deliveries in {:.1} s and {} frames, {} lost; {:.2} us of CPU each",
        crowd.delivered,
        crowd.took.as_secs_f64(),
        crowd.frames,
        crowd.lost,
        crowd.each(),
    );
    let refused = news.refused.load(Ordering::Relaxed);
    if !ends.is_empty() || refused > 0 {
        println!("{what}: {refused} frames refused; sockets that ended too early: {ends:?}");
    }
    crowd
}

/// Somebody who comes, and reads until every message was there.
async fn member(number: usize, browser: Browser, news: Arc<News>) -> Read {
    let entering = news.entering.acquire().await.unwrap();
    let socket = browser.socket("lobby").await;
    let (mut writer, mut reader) = socket.stream.split();
    let hello = ClientFrame::Hello {
        protocol: shared::PROTOCOL_VERSION,
        tab: TabId::parse(format!("tab-{number:08}")).unwrap(),
        lang: Lang::En,
        nickname: Some(format!("guest {number}")),
        resume: None,
    };
    writer.send(Raw::text(hello.encode())).await.unwrap();
    let writer = Arc::new(Mutex::new(writer));
    let mut entering = Some(entering);
    let mut read = Read { seen: BTreeSet::new(), ended: None };
    let mut unacknowledged = 0;
    while read.seen.len() < MESSAGES {
        let text = match next(&mut reader).await {
            Ok(text) => text,
            Err(why) => {
                read.ended = Some(why);
                break;
            }
        };
        news.frames.fetch_add(1, Ordering::Relaxed);
        // Cheaper than reading the frame as JSON: the client must not be what is measured.
        if text.starts_with(r#"{"type":"welcome""#) {
            assert!(text.contains(&format!(r#""name":"guest {number}""#)), "not joined: {text}");
            entering = None;
            news.welcomed.send((number, writer.clone())).unwrap();
        }
        if text.starts_with(r#"{"type":"refused""#) {
            news.refused.fetch_add(1, Ordering::Relaxed);
        }
        for (at, word) in text.match_indices("\"text\":\"message ") {
            read.seen.extend(
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
    drop(entering);
    read
}

/// The next text, or why there is none.
async fn next(reader: &mut Reader) -> Result<String, String> {
    match tokio::time::timeout(SILENCE, reader.next()).await {
        Ok(Some(Ok(Raw::Text(text)))) => Ok(text.as_str().to_owned()),
        Ok(Some(Ok(Raw::Close(close)))) => {
            Err(close.map_or_else(|| "closed".to_owned(), |close| format!("closed with {}", close.code)))
        }
        Ok(Some(Ok(other))) => Err(format!("{other:?}")),
        Ok(Some(Err(error))) => Err(error.to_string()),
        Ok(None) => Err("the connection ended".to_owned()),
        Err(_) => Err("silence".to_owned()),
    }
}
