//! The load: people join the lobby, read everything, acknowledge as the page does, and write in turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use shared::{ClientFrame, Lang, Nonce, Seq, TabId};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Raw;

use crate::browser::Browser;
use crate::deployment::Deployment;

/// How many people enter at the same time.
const AT_ONCE: usize = 50;
/// Bytes of a message's text.
const TEXT_BYTES: usize = 200;
/// How a message's text begins, by which readers count.
const TEXT_MARK: &str = "\"text\":\"message ";

/// How many people have joined so far, of all crowds.
static PEOPLE: AtomicUsize = AtomicUsize::new(0);

type Reader = SplitStream<WebSocketStream<TcpStream>>;
type Writer = SplitSink<WebSocketStream<TcpStream>, Raw>;

/// What is sent while the profile is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    Messages,
    Acks,
}

/// People in the lobby. Dropping them closes their sockets.
pub(crate) struct Crowd {
    outboxes: Vec<mpsc::UnboundedSender<String>>,
    counts: Arc<Counts>,
    sent: u64,
}

/// What all sockets received.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) frames: AtomicU64,
    pub(crate) bytes: AtomicU64,
    pub(crate) deliveries: AtomicU64,
    pub(crate) refusals: AtomicU64,
    /// Sockets that ended.
    pub(crate) ended: AtomicU64,
    /// The newest seq that the first socket received. Clients send it with each message, so that the room looks for a
    /// message sent twice only behind it.
    head: AtomicU64,
}

impl Crowd {
    /// Lets so many people enter through `POST /api/enter`, a socket and a hello.
    pub(crate) async fn join(deployment: &Deployment, sockets: usize) -> Self {
        let port = deployment.behind_the_proxy().await;
        let (counts, places) = (Arc::new(Counts::default()), Arc::new(Semaphore::new(AT_ONCE)));
        let joining: Vec<_> = (0..sockets)
            .map(|index| tokio::spawn(join(port, index == 0, counts.clone(), places.clone())))
            .collect();
        let mut outboxes = Vec::new();
        for member in joining {
            outboxes.push(member.await.unwrap());
        }
        Self { outboxes, counts, sent: 0 }
    }

    /// Sends `rate` frames a second, evenly spaced, from one person after the other. Returns how many.
    pub(crate) async fn send(&mut self, what: Sending, rate: u32, duration: Duration) -> u64 {
        let (first, begun) = (self.sent, Instant::now());
        while begun.elapsed() < duration {
            let number = self.sent;
            let index = usize::try_from(number).unwrap() % self.outboxes.len();
            let _ = self.outboxes[index].send(self.frame(what, number).encode());
            self.sent += 1;
            let due = Duration::from_secs(self.sent - first) / rate;
            tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
        }
        self.sent - first
    }

    fn frame(&self, what: Sending, number: u64) -> ClientFrame {
        match what {
            Sending::Acks => ClientFrame::Ack { bytes: 1 },
            Sending::Messages => ClientFrame::Say {
                nonce: Nonce::parse(format!("nonce-{number:016}")).unwrap(),
                after: Seq(self.counts.head.load(Ordering::Relaxed)),
                text: format!("{:x<TEXT_BYTES$}", format!("message {number:06} ")),
                reply_to: None,
            },
        }
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }
}

/// Enters and says hello; returns what sends frames. The socket is read until the outbox is dropped.
async fn join(
    port: u16,
    is_first: bool,
    counts: Arc<Counts>,
    places: Arc<Semaphore>,
) -> mpsc::UnboundedSender<String> {
    let _place = places.acquire().await.unwrap();
    let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
    let mut browser = Browser::at(port);
    browser.enter("lobby", false).await;
    let (writer, reader) = browser.socket("lobby").await.stream.split();
    let (outbox, frames) = mpsc::unbounded_channel();
    let hello = ClientFrame::Hello {
        protocol: shared::PROTOCOL_VERSION,
        tab: TabId::parse(format!("tab-{number:08}")).unwrap(),
        lang: Lang::En,
        nickname: Some(format!("guest {number}")),
        resume: None,
    };
    outbox.send(hello.encode()).unwrap();
    let (welcomed, welcome) = oneshot::channel();
    let acks = outbox.downgrade();
    let reading = tokio::spawn(read(reader, acks, is_first, counts, welcomed));
    tokio::spawn(async move {
        write(writer, frames).await;
        reading.abort();
    });
    welcome.await.expect("every socket is welcomed");
    outbox
}

async fn write(mut writer: Writer, mut frames: mpsc::UnboundedReceiver<String>) {
    while let Some(frame) = frames.recv().await {
        if writer.send(Raw::text(frame)).await.is_err() {
            return;
        }
    }
    let _ = writer.close().await;
}

/// Counts what comes, without reading it as JSON: the clients run on the CPUs that are measured.
async fn read(
    mut reader: Reader,
    acks: mpsc::WeakUnboundedSender<String>,
    is_first: bool,
    counts: Arc<Counts>,
    welcomed: oneshot::Sender<()>,
) {
    let mut welcomed = Some(welcomed);
    let mut unacknowledged = 0;
    while let Some(Ok(Raw::Text(text))) = reader.next().await {
        let bytes = text.len() as u64;
        counts.frames.fetch_add(1, Ordering::Relaxed);
        counts.bytes.fetch_add(bytes, Ordering::Relaxed);
        if text.starts_with(r#"{"type":"welcome""#) {
            welcomed.take().map(|welcomed| welcomed.send(()));
        } else if text.starts_with(r#"{"type":"refused""#) {
            counts.refusals.fetch_add(1, Ordering::Relaxed);
        } else {
            let deliveries = text.matches(TEXT_MARK).count() as u64;
            counts.deliveries.fetch_add(deliveries, Ordering::Relaxed);
        }
        if is_first && let Some(seq) = newest_seq(&text) {
            counts.head.fetch_max(seq, Ordering::Relaxed);
        }
        unacknowledged += bytes;
        if unacknowledged >= shared::limits::ACK_BYTES
            && let Some(outbox) = acks.upgrade()
        {
            let _ = outbox.send(ClientFrame::Ack { bytes: unacknowledged }.encode());
            unacknowledged = 0;
        }
    }
    counts.ended.fetch_add(1, Ordering::Relaxed);
}

/// The last `"seq":NUMBER` of a frame.
fn newest_seq(text: &str) -> Option<u64> {
    let (_, rest) = text.rsplit_once("\"seq\":")?;
    rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}
