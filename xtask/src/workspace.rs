//! Paths: the workspace, what is built in it, and the cache that outlives a clone.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Context;

/// The folder of the workspace's Cargo.toml.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Development builds of the page and the Worker, and the records of what was built (`freshness.rs`).
pub(crate) fn build_folder() -> PathBuf {
    target().join("madang")
}

/// A command of an npm package.
pub(crate) fn npm_command(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

/// Installed tools and the times of steps. Outside of the clone, so that a fresh clone finds them again.
pub(crate) fn cache() -> anyhow::Result<PathBuf> {
    let home = env::home_dir().context("found no home folder; set the environment variable HOME to yours")?;
    Ok(home.join(".cache/madang"))
}
