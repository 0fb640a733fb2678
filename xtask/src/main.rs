//! The commands of this workspace, run as `cargo xtask COMMAND`. Each has a file of its own; this one chooses.
//!
//! Not here: versions of tools (`tools.rs`), the Worker's variables (`variables.rs`).
#![allow(clippy::print_stdout, reason = "a command's result belongs on stdout; progress goes to stderr")]

use std::process::ExitCode;

use anyhow::bail;
use pico_args::Arguments;

use crate::checks::Suite;

mod attack;
mod bench;
mod checks;
mod child_process;
mod command;
mod cpu_profile;
mod demo_model;
mod deploy;
mod dev;
mod freshness;
mod local_models;
mod page;
mod pictures;
mod profile;
mod setup;
mod signals;
mod size;
mod smoke;
mod steps;
mod supervisor;
mod tools;
mod variables;
mod worker;
mod workspace;

const USAGE: &str = "\
cargo xtask COMMAND

  dev [--port N] [--state DIR] [--no-open] [--release]
        Install what is missing, build, and serve the chat until Ctrl-C. Rebuilds what changes.
        --port N       the port to serve on; 0 takes any free one (default: 8787, or the next free one)
        --state DIR    where rooms are stored (default: .madang/state)
        --no-open      do not open a browser
        --release      serve the release build
        --exit-with-stdin   stop when standard input ends, for programs that start this one
  check [--only STEP]... [--list]
        Formatting, lints, unit tests and a short simulation.
  test [--only STEP]... [--list]
        Install what is missing and run every check and test.
  size
        Build the page and print what it weighs: files, crates, modules of the frontend.
  bench [ARGUMENTS]
        Measure the room under load; arguments go to the benchmark.
  bench page [visits] [answer] [reading] [typing] [history]
        Measure the page in a browser: how fast it opens, what a long answer costs, whether it loses a key or jumps.
  attack [PART]... [--url http://127.0.0.1:PORT] [--seconds S] [--kills N] [--reconnects N] [--bound RATIO]
        Attack an instance on this machine and print what was tried, what was refused, what it cost and what bystanders
        noticed; with --kills, kill the runtime under load and check that nothing is lost, doubled or paid twice.
  profile [--sockets N] [--rate R] [--seconds S] [--what say|ack|join] [--top T]
        Run the release in its runtime under load and print which functions take the CPU time, and the memory per socket.
  pictures [FOLDER]
        Take the README's pictures anew; with a folder, take all pictures of the page into it.
  smoke [--api NAME] [--base-url URL] [--model NAME] [--report FILE]
        Ask real model servers, by the keys of the environment or .dev.vars, once for each feature that bots use, for less than
        $0.05, and write down what they accept.
  deploy [ARGUMENTS]
        Build the release and run `wrangler deploy`; arguments (as --dry-run) go to wrangler.
  worker [--dev | --release]
        Build the Worker into edge/build, or with --dev into target/madang/worker. wrangler calls this (wrangler.toml).
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) if error.is::<signals::Interrupted>() => ExitCode::from(130),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<ExitCode> {
    let mut arguments = Arguments::from_env();
    let command = arguments.subcommand()?;
    // For `child_process.rs` only. Everything after it belongs to the program that it starts.
    if command.as_deref() == Some("supervise") {
        return supervisor::run(&arguments.finish());
    }
    signals::catch()?;
    match command.as_deref() {
        // Their other arguments are for another program.
        Some("attack") => return attack::run(arguments.finish()),
        Some("bench") => return bench::run(arguments.finish()),
        Some("profile") => return cpu_profile::run(arguments.finish()),
        Some("smoke") => return smoke::run(arguments.finish()),
        Some("deploy") => return deploy::run(arguments.finish()),
        _ => {}
    }
    let command = command.filter(|name| name != "help" && !arguments.contains(["-h", "--help"]));
    let Some(command) = command else {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    };
    match command.as_str() {
        "dev" => {
            let options = dev::Options::parse(&mut arguments)?;
            reject_rest(arguments)?;
            dev::run(&options)
        }
        "check" | "test" => {
            let suite = if command == "check" { Suite::Check } else { Suite::Test };
            let options = checks::Options::parse(suite, &mut arguments)?;
            reject_rest(arguments)?;
            checks::run(&options)
        }
        "pictures" => {
            let folder =
                arguments.opt_free_from_os_str(|folder| Ok::<_, anyhow::Error>(folder.to_owned()))?;
            reject_rest(arguments)?;
            pictures::run(folder)
        }
        "size" => {
            reject_rest(arguments)?;
            size::run()
        }
        "worker" => {
            let options = worker::Options::parse(&mut arguments);
            reject_rest(arguments)?;
            worker::run(options)
        }
        unknown => bail!("there is no command `{unknown}`\n\n{USAGE}"),
    }
}

/// Fails when arguments are left that the command does not know.
fn reject_rest(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.finish().first() {
        Some(word) => bail!("there is no option `{}`; `cargo xtask help` lists them", word.display()),
        None => Ok(()),
    }
}
