//! What compression (`permessage-deflate`, RFC 7692) costs and saves: clients that offer it against clients that do not.
//!
//! The clients are a script of Node's (`compression.mjs`) with the package `ws` that wrangler brings, since the library of
//! the other parts has no compression.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::json;

use crate::marker::TEXT_LENGTH;
use crate::options::{Options, Row};
use crate::server::Server;
use crate::statistics::{median_of, print_table};

const ROW: Row = Row { sockets: 100, rate: 20 };

/// What the script reports at its end.
#[derive(Deserialize)]
struct Report {
    /// The extension that the server agreed to, or nothing.
    extension: String,
    deliveries: f64,
    /// Bytes that arrived on the sockets, with frame headers.
    bytes: f64,
    median_ms: f64,
    /// Microseconds of the server's CPU; the script does not know them.
    #[serde(default)]
    cpu: f64,
    /// Mebibytes that the server's process holds more than before the sockets were opened.
    #[serde(default)]
    memory: f64,
}

/// Measures every server with and without compression, in turns, and prints the medians of all rounds.
pub(crate) async fn run(options: &Options) {
    let mut servers = vec![Server::madang("Madang", &[]).await];
    servers.extend(Server::others(options).await);
    let kinds: Vec<_> = servers.iter().flat_map(|server| [(server, false), (server, true)]).collect();
    let mut measured: Vec<Vec<Report>> = kinds.iter().map(|_| Vec::new()).collect();
    for round in 0..options.rounds {
        for ((server, offers), measured) in kinds.iter().zip(&mut measured) {
            measured.push(measure(server, *offers, format!("deflate-{round}-{offers}"), options).await);
        }
    }
    let row = |((server, offers), all): (&(&Server, bool), &Vec<Report>)| {
        vec![
            server.name.clone(),
            if *offers { "yes" } else { "no" }.to_owned(),
            all.first().map_or_else(String::new, |report| report.extension.clone()),
            format!("{:.0}", median_of(all, |it| it.bytes / it.deliveries)),
            format!("{:.1}", median_of(all, |it| it.cpu / it.deliveries)),
            format!("{:.1}", median_of(all, |it| it.median_ms)),
            format!("{:.0}", median_of(all, |it| it.memory)),
        ]
    };
    let rows: Vec<_> = kinds.iter().zip(&measured).map(row).collect();
    let title = format!(
        "Compression: {} sockets, {} messages/s, texts of {TEXT_LENGTH} random letters. Medians of {} rounds",
        ROW.sockets, ROW.rate, options.rounds
    );
    let heads = [
        "server",
        "offered",
        "agreed",
        "TCP bytes/delivery",
        "CPU µs/delivery",
        "median ms",
        "memory, MiB more",
    ];
    print_table(&title, &heads, &rows);
}

async fn measure(server: &Server, offers: bool, room: String, options: &Options) -> Report {
    server.prepare(&room, ROW.sockets).await;
    server.rest().await;
    let memory = server.deployment.memory();
    let sockets = (0..ROW.sockets).map(
        |number| json!({ "cookie": server.cookie(number), "hello": server.dialect.hello(number, None) }),
    );
    let task = json!({
        "url": format!("ws://127.0.0.1:{}{}", server.port, server.dialect.path(&room)),
        "origin": format!("http://127.0.0.1:{}", server.port),
        "offers": offers,
        "sockets": sockets.collect::<Vec<_>>(),
        // The script puts the message's number for the zeros of the nonce.
        "say": server.dialect.say(0, 0, "{text}".to_owned()),
        "ack_bytes": shared::limits::ACK_BYTES,
        "acks": server.dialect.is_madang(),
        "length": TEXT_LENGTH,
        "rate": ROW.rate,
        "seconds": options.time.as_secs(),
    });
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut child = Command::new(root.join("node_modules/.bin/node"))
        .arg(root.join("tests/benches/room/compression.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed by `cargo xtask setup`");
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    input.write_all(format!("{task}\n").as_bytes()).unwrap();
    let ready = lines.next().unwrap().unwrap();
    assert_eq!(ready, "ready", "the script did not join");
    server.rest().await;
    let before = server.cpu();
    input.write_all(b"go\n").unwrap();
    let line = lines.next().unwrap().unwrap();
    let cpu = server.cpu().saturating_sub(before);
    let memory = server.deployment.memory() - memory;
    drop(input);
    let _ = child.wait();
    let mut report: Report = serde_json::from_str(&line).unwrap();
    (report.cpu, report.memory) = (cpu.as_secs_f64() * 1e6, memory);
    report
}
