//! A small process around every child, so that nothing outlives `cargo xtask` however it ends, SIGKILL included.
//!
//! `xtask guard PROGRAM ARGUMENTS` runs the program in a process group of its own. Asked to end, by SIGTERM, it gives the
//! group SIGTERM and, after a while, SIGKILL. Its standard input is a pipe that the parent never writes to: when that ends,
//! the parent is dead, and the group gets SIGKILL at once, so that a new start finds the port and the database free.
//! Programs that start programs of their own (wrangler does) go with all of them.
//!
//! A signal to the parent's death alone (`PR_SET_PDEATHSIG`) would miss those, and exists on Linux only.

use std::{
    ffi::OsString,
    io::Read,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Command, ExitCode, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process_group, test_kill_process_group, waitid,
};

/// How long a group may take to end by itself.
const GRACE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(20);

pub(crate) fn run(words: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let (program, arguments) = words.split_first().context("guard needs a program to run")?;
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&asked)).context("a signal could not be caught")?;
    }
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .with_context(|| format!("{} could not be started", program.display()))?;
    let group = Pid::from_child(&child);

    let orphaned = Arc::new(AtomicBool::new(false));
    let end_of_input = Arc::clone(&orphaned);
    thread::spawn(move || {
        let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        end_of_input.store(true, Ordering::Relaxed);
    });

    let mut deadline = None;
    while !has_ended(group) && !orphaned.load(Ordering::Relaxed) {
        if asked.load(Ordering::Relaxed) && deadline.is_none() {
            let _ = kill_process_group(group, Signal::TERM);
            deadline = Some(Instant::now() + GRACE);
        }
        if deadline.is_some_and(|deadline| Instant::now() > deadline) {
            break;
        }
        thread::sleep(PAUSE);
    }
    // The leader is not reaped yet, so the group's number cannot have been given to anybody else.
    let _ = kill_process_group(group, Signal::KILL);
    let status = child.wait().context("the program's end could not be waited for")?;
    // The rest of the group is reaped by init, soon; whoever waits for us may look for leftovers at once.
    let deadline = Instant::now() + Duration::from_secs(1);
    while test_kill_process_group(group).is_ok() && Instant::now() < deadline {
        thread::sleep(PAUSE);
    }
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Whether the group's leader has ended, without reaping it.
fn has_ended(leader: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    !matches!(waitid(WaitId::Pid(leader), options), Ok(None))
}
