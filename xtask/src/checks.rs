//! `cargo xtask check` and `cargo xtask test`: the steps of both, in the order in which they are cheapest to fail.
//! `check` is for the everyday loop; its steps are the first ones of `test`, except that the simulator runs few seeds.

use std::{
    process::{Command, ExitCode},
    time::Duration,
};

use anyhow::bail;
use pico_args::Arguments;

use crate::{
    command, demo_model, deploy, page,
    profile::{BUILT_VARIABLE, Profile},
    setup, size,
    steps::{self, Step},
    tools, worker, workspace,
};

/// Which of the two commands.
#[derive(Clone, Copy)]
pub(crate) enum Suite {
    Check,
    Test,
}

pub(crate) struct Options {
    suite: Suite,
    /// The names of the steps to run; empty for all.
    only: Vec<String>,
    list: bool,
}

impl Options {
    pub(crate) fn parse(suite: Suite, arguments: &mut Arguments) -> anyhow::Result<Self> {
        Ok(Self { suite, only: arguments.values_from_str("--only")?, list: arguments.contains("--list") })
    }
}

const BROWSER: &str = "browser";
/// The environment variable with the number of seeds that the simulator plays.
const SEEDS: &str = "MADANG_SEEDS";
/// The number in `cargo xtask check`: enough to notice a broken rule, not to search for rare ones.
const SEEDS_OF_CHECK: &str = "50";

pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let mut chosen = match options.suite {
        Suite::Check => check_steps(),
        Suite::Test => test_steps(),
    };
    if options.list {
        for step in chosen {
            println!("{}", step.name());
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(unknown) = options.only.iter().find(|name| chosen.iter().all(|step| step.name() != *name)) {
        bail!("there is no step `{unknown}`; --list prints their names");
    }
    chosen.retain(|step| options.only.is_empty() || options.only.iter().any(|name| name == step.name()));
    let mut work = match options.suite {
        Suite::Check => Vec::from_iter(setup::missing_wasm_target()?),
        Suite::Test => setup::missing()?,
    };
    if chosen.iter().any(|step| step.name() == BROWSER) {
        work.extend(setup::missing_browser());
    }
    work.extend(chosen);
    print_summary(&steps::run(work)?);
    Ok(ExitCode::SUCCESS)
}

fn check_steps() -> Vec<Step> {
    let mut steps = source_checks();
    steps.push(Step::new("unit tests, short simulation", |context| {
        context.run(native_tests()?.env(SEEDS, SEEDS_OF_CHECK))
    }));
    steps
}

fn test_steps() -> Vec<Step> {
    let mut steps = source_checks();
    steps.push(Step::new("unit tests and simulation", |context| context.run(&native_tests()?)));
    steps.push(page::step(Profile::Release));
    steps.push(worker::step(Profile::Release));
    steps.push(Step::new("size", size::check));
    steps.push(Step::new("deploy, dry run", |context| {
        let mut command = deploy::wrangler()?;
        command.args(["--dry-run", "--outdir"]).arg(workspace::build_folder().join("dry-run"));
        let output = context.output(without_building(&mut command).env("CI", "1"))?;
        // Wrangler skips what it does not know, and says so.
        if output.contains("WARNING") {
            bail!("wrangler warns of the configuration:\n{output}");
        }
        Ok(())
    }));
    steps.push(demo_model::step());
    steps.push(Step::new("runtime", |context| {
        let mut command = command::new("cargo")?;
        command.args([
            "test",
            "--package",
            "tests",
            "--test",
            "runtime",
            "--",
            "--ignored",
            "--test-threads=1",
        ]);
        context.run(without_building(&mut command))
    }));
    // For the browser test of plain `trunk serve`, which makes the same build and would wait for it in silence.
    steps.push(page::step(Profile::Development));
    steps.push(Step::new(BROWSER, |context| {
        let mut command = command::new(workspace::npm_command("node"))?;
        command.args(["--test", "tests/browser/**/*.test.{js,mjs}"]);
        if let Some(browser) = setup::browser() {
            command.env("MADANG_BROWSER", browser);
        }
        context.run(without_building(&mut command))
    }));
    steps
}

/// The checks that run no code of ours.
fn source_checks() -> Vec<Step> {
    const CLIPPY_FOR_WASM: [&str; 10] = [
        "clippy",
        "--package",
        "edge",
        "--package",
        "frontend",
        "--target",
        tools::WASM_TARGET,
        "--",
        "--deny",
        "warnings",
    ];
    vec![
        cargo_step("format", &["fmt", "--all", "--check"]),
        // `--all-targets` leaves out targets with `test = false`.
        cargo_step("clippy", &["clippy", "--all-targets", "--test", "runtime", "--", "--deny", "warnings"]),
        cargo_step("clippy for WebAssembly", &CLIPPY_FOR_WASM),
    ]
}

fn cargo_step(name: &str, arguments: &'static [&'static str]) -> Step {
    Step::new(name, move |context| context.run(command::new("cargo")?.args(arguments)))
}

/// The tests of everything that runs natively, the simulator included. `frontend` runs in browsers only; the parts of
/// `edge` that need no runtime are tested here.
fn native_tests() -> anyhow::Result<Command> {
    let mut command = command::new("cargo")?;
    command.args(["test", "--workspace", "--exclude", "frontend"]);
    Ok(command)
}

/// Tells the commands of this workspace that a program starts to use what is built.
fn without_building(command: &mut Command) -> &mut Command {
    command.env(BUILT_VARIABLE, "1")
}

fn print_summary(finished: &[(String, Duration)]) {
    let width = finished.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    eprintln!();
    for (name, took) in finished {
        eprintln!("{name:width$}  {:>7}", steps::seconds(*took));
    }
    let total = finished.iter().map(|(_, took)| *took).sum();
    eprintln!("{:width$}  {:>7}  passed", "total", steps::seconds(total));
}
