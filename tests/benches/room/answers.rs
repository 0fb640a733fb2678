//! Answers: how much the room adds before the first delta, and how many bytes a reader pays for one.

use std::time::Instant;

use shared::ServerFrame;

use crate::browser::Browser;
use crate::deployment::Deployment;
use crate::finding::Finding;
use crate::statistics::median;

const ROUNDS: usize = 40;

/// The time from the model server's write of the first delta to a client's receipt of it.
pub(crate) async fn first_delta() -> Vec<Finding> {
    let deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    let mut waits = Vec::new();
    for round in 0..ROUNDS {
        deployment.demo.queue_answer("one two three four five");
        ann_socket.say(&mut ann, "@chatbot go").await;
        let mut first = None;
        loop {
            match ann_socket.next().await.unwrap() {
                ServerFrame::Deltas { .. } if first.is_none() => first = Some(Instant::now()),
                ServerFrame::Events { events } if events.iter().any(is_end) => {
                    // An answer that ends within the first frame comes as its end alone.
                    first.get_or_insert_with(Instant::now);
                    break;
                }
                _ => {}
            }
        }
        let requests = deployment.demo.requests();
        let written = requests[round].delta_times().next().unwrap();
        waits.push(first.unwrap().saturating_duration_since(written).as_secs_f64() * 1_000.0);
        // Below the rate of one person.
        tokio::time::sleep(std::time::Duration::from_millis(550)).await;
    }
    println!("first delta: {ROUNDS} answers, {:.2} to {:.2} ms", min(&waits), max(&waits));
    vec![Finding {
        what: "first delta, added by the room, median",
        value: median(&mut waits),
        most: 10.0,
        unit: "ms",
    }]
}

/// What an answer costs a reader: twice the text may cost about twice the bytes, not four times.
pub(crate) async fn bytes() -> Vec<Finding> {
    let deployment = Deployment::start().await;
    deployment.demo.set_pace(std::time::Duration::from_millis(2));
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    let (mut bob_socket, _) = bob.join("lobby", "Bob").await;
    let mut costs = Vec::new();
    for words in [1_000, 2_000] {
        let text = "마당 ".repeat(words);
        deployment.demo.queue_answer(&text);
        ann_socket.say(&mut ann, "@chatbot go").await;
        bob_socket.texts.clear();
        bob_socket.end().await;
        ann_socket.end().await;
        let bytes: usize = bob_socket.texts.iter().map(String::len).sum();
        println!(
            "an answer of {} bytes: {bytes} bytes in {} frames to a reader",
            text.len(),
            bob_socket.texts.len()
        );
        #[expect(clippy::cast_precision_loss, reason = "some hundred thousand bytes")]
        costs.push(bytes as f64 / text.len() as f64);
    }
    vec![
        Finding { what: "bytes to a reader per byte of an answer", value: costs[1], most: 8.0, unit: "x" },
        Finding {
            what: "the same, twice as long against once",
            value: costs[1] / costs[0],
            most: 1.2,
            unit: "x",
        },
    ]
}

fn is_end(event: &shared::Event) -> bool {
    matches!(event, shared::Event::Ended(_))
}

fn min(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn max(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}
