//! `cargo xtask bench`: builds the release and runs the benchmark `room` on it, which prints tables and fails at nothing that
//! it measures. Its parts and options are in tests/benches/room/main.rs.

use std::{ffi::OsString, process::ExitCode};

use anyhow::Context;

use crate::{
    command, demo_model, page,
    profile::{BUILT_VARIABLE, Profile},
    setup, steps, worker,
};

pub(crate) fn run(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let mut work = setup::missing()?;
    work.push(page::step(Profile::Release));
    work.push(worker::step(Profile::Release));
    work.push(demo_model::step());
    steps::run(work)?;
    // Not a step: its output is the result and is shown as it comes.
    let status = command::new("cargo")?
        .args(["bench", "--package", "tests", "--bench", "room", "--"])
        .args(arguments)
        .env(BUILT_VARIABLE, "1")
        .status()
        .context("failed to start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
