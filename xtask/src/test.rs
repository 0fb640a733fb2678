//! `cargo xtask test`: every check there is, in the order in which they are cheapest to fail.

use std::{
    process::{Command, ExitCode},
    time::Duration,
};

use anyhow::bail;

use crate::{
    arguments::{self, Arguments},
    deploy, model, page, setup, size,
    steps::{self, Step},
    worker::{self, Profile},
    workspace,
};

#[derive(Default)]
pub(crate) struct Options {
    /// The names of the checks to run; none is all.
    only: Vec<String>,
    list: bool,
}

impl Options {
    pub(crate) fn parse(mut arguments: Arguments) -> anyhow::Result<Self> {
        let mut options = Self::default();
        while let Some(option) = arguments.option()? {
            match option.as_str() {
                "--only" => options.only.push(arguments.value("--only")?.to_string_lossy().into_owned()),
                "--list" => options.list = true,
                _ => return Err(arguments::unknown(&option)),
            }
        }
        Ok(options)
    }
}

pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    if options.list {
        for check in checks() {
            println!("{}", check.name());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut work = setup::missing()?;
    let mut chosen = checks();
    if !options.only.is_empty() {
        if let Some(unknown) =
            options.only.iter().find(|name| chosen.iter().all(|check| check.name() != *name))
        {
            bail!("there is no check `{unknown}`; `cargo xtask test --list` lists them");
        }
        chosen.retain(|check| options.only.iter().any(|name| name == check.name()));
    }
    if chosen.iter().any(|check| check.name() == BROWSER) {
        work.extend(setup::missing_browser());
    }
    work.extend(chosen);
    summarise(&steps::run(work)?);
    Ok(ExitCode::SUCCESS)
}

const BROWSER: &str = "browser";

fn checks() -> Vec<Step> {
    vec![
        cargo("format", &["fmt", "--all", "--check"]),
        cargo("clippy", &["clippy", "--all-targets", "--", "--deny", "warnings"]),
        cargo(
            "clippy for WebAssembly",
            &[
                "clippy",
                "--package",
                "edge",
                "--package",
                "frontend",
                "--target",
                crate::pins::WASM_TARGET,
                "--",
                "--deny",
                "warnings",
            ],
        ),
        // The members that run natively: the pure crates, the simulator, this crate.
        // The page runs nowhere but in a browser; the Worker's own logic runs here as well.
        cargo("unit and simulation", &["test", "--workspace", "--exclude", "frontend"]),
        page::step(Profile::Release),
        worker::step(Profile::Release),
        Step::new("size", size::check),
        Step::new("deploy, dry run", |running| {
            let mut command = deploy::wrangler()?;
            command.args(["--dry-run", "--outdir"]).arg(workspace::notes().join("dry-run"));
            running.program(on_what_is_built(&mut command).env("CI", "1"))
        }),
        model::step(),
        Step::new("runtime", |running| {
            let mut command = workspace::command("cargo")?;
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
            running.program(on_what_is_built(&mut command))
        }),
        Step::new(BROWSER, |running| {
            let mut command = workspace::command(workspace::npm_command("node"))?;
            command.args(["--test", "tests/browser/**/*.test.{js,mjs}"]);
            if let Some(browser) = setup::browser() {
                command.env("MADANG_BROWSER", browser);
            }
            running.program(on_what_is_built(&mut command))
        }),
    ]
}

fn cargo(name: &str, arguments: &'static [&'static str]) -> Step {
    Step::new(name, move |running| running.program(workspace::command("cargo")?.args(arguments)))
}

/// The programs that the tests start (as `cargo xtask dev`) must not build again.
fn on_what_is_built(command: &mut Command) -> &mut Command {
    command.env("MADANG_BUILT", "1")
}

fn summarise(finished: &[(String, Duration)]) {
    let width = finished.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    eprintln!();
    for (name, took) in finished {
        eprintln!("{name:width$}  {:>7}", steps::seconds(*took));
    }
    let all = finished.iter().map(|(_, took)| *took).sum();
    eprintln!("{:width$}  {:>7}  passed", "in all", steps::seconds(all));
}
