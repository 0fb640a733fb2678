//! Commands that run in the workspace's folder, with the pinned tools and Node first on PATH.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::PathBuf,
    process::Command,
};

use anyhow::Context;

use crate::{tools, variables, workspace};

/// A command in the workspace's folder. It finds the pinned tools and Node before any others, and its environment holds
/// none of the Worker's variables: keys of model APIs are nobody else's.
pub(crate) fn new(program: impl AsRef<OsStr>) -> anyhow::Result<Command> {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).env("PATH", path([])?);
    for (name, _) in env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        // `cargo run` sets these for xtask; a build that inherits them takes them for changes and starts over.
        let is_from_cargo = name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if is_from_cargo || variables::is_for_the_worker(name) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Has a command find the programs of this folder before all others.
pub(crate) fn prepend_to_path(command: &mut Command, folder: PathBuf) -> anyhow::Result<()> {
    command.env("PATH", path([folder])?);
    Ok(())
}

fn path(first: impl IntoIterator<Item = PathBuf>) -> anyhow::Result<OsString> {
    let mut folders = Vec::from_iter(first);
    folders.push(workspace::root().join("node_modules/.bin"));
    for tool in tools::CARGO_TOOLS {
        folders.push(tool.folder()?.join("bin"));
    }
    let inherited = env::var_os("PATH").unwrap_or_default();
    folders.extend(env::split_paths(&inherited));
    env::join_paths(folders).context("a folder in PATH has a `:` in its name; rename it")
}
