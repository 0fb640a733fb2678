//! `cargo xtask attack`: attacks a running instance on this machine and prints what was tried, what was refused, what it cost and what
//! bystanders noticed.
//!
//! | part | what the attacker does |
//! | --- | --- |
//! | `connect` | 2,000 connection attempts in ten seconds |
//! | `create` | identities, rooms and entry calls in loops |
//! | `hold` | as many open sockets as they get |
//! | `read` | `hello`, `history`, `bill` and `people` in loops, with reconnections |
//! | `ack` | acknowledges 10^15 bytes and reads nothing |
//! | `frames` | frames of 31 MiB |
//! | `spend` | many identities and rooms spend the deployment's budget |
//! | `mention` | mentions all bots while the budget is gone |
//! | `stop` | stops and deletes questions at every phase |
//! | `heavy` | the longest messages, then pages and searches through them |
//! | `names` | takes nicknames in bulk |
//! | `history` | not an attack: fills a room with the heaviest history that the limits allow, and measures the memory of each handler |
//! | `kills` | not an attack: kills the runtime under load, and compares what clients have with what is stored |
//!
//! `cargo xtask attack [PART…] [--url http://127.0.0.1:PORT] [--seconds 8] [--kills 10] [--reconnects 100] [--bound 1.2]`. Without a
//! part it runs all but `kills`, which runs when it is named or given a number. Without `--url` it starts an instance with the
//! default limits and the demo model; with it nothing can be said of storage and memory. Each attack comes from an address of its
//! own, bystanders from another.
//!
//! The exit code is 1 when a limit did not hold. Bystanders are watched for a while before each attack, while it goes against a second
//! instance that nobody of them is in, and while it goes against their room. All run on the same processors, so the first attack shows
//! what the attacker and the attacked take of these; the ratio of the 99th percentiles of the last two is what the attack does to the
//! room itself, and is no limit without `--bound`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    dead_code,
    reason = "a bench prints its numbers and ends at the first surprise; it uses a part of the tests' tools"
)]

#[path = "../../tests/runtime/browser.rs"]
mod browser;
mod bystanders;
mod checked_client;
#[path = "../../tests/runtime/deployment.rs"]
mod deployment;
mod door;
mod history;
#[path = "../../tests/runtime/http.rs"]
mod http;
#[path = "../profile/inspector.rs"]
mod inspector;
mod instance;
mod kills;
#[path = "../room/marker.rs"]
mod marker;
mod money;
mod options;
mod outcome;
mod prices;
mod reads;
#[path = "../../tests/runtime/received.rs"]
mod received;
#[path = "../../tests/simulation/screen.rs"]
mod screen;
#[path = "../room/statistics.rs"]
mod statistics;
mod visitor;
mod writes;

use std::process::ExitCode;

use crate::bystanders::Bystanders;
use crate::instance::Instance;
use crate::options::Options;
use crate::outcome::Outcome;

/// In this order: `mention` needs the budget that `spend` has used up.
const PARTS: [&str; 11] =
    ["connect", "create", "hold", "read", "ack", "frames", "stop", "spend", "mention", "heavy", "names"];
const KILLS: &str = "kills";
const HISTORY: &str = "history";

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let mut broken = Vec::new();
    if PARTS.iter().any(|part| options.wants(part)) {
        broken = attack(&options).await;
    }
    if options.wants(HISTORY) && options.port.is_none() {
        broken.extend(history::run().await);
    }
    if options.wants_kills() {
        let (problems, summary) = kills::play(options.kills, options.reconnects).await;
        println!("\nKills: {summary}");
        broken.extend(problems);
    }
    if broken.is_empty() {
        println!("Every limit held.");
        return ExitCode::SUCCESS;
    }
    for what in &broken {
        println!("BROKEN: {what}");
    }
    ExitCode::FAILURE
}

/// Runs the attacks one after the other, each against another instance first; returns the limits that did not hold.
async fn attack(options: &Options) -> Vec<String> {
    let instance = Instance::start(options).await;
    let mut bystanders = Bystanders::join(&instance).await;
    let other = match options.port {
        Some(_) => None,
        None => Some(Instance::start(options).await),
    };
    let mut others = match &other {
        Some(other) => Some(Bystanders::join(other).await),
        None => None,
    };
    let mut outcomes = Vec::new();
    for part in PARTS.into_iter().filter(|part| options.wants(part)) {
        eprintln!("{part} …");
        let mut elsewhere = None;
        if let (Some(other), Some(others)) = (&other, &mut others) {
            let mut outcome = Outcome::begin(part, other, others).await;
            let from = Bystanders::now();
            attack_with(part, other, &mut outcome).await;
            elsewhere = Some(bystanders.noticed(from, Bystanders::now()));
            outcome.end(other, others).await;
        }
        let mut outcome = Outcome::begin(part, &instance, &bystanders).await;
        outcome.elsewhere = elsewhere;
        attack_with(part, &instance, &mut outcome).await;
        outcome.end(&instance, &mut bystanders).await;
        outcomes.push(outcome);
    }
    outcome::print(&outcomes, &bystanders);
    outcomes
        .into_iter()
        .flat_map(|outcome| outcome.into_broken(options.bound))
        .chain(bystanders.lost())
        .collect()
}

async fn attack_with(part: &str, instance: &Instance, outcome: &mut Outcome) {
    match part {
        "connect" => door::connect(instance, outcome).await,
        "create" => door::create(instance, outcome).await,
        "hold" => door::hold(instance, outcome).await,
        "names" => door::names(instance, outcome).await,
        "read" => reads::read(instance, outcome).await,
        "ack" => reads::acknowledge(instance, outcome).await,
        "frames" => reads::frames(instance, outcome).await,
        "heavy" => writes::heavy(instance, outcome).await,
        "mention" => writes::mention(instance, outcome).await,
        "stop" => money::stop(instance, outcome).await,
        _ => money::spend(instance, outcome).await,
    }
}
