//! Child processes that cannot outlive this one: each runs under a supervisor process (`supervisor.rs`), which ends it,
//! and everything that it started, when this process ends or drops the [`ChildProcess`].

use std::{
    path::PathBuf,
    process::{ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use process_wrap::std::{ChildWrapper, CommandWrap, ProcessGroup};

/// How long a supervisor may take to end its program before it is killed: its own grace period and some seconds more.
const STOP_LIMIT: Duration = Duration::from_secs(8);

/// A running program. Dropping it ends the program and everything that the program started.
pub(crate) struct ChildProcess {
    supervisor: Box<dyn ChildWrapper>,
}

impl ChildProcess {
    /// Starts what `command` describes (program, arguments, folder, environment). The outputs are separate arguments
    /// because a `Command` does not reveal the ones that were set on it.
    pub(crate) fn start(command: &Command, stdout: Stdio, stderr: Stdio) -> anyhow::Result<Self> {
        let mut supervisor = Command::new(own_program()?);
        supervisor.arg("supervise").arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => supervisor.env(name, value),
                None => supervisor.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            supervisor.current_dir(folder);
        }
        // The pipe to its standard input stays open as long as this process lives.
        supervisor.stdin(Stdio::piped()).stdout(stdout).stderr(stderr);
        let supervisor = CommandWrap::from(supervisor)
            // Ctrl-C in a terminal signals the foreground group; the children are ended by us, in order.
            .wrap(ProcessGroup::leader())
            .spawn()
            .with_context(|| format!("failed to start {}", command.get_program().display()))?;
        Ok(Self { supervisor })
    }

    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.supervisor.stdout().take()
    }

    pub(crate) fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.supervisor.stderr().take()
    }

    /// The program's exit status if it has ended; `None` while it runs.
    pub(crate) fn exit_status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.supervisor.try_wait().context("failed to wait for a child process")
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        if let Ok(Some(_)) = self.supervisor.try_wait() {
            return;
        }
        let _ = self.supervisor.signal(signal_hook::consts::SIGTERM);
        let deadline = Instant::now() + STOP_LIMIT;
        while let Ok(None) = self.supervisor.try_wait() {
            if Instant::now() > deadline {
                let _ = self.supervisor.kill();
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// This program's file. On Linux by a path that stays valid when a build replaces the file on disk.
fn own_program() -> anyhow::Result<PathBuf> {
    let running_image = PathBuf::from("/proc/self/exe");
    if running_image.exists() {
        Ok(running_image)
    } else {
        std::env::current_exe().context("failed to find this program's own file")
    }
}
