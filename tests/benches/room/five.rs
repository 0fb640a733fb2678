//! Five bots stream at once, and two people talk to each other: what they say may not wait for the bots.

use std::time::{Duration, Instant};

use shared::{Event, ServerFrame};

use crate::browser::Browser;
use crate::deployment::Deployment;
use crate::finding::Finding;
use crate::statistics::median;

/// Bots that stream at once in a room.
const BOTS: usize = 5;
/// Messages that are measured.
const ROUNDS: usize = 60;

/// How long a message between two people takes while five answers stream, from its sending to the other's receipt.
pub(crate) async fn messages_between() -> Vec<Finding> {
    let deployment = Deployment::start().await;
    // Some 45 seconds of words, just below the longest answer: the bots stream as long as anybody talks.
    deployment.demo.set_pace(Duration::from_millis(5));
    deployment.demo.queue_answer(&"마당 ".repeat(9_000));
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, welcome) = ann.join("lobby", "Ann").await;
    let (mut bob_socket, _) = bob.join("lobby", "Bob").await;
    let bots: Vec<String> = welcome.bots.iter().take(BOTS).map(|bot| format!("@{}", bot.handle)).collect();
    ann_socket.say(&mut ann, &bots.join(" ")).await;
    // All of them have begun before anything is measured.
    let mut streaming = std::collections::BTreeSet::new();
    while streaming.len() < bots.len() {
        if let ServerFrame::Deltas { deltas } = bob_socket.next().await.unwrap() {
            streaming.extend(deltas.into_iter().map(|delta| delta.run));
        }
    }
    let mut waits = Vec::new();
    let mut ended = 0;
    for round in 0..ROUNDS {
        let words = format!("between us {round}");
        let sent = Instant::now();
        ann_socket.say(&mut ann, &words).await;
        let mut is_there = false;
        while !is_there {
            let ServerFrame::Events { events } = bob_socket.next().await.unwrap() else { continue };
            is_there = events.iter().any(|event| matches!(event, Event::Message(it) if it.text == words));
            ended += events.iter().filter(|event| matches!(event, Event::Ended(_))).count();
        }
        waits.push(sent.elapsed().as_secs_f64() * 1_000.0);
        // Below the rate of one person.
        tokio::time::sleep(Duration::from_millis(550)).await;
    }
    let most = waits.iter().copied().fold(0.0, f64::max);
    println!(
        "{} bots stream ({ended} ended meanwhile), {ROUNDS} messages between people: median {:.2} ms, at most {most:.2} ms",
        bots.len(),
        median(&mut waits)
    );
    vec![Finding {
        what: "a message between people while five bots stream, median",
        value: median(&mut waits),
        most: 50.0,
        unit: "ms",
    }]
}
