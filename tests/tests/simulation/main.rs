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
mod bank;
mod cast;
mod changes;
mod checker;
mod dice;
mod errands;
mod faces;
mod farewell;
mod faults;
mod hall;
mod history;
mod knowledge;
mod model;
mod network;
mod options;
mod page;
mod plan;
mod race;
mod replay;
mod requests;
mod runner;
mod sabotage;
mod screen;
mod script;
mod secrets;
mod shell;
mod speakers;
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

/// Seeds that failed once, with what they found. A change of the script changes what a seed does.
const REGRESSIONS: [u64; 15] = [
    // A bot was asked before its question was in the log.
    6,   // A tab that only read believed that it had joined, and what it said was lost.
    9,   // The dead stayed in a room that slept between two heartbeats.
    17,  // A call went on that its room had forgotten, beside the next one.
    265, // An old state of a run was written after its end, and it ended twice.
    440, // A call was made that its run had no more time for, and was dropped at once.
    1_423,
    // A hello that came late, by a socket that its page had left, ended the page's new one for good.
    102_772, // A reserve that was asked for again had grown, and the ledger kept the smaller one.
    175,     // A call that its server ignored was never settled.
    11,      // Deleting an answer left its own response, and the chain that went on from it.
    47, 158,   // A crash between two calls charged the first one twice.
    18,    // A summary was not told of a change that was long ago.
    1_220, // A turn grew while the ledger was asked, and was made with the smaller reserve.
    1_482, // Of two votes of one person the page showed the one that the log did not hold last.
    3_253,
];

/// What this many seeds must meet, or they prove too little.
const MEETS: [&str; 32] = [
    "answer Done None",
    "answer Failed Some(Timeout)",
    "answer Failed Some(QueueFull)",
    "answer Interrupted Some(Cut)",
    "answer Done Some(Unfit)",
    "answer Failed Some(BudgetAll)",
    "answer Failed Some(BudgetPerson)",
    "answer Failed Some(BudgetRoom)",
    "row bot_set",
    "answer Stopped None",
    "answer Stopped Some(AskedDeleted)",
    "call 7",
    "chained",
    "close Replaced",
    "close Reset",
    "close Slow",
    "crash",
    "hibernation",
    "forget",
    "ledger not reached",
    "memory lost",
    "refused SlowDown",
    "refused TryLater",
    "resumed",
    "room removed",
    "row bot_gone",
    "row deleted",
    "row edited",
    "row voted",
    "store failed",
    "tools",
    "wake failed",
];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn every_seed_keeps_every_promise() {
    let first = number("MADANG_SEED").unwrap_or(1);
    let count = number("MADANG_SEEDS").unwrap_or(SEEDS);
    let began = Instant::now();
    match play_all(first, count, None) {
        Ok(met) => {
            if count >= SEEDS {
                let missing = MEETS.iter().find(|what| !met.0.contains_key(**what));
                assert_eq!(missing, None, "{count} seeds never met it");
            }
            println!("{count} seeds from {first} in {:.1} s: {met:?}", began.elapsed().as_secs_f64());
        }
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
            let short: String = failure.violation.chars().take(200).collect();
            println!("{sabotage:?} was found by seed {}: {short}", failure.seed);
            let is_right = reasons.iter().any(|reason| failure.violation.contains(reason));
            assert!(is_right, "{sabotage:?} was found by seed {} as {short}", failure.seed);
        }
    }
}

#[test]
fn finds_a_shell_that_sends_before_it_stores() {
    finds(Sabotage::SendBeforeStore, 300, &["reused", "lost", "phantom", "moved", "backwards"]);
}

#[test]
fn finds_a_network_that_loses_frames() {
    finds(Sabotage::SilentLoss, 100, &["diverged", "people", "stuck", "lost", "typing"]);
}

#[test]
fn finds_a_storage_that_forgets_nonces() {
    finds(Sabotage::ForgottenNonces, 100, &["doubled", "moved", "reused", "once"]);
}

#[test]
fn finds_a_page_that_tries_again_under_a_fresh_nonce() {
    finds(Sabotage::FreshNonces, 100, &["doubled"]);
}

#[test]
fn finds_a_network_that_reorders() {
    finds(Sabotage::Reordering, 100, &["garbled", "people", "typing", "diverged", "stuck", "backwards"]);
}

#[test]
fn finds_a_room_that_calls_again_after_a_crash() {
    finds(Sabotage::ForgottenCalls, 100, &["called again", "two calls", "does not follow"]);
}

#[test]
fn finds_a_shell_that_passes_on_late_goodbyes() {
    finds(Sabotage::LateGoodbyes, 1_000, &["stuck", "people", "diverged", "typing"]);
}

#[test]
fn finds_an_alarm_that_never_rings() {
    finds(Sabotage::NoAlarm, 100, &["ghost", "stuck"]);
}

#[test]
fn finds_a_chain_without_its_place() {
    finds(Sabotage::StaleChains, 300, &["knowledge"]);
}

#[test]
fn finds_a_failed_store_that_counts_as_done() {
    finds(Sabotage::UnnoticedFailures, 100, &["lost", "phantom", "impossible", "stored"]);
}

#[test]
fn finds_a_ledger_that_is_not_asked() {
    finds(Sabotage::LedgerNotAsked, 100, &["unreserved"]);
}

#[test]
fn finds_a_reserve_that_is_not_settled() {
    finds(Sabotage::SettlesLost, 100, &["unsettled", "stuck"]);
}

#[test]
fn finds_a_deletion_that_leaves_the_chains() {
    finds(Sabotage::KeptChains, 500, &["leaked"]);
}

#[test]
fn finds_a_deletion_that_leaves_the_responses() {
    finds(Sabotage::KeptResponses, 100, &["kept"]);
}

#[test]
fn finds_a_correction_that_is_lost() {
    finds(Sabotage::LostCorrections, 100, &["knowledge"]);
}

#[test]
fn finds_a_vote_that_counts_twice() {
    finds(Sabotage::DoubledVotes, 500, &["diverged"]);
}

#[test]
fn finds_an_output_that_is_given_twice() {
    finds(Sabotage::DoubledOutputs, 100, &["knowledge"]);
}

#[test]
fn finds_a_chain_that_goes_on_from_a_stale_answer() {
    finds(Sabotage::StaleHeads, 1_000, &["leaked", "knowledge"]);
}

#[test]
fn finds_a_bot_that_comes_back() {
    finds(Sabotage::BotsComeBack, 200, &["bots", "drafts", "dropped"]);
}
