//! `cargo xtask deploy`: builds the release and runs `wrangler deploy`.

use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use anyhow::Context;

use crate::{
    command, page,
    profile::{PROFILE_VARIABLE, Profile},
    setup, steps, worker, workspace,
};

pub(crate) fn run(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let mut work = setup::missing()?;
    work.push(page::step(Profile::Release));
    work.push(worker::step(Profile::Release));
    steps::run(work)?;
    // Without a supervisor: wrangler may ask questions, so it keeps the terminal.
    let status = wrangler()?.args(arguments).status().context("failed to start wrangler")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `wrangler deploy`, without further arguments.
pub(crate) fn wrangler() -> anyhow::Result<Command> {
    let mut command = command::new(workspace::npm_command("wrangler"))?;
    command
        .arg("deploy")
        .env("WRANGLER_SEND_METRICS", "false")
        .env(PROFILE_VARIABLE, Profile::Release.variable_value());
    Ok(command)
}
