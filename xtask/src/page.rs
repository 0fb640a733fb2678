//! Builds the page with Trunk: for production into dist/, for development aside.

use std::{path::PathBuf, process::Command};

use crate::{
    pins,
    stamp::Built,
    steps::{Running, Step},
    worker::Profile,
    workspace,
};

pub(crate) fn step(profile: Profile) -> Step {
    Step::new(format!("page ({})", profile.name()), move |running| build(profile, running))
}

pub(crate) fn build(profile: Profile, running: &Running) -> anyhow::Result<()> {
    built(profile).make(|| running.program(&trunk(profile)?))
}

pub(crate) fn built(profile: Profile) -> Built {
    Built {
        name: format!("page-{}", profile.name()),
        inputs: &[
            "index.html",
            "Trunk.toml",
            "frontend",
            "shared",
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain.toml",
        ],
        output: folder(profile),
    }
}

/// Where the page of this profile is. The production one is where wrangler.toml says.
pub(crate) fn folder(profile: Profile) -> PathBuf {
    match profile {
        Profile::Development => workspace::notes().join("page"),
        Profile::Release => workspace::root().join("dist"),
    }
}

fn trunk(profile: Profile) -> anyhow::Result<Command> {
    let mut command = workspace::command(pins::TRUNK.path()?)?;
    command.args(["build", "--skip-version-check", "--color", "never", "--dist"]).arg(folder(profile));
    if profile == Profile::Release {
        command.arg("--release");
    }
    // Trunk takes NO_COLOR for a boolean and stops at NO_COLOR=1, which the convention allows.
    command.env_remove("NO_COLOR");
    // What it has to say when our code does not compile does not come from its own.
    command.env("RUST_BACKTRACE", "0");
    Ok(command)
}
