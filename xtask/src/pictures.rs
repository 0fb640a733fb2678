//! `cargo xtask pictures`: pictures of the release in a real browser, with the demo model. What they show is in
//! tests/browser/pictures.mjs.

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use crate::{
    command, demo_model, page,
    profile::{BUILT_VARIABLE, Profile},
    setup,
    steps::{self, Step},
    worker, workspace,
};

/// Where a chosen few go when no folder is given.
const FOLDER: &str = "docs/pictures";

/// With a folder as argument takes all pictures into it, otherwise a chosen few into docs/pictures.
pub(crate) fn run(folder: Option<OsString>) -> anyhow::Result<ExitCode> {
    let mut work = setup::missing()?;
    work.extend(setup::missing_browser());
    work.push(page::step(Profile::Release));
    work.push(worker::step(Profile::Release));
    work.push(demo_model::step());
    work.push(Step::new("pictures", move |context| {
        let mut command = command::new(workspace::npm_command("node"))?;
        command.arg("tests/browser/pictures.mjs");
        match &folder {
            Some(folder) => command.arg(std::path::absolute(PathBuf::from(folder))?).arg("--all"),
            None => command.arg(workspace::root().join(FOLDER)),
        };
        if let Some(browser) = setup::browser() {
            command.env("MADANG_BROWSER", browser);
        }
        context.run(command.env(BUILT_VARIABLE, "1"))
    }));
    steps::run(work)?;
    Ok(ExitCode::SUCCESS)
}
