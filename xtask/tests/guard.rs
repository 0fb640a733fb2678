//! The promise of the guard: nothing that was started outlives whoever started it.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A guard around a shell that starts a program of its own. Both ignore SIGTERM. Returns that program's id too.
fn guarded() -> (Child, String) {
    let mut guard = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["guard", "sh", "-c", "trap '' TERM; sleep 300 & echo $!; wait"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(guard.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (guard, line.trim().to_owned())
}

fn is_running(id: &str) -> bool {
    // A program that has ended and waits for init to notice is not running.
    let status = std::fs::read_to_string(Path::new("/proc").join(id).join("stat")).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}

#[cfg(target_os = "linux")]
#[test]
fn a_dead_parent_ends_everything_at_once() {
    let (mut guard, program) = guarded();
    assert!(is_running(&program));
    let begun = Instant::now();
    drop(guard.stdin.take());
    guard.wait().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert!(!is_running(&program));
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_does_not_end_when_asked_is_ended() {
    let (mut guard, program) = guarded();
    // The shell needs a moment for its trap.
    thread::sleep(Duration::from_millis(100));
    Command::new("kill").arg(guard.id().to_string()).status().unwrap();
    let input = guard.stdin.take();
    guard.wait().unwrap();
    drop(input);
    assert!(!is_running(&program));
}

#[test]
fn the_programs_own_end_is_handed_on() {
    let mut guard = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let guard = guard.args(["guard", "sh", "-c", "exit 7"]).stdin(Stdio::piped()).spawn();
    let mut guard = guard.unwrap();
    let input = guard.stdin.take();
    assert_eq!(guard.wait().unwrap().code(), Some(7));
    drop(input);
}
