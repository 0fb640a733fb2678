//! Builds the Worker with worker-build: for production into edge/build, for development aside, so that tests of the one can
//! run while the other is being worked on. This is also wrangler's custom build (wrangler.toml).

use std::{
    env,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::bail;

use crate::{
    arguments::{self, Arguments},
    pins, setup,
    stamp::Built,
    steps::{self, Running, Step},
    workspace,
};

/// Which of the two kinds of build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Development,
    Release,
}

impl Profile {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Release => "release",
        }
    }

    /// The value of MADANG_PROFILE that stands for this one.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Development => "dev",
            Self::Release => "release",
        }
    }
}

/// Set while tests run on what was built for them: nothing is built then.
pub(crate) fn is_built_already() -> bool {
    env::var_os("MADANG_BUILT").is_some_and(|value| value == "1")
}

/// Reads the options of `cargo xtask worker`.
pub(crate) fn profile(mut arguments: Arguments) -> anyhow::Result<Profile> {
    let mut profile = match env::var("MADANG_PROFILE") {
        Ok(name) if name == Profile::Development.variable() => Profile::Development,
        _ => Profile::Release,
    };
    while let Some(option) = arguments.option()? {
        match option.as_str() {
            "--dev" => profile = Profile::Development,
            "--release" => profile = Profile::Release,
            _ => return Err(arguments::unknown(&option)),
        }
    }
    Ok(profile)
}

pub(crate) fn run(profile: Profile) -> anyhow::Result<ExitCode> {
    if is_built_already() {
        if !script(profile).exists() {
            bail!(
                "MADANG_BUILT=1 is set, but edge/build/index.js is not there; run `cargo xtask worker` without it"
            );
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut work = setup::missing()?;
    work.push(step(profile));
    steps::run(work)?;
    Ok(ExitCode::SUCCESS)
}

/// Where the Worker of this profile is. The production one is where wrangler.toml says.
fn folder(profile: Profile) -> PathBuf {
    match profile {
        Profile::Development => workspace::notes().join("worker"),
        Profile::Release => workspace::root().join("edge/build"),
    }
}

/// The file to hand to wrangler.
pub(crate) fn script(profile: Profile) -> PathBuf {
    folder(profile).join("index.js")
}

pub(crate) fn step(profile: Profile) -> Step {
    Step::new(format!("Worker ({})", profile.name()), move |running| build(profile, running))
}

fn build(profile: Profile, running: &Running) -> anyhow::Result<()> {
    built(profile).make(|| running.program(&worker_build(profile)?))
}

fn built(profile: Profile) -> Built {
    Built {
        name: format!("worker-{}", profile.name()),
        inputs: &["edge", "shared", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml"],
        output: folder(profile),
    }
}

fn worker_build(profile: Profile) -> anyhow::Result<Command> {
    let mut command = workspace::command(pins::WORKER_BUILD.path()?)?;
    command
        .current_dir(workspace::root().join("edge"))
        .arg("--out-dir")
        .arg(folder(profile))
        // Without these it looks for tools of its own on the network.
        .env("WASM_BINDGEN_BIN", pins::WASM_BINDGEN.path()?)
        .env("WASM_OPT_BIN", workspace::npm_command("wasm-opt"))
        .env("ESBUILD_BIN", workspace::npm_command("esbuild"))
        // What it has to say when our code does not compile does not come from its own.
        .env("RUST_BACKTRACE", "0");
    match profile {
        // Optimising afterwards takes longer than compiling what changed.
        Profile::Development => command.args(["--dev", "--no-opt"]),
        Profile::Release => command.arg("--release"),
    };
    Ok(command)
}
