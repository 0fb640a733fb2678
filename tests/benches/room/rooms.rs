//! Rooms of several sizes: how long a message takes to everybody, and what a delivery costs. A delivery is one message to
//! one socket.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::crowd::{Crowd, Join};
use crate::marker::{self, Arrival};
use crate::member::Watch;
use crate::options::{Options, Row};
use crate::server::Server;
use crate::statistics::{median_of, percentiles, print_table};

/// How many sockets are about to join at the same time.
const AT_ONCE: usize = 50;
/// How long a server is warmed up at the pace of the row.
const WARM_UP: Duration = Duration::from_secs(1);

/// The rounds of each row (the first number) at each server (the second).
type Measurements = HashMap<(usize, usize), Vec<Measurement>>;

/// What one room of one server did in one round.
struct Measurement {
    joined: Duration,
    median: f64,
    slowest: f64,
    /// Microseconds of the server's CPU for each delivery.
    cpu: f64,
    /// Bytes of the texts of all frames for each delivery.
    bytes: f64,
    frames: f64,
    /// Seconds of CPU that the clients used in a second: near 1 they are what is measured.
    client: f64,
    faults: Faults,
}

/// What may not happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Faults {
    lost: u64,
    doubled: u64,
    /// Deliveries in another order than the one that the first socket saw, or than their author wrote them.
    out_of_order: u64,
    refused: u64,
    closed: u64,
}

/// Measures every row at every server, in turns, and prints the medians of all rounds.
pub(crate) async fn run(options: &Options) {
    let mut servers = vec![Server::madang("Madang", &[]).await, Server::madang_single().await];
    servers.extend(Server::others(options).await);
    let mut measured: Measurements = HashMap::new();
    for round in 0..options.rounds {
        for (place, row) in options.rows.iter().enumerate() {
            for turn in 0..servers.len() {
                // Another server begins in each round.
                let index = (turn + round) % servers.len();
                let room = format!("bench-{round}-{place}");
                let measurement = measure(&servers[index], *row, options.time, room).await;
                measurement.print(&servers[index].name, *row, round);
                measured.entry((place, index)).or_default().push(measurement);
            }
        }
    }
    print(options, &servers, &measured);
    print_ratios(options, &servers, &measured);
}

async fn measure(server: &Server, row: Row, time: Duration, room: String) -> Measurement {
    server.prepare(&room, row.sockets).await;
    server.rest().await;
    let (watch, resume) = (Watch::Messages, None);
    let join = Join { room, sockets: row.sockets, at_once: AT_ONCE, is_new: false, resume, watch };
    let mut crowd = Crowd::join(server, join).await;
    server.rest().await;
    crowd.talk(row, WARM_UP, marker::WARM_UP).await;
    server.rest().await;
    let (cpu, bytes, frames) = (server.cpu(), crowd.bytes(), crowd.frames());
    let (client, begun) = (Server::client_cpu(), Instant::now());
    let messages = crowd.talk(row, time, 0).await;
    let expected = u64::from(messages) * row.sockets as u64;
    crowd.wait(expected).await;
    // Acknowledgements are on their way.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let cpu = server.cpu().saturating_sub(cpu);
    let client = Server::client_cpu().saturating_sub(client).as_secs_f64() / begun.elapsed().as_secs_f64();
    let (bytes, frames) = (crowd.bytes() - bytes, crowd.frames() - frames);
    let logs: Vec<_> = crowd.members.iter().map(|member| member.take_arrivals()).collect();
    let mut faults = Faults::find(&logs, messages, row.sockets);
    faults.refused = crowd.board.counts.refused.load(std::sync::atomic::Ordering::Relaxed);
    faults.closed = (crowd.closed() + crowd.failed.values().sum::<usize>()) as u64;
    let joined = crowd.joined;
    crowd.leave().await;
    let latencies: Vec<u64> = logs.iter().flatten().map(|it| it.at.saturating_sub(it.sent)).collect();
    let delivered = latencies.len().max(1) as f64;
    let (median, slowest) = percentiles(latencies);
    Measurement {
        joined,
        median,
        slowest,
        cpu: cpu.as_secs_f64() * 1e6 / delivered,
        bytes: bytes as f64 / delivered,
        frames: frames as f64 / delivered,
        client,
        faults,
    }
}

