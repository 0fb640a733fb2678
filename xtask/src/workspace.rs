//! Where things are: the workspace, what is built in it, and the cache that outlives a clone.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;

/// The folder of the workspace's Cargo.toml.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Notes of our own about builds, and the development builds.
pub(crate) fn notes() -> PathBuf {
    target().join("madang")
}

/// A command of an npm package.
pub(crate) fn npm_command(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

/// Outside of the clone, so that a fresh clone finds its tools and the times of its steps again.
pub(crate) fn cache() -> anyhow::Result<PathBuf> {
    let home = env::var_os("HOME")
        .context("the environment variable HOME is not set; set it to your home folder")?;
    Ok(PathBuf::from(home).join(".cache/madang"))
}

/// A command in the workspace's folder that finds the pinned tools and Node before any others, and no model API's key.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> anyhow::Result<Command> {
    let mut command = Command::new(program);
    command.current_dir(root()).env("PATH", path()?);
    for (name, _) in env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        // What cargo tells a program that it runs would look to a build like a change of its surroundings.
        let from_cargo = name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if from_cargo || crate::env::is_for_the_worker(name) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

fn path() -> anyhow::Result<OsString> {
    let mut folders = vec![root().join("node_modules/.bin")];
    for tool in crate::pins::CARGO_TOOLS {
        folders.push(tool.folder()?.join("bin"));
    }
    let inherited = env::var_os("PATH").unwrap_or_default();
    folders.extend(env::split_paths(&inherited));
    env::join_paths(folders).context("a folder in PATH has a `:` in its name; rename it")
}
