//! Builds the page with Trunk: the release into `dist/`, where wrangler.toml expects it, the development build into
//! target/madang/page.

use std::{path::PathBuf, process::Command};

use crate::{
    command,
    freshness::BuiltFolder,
    profile::Profile,
    steps::{Step, StepContext},
    tools, workspace,
};

pub(crate) fn step(profile: Profile) -> Step {
    Step::new(format!("page ({})", profile.name()), move |context| build(profile, context))
}

pub(crate) fn build(profile: Profile, context: &StepContext) -> anyhow::Result<()> {
    built(profile).build_if_stale(|| context.run(&trunk(profile)?))
}

pub(crate) fn built(profile: Profile) -> BuiltFolder {
    BuiltFolder {
        name: format!("page-{}", profile.name()),
        variant: profile.name(),
        sources: &[
            "index.html",
            "Trunk.toml",
            "frontend",
            "shared",
            ".cargo/config.toml",
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain.toml",
        ],
        folder: folder(profile),
    }
}

pub(crate) fn folder(profile: Profile) -> PathBuf {
    match profile {
        Profile::Development => workspace::build_folder().join("page"),
        Profile::Release => workspace::root().join("dist"),
    }
}

fn trunk(profile: Profile) -> anyhow::Result<Command> {
    let mut command = command::new(tools::TRUNK.path()?)?;
    command.args(["build", "--skip-version-check", "--color", "never", "--dist"]).arg(folder(profile));
    if profile == Profile::Release {
        command.arg("--release");
    }
    // Trunk reads NO_COLOR as a boolean and fails at NO_COLOR=1, which the convention (no-color.org) allows.
    command.env_remove("NO_COLOR");
    // With backtraces Trunk prints its own below each compiler error.
    command.env("RUST_BACKTRACE", "0");
    Ok(command)
}
