//! The demo model server, which `dev` starts for those who have no key. Not the server itself: that is a crate of its own.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

use crate::{
    child_process::ChildProcess,
    command, profile, signals,
    steps::{Step, seconds},
    workspace,
};

/// The package that has the program.
const PACKAGE: &str = "demo-model";
const PROGRAM: &str = "demo-model";
const START_LIMIT: Duration = Duration::from_secs(20);

pub(crate) fn step() -> Step {
    Step::new("demo model", |context| {
        if profile::is_prebuilt() && program().exists() {
            return Ok(());
        }
        let mut command = command::new("cargo")?;
        command.args(["build", "--package", PACKAGE, "--bin", PROGRAM]);
        context.run(&command)
    })
}

/// A running demo model.
pub(crate) struct DemoModel {
    pub(crate) process: ChildProcess,
    /// The base URL of its Responses and Chat Completions APIs.
    pub(crate) base_url: String,
}

/// Starts the server on a free port. It stores the chains of responses in `state`.
pub(crate) fn start(state: &Path) -> anyhow::Result<DemoModel> {
    let mut command = command::new(program())?;
    command.args(["--port", "0", "--state"]).arg(state.join("demo-model.json"));
    let mut process = ChildProcess::start(&command, Stdio::piped(), Stdio::inherit())?;
    let stdout = process.take_stdout().context("the demo model has no standard output")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            match line.strip_prefix("demo model listening ") {
                Some(base_url) => drop(sender.send(base_url.trim().to_owned())),
                None => eprintln!("{line}"),
            }
        }
    });
    let deadline = Instant::now() + START_LIMIT;
    loop {
        if let Ok(base_url) = receiver.recv_timeout(Duration::from_millis(50)) {
            return Ok(DemoModel { process, base_url });
        }
        signals::check()?;
        if let Some(status) = process.exit_status()? {
            bail!("the demo model ended with {status} before it was ready; its output is above");
        }
        if Instant::now() > deadline {
            bail!("the demo model did not print its address within {}", seconds(START_LIMIT));
        }
    }
}

fn program() -> PathBuf {
    workspace::target().join("debug").join(PROGRAM)
}
