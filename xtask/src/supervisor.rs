//! `xtask supervise PROGRAM ARGUMENTS`: the process between `cargo xtask` and each program that it starts, so that no
//! program outlives `cargo xtask` however that ends, SIGKILL included.
//!
//! The program runs in a process group of its own, and signals go to the whole group: programs that start programs
//! (wrangler does) end together with them. On SIGTERM the group gets SIGTERM and, after [`GRACE`], SIGKILL. The
//! supervisor's standard input is a pipe that its parent never writes to: when the pipe ends, the parent is dead, and
//! the group gets SIGKILL at once, so that a new start finds the port and the database free.
//!
//! `PR_SET_PDEATHSIG` would reach only the program itself, not what it started, and exists on Linux only.

use std::{
    ffi::OsString,
    io::Read,
    os::unix::process::ExitStatusExt,
    process::{ExitCode, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use process_wrap::std::{CommandWrap, ProcessGroup};

use crate::signals;

/// How long a group may take to end after SIGTERM.
const GRACE: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(20);

pub(crate) fn run(words: &[OsString]) -> anyhow::Result<ExitCode> {
    let (program, arguments) = words.split_first().context("supervise needs a program to run")?;
    signals::catch()?;
    let mut child = CommandWrap::with_new(program, |command| {
        command.args(arguments).stdin(Stdio::null());
    })
    .wrap(ProcessGroup::leader())
    .spawn()
    .with_context(|| format!("failed to start {}", program.display()))?;

    let parent_is_dead = watch_parent();
    let mut deadline = None;
    while child.try_wait().context("failed to wait for the program")?.is_none()
        && !parent_is_dead.load(Ordering::Relaxed)
    {
        if signals::stop_requested() && deadline.is_none() {
            let _ = child.signal(signal_hook::consts::SIGTERM);
            deadline = Some(Instant::now() + GRACE);
        }
        if deadline.is_some_and(|deadline| Instant::now() > deadline) {
            break;
        }
        thread::sleep(POLL);
    }
    // The signal fails when the group has no members left. Those that the program left behind are reaped by init; our
    // caller may look for them as soon as we end, so wait for that a moment.
    let deadline = Instant::now() + Duration::from_secs(1);
    while child.start_kill().is_ok() && Instant::now() < deadline {
        let _ = child.try_wait();
        thread::sleep(POLL);
    }
    let status = child.wait().context("failed to wait for the program")?;
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// A flag that becomes true when standard input ends.
fn watch_parent() -> Arc<AtomicBool> {
    let is_dead = Arc::new(AtomicBool::new(false));
    let end_of_input = Arc::clone(&is_dead);
    thread::spawn(move || {
        let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        end_of_input.store(true, Ordering::Relaxed);
    });
    is_dead
}
