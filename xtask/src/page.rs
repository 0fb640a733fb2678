//! Builds the page with Trunk into dist/.

use std::process::Command;

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
        name: "page",
        inputs: &[
            "index.html",
            "Trunk.toml",
            "frontend",
            "shared",
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain.toml",
        ],
        output: workspace::page(),
        variant: profile.name(),
    }
}

fn trunk(profile: Profile) -> anyhow::Result<Command> {
    let mut command = workspace::command(pins::TRUNK.path()?)?;
    command.args(["build", "--skip-version-check", "--color", "never"]);
    if profile == Profile::Release {
        command.arg("--release");
    }
    // Trunk takes NO_COLOR for a boolean and stops at NO_COLOR=1, which the convention allows.
    command.env_remove("NO_COLOR");
    // What it has to say when our code does not compile does not come from its own.
    command.env("RUST_BACKTRACE", "0");
    Ok(command)
}
