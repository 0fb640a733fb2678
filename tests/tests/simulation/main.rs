//! The simulator: real clients and a real room, joined by a network that fails in every way that networks fail, with a
//! storage, a clock, timers and a model's server that fail too, all from one seed; and a checker that judges what came
//! of it by the promises of the protocol. It is neither a browser nor the Worker's runtime: the shells are its own.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic, and prints what it did"
)]

mod agenda;
mod checker;
mod dice;
mod faults;
mod history;
mod knowledge;
mod model;
mod network;
mod options;
mod page;
mod runner;
mod screen;
mod script;
mod shell;
mod storage;
mod trace;
mod waking;
mod world;

use std::time::Instant;

use crate::options::Sabotage;
use crate::runner::play_all;
use crate::trace::Trace;

/// Seeds that are played when nothing else is asked for.
const SEEDS: u64 = 2_000;

/// Seeds that failed once.
const REGRESSIONS: [u64; 0] = [];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn every_seed_keeps_every_promise() {
    let first = number("MADANG_SEED").unwrap_or(1);
    let count = number("MADANG_SEEDS").unwrap_or(SEEDS);
    let began = Instant::now();
    match play_all(first, count, None) {
        Ok(sum) => println!("{count} seeds from {first} in {:.1} s: {sum:?}", began.elapsed().as_secs_f64()),
        Err(failure) => panic!("{}", failure.report()),
    }
}

#[test]
fn seeds_that_failed_once_hold() {
    for seed in REGRESSIONS {
        if let Err(failure) = runner::play(seed, None, &Trace::default()) {
            panic!("{}", failure.report());
        }
    }
}

/// Whatever is broken on purpose is found within so many seeds, and for the right reason.
#[track_caller]
fn finds(sabotage: Sabotage, seeds: u64, reasons: &[&str]) {
    match play_all(1, seeds, Some(sabotage)) {
        Ok(_) => panic!("{sabotage:?} was not found within {seeds} seeds"),
        Err(failure) => {
            println!("{sabotage:?} was found by seed {}: {}", failure.seed, failure.violation);
            let is_right = reasons.iter().any(|reason| failure.violation.contains(reason));
            assert!(is_right, "{sabotage:?} was found by seed {} as {}", failure.seed, failure.violation);
        }
    }
}

#[test]
fn finds_a_shell_that_sends_before_it_stores() {
    finds(Sabotage::SendBeforeStore, 300, &["reused", "lost", "phantom", "moved", "backwards", "stored"]);
}
