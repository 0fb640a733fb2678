//! The page's size: the budget, which `cargo xtask test` checks, and the tables of `cargo xtask size`.

mod functions;
mod weights;

use std::{
    fs,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, bail};

use self::weights::Weights;
use crate::{
    command, page,
    profile::Profile,
    setup,
    steps::{self, Step, StepContext},
    tools, workspace,
};

/// Bytes that a first visit may load: all WebAssembly, JavaScript and CSS after Brotli at quality 11, without the parts of the
/// page that are loaded when they are first used (frontend/parts), which are in a folder of their own. ARCHITECTURE.md ("The
/// page's budget") has what was measured.
const LIMIT: usize = 340_000;
/// The files of the operator's page, which visitors do not load.
const OPERATORS_PAGE: &str = "operator";
const KINDS: [&str; 3] = ["wasm", "js", "css"];

/// A file of the page and its size after Brotli.
struct PageFile {
    name: String,
    kind: &'static str,
    size: usize,
}

/// Prints the size of each kind of file and the total.
///
/// # Errors
/// When the total is over [`LIMIT`].
pub(crate) fn check(context: &StepContext) -> anyhow::Result<()> {
    let files = page_files(context)?;
    for kind in KINDS {
        context.print(&format!("{kind:>5} {:>7} bytes after Brotli", total(&files, kind)));
    }
    let total: usize = files.iter().map(|file| file.size).sum();
    context.print(&format!("total {total:>7} bytes, {} % of the limit of {LIMIT}", 100 * total / LIMIT));
    if total > LIMIT {
        bail!("the page is {} bytes over its limit; `cargo xtask size` prints what weighs", total - LIMIT);
    }
    Ok(())
}

/// Builds the release of the page, and once more with names, and prints both tables.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let mut work = setup::missing()?;
    work.extend(setup::missing_cargo_tools(&[&tools::TWIGGY]));
    work.push(page::step(Profile::Release));
    let found = Arc::new(Mutex::new(None));
    let result = Arc::clone(&found);
    work.push(Step::new("size by function", move |context| {
        let functions = functions::of_page(context)?;
        let files = page_files(context)?;
        *result.lock().unwrap_or_else(PoisonError::into_inner) = Some((files, functions));
        Ok(())
    }));
    steps::run(work)?;
    if let Some((files, functions)) = found.lock().unwrap_or_else(PoisonError::into_inner).take() {
        print_files(&files);
        print!("{}", Weights::of(&functions).tables(total(&files, "wasm")));
    }
    Ok(ExitCode::SUCCESS)
}

fn print_files(files: &[PageFile]) {
    println!("Files of a first visit, bytes after Brotli at quality 11\n");
    for file in files {
        println!("  {:>7}  {}", file.size, file.name);
    }
    let sum: usize = files.iter().map(|file| file.size).sum();
    println!("  {sum:>7}  total, {} % of the limit of {LIMIT}", 100 * sum / LIMIT);
}

fn total(files: &[PageFile], kind: &str) -> usize {
    files.iter().filter(|file| file.kind == kind).map(|file| file.size).sum()
}

/// The files of the built page that a first visit loads, by kind and name.
fn page_files(context: &StepContext) -> anyhow::Result<Vec<PageFile>> {
    let folder = page::folder(Profile::Release);
    let mut paths = Vec::new();
    for kind in KINDS {
        let mut of_kind: Vec<PathBuf> = fs::read_dir(&folder)
            .with_context(|| format!("failed to read {}; build the page first", folder.display()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == kind))
            .filter(|path| path.file_stem().is_none_or(|stem| stem != OPERATORS_PAGE))
            .collect();
        if of_kind.is_empty() {
            bail!("{} has no .{kind} file; build the page first", folder.display());
        }
        of_kind.sort();
        paths.extend(of_kind.into_iter().map(|path| (kind, path)));
    }
    let sizes = compressed_sizes(&paths, context)?;
    let files = paths.into_iter().zip(sizes).map(|((kind, path), size)| PageFile {
        name: path.file_name().unwrap_or_default().display().to_string(),
        kind,
        size,
    });
    Ok(files.collect())
}

/// The size of each file after Brotli. Node has Brotli built in; the crate `brotli` would take longer to compile than
/// all of xtask.
fn compressed_sizes(paths: &[(&str, PathBuf)], context: &StepContext) -> anyhow::Result<Vec<usize>> {
    const SCRIPT: &str = "
        const { readFileSync } = require('node:fs');
        const { brotliCompressSync, constants } = require('node:zlib');
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        const sizes = process.argv.slice(1).map((file) => brotliCompressSync(readFileSync(file), { params }).length);
        console.log(JSON.stringify(sizes));
    ";
    let mut command = command::new(workspace::npm_command("node"))?;
    command.args(["--eval", SCRIPT, "--"]).args(paths.iter().map(|(_, path)| path));
    let output = context.output(&command)?;
    serde_json::from_str(&output).with_context(|| format!("Node printed no sizes: {output}"))
}
