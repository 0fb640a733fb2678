//! `cargo xtask deploy`: builds for production and hands over to `wrangler deploy`.

use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use anyhow::Context;

use crate::{
    page, setup, steps,
    worker::{self, Profile},
    workspace,
};

pub(crate) fn run(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let mut work = setup::missing()?;
    work.push(page::step(Profile::Release));
    work.push(worker::step(Profile::Release));
    steps::run(work)?;
    // Not inside a guard: wrangler may ask questions, so the terminal is its own.
    let status = wrangler()?.args(arguments).status().context("wrangler could not be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `wrangler deploy`, without further arguments.
pub(crate) fn wrangler() -> anyhow::Result<Command> {
    let mut command = workspace::command(workspace::npm_command("wrangler"))?;
    command
        .arg("deploy")
        .env("WRANGLER_SEND_METRICS", "false")
        .env("MADANG_PROFILE", Profile::Release.variable());
    Ok(command)
}
