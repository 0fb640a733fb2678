//! `cargo xtask attack`: builds the release and attacks an instance on this machine. Its parts and options are in
//! tests/benches/attack/main.rs.

use std::{ffi::OsString, net::TcpListener, process::ExitCode};

use anyhow::Context;

use crate::{
    command,
    cpu_profile::INSPECTOR_PORT_VARIABLE,
    page,
    profile::{BUILT_VARIABLE, Profile, is_prebuilt},
    setup,
    steps::{self, Step},
    worker,
};

/// With `--url` the instance is running already, and nothing is built for it.
const URL_OPTION: &str = "--url";

pub(crate) fn run(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    if !is_prebuilt() && arguments.iter().all(|argument| argument != URL_OPTION) {
        let mut work = setup::missing()?;
        // wrangler asks for a page, whichever; nobody loads it.
        if !page::is_in_dist() {
            work.push(page::step(Profile::Development));
            work.push(Step::new("copy the page to dist", page::copy_to_dist));
        }
        work.push(worker::step(Profile::Release));
        steps::run(work)?;
    }
    // Free again once the listener is dropped, which is at the end of this line.
    let inspector_port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let status = command::new("cargo")?
        .args(["bench", "--package", "tests", "--bench", "attack", "--"])
        .args(arguments)
        .env(BUILT_VARIABLE, "1")
        .env(INSPECTOR_PORT_VARIABLE, inspector_port.to_string())
        .status()
        .context("failed to start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
