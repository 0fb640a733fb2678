//! Installs the tools that are missing: the WebAssembly target, the commands that cargo builds, the npm packages, and a
//! browser for the tests. Not here: versions (`tools.rs`).

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};

use crate::{
    command,
    steps::{Step, StepContext},
    tools::{self, CargoTool},
    workspace,
};

/// A step for each missing tool that builds need, in the order in which they need them.
pub(crate) fn missing() -> anyhow::Result<Vec<Step>> {
    let mut steps = Vec::new();
    if !has_wasm_target()? {
        steps.push(Step::new("install the WebAssembly target", install_wasm_target));
    }
    if !has_npm_packages() {
        steps.push(Step::new("install npm packages", install_npm_packages));
    }
    steps.extend(missing_cargo_tools(&tools::CARGO_TOOLS));
    Ok(steps)
}

/// A step for each of these tools that is missing.
pub(crate) fn missing_cargo_tools(tools: &[&'static CargoTool]) -> Vec<Step> {
    let mut steps = Vec::new();
    for tool in tools.iter().copied().filter(|tool| !is_installed(tool)) {
        let name = format!("install {} {}", tool.package, tool.version);
        steps.push(Step::new(name, move |context| install_cargo_tool(tool, context)));
    }
    if !steps.is_empty() {
        steps.push(Step::new("remove the installation's build folder", |_| remove_tool_builds()));
    }
    steps
}

/// The browser for the tests: MADANG_BROWSER, or the first known one in PATH.
pub(crate) fn browser() -> Option<PathBuf> {
    if let Some(path) = env::var_os("MADANG_BROWSER") {
        return Some(path.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    names.iter().find_map(|name| in_path(name)).or_else(|| {
        let on_mac = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
        on_mac.exists().then(|| on_mac.to_owned())
    })
}

/// The step that installs a browser, if there is none.
pub(crate) fn missing_browser() -> Option<Step> {
    browser().is_none().then(|| Step::new("install a browser", install_browser))
}

fn has_wasm_target() -> anyhow::Result<bool> {
    let output = command::new("rustc")?
        .args(["--target", tools::WASM_TARGET, "--print", "target-libdir"])
        .output()
        .context("failed to start rustc; install Rust with rustup")?;
    Ok(output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).exists())
}

fn install_wasm_target(context: &StepContext) -> anyhow::Result<()> {
    let mut command = command::new("rustup")?;
    command.args(["target", "add", tools::WASM_TARGET]);
    context.run(&command).context("rustup is needed to add a target; see https://rustup.rs")
}

/// A copy of the lock file beside what was installed from it; npm's own record has another form.
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

fn install_npm_packages(context: &StepContext) -> anyhow::Result<()> {
    let mut command = command::new("npm")?;
    command.args(["ci", "--no-audit", "--no-fund"]);
    context.run(&command).context("npm is needed, from https://nodejs.org, with any Node from 20 on")?;
    fs::copy(package_lock(), installed_lock()).context("failed to copy package-lock.json to node_modules")?;
    Ok(())
}

fn is_installed(tool: &CargoTool) -> bool {
    tool.path().is_ok_and(|path| path.exists())
}

fn tool_builds() -> anyhow::Result<PathBuf> {
    Ok(workspace::cache()?.join("build"))
}

fn install_cargo_tool(tool: &CargoTool, context: &StepContext) -> anyhow::Result<()> {
    let mut command = command::new("cargo")?;
    command.args(["install", tool.package, "--version", tool.version, "--root"]).arg(tool.folder()?);
    if tool.locked {
        command.arg("--locked");
    }
    if !tool.default_features {
        command.arg("--no-default-features");
    }
    command
        // The tools share most of their dependencies; in one folder they are built once.
        .env("CARGO_TARGET_DIR", tool_builds()?)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    context.run(&command)
}

/// Frees more than a gigabyte that nothing needs again.
fn remove_tool_builds() -> anyhow::Result<()> {
    let folder = tool_builds()?;
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("failed to remove {}", folder.display()))?;
    }
    Ok(())
}

fn install_browser(context: &StepContext) -> anyhow::Result<()> {
    if in_path("apt-get").is_none() || !is_root()? {
        bail!(
            "the browser tests need Chromium or Chrome: install one, or set MADANG_BROWSER to its program \
             (on Debian as root: apt-get install {})",
            tools::BROWSER_PACKAGES.join(" ")
        );
    }
    context.run(&apt_get(&["update"])?)?;
    context.run(apt_get(&["install", "-y", "--no-install-recommends"])?.args(tools::BROWSER_PACKAGES))
}

fn is_root() -> anyhow::Result<bool> {
    let output = Command::new("id").arg("-u").output().context("failed to start id")?;
    Ok(output.stdout.trim_ascii() == b"0")
}

fn apt_get(arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = command::new("apt-get")?;
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

fn in_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
