//! The demo model server, for those who have no key (tests/src/bin/demo-model.rs).

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

use crate::{
    children::{self, Child},
    steps::Step,
    worker, workspace,
};

const WAIT: Duration = Duration::from_secs(20);

/// Compiles the server.
pub(crate) fn step() -> Step {
    Step::new("demo model", |running| {
        if worker::is_built_already() && program().exists() {
            return Ok(());
        }
        let mut command = workspace::command("cargo")?;
        command.args(["build", "--package", "tests", "--bin", "demo-model"]);
        running.program(&command)
    })
}

/// A running demo model.
pub(crate) struct Model {
    pub(crate) child: Child,
    pub(crate) address: String,
}

/// Starts the server on a free port; what it remembers is kept in `state`.
pub(crate) fn start(state: &Path) -> anyhow::Result<Model> {
    let mut command = workspace::command(program())?;
    command.args(["--port", "0", "--state"]).arg(state.join("demo-model.json"));
    let mut child = Child::start(&command, Stdio::piped(), Stdio::inherit())?;
    let stdout = child.stdout().context("the demo model has no output")?;
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            match line.strip_prefix("demo model listening ") {
                Some(address) => drop(send.send(address.trim().to_owned())),
                None => eprintln!("{line}"),
            }
        }
    });
    let deadline = Instant::now() + WAIT;
    loop {
        if let Ok(address) = receive.recv_timeout(Duration::from_millis(50)) {
            return Ok(Model { child, address });
        }
        children::check()?;
        if let Some(status) = child.ended()? {
            bail!("the demo model ended with {status} before it was ready; its output is above");
        }
        if Instant::now() > deadline {
            bail!("the demo model did not say where it listens within {} s", WAIT.as_secs());
        }
    }
}

fn program() -> std::path::PathBuf {
    workspace::target().join("debug/demo-model")
}
