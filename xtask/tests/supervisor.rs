//! Nothing that a supervisor process started outlives its parent.
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Starts a supervisor of a shell that starts a program. Both ignore SIGTERM. Returns the supervisor and the program's id.
fn supervised() -> (Child, String) {
    let mut supervisor = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["supervise", "sh", "-c", "trap '' TERM; sleep 300 & echo $!; wait"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(supervisor.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (supervisor, line.trim().to_owned())
}

fn is_running(id: &str) -> bool {
    // An ended process stays listed as a zombie (Z) until its parent reaps it.
    let status = std::fs::read_to_string(Path::new("/proc").join(id).join("stat")).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}

#[cfg(target_os = "linux")]
#[test]
fn the_death_of_the_parent_ends_everything_at_once() {
    let (mut supervisor, program) = supervised();
    assert!(is_running(&program));
    let begun = Instant::now();
    drop(supervisor.stdin.take());
    supervisor.wait().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert!(!is_running(&program));
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_ignores_sigterm_is_killed() {
    let (mut supervisor, program) = supervised();
    // Wait until the shell has set its trap.
    thread::sleep(Duration::from_millis(100));
    Command::new("kill").arg(supervisor.id().to_string()).status().unwrap();
    let input = supervisor.stdin.take();
    supervisor.wait().unwrap();
    drop(input);
    assert!(!is_running(&program));
}

#[test]
fn the_exit_code_of_the_program_is_passed_on() {
    let mut supervisor = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let supervisor = supervisor.args(["supervise", "sh", "-c", "exit 7"]).stdin(Stdio::piped()).spawn();
    let mut supervisor = supervisor.unwrap();
    let input = supervisor.stdin.take();
    assert_eq!(supervisor.wait().unwrap().code(), Some(7));
    drop(input);
}
