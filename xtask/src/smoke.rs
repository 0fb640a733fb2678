//! `cargo xtask smoke`: asks real model servers once for each feature and says what they accept. Its options are in
//! tests/benches/smoke/main.rs.

use std::{ffi::OsString, process::ExitCode};

use anyhow::Context;

use crate::{command, variables::Variables, workspace};

pub(crate) fn run(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let variables = Variables::from_operator(workspace::root())?;
    let status = command::new("cargo")?
        .args(["bench", "--package", "tests", "--bench", "smoke", "--"])
        .args(arguments)
        .envs(variables.of_models())
        .status()
        .context("failed to start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
