//! Builds the page with Trunk: the release into `dist/`, where wrangler.toml expects it, the development build into
//! target/madang/page.

use std::{fs, path::PathBuf, process::Command};

use anyhow::Context;

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
            "package-lock.json",
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

/// Whether `dist` holds a page, of whichever profile.
pub(crate) fn is_in_dist() -> bool {
    folder(Profile::Release).join("index.html").exists()
}

/// Copies the development build to `dist`. Trunk is not run there, because `trunk serve` may be building in it.
pub(crate) fn copy_to_dist(context: &StepContext) -> anyhow::Result<()> {
    let dist = folder(Profile::Release);
    fs::create_dir_all(&dist).with_context(|| format!("failed to create {}", dist.display()))?;
    let mut command = command::new("cp")?;
    command.arg("-R").arg(folder(Profile::Development).join(".")).arg(dist);
    context.run(&command)
}

fn trunk(profile: Profile) -> anyhow::Result<Command> {
    let mut command = command::new(tools::TRUNK.path()?)?;
    command.args(["build", "--skip-version-check", "--color", "never", "--dist"]).arg(folder(profile));
    if profile == Profile::Release {
        command.args(["--release", "--features", "split"]);
        command::prepend_to_path(&mut command, workspace::root().join("frontend/split"))?;
    }
    // Trunk reads NO_COLOR as a boolean and fails at NO_COLOR=1, which the convention (no-color.org) allows.
    command.env_remove("NO_COLOR");
    // With backtraces Trunk prints its own below each compiler error.
    command.env("RUST_BACKTRACE", "0");
    Ok(command)
}
