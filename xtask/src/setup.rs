//! Installs the tools that are missing: the WebAssembly target, three commands built by cargo, what package.json names,
//! and a browser for the tests.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};

use crate::{
    pins::{self, CargoTool},
    steps::{Running, Step},
    workspace,
};

/// A step for each tool that is missing, in the order in which they are needed.
pub(crate) fn missing() -> anyhow::Result<Vec<Step>> {
    let mut steps = Vec::new();
    if !has_target()? {
        steps.push(Step::new("install the WebAssembly target", install_target));
    }
    if !has_npm_packages() {
        steps.push(Step::new("install npm packages", install_npm_packages));
    }
    let tools: Vec<_> = pins::CARGO_TOOLS.into_iter().filter(|tool| !is_installed(tool)).collect();
    for tool in &tools {
        let tool: &CargoTool = tool;
        let name = format!("install {} {}", tool.package, tool.version);
        steps.push(Step::new(name, move |running| install_tool(tool, running)));
    }
    if !tools.is_empty() {
        steps.push(Step::new("clear what the installation left", |_| clear_tool_build()));
    }
    Ok(steps)
}

/// The browser for the tests: MADANG_BROWSER, or the first known one in PATH.
pub(crate) fn browser() -> Option<PathBuf> {
    if let Some(path) = env::var_os("MADANG_BROWSER") {
        return Some(path.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    names.iter().find_map(|name| in_path(name)).or_else(|| {
        let applications = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
        applications.exists().then(|| applications.to_owned())
    })
}

/// The step that installs a browser, where there is none.
pub(crate) fn missing_browser() -> Option<Step> {
    browser().is_none().then(|| Step::new("install a browser", install_browser))
}

fn has_target() -> anyhow::Result<bool> {
    let output = workspace::command("rustc")?
        .args(["--target", pins::WASM_TARGET, "--print", "target-libdir"])
        .output()
        .context("rustc could not be started; install Rust with rustup")?;
    Ok(output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).exists())
}

fn install_target(running: &Running) -> anyhow::Result<()> {
    let mut command = workspace::command("rustup")?;
    command.args(["target", "add", pins::WASM_TARGET]);
    running.program(&command).context("rustup is needed to add a target; see https://rustup.rs")
}

/// npm writes what it installed in a form of its own, so we keep a copy of the lock file beside it.
fn installed_lock() -> PathBuf {
    workspace::root().join("node_modules/.madang-package-lock.json")
}

fn package_lock() -> PathBuf {
    workspace::root().join("package-lock.json")
}

fn has_npm_packages() -> bool {
    match (fs::read(package_lock()), fs::read(installed_lock())) {
        (Ok(wanted), Ok(installed)) => wanted == installed,
        _ => false,
    }
}

fn install_npm_packages(running: &Running) -> anyhow::Result<()> {
    let mut command = workspace::command("npm")?;
    command.args(["ci", "--no-audit", "--no-fund"]);
    running.program(&command).context("npm is needed, from https://nodejs.org, with any Node from 20 on")?;
    fs::copy(package_lock(), installed_lock())
        .context("the copy of package-lock.json could not be written")?;
    Ok(())
}

fn is_installed(tool: &CargoTool) -> bool {
    tool.path().is_ok_and(|path| path.exists())
}

fn tool_build() -> anyhow::Result<PathBuf> {
    Ok(workspace::cache()?.join("build"))
}

fn install_tool(tool: &CargoTool, running: &Running) -> anyhow::Result<()> {
    let mut command = workspace::command("cargo")?;
    command.args(["install", tool.package, "--version", tool.version, "--root"]).arg(tool.folder()?);
    if tool.locked {
        command.arg("--locked");
    }
    if !tool.defaults {
        command.arg("--no-default-features");
    }
    command
        // The tools share most of their dependencies: one folder builds those once.
        .env("CARGO_TARGET_DIR", tool_build()?)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    running.program(&command)
}

/// More than a gigabyte that nothing needs again.
fn clear_tool_build() -> anyhow::Result<()> {
    let folder = tool_build()?;
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} could not be removed", folder.display()))?;
    }
    Ok(())
}

fn install_browser(running: &Running) -> anyhow::Result<()> {
    if in_path("apt-get").is_none() || !rustix::process::geteuid().is_root() {
        bail!(
            "the browser tests need Chromium or Chrome: install one, or set MADANG_BROWSER to its program \
             (on Debian as root: apt-get install {})",
            pins::BROWSER_PACKAGES.join(" ")
        );
    }
    running.program(&apt_get(&["update"])?)?;
    running.program(apt_get(&["install", "-y", "--no-install-recommends"])?.args(pins::BROWSER_PACKAGES))
}

fn apt_get(arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = workspace::command("apt-get")?;
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

fn in_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
