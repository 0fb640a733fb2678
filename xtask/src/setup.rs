//! Installs the tools that are missing: the WebAssembly target, the commands that cargo builds, the npm packages, and a
//! browser for the tests. Not here: versions (`tools.rs`).

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};
use serde_json::{Map, Value};

use crate::{
    command,
    steps::{Step, StepContext},
    tools::{self, CargoTool},
    workspace,
};

/// A step for each missing tool that builds need, in the order in which they need them.
pub(crate) fn missing() -> anyhow::Result<Vec<Step>> {
    let mut steps = Vec::from_iter(missing_wasm_target()?);
    if !has_npm_packages() {
        steps.push(Step::new("install npm packages", install_npm_packages));
    }
    steps.extend(missing_cargo_tools(&tools::CARGO_TOOLS));
    Ok(steps)
}

/// The step that installs the WebAssembly target, if it is missing.
pub(crate) fn missing_wasm_target() -> anyhow::Result<Option<Step>> {
    let step = || Step::new("install the WebAssembly target", install_wasm_target);
    Ok(if has_wasm_target()? { None } else { Some(step()) })
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

/// Whether what npm recorded in node_modules is what package-lock.json wants. It does not matter who ran npm: a second
/// `npm ci` would remove wrangler's files while wrangler runs us as its custom build.
fn has_npm_packages() -> bool {
    let root = workspace::root();
    let (Some(wanted), Some(installed)) = (
        locked_packages(&root.join("package-lock.json")),
        locked_packages(&root.join("node_modules/.package-lock.json")),
    ) else {
        return false;
    };
    satisfies(&installed, &wanted)
}

fn satisfies(installed: &Map<String, Value>, wanted: &Map<String, Value>) -> bool {
    let version = |package: &Value| package.get("version").cloned();
    wanted.iter().all(|(path, package)| match installed.get(path) {
        Some(found) => version(found) == version(package),
        // The root package, which npm records in package-lock.json only, and packages for other platforms.
        None => path.is_empty() || package.get("optional").is_some(),
    })
}

/// The packages in one of npm's lock files, by their path.
fn locked_packages(file: &Path) -> Option<Map<String, Value>> {
    let mut lock: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    match lock.get_mut("packages")?.take() {
        Value::Object(packages) => Some(packages),
        _ => None,
    }
}

fn install_npm_packages(context: &StepContext) -> anyhow::Result<()> {
    let mut command = command::new("npm")?;
    command.args(["ci", "--no-audit", "--no-fund"]);
    context.run(&command).context("npm is needed, from https://nodejs.org, with any Node from 20 on")
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
    if !tool.features.is_empty() {
        command.args(["--features", tool.features]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_packages_are_installed_when_all_for_this_platform_have_their_version() {
        let map = |text: &str| serde_json::from_str::<Map<_, _>>(text).unwrap();
        let wanted = map(
            r#"{"": {}, "node_modules/a": {"version": "1.2.3"}, "node_modules/b": {"version": "1", "optional": true}}"#,
        );
        assert!(satisfies(&map(r#"{"node_modules/a": {"version": "1.2.3"}}"#), &wanted));
        assert!(!satisfies(&map(r#"{"node_modules/a": {"version": "1.2.2"}}"#), &wanted));
        assert!(!satisfies(&map(r#"{"node_modules/b": {"version": "1"}}"#), &wanted));
    }
}
