//! Kills and restarts the runtime, and breaks connections, while real clients talk and bots answer; then compares what every
//! client was told with what is stored. `cargo xtask attack --kills 100 --reconnects 1000` is the long version; a test of the
//! runtime (`tests/tests/runtime/restart.rs`) plays a short one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use shared::Seq;
use tokio::sync::{mpsc, oneshot};

use crate::checked_client::{CheckedClient, Command, Row, Shown};
use crate::deployment::Deployment;

const CLIENTS: u64 = 6;
/// How long the runtime runs between two kills.
const LIFE: Duration = Duration::from_millis(2_500);
/// Between two actions of all clients together.
const EVERY: Duration = Duration::from_millis(150);
/// The same while it is no longer killed and only connections break: each message costs every client more than the one before.
const EVERY_LATER: Duration = Duration::from_millis(600);
/// Between two lines about how far it is.
const PROGRESS: u32 = 10;
/// Of so many messages one asks a bot.
const QUESTIONS: u64 = 12;
/// How long everything may take to settle at the end: a client that was offline for long sends hundreds of messages at its rate.
const SETTLE: Duration = Duration::from_secs(300);

type Clients = Vec<mpsc::UnboundedSender<Command>>;

/// Plays, and returns what was lost, doubled, reordered or paid twice, and a line that sums up what was played.
pub(crate) async fn play(most_kills: u32, least_reconnects: u32) -> (Vec<String>, String) {
    let variables = [("QUESTIONS_PER_HOUR", "off"), ("ADDRESS_FACTOR", "500"), ("DEMO", "1")];
    let mut deployment = Deployment::start_with(&variables).await;
    deployment.demo.set_pace(Duration::from_millis(10));
    let reconnects = Arc::new(AtomicU64::new(0));
    let clients: Clients = (0..CLIENTS)
        .map(|number| CheckedClient::start(deployment.port, number, reconnects.clone()))
        .collect();
    for client in &clients {
        while !show(client).await.has_joined {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    let (begun, mut said, mut kills) = (Instant::now(), 0_u64, 0);
    let mut lives = 0;
    while kills < most_kills || reconnects.load(Ordering::Relaxed) < u64::from(least_reconnects) {
        let (life, is_killed) = (Instant::now(), kills < most_kills);
        while life.elapsed() < LIFE {
            act(&clients, said);
            said += 1;
            tokio::time::sleep(if is_killed { EVERY } else { EVERY_LATER }).await;
        }
        if is_killed {
            deployment.restart().await;
            kills += 1;
        }
        lives += 1;
        if lives % PROGRESS == 0 {
            eprintln!(
                "kills: {kills}, connections: {}, messages: {said}",
                reconnects.load(Ordering::Relaxed)
            );
        }
    }
    let mut shown = settle(&clients, said).await;
    // Somebody new reads everything, which is what is stored.
    let reader = CheckedClient::start(deployment.port, CLIENTS, reconnects.clone());
    shown.insert(0, read_all(&reader).await);
    let calls = deployment.demo.model_calls().len() as u64;
    let (mut problems, answers) = compare(&shown, said);
    if calls > answers {
        problems.push(format!("kills: {calls} calls were made for {answers} answers"));
    }
    let summary = format!(
        "{kills} kills and {} connections in {:.0} s; {said} messages of {CLIENTS} clients, {answers} answers, {calls} calls; lost, doubled, \
         reordered or paid twice: {}",
        reconnects.load(Ordering::Relaxed),
        begun.elapsed().as_secs_f64(),
        problems.len(),
    );
    (problems, summary)
}

/// One client says something, and another loses its connection, if it has one.
fn act(clients: &Clients, number: u64) {
    let client = |number: u64| &clients[(number % CLIENTS) as usize];
    let mention = if number.is_multiple_of(QUESTIONS) { "@chatbot @storyteller " } else { "" };
    let _ = client(number).send(Command::Say(format!("{mention}message {number:06}")));
    let _ = client(number / 2 + 1).send(Command::Cut);
}

/// Waits until every client has sent everything and shows the same newest rows; returns what they show.
async fn settle(clients: &Clients, said: u64) -> Vec<Shown> {
    let begun = Instant::now();
    loop {
        let mut shown = Vec::new();
        for client in clients {
            shown.push(show(client).await);
        }
        let newest: BTreeSet<Option<Seq>> = shown.iter().map(newest).collect();
        let is_settled = shown.iter().all(|shown| shown.is_settled) && newest.len() == 1 && said > 0;
        if is_settled || begun.elapsed() > SETTLE {
            return shown;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn show(client: &mpsc::UnboundedSender<Command>) -> Shown {
    let (answer, answered) = oneshot::channel();
    let _ = client.send(Command::Show(answer));
    answered.await.unwrap_or_default()
}

/// Pages back to the first message. A client holds a few hundred rows, so they are gathered.
async fn read_all(client: &mpsc::UnboundedSender<Command>) -> Shown {
    let begun = Instant::now();
    let mut rows: BTreeMap<Seq, Row> = BTreeMap::new();
    loop {
        let shown = show(client).await;
        let is_whole = !shown.rows.is_empty() && !shown.has_older && shown.is_settled;
        rows.extend(shown.rows.iter().map(|row| (row.0, row.clone())));
        if is_whole || begun.elapsed() > SETTLE {
            return Shown { rows: rows.into_values().collect(), ..shown };
        }
        let _ = client.send(Command::Older);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn newest(shown: &Shown) -> Option<Seq> {
    shown.rows.last().map(|(seq, ..)| *seq)
}

/// What is wrong with what the clients show, and how many answers there are.
fn compare(shown: &[Shown], said: u64) -> (Vec<String>, u64) {
    let mut problems: Vec<String> = shown.iter().flat_map(|shown| shown.violations.clone()).collect();
    // The first has read the whole log; the others hold at least its newest part.
    let mut log: BTreeMap<Seq, (String, bool)> = BTreeMap::new();
    for (number, client) in shown.iter().enumerate() {
        if !client.is_settled {
            problems.push(format!("kills: client {number} has not sent everything, or waits for an answer"));
        }
        let mut last = Seq::ZERO;
        for (seq, text, is_human) in &client.rows {
            if *seq <= last {
                problems.push(format!("kills: client {number} shows {seq} after {last}"));
            }
            last = *seq;
            if number == 0 {
                log.insert(*seq, (text.clone(), *is_human));
                continue;
            }
            let Some(known) = log.get(seq) else {
                problems.push(format!("kills: client {number} shows {seq}, which is not stored: {text:?}"));
                continue;
            };
            if known.0 != *text {
                problems.push(format!(
                    "kills: {seq} is {:?} for one client and {text:?} for client {number}",
                    known.0
                ));
            }
        }
    }
    let mut places: BTreeMap<u64, Vec<Seq>> = BTreeMap::new();
    for (seq, (text, _)) in log.iter().filter(|(_, (_, is_human))| *is_human) {
        let number = text.rsplit("message ").next().and_then(|digits| digits.parse().ok());
        if let Some(number) = number {
            places.entry(number).or_default().push(*seq);
        }
    }
    for number in 0..said {
        match places.get(&number).map(Vec::as_slice) {
            None => problems.push(format!("kills: message {number} is lost")),
            Some([_]) => {}
            Some(places) => problems.push(format!("kills: message {number} stands at {places:?}")),
        }
    }
    // One writer sends its messages in order.
    for writer in 0..CLIENTS {
        let own: Vec<Seq> = places
            .iter()
            .filter(|(n, _)| *n % CLIENTS == writer)
            .filter_map(|(_, at)| at.first().copied())
            .collect();
        if !own.is_sorted() {
            problems.push(format!("kills: messages of client {writer} changed their order"));
        }
    }
    let answers = log.values().filter(|(_, is_human)| !is_human).count() as u64;
    (problems, answers)
}
