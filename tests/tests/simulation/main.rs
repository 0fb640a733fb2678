//! The simulator: real clients and a real room over a simulated network, storage, clock, timers, ledger and model server
//! that fail, all driven by one seed, and a checker of the guarantees of `docs/guarantees.md`. It uses neither a browser
//! nor the Worker's runtime: the shells around both cores are its own.
//!
//! A seed decides the [`options`] of a run (which faults it has, how the model behaves) and every random choice in it.
//! First people act at random ([`actions`], [`change_actions`]) while [`faults`] are injected; then all faults end, and
//! once nothing is pending the [`checker`] compares tabs, storage and records; at last everybody leaves ([`shutdown`]).
//! Some checks run at once, at a call or a frame. A failure is a text that begins with its kind (`lost: …`, `doubled: …`)
//! and is printed with the last events of the run and the command that repeats it:
//!
//! ```text
//! MADANG_SEED=265 MADANG_SEEDS=1 cargo test -p tests --test simulation every_seed
//! ```
//!
//! In a quarter of the runs somebody [`hostile`] is in the room as well, and in a quarter people have everything that they
//! wrote deleted ([`erasures`]).
//!
//! Each [`options::Mutation`] breaks the product on purpose, and a test shows that the checker notices. [`budget_race`]
//! and [`attribution`] use the room alone ([`room_only`]) without a network.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic, and prints what it did"
)]

mod actions;
mod answer_checker;
mod attribution;
mod bot_views;
mod budget_race;
mod change_actions;
mod checker;
mod deleted_texts;
mod erasures;
mod faults;
mod fixtures;
mod history;
mod hostile;
mod lease_deployment;
mod leases;
mod ledger;
mod model;
mod model_plan;
mod mutations;
mod network;
mod options;
mod private_answers;
mod random;
mod reading;
mod replay;
mod request_bodies;
mod room_only;
mod runner;
mod schedule;
mod screen;
mod services;
mod shell;
mod shutdown;
mod storage;
mod tab;
mod trace;
mod turn_checker;
mod waking;
mod world;

use std::time::Instant;

use crate::options::Mutation;
use crate::runner::play_all;
use crate::trace::Trace;

/// How many seeds are played unless MADANG_SEEDS says otherwise.
const SEEDS: u64 = 2_000;

/// Seeds that failed before, with what they found. A change of the simulator changes what a seed does.
const REGRESSIONS: [u64; 21] = [
    // A bot was called before its question was in the log.
    6,   // A tab that only read believed that it had joined, and what it said was lost.
    9,   // The dead stayed in a room that slept between two heartbeats.
    17,  // A call went on that its room had forgotten, beside the next one.
    265, // An old state of a run was written after its end, and it ended twice.
    440, // A call was made that its run had no more time for, and was dropped at once.
    1_423,
    // A hello that came late, by a socket that its tab had left, ended the tab's new one for good.
    102_772, // A reserve that was asked for again had grown, and the ledger kept the smaller one.
    175,     // A call that its server ignored was never settled.
    11,      // Deleting an answer left its own response, and the chain that went on from it.
    47, 158,   // A crash between two calls charged the first one twice.
    18,    // A summary was not told of a change that was long ago.
    1_220, // A turn grew while the ledger was asked, and was made with the smaller reserve.
    1_482, // Of two votes of one person the tab showed the one that the log did not hold last.
    3_253,
    799,   // A refusal that came after another tab's accepted message was shown as a message of its own.
    1_732, // A call was made after the ledger's answer, although its run had no more time for it.
    2_504, // Somebody who read first and joined later was never told of, when the room lost its memory at once.
    2_581, // Changes of a reaction were applied again to a message that held them, and its emoji changed places.
    1_199, 1_995, // The tab of somebody whose secret vote was deleted for them showed it on.
];

/// What the default number of seeds must cover.
const MUST_COVER: [&str; 46] = [
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
    "response deletion",
    "erasure",
    "erasure failed",
    "hostile act",
    "hostile closed with 1009",
    "hostile closed with 4400",
    "hostile refused NotAllowed",
    "hostile refused SlowDown",
    "ledger not reached",
    "memory lost",
    "refused SlowDown",
    "refused TryLater",
    "resumed",
    "room removed",
    "row bot_gone",
    "row deleted",
    "row alternatives",
    "row chosen",
    "row edited",
    "row voted",
    "store failed",
    "tools",
    "page around",
    "private answer",
    "private refusal NoSuchMessage",
    "private refusal TryLater",
    "found",
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
        Ok(coverage) => {
            if count >= SEEDS {
                let missing = MUST_COVER.iter().find(|what| !coverage.0.contains_key(**what));
                assert_eq!(missing, None, "{count} seeds never coverage it");
            }
            println!("{count} seeds from {first} in {:.1} s: {coverage:?}", began.elapsed().as_secs_f64());
        }
        Err(failure) => panic!("{}", failure.report()),
    }
}

