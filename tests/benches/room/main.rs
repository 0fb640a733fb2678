//! `cargo xtask bench`: how fast and how dear the real thing is, with a reference in the same run.
//!
//! Numbers of one machine mean little, so each is held against another of the same run: batches against single frames,
//! a long history against a short one, a long answer against a short one. It fails when a budget is passed.
//! `cargo xtask bench crowd` runs one part alone; the others are `answers`, `history` and `five`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a bench prints its numbers and ends at the first surprise; it uses a part of the tests' tools"
)]

mod answers;
#[path = "../../tests/runtime/browser.rs"]
mod browser;
mod crowd;
#[path = "../../tests/runtime/deployment.rs"]
mod deployment;
mod five;
mod history;
#[path = "../../tests/runtime/http.rs"]
mod http;

/// What was measured, and what it may be.
pub(crate) struct Finding {
    pub(crate) what: &'static str,
    pub(crate) value: f64,
    pub(crate) most: f64,
    pub(crate) unit: &'static str,
}

#[tokio::main]
async fn main() {
    // What cargo adds begins with a dash.
    let parts: Vec<String> = std::env::args().skip(1).filter(|part| !part.starts_with('-')).collect();
    let is_wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut findings = Vec::new();
    if is_wanted("answers") {
        findings.extend(answers::first_delta().await);
        findings.extend(answers::bytes().await);
    }
    if is_wanted("history") {
        findings.extend(history::opening().await);
    }
    if is_wanted("five") {
        findings.extend(five::messages_between().await);
    }
    if is_wanted("crowd") {
        findings.extend(crowd::fan_out().await);
    }
    println!();
    let mut is_over = false;
    for Finding { what, value, most, unit } in &findings {
        let reply = if value <= most { "ok" } else { "OVER" };
        is_over |= value > most;
        println!("{what:64} {value:9.2} {unit:5} at most {most:7.2}  {reply}");
    }
    std::process::exit(i32::from(is_over));
}

/// The middle of the values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
