//! `cargo xtask bench`: builds the release and runs a benchmark on it, which prints tables and fails at nothing that it
//! measures: `room` (its parts and options are in tests/benches/room/main.rs), or with `page` as the first argument the page in
//! a browser (tests/browser/bench.mjs).

use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use anyhow::Context;

use crate::{
    command, demo_model, page,
    profile::{BUILT_VARIABLE, Profile},
    setup, steps, worker, workspace,
};

/// The first argument that chooses the page.
const PAGE: &str = "page";

pub(crate) fn run(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let is_page = arguments.first().is_some_and(|first| first == PAGE);
    let mut work = setup::missing()?;
    if is_page {
        work.extend(setup::missing_browser());
    }
    work.push(page::step(Profile::Release));
    work.push(worker::step(Profile::Release));
    work.push(demo_model::step());
    steps::run(work)?;
    let mut benchmark = if is_page { of_page()? } else { of_room()? };
    // Not a step: its output is the result and is shown as it comes.
    let status = benchmark
        .args(arguments.iter().skip(usize::from(is_page)))
        .env(BUILT_VARIABLE, "1")
        .status()
        .with_context(|| format!("failed to start {}", benchmark.get_program().display()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn of_room() -> anyhow::Result<Command> {
    let mut command = command::new("cargo")?;
    command.args(["bench", "--package", "tests", "--bench", "room", "--"]);
    Ok(command)
}

fn of_page() -> anyhow::Result<Command> {
    let mut command = command::new(workspace::npm_command("node"))?;
    command.arg("tests/browser/bench.mjs");
    if let Some(browser) = setup::browser() {
        command.env("MADANG_BROWSER", browser);
    }
    Ok(command)
}
