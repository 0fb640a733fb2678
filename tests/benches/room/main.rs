//! `cargo xtask bench`: how fast and how dear the real thing is, with references in the same run.
//!
//! Numbers of one machine mean little, so each stands beside others of the same run: Madang beside itself with one frame per
//! message and beside a room that only forwards, a long history beside a short one. Nothing here fails: it prints tables.
//!
//! | part | measures |
//! | --- | --- |
//! | `rooms` | latency, CPU and bytes of messages in rooms of several sizes |
//! | `joins` | a thousand people join, and come back at once after a deploy |
//! | `streams` | five answers at once to five hundred readers |
//! | `ack` | the CPU of an acknowledgement |
//! | `compression` | bytes and CPU with `permessage-deflate` and without |
//! | `ledger` | requests that the deployment's ledger answers in a second |
//! | `answers`, `history`, `five` | a first delta, opening a long room, talk beside five answers |
//!
//! `cargo xtask bench [PART…] [--rounds 3] [--seconds 8] [--rows 10x20,100x20] [--external NAME=FOLDER]`. Without a part it
//! measures all. An external is another chat server: a folder with a `wrangler.toml` and a `bench.json` (see `dialect.rs`
//! and the one of `tests/benches/forwarder`), measured beside the references.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a bench prints its numbers and ends at the first surprise; it uses a part of the tests' tools"
)]

mod acks;
mod answers;
#[path = "../../tests/runtime/browser.rs"]
mod browser;
mod compression;
mod crowd;
#[path = "../../tests/runtime/deployment.rs"]
mod deployment;
mod dialect;
mod finding;
mod five;
mod history;
#[path = "../../tests/runtime/http.rs"]
mod http;
mod joins;
mod ledger;
mod marker;
mod member;
mod options;
#[path = "../../tests/runtime/received.rs"]
mod received;
mod rooms;
mod server;
mod statistics;
mod streams;

const PARTS: [&str; 9] =
    ["rooms", "joins", "streams", "ack", "compression", "answers", "history", "five", "ledger"];

#[tokio::main]
async fn main() {
    // Times count from here.
    marker::now();
    let options = options::Options::parse(std::env::args().skip(1));
    if let Some(part) = options.unknown_part(&PARTS) {
        println!("There is no part {part}; the parts are {}.", PARTS.join(", "));
        return;
    }
    for part in PARTS.into_iter().filter(|part| options.wants(part)) {
        match part {
            "rooms" => rooms::run(&options).await,
            "joins" => joins::run(&options).await,
            "streams" => streams::run(&options).await,
            "ack" => acks::run(&options).await,
            "compression" => compression::run(&options).await,
            "ledger" => ledger::run().await,
            "answers" => {
                let first_delta = answers::first_delta().await;
                finding::print("Answers", first_delta.into_iter().chain(answers::bytes().await));
            }
            "history" => finding::print("A long history", history::opening().await),
            _ => finding::print("Talk beside five answers", five::messages_between().await),
        }
    }
}