impl Measurement {
    fn print(&self, name: &str, row: Row, round: usize) {
        println!(
            "round {}, {}, {name}: {:.1} · {:.1} ms, {:.1} µs, {:.1} bytes and {:.3} frames a delivery, joined in {:.2} s; {:.2} cores for the clients",
            round + 1,
            row.name(),
            self.median,
            self.slowest,
            self.cpu,
            self.bytes,
            self.frames,
            self.joined.as_secs_f64(),
            self.client,
        );
        if self.faults != Faults::default() {
            println!("!!! {name}: {:?}", self.faults);
        }
    }
}

impl Faults {
    /// Compares what every socket received with what was sent.
    fn find(logs: &[Vec<Arrival>], messages: u32, sockets: usize) -> Self {
        let mut faults = Self::default();
        let mut order = HashMap::new();
        for log in logs {
            let mut times = vec![0_u64; messages as usize];
            let mut last_place = 0;
            let mut last_of_author = vec![0; sockets];
            for arrival in log {
                let seen = &mut times[arrival.number as usize];
                *seen += 1;
                if *seen > 1 {
                    continue;
                }
                let next = order.len();
                let place = *order.entry(arrival.number).or_insert(next);
                let author = &mut last_of_author[arrival.number as usize % sockets];
                faults.out_of_order += u64::from(place < last_place || arrival.number < *author);
                last_place = place;
                *author = arrival.number;
            }
            faults.lost += times.iter().filter(|times| **times == 0).count() as u64;
            faults.doubled += times.iter().map(|times| times.saturating_sub(1)).sum::<u64>();
        }
        faults
    }
}

fn print(options: &Options, servers: &[Server], measured: &Measurements) {
    let mut rows = Vec::new();
    for (place, row) in options.rows.iter().enumerate() {
        for (index, server) in servers.iter().enumerate() {
            let all = &measured[&(place, index)];
            let [median, slowest, cpu, bytes, joined] = numbers(all);
            let faults = |number: fn(&Faults) -> u64| all.iter().map(|it| number(&it.faults)).sum::<u64>();
            rows.push(vec![
                row.name(),
                server.name.clone(),
                format!("{median:.1}"),
                format!("{slowest:.1}"),
                format!("{cpu:.1}"),
                format!("{bytes:.0}"),
                format!("{joined:.2}"),
                format!(
                    "{} · {} · {}",
                    faults(|it| it.lost),
                    faults(|it| it.doubled),
                    faults(|it| it.out_of_order)
                ),
            ]);
        }
    }
    let title = format!(
        "Rooms: medians of {} rounds of {} s, texts of {} bytes, a delivery is one message to one socket",
        options.rounds,
        options.time.as_secs(),
        marker::TEXT_LENGTH
    );
    let heads = [
        "sockets × messages/s",
        "server",
        "median ms",
        "99th ms",
        "CPU µs/delivery",
        "bytes/delivery",
        "all joined, s",
        "lost · doubled · out of order",
    ];
    print_table(&title, &heads, &rows);
}

/// Prints the first server's numbers divided by each other's.
fn print_ratios(options: &Options, servers: &[Server], measured: &Measurements) {
    let mut rows = Vec::new();
    for (place, row) in options.rows.iter().enumerate() {
        let first = numbers(&measured[&(place, 0)]);
        for (index, server) in servers.iter().enumerate().skip(1) {
            let other = numbers(&measured[&(place, index)]);
            let ratios = first.iter().zip(other).map(|(first, other)| format!("{:.2}×", first / other));
            rows.push([row.name(), server.name.clone()].into_iter().chain(ratios).collect());
        }
    }
    let heads = ["sockets × messages/s", "against", "median", "99th", "CPU", "bytes", "all joined"];
    print_table(&format!("{} against the others", servers[0].name), &heads, &rows);
}

/// The medians of a server's rounds: latencies, CPU, bytes, seconds of joining.
fn numbers(all: &[Measurement]) -> [f64; 5] {
    [
        median_of(all, |it| it.median),
        median_of(all, |it| it.slowest),
        median_of(all, |it| it.cpu),
        median_of(all, |it| it.bytes),
        median_of(all, |it| it.joined.as_secs_f64()),
    ]
}
