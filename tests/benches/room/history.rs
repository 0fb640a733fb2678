//! A long history against a short one: how fast a room opens, freshly started and woken again.

use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::deployment::Deployment;
use crate::finding::Finding;
use crate::statistics::median;

const SHORT: u32 = 100;
const LONG: u32 = 100_000;
const ROUNDS: usize = 30;
const STARTS: usize = 5;

/// A room with a long history opens as fast as one with a short one, and wakes as fast.
pub(crate) async fn opening() -> Vec<Finding> {
    let mut deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    for room in ["short", "long"] {
        drop(ann.join(room, "Ann").await);
    }
    deployment.kill();
    deployment.fill(&[("short", SHORT), ("long", LONG)]);
    let (mut opened, mut woken) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for _ in 0..STARTS {
        deployment.restart().await;
        // The first request of a process pays for much that is no room's: another room pays it here.
        drop(ann.join("lobby", "Ann").await);
        for (index, room) in ["short", "long"].into_iter().enumerate() {
            woken[index].push(open(&mut ann, room).await);
        }
    }
    for _ in 0..ROUNDS {
        for (index, room) in ["short", "long"].into_iter().enumerate() {
            opened[index].push(open(&mut ann, room).await);
        }
    }
    let [short, long] = opened.map(|mut times| median(&mut times));
    let [short_woken, long_woken] = woken.map(|mut times| median(&mut times));
    println!("opening: {SHORT} messages {short:.2} ms, {LONG} messages {long:.2} ms");
    println!("waking:  {SHORT} messages {short_woken:.2} ms, {LONG} messages {long_woken:.2} ms");
    vec![
        Finding { what: "opening, 100,000 messages against 100", value: long / short, most: 1.5, unit: "x" },
        Finding {
            what: "waking, 100,000 messages against 100",
            value: long_woken / short_woken,
            most: 1.5,
            unit: "x",
        },
    ]
}

/// Milliseconds from the socket's first byte to the welcome.
async fn open(browser: &mut Browser, room: &str) -> f64 {
    let begun = Instant::now();
    let mut socket = browser.socket(room).await;
    let welcome = socket.hello(Some("Ann"), None).await;
    let took = begun.elapsed().as_secs_f64() * 1_000.0;
    assert_eq!(welcome.messages.len(), 50);
    socket.stream.close(None).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    took
}
