//! `cargo xtask profile`: runs the release under load with V8's profiler. What it prints is in tests/benches/profile.

use std::{ffi::OsString, net::TcpListener, process::ExitCode};

use anyhow::Context;

use crate::{
    command, page,
    profile::{BUILT_VARIABLE, Profile},
    setup,
    steps::{self, Step},
    worker::WorkerBuild,
};

/// Names to the benchmark the Worker that it gives to wrangler.
const WORKER_VARIABLE: &str = "MADANG_WORKER";
/// Names to the benchmark the port on which wrangler offers the Worker's debugger.
pub(crate) const INSPECTOR_PORT_VARIABLE: &str = "MADANG_INSPECTOR_PORT";

pub(crate) fn run(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let worker = WorkerBuild::for_cpu_profile();
    let script = worker.script();
    let mut work = setup::missing()?;
    // wrangler asks for a page, whichever; nobody loads it.
    if !page::is_in_dist() {
        work.push(page::step(Profile::Development));
        work.push(Step::new("copy the page to dist", page::copy_to_dist));
    }
    work.push(worker.step());
    steps::run(work)?;
    // Free again once the listener is dropped, which is at the end of this line.
    let inspector_port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let status = command::new("cargo")?
        .args(["bench", "--package", "tests", "--bench", "profile", "--"])
        .args(arguments)
        .env(BUILT_VARIABLE, "1")
        .env(WORKER_VARIABLE, script)
        .env(INSPECTOR_PORT_VARIABLE, inspector_port.to_string())
        .status()
        .context("failed to start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
