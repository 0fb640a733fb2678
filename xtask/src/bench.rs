//! `cargo xtask bench`: measures the built room under load. What is measured stands in the benchmark, tests/benches/room.

use std::{ffi::OsString, process::ExitCode};

use anyhow::Context;

use crate::{
    model, page, setup, steps,
    worker::{self, Profile},
    workspace,
};

pub(crate) fn run(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let mut work = setup::missing()?;
    work.push(page::step(Profile::Release));
    work.push(worker::step(Profile::Release));
    work.push(model::step());
    steps::run(work)?;
    // Its output is the result, so it is shown as it comes.
    let status = workspace::command("cargo")?
        .args(["bench", "--package", "tests", "--bench", "room", "--"])
        .args(arguments)
        .env("MADANG_BUILT", "1")
        .status()
        .context("cargo could not be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
