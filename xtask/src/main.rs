//! The commands of this workspace, run as `cargo xtask COMMAND`. Each has a file of its own; this one only chooses.
//!
//! Not here: versions of tools (`pins.rs`), what the Worker is told (`env.rs`).
#![allow(clippy::print_stdout, reason = "a command's answer belongs on stdout; progress goes to stderr")]

use std::process::ExitCode;

use anyhow::bail;

use crate::arguments::Arguments;

mod arguments;
mod bench;
mod children;
mod deploy;
mod dev;
mod env;
mod guard;
mod health;
mod model;
mod page;
mod pins;
mod setup;
mod size;
mod stamp;
mod steps;
mod test;
mod worker;
mod workspace;

const USAGE: &str = "\
cargo xtask COMMAND

  dev [--port N] [--state DIR] [--no-open] [--release]
        Install what is missing, build, and serve the chat until Ctrl-C. Rebuilds what changes.
        --port N       the port to serve on; 0 takes any free one (default: 8787, or the next free one)
        --state DIR    where rooms are kept (default: .madang/state)
        --no-open      do not open a browser
        --release      serve the production build
        --exit-with-stdin   stop when standard input ends, for programs that start this one
  test [--only STEP]... [--list]
        Install what is missing and run every check and test.
  bench [ARGUMENTS]
        Measure the room under load; arguments go to the benchmark.
  deploy [ARGUMENTS]
        Build for production and run `wrangler deploy`; arguments (as --dry-run) go to wrangler.
  worker [--dev]
        Build the Worker into edge/build. wrangler calls this (wrangler.toml). MADANG_PROFILE=dev means --dev.
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) if error.is::<children::Interrupted>() => ExitCode::from(130),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<ExitCode> {
    let mut arguments = Arguments::of_process();
    let command = arguments.command();
    if command.as_deref() == Some("guard") {
        return guard::run(arguments.rest());
    }
    children::listen_for_signals()?;
    match command.as_deref() {
        Some("dev") => dev::run(dev::Options::parse(arguments)?),
        Some("test") => test::run(test::Options::parse(arguments)?),
        Some("bench") => bench::run(arguments.rest()),
        Some("deploy") => deploy::run(arguments.rest()),
        Some("worker") => worker::run(worker::profile(arguments)?),
        None | Some("help" | "--help" | "-h") => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        Some(unknown) => bail!("there is no command `{unknown}`\n\n{USAGE}"),
    }
}
