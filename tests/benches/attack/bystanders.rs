//! People in the lobby, at another address than the attacker's, who talk all the time and measure how long a message takes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared::ServerFrame;
use tokio::task::JoinHandle;

use crate::instance::Instance;
use crate::marker;
use crate::statistics::percentiles;
use crate::visitor::{Connection, Tally, Visitor};

pub(crate) const ROOM: &str = "lobby";
const PEOPLE: usize = 6;
/// Between two messages of all of them together.
const EVERY: Duration = Duration::from_millis(125);

/// A delivery: when the message was sent and how long it took, in microseconds.
type Deliveries = Arc<Mutex<Vec<(u64, u64)>>>;

pub(crate) struct Bystanders {
    deliveries: Deliveries,
    pub(crate) tally: Tally,
    sent: Arc<AtomicU64>,
    talk: JoinHandle<()>,
    /// Asks bots, to see that others are still answered.
    asker: Connection,
}

/// What they noticed in some time: the median and the 99th percentile in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noticed {
    pub(crate) median: f64,
    pub(crate) slow: f64,
}

impl Bystanders {
    pub(crate) async fn join(instance: &Instance) -> Self {
        let (deliveries, tally) = (Deliveries::default(), Tally::default());
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let mut visitor = Visitor::new(instance.port, None, &tally);
            assert!(visitor.enter(ROOM, false).await, "a bystander may enter");
            let stream = visitor.open(ROOM).await.expect("a bystander may connect");
            let seen = deliveries.clone();
            let note = move |text: &str| {
                let arrivals = marker::messages(text, marker::now());
                let arrivals = arrivals.map(|arrival| (arrival.sent, arrival.at - arrival.sent));
                seen.lock().unwrap_or_else(PoisonError::into_inner).extend(arrivals);
            };
            let mut connection = Connection::new(stream, tally.clone(), note);
            let name = format!("Bystander {}", char::from(b'A' + number as u8));
            connection.hello(Some(&name), None).await.expect("a bystander is welcome");
            people.push(connection);
        }
        let asker = Visitor::new(instance.port, None, &tally).join(ROOM, false, "Asker").await;
        let sent = Arc::new(AtomicU64::new(0));
        let talk = tokio::spawn(talk(people, sent.clone()));
        Self { deliveries, tally, sent, talk, asker: asker.expect("the asker may join") }
    }

    pub(crate) fn now() -> u64 {
        marker::now()
    }

    /// What they noticed of the messages that were sent between two moments.
    pub(crate) fn noticed(&self, from: u64, to: u64) -> Noticed {
        let deliveries = self.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
        let within = deliveries.iter().filter(|(sent, _)| (from..to).contains(sent));
        let (median, slow) = percentiles(within.map(|(_, took)| *took).collect());
        Noticed { median, slow }
    }

    /// How many messages they have sent.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether a bot answers them.
    pub(crate) async fn are_answered(&mut self) -> bool {
        let Ok(asked) = self.asker.say("@chatbot hello").await else { return false };
        let state = self.asker.wait(move |frame| match frame {
            ServerFrame::Events { events } => events.into_iter().find_map(|event| match event {
                shared::Event::Ended(ended) if ended.target == asked.next() => Some(ended.answer.state),
                _ => None,
            }),
            _ => None,
        });
        state.await == Some(shared::RunState::Done)
    }

    /// Ends the talk and tells what they lost: messages, or sockets.
    pub(crate) fn lost(self) -> Vec<String> {
        self.talk.abort();
        let counts = self.tally.lock();
        let mut lost = Vec::new();
        if !counts.closed.is_empty() {
            lost.push(format!("sockets of bystanders were closed: {:?}", counts.closed));
        }
        if !counts.refused.is_empty() {
            lost.push(format!("bystanders were refused: {:?}", counts.refused));
        }
        let expected = self.sent().saturating_sub(1) * PEOPLE as u64;
        let seen = self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).len() as u64;
        if seen < expected {
            lost.push(format!("bystanders saw {seen} of {expected} messages"));
        }
        lost
    }
}

async fn talk(people: Vec<Connection>, sent: Arc<AtomicU64>) {
    for number in 0.. {
        tokio::time::sleep(EVERY).await;
        let frame = shared::ClientFrame::Say {
            nonce: crate::visitor::nonce(),
            after: shared::Seq::ZERO,
            text: marker::message(number),
            reply_to: None,
        };
        people[number as usize % PEOPLE].send(&frame).await;
        sent.fetch_add(1, Ordering::Relaxed);
    }
}