#[test]
fn case_161_somebody_hostile_breaks_no_promise_to_others() {
    let hostile = (1..).filter(|seed| options::Options::new(*seed, None).has_hostile);
    for seed in hostile.take(60) {
        if let Err(failure) = runner::play(seed, None, &Trace::default()) {
            panic!("{}", failure.report());
        }
    }
}

#[test]
fn seeds_that_failed_before_pass() {
    for seed in REGRESSIONS {
        if let Err(failure) = runner::play(seed, None, &Trace::default()) {
            panic!("{}", failure.report());
        }
    }
}

/// Asserts that a mutation fails one of so many seeds, with one of these kinds of failures.
#[track_caller]
fn finds(mutation: Mutation, seeds: u64, reasons: &[&str]) {
    match play_all(1, seeds, Some(mutation)) {
        Ok(_) => panic!("{mutation:?} was not found within {seeds} seeds"),
        Err(failure) => {
            let short: String = failure.violation.chars().take(200).collect();
            println!("{mutation:?} was found by seed {}: {short}", failure.seed);
            let is_right = reasons.iter().any(|reason| failure.violation.contains(reason));
            assert!(is_right, "{mutation:?} was found by seed {} as {short}", failure.seed);
        }
    }
}

#[test]
fn finds_sending_before_storing() {
    finds(Mutation::SendBeforeStore, 300, &["diverged", "reused", "lost", "phantom", "moved", "backwards"]);
}

#[test]
fn finds_frames_lost_on_open_links() {
    let rules = ["doubled", "diverged", "garbled", "people", "stuck", "lost", "typing"];
    finds(Mutation::SilentLoss, 100, &rules);
}

#[test]
fn finds_forgotten_nonces() {
    finds(Mutation::ForgottenNonces, 100, &["doubled", "moved", "reused", "once"]);
}

#[test]
fn finds_retries_with_fresh_nonces() {
    finds(Mutation::FreshNonces, 100, &["doubled"]);
}

#[test]
fn finds_reordered_frames() {
    finds(
        Mutation::Reordering,
        100,
        &["lost", "doubled", "garbled", "people", "typing", "diverged", "stuck", "backwards"],
    );
}

#[test]
fn finds_calls_repeated_after_a_crash() {
    let reasons = ["called again", "two calls", "does not follow", "unrecorded"];
    finds(Mutation::ForgottenCalls, 100, &reasons);
}

#[test]
fn finds_late_disconnects_of_reused_sockets() {
    finds(Mutation::LateDisconnects, 1_000, &["lost", "stuck", "people", "diverged", "typing"]);
}

#[test]
fn finds_an_alarm_that_never_fires() {
    finds(Mutation::NoAlarm, 100, &["ghost", "stuck"]);
}

#[test]
fn finds_chains_without_their_position() {
    finds(Mutation::StaleChains, 300, &["wrong turn"]);
}

#[test]
fn finds_failed_stores_counted_as_done() {
    finds(Mutation::UnnoticedFailures, 100, &["reused", "lost", "phantom", "impossible", "stored"]);
}

#[test]
fn finds_calls_without_a_reservation() {
    finds(Mutation::LedgerNotAsked, 100, &["unreserved"]);
}

#[test]
fn finds_unsettled_reservations() {
    finds(Mutation::LostSettlements, 100, &["unsettled", "stuck"]);
}

#[test]
fn finds_deletions_that_keep_chains() {
    finds(Mutation::KeptChains, 500, &["leaked"]);
}

#[test]
fn finds_deletions_that_keep_responses() {
    finds(Mutation::KeptResponses, 100, &["kept"]);
}

#[test]
fn finds_lost_edit_notes() {
    finds(Mutation::LostCorrections, 100, &["wrong turn"]);
}

#[test]
fn finds_votes_counted_twice() {
    finds(Mutation::DoubledVotes, 500, &["diverged"]);
}

#[test]
fn finds_tool_outputs_given_twice() {
    finds(Mutation::DoubledOutputs, 100, &["wrong turn"]);
}

#[test]
fn finds_chains_continued_from_deleted_text() {
    finds(Mutation::StaleHeads, 1_000, &["leaked", "wrong turn"]);
}

#[test]
fn finds_nonces_that_do_not_belong_to_their_author() {
    finds(
        Mutation::SharedNonces,
        1_000,
        &["lost", "moved", "tried once", "stuck", "kept", "phantom", "diverged"],
    );
}

#[test]
fn finds_removed_bots_that_return() {
    finds(Mutation::RemovedBotsReturn, 1_000, &["bots", "drafts", "dropped"]);
}
