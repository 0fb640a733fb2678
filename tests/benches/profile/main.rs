//! `cargo xtask profile`: where the Worker's CPU time and memory go, by the profiler of the real runtime.
//!
//! Not here: latencies and comparisons, which the benchmark `room` measures. Absolute times here include what sampling
//! costs; the shares are what counts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a bench prints its numbers and ends at the first surprise; it uses a part of the tests' tools"
)]

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::deployment::Deployment;
use crate::inspector::Inspector;
use crate::load::{Crowd, Sending};
use crate::memory::Memory;
use crate::process::Cpu;
use crate::samples::{Profile, Summary};

#[path = "../../tests/runtime/browser.rs"]
mod browser;
#[path = "../../tests/runtime/deployment.rs"]
mod deployment;
#[path = "../../tests/runtime/http.rs"]
mod http;
mod inspector;
mod load;
mod memory;
mod process;
#[path = "../../tests/runtime/received.rs"]
mod received;
mod report;
mod samples;

const USAGE: &str = "\
usage: cargo xtask profile [--sockets N] [--rate R] [--seconds S] [--what say|ack|join] [--top T]
  --sockets   people in the lobby (default: 10)
  --rate      messages or acks a second of all together (default: 20; one person may write twice a second)
  --seconds   how long the profile is taken (default: 10)
  --what      say: messages of 200 bytes; ack: acknowledgements; join: entering and joining (default: say)
  --top       functions in each list (default: 25)";

/// Load before anything is measured: V8 compiles what is called often once more, with optimizations.
const WARM_UP: Duration = Duration::from_secs(10);
/// Microseconds between two samples, as asked for; V8 adds some 50 of its own.
const SAMPLING_US: u32 = 100;
/// Everybody shares one address here.
const VARIABLES: [(&str, &str); 1] = [("ADDRESS_FACTOR", "500")];

struct Options {
    sockets: usize,
    rate: u32,
    duration: Duration,
    what: What,
    top: usize,
}

enum What {
    Send(Sending),
    Join,
}

#[tokio::main]
async fn main() {
    let Some(options) = Options::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        std::process::exit(2);
    };
    let port = std::env::var("MADANG_INSPECTOR_PORT").ok().and_then(|port| port.parse().ok());
    let port = port.expect("`cargo xtask profile` chooses a port for the debugger");
    let deployment = Deployment::start_with(&VARIABLES).await;
    let mut inspector = Inspector::connect(port).await;
    inspector.call("Profiler.setSamplingInterval", json!({ "interval": SAMPLING_US })).await;
    match options.what {
        What::Send(sending) => profile_sending(&options, sending, &deployment, &mut inspector).await,
        What::Join => profile_joining(&options, &deployment, &mut inspector).await,
    }
}

async fn profile_sending(
    options: &Options,
    sending: Sending,
    deployment: &Deployment,
    inspector: &mut Inspector,
) {
    let Options { sockets, rate, duration, top, .. } = *options;
    let unit = if sending == Sending::Messages { "message" } else { "ack" };
    println!("{sockets} sockets, {rate} {unit}s a second");
    let worker = deployment.worker();
    let empty = Memory::measure(inspector, worker).await;
    let mut crowd = Crowd::join(deployment, sockets).await;
    // `people` frames follow the last join.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let joined = Memory::measure(inspector, worker).await;
    crowd.send(sending, rate, WARM_UP).await;
    let before = Cpu::of(worker);
    let count = crowd.send(sending, rate, duration).await;
    let cpu = report::CpuEach::new(Cpu::of(worker).since(before), count);
    cpu.print(unit);
    inspector.call("Profiler.start", json!({})).await;
    let count = crowd.send(sending, rate, duration).await;
    let summary = stop(inspector).await;
    report::print_profile(&summary, &cpu, count, unit, top);
    // Whatever is gathered or delayed has left by then.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let loaded = Memory::measure(inspector, worker).await;
    memory::print(&[("nobody", &empty), ("everybody joined", &joined), ("after the load", &loaded)], sockets);
    print_counts(&crowd);
}

/// Two crowds join one after the other: one is timed, the other is profiled.
async fn profile_joining(options: &Options, deployment: &Deployment, inspector: &mut Inspector) {
    let Options { sockets, top, .. } = *options;
    println!("{sockets} people enter and join, 50 at a time");
    let worker = deployment.worker();
    let empty = Memory::measure(inspector, worker).await;
    let (before, begun) = (Cpu::of(worker), Instant::now());
    let crowd = Crowd::join(deployment, sockets).await;
    println!("all joined after {:.2} s, without the profiler", begun.elapsed().as_secs_f64());
    let cpu = report::CpuEach::new(Cpu::of(worker).since(before), sockets as u64);
    cpu.print("person");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let joined = Memory::measure(inspector, worker).await;
    print_counts(&crowd);
    drop(crowd);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let left = Memory::measure(inspector, worker).await;
    inspector.call("Profiler.start", json!({})).await;
    let crowd = Crowd::join(deployment, sockets).await;
    let summary = stop(inspector).await;
    report::print_profile(&summary, &cpu, sockets as u64, "person", top);
    memory::print(&[("nobody", &empty), ("everybody joined", &joined), ("everybody left", &left)], sockets);
    drop(crowd);
}

async fn stop(inspector: &mut Inspector) -> Summary {
    let mut result = inspector.call("Profiler.stop", json!({})).await;
    let mut profile: Profile = serde_json::from_value(result["profile"].take()).unwrap();
    if let Some(script_id) = profile.bindings().map(str::to_owned) {
        profile.name_bindings(&script_id, &inspector.source(&script_id).await);
    }
    let summary = profile.summarize();
    assert!(summary.has_rust_names(), "the Worker's WebAssembly module has no name section");
    summary
}

fn print_counts(crowd: &Crowd) {
    let counts = crowd.counts();
    println!(
        "received: {} messages in {} frames and {} bytes; {} refusals, {} sockets ended",
        counts.deliveries.load(Ordering::Relaxed),
        counts.frames.load(Ordering::Relaxed),
        counts.bytes.load(Ordering::Relaxed),
        counts.refusals.load(Ordering::Relaxed),
        counts.ended.load(Ordering::Relaxed),
    );
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut options = Self {
            sockets: 10,
            rate: 20,
            duration: Duration::from_secs(10),
            what: What::Send(Sending::Messages),
            top: 25,
        };
        while let Some(name) = arguments.next() {
            // cargo adds this one.
            if name == "--bench" {
                continue;
            }
            let value = arguments.next()?;
            match name.as_str() {
                "--sockets" => options.sockets = value.parse().ok().filter(|sockets| *sockets > 0)?,
                "--rate" => options.rate = value.parse().ok().filter(|rate| *rate > 0)?,
                "--seconds" => options.duration = Duration::from_secs(value.parse().ok()?),
                "--top" => options.top = value.parse().ok()?,
                "--what" => {
                    options.what = match value.as_str() {
                        "say" => What::Send(Sending::Messages),
                        "ack" => What::Send(Sending::Acks),
                        "join" => What::Join,
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
        Some(options)
    }
}
