//! How large the page is on its way to the browser, and how large it may become.

use std::{fs, path::Path};

use anyhow::{Context, bail};

use crate::{page, steps::Running, worker::Profile, workspace};

/// A kind of file, and how many bytes all of that kind may have together after Brotli at its best.
struct Budget {
    kind: &'static str,
    limit: usize,
}

const BUDGETS: [Budget; 3] = [
    Budget { kind: "wasm", limit: 170 * 1024 },
    Budget { kind: "js", limit: 10 * 1024 },
    Budget { kind: "css", limit: 12 * 1024 },
];

/// Prints the size and the margin of each kind, and fails when one is over its limit.
pub(crate) fn check(running: &Running) -> anyhow::Result<()> {
    let mut over = Vec::new();
    for budget in BUDGETS {
        let size = compressed(&page::folder(Profile::Release), budget.kind, running)?;
        let share = 100 * size / budget.limit;
        running.say(&format!(
            "{:>4}: {size:>6} bytes after Brotli, {share} % of the limit of {}",
            budget.kind, budget.limit
        ));
        if size > budget.limit {
            over.push(budget.kind);
        }
    }
    if !over.is_empty() {
        bail!("the page's {} is larger than its limit (xtask/src/size.rs)", over.join(" and "));
    }
    Ok(())
}

/// Node has Brotli built in, which spares us a crate.
fn compressed(folder: &Path, kind: &str, running: &Running) -> anyhow::Result<usize> {
    const SCRIPT: &str = "
        const { readFileSync } = require('node:fs');
        const { brotliCompressSync, constants } = require('node:zlib');
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        const sizes = process.argv.slice(1).map((file) => brotliCompressSync(readFileSync(file), { params }).length);
        console.log(sizes.reduce((sum, size) => sum + size, 0));
    ";
    let files = fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read; build the page", folder.display()))?;
    let mut command = workspace::command(workspace::npm_command("node"))?;
    command.args(["--eval", SCRIPT, "--"]);
    for file in files {
        let path = file.with_context(|| format!("{} cannot be read", folder.display()))?.path();
        if path.extension().is_some_and(|extension| extension == kind) {
            command.arg(path);
        }
    }
    let answer = running.captured(&command)?;
    answer.trim().parse().with_context(|| format!("Node did not answer with a size: {answer}"))
}
