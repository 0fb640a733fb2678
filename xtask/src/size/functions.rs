//! The sizes of the functions in the page's module, named. The module that visitors load has no names, so this builds it
//! once more, keeps the names through the same steps, and has twiggy list them.

use std::{path::Path, process::Command};

use anyhow::{Context, anyhow};

use crate::{command, steps::StepContext, tools, workspace};

/// The profile of the page in Cargo.toml, as index.html names it to Trunk.
const CARGO_PROFILE: &str = "page";
/// Adds the types of generic functions to their names; those tell for which view a function of a library was compiled.
const RUSTFLAGS: &str = "-C symbol-mangling-version=v0";

/// A part of the module as twiggy names it: a function, a data segment, a header …
pub(super) struct Part {
    pub(super) name: String,
    pub(super) size: usize,
}

/// Builds the module and lists its parts.
pub(super) fn of_page(context: &StepContext) -> anyhow::Result<Vec<Part>> {
    let folder = workspace::build_folder().join("size");
    context.run(&cargo(&folder)?)?;
    let module = folder.join(tools::WASM_TARGET).join(CARGO_PROFILE).join("frontend.wasm");
    // What a first visit loads: frontend/split/wasm-bindgen does the same.
    let pieces = folder.join("split");
    let mut split = command::new(tools::WASM_SPLIT.path()?)?;
    split.arg(module).arg(&pieces).args(["--out-name", "frontend"]);
    context.run(&split)?;
    let mut wasm_bindgen = command::new(tools::WASM_BINDGEN.path()?)?;
    wasm_bindgen.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-dir"]);
    wasm_bindgen.arg(&folder).arg(pieces.join("frontend.wasm"));
    context.run(&wasm_bindgen)?;
    let optimised = folder.join("optimised.wasm");
    let mut wasm_opt = command::new(workspace::npm_command("wasm-opt"))?;
    // Level and parameters are those of index.html; `-g` keeps the names.
    wasm_opt
        .args(["-Oz", "--low-memory-unused", "--one-caller-inline-max-function-size=20", "-g", "--output"])
        .arg(&optimised)
        .arg(folder.join("frontend_bg.wasm"));
    context.run(&wasm_opt)?;
    let mut twiggy = command::new(tools::TWIGGY.path()?)?;
    twiggy.args(["top", "-n", "1000000", "-f", "json"]).arg(optimised);
    parts(&context.output(&twiggy)?)
}

/// A target folder of its own, because other flags would make cargo build everything anew each time.
fn cargo(folder: &Path) -> anyhow::Result<Command> {
    let mut command = command::new("cargo")?;
    command
        .args(["build", "--package", "frontend", "--features", "split"])
        .args(["--profile", CARGO_PROFILE, "--target", tools::WASM_TARGET])
        .env("CARGO_TARGET_DIR", folder)
        // Cargo adds these to the flags in .cargo/config.toml.
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", RUSTFLAGS);
    Ok(command)
}

fn parts(json: &str) -> anyhow::Result<Vec<Part>> {
    let list: Vec<serde_json::Value> = serde_json::from_str(json).context("twiggy printed no JSON list")?;
    list.iter()
        .map(|part| {
            let name = part.get("name")?.as_str()?.to_owned();
            let size = usize::try_from(part.get("shallow_size")?.as_u64()?).ok()?;
            Some(Part { name, size })
        })
        .collect::<Option<_>>()
        .ok_or_else(|| anyhow!("twiggy's list has parts without a name or a size"))
}
