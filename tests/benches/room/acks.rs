//! What an acknowledgement costs the server's process.

use std::time::Duration;

use crate::crowd::{Crowd, Join};
use crate::member::Watch;
use crate::options::Options;
use crate::server::Server;
use crate::statistics::{median_of, print_table};

const SOCKETS: usize = 200;
/// Acknowledgements of each socket in a burst, below the rate limit of a connection.
const BURST: usize = 50;
const BURSTS: usize = 5;
/// Between two bursts, long enough for the rate limit to forget the one before.
const PAUSE: Duration = Duration::from_secs(1);
/// A number of bytes to acknowledge.
const BYTES: u64 = 100;

/// Sends bursts of acknowledgements to each server that reads them, in turns, and prints the CPU of each.
pub(crate) async fn run(options: &Options) {
    let mut servers = vec![Server::madang("Madang", &[]).await];
    servers.extend(Server::others(options).await);
    servers.retain(|server| server.dialect.ack(BYTES).is_some());
    let mut measured: Vec<Vec<f64>> = servers.iter().map(|_| Vec::new()).collect();
    for round in 0..options.rounds {
        for (server, measured) in servers.iter().zip(&mut measured) {
            let cost = measure(server, format!("acks-{round}")).await;
            println!("round {}, {}: {cost:.1} µs an acknowledgement", round + 1, server.name);
            measured.push(cost);
        }
    }
    let row = |(server, all): (&Server, &Vec<f64>)| {
        vec![server.name.clone(), format!("{:.1}", median_of(all, |cost| *cost))]
    };
    let rows: Vec<_> = servers.iter().zip(&measured).map(row).collect();
    let title = format!(
        "Acknowledgements: {} frames of {SOCKETS} sockets. Medians of {} rounds",
        SOCKETS * BURST * BURSTS,
        options.rounds
    );
    print_table(&title, &["server", "CPU µs/acknowledgement"], &rows);
}

/// Microseconds of the server's CPU for each acknowledgement.
async fn measure(server: &Server, room: String) -> f64 {
    server.prepare(&room, SOCKETS).await;
    let (watch, resume) = (Watch::Messages, None);
    let join = Join { room, sockets: SOCKETS, at_once: SOCKETS, is_new: false, resume, watch };
    let mut crowd = Crowd::join(server, join).await;
    server.rest().await;
    let ack = server.dialect.ack(BYTES).unwrap();
    let before = server.cpu();
    for _ in 0..BURSTS {
        for _ in 0..BURST {
            for member in &crowd.members {
                member.send(|| ack.clone()).await;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    server.rest().await;
    let cpu = server.cpu().saturating_sub(before);
    crowd.closed();
    crowd.leave().await;
    cpu.as_secs_f64() * 1e6 / (SOCKETS * BURST * BURSTS) as f64
}
