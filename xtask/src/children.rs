//! Processes that we start, each inside a guard (`guard.rs`) that ends it when we end, and the signals that end us.

use std::{
    fmt,
    path::PathBuf,
    process::{self, Command, Stdio},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};

/// A running program. Dropping it ends the program and everything that the program started.
pub(crate) struct Child {
    guard: process::Child,
}

impl Child {
    /// Starts what `command` describes (program, arguments, folder, environment); the outputs are given apart, because
    /// a `Command` does not tell its own.
    pub(crate) fn start(command: &Command, stdout: Stdio, stderr: Stdio) -> anyhow::Result<Self> {
        let mut guard = Command::new(own_program()?);
        guard.arg("guard").arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => guard.env(name, value),
                None => guard.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            guard.current_dir(folder);
        }
        // A group of its own: Ctrl-C in a terminal reaches only us, and we end the children in order.
        std::os::unix::process::CommandExt::process_group(&mut guard, 0);
        let guard = guard
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .with_context(|| format!("{} could not be started", command.get_program().display()))?;
        Ok(Self { guard })
    }

    pub(crate) fn stdout(&mut self) -> Option<process::ChildStdout> {
        self.guard.stdout.take()
    }

    pub(crate) fn stderr(&mut self) -> Option<process::ChildStderr> {
        self.guard.stderr.take()
    }

    /// How the program ended, if it has.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<process::ExitStatus>> {
        self.guard.try_wait().context("a program's end could not be waited for")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Ok(Some(_)) = self.guard.try_wait() {
            return;
        }
        let _ = kill_process(Pid::from_child(&self.guard), Signal::TERM);
        // The guard needs a few seconds at most; a guard that hangs is ended by its id, which is still ours.
        let deadline = Instant::now() + Duration::from_secs(8);
        while let Ok(None) = self.guard.try_wait() {
            if Instant::now() > deadline {
                let _ = self.guard.kill();
                let _ = self.guard.wait();
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The reason for stopping early when Ctrl-C or SIGTERM came.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

static STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From here on Ctrl-C and SIGTERM are requests, which `should_stop` answers. SIGHUP keeps its default action, so that
/// `nohup` works; the guards notice our end.
pub(crate) fn listen_for_signals() -> anyhow::Result<()> {
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&STOP)).context("a signal could not be caught")?;
    }
    Ok(())
}

pub(crate) fn should_stop() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// Asks for the same end as Ctrl-C.
pub(crate) fn stop() {
    STOP.store(true, Ordering::Relaxed);
}

/// Fails with `Interrupted` when it is time to stop.
pub(crate) fn check() -> anyhow::Result<()> {
    if should_stop() { Err(Interrupted.into()) } else { Ok(()) }
}

/// This program. On Linux by a name that stays true when a build replaces the file on disk.
fn own_program() -> anyhow::Result<PathBuf> {
    let itself = PathBuf::from("/proc/self/exe");
    if itself.exists() {
        Ok(itself)
    } else {
        std::env::current_exe().context("this program's own file was not found")
    }
}
