//! Builds the Worker with worker-build. The command `cargo xtask worker` is also wrangler's custom build (wrangler.toml).
//!
//! The release goes to `edge/build`, where wrangler.toml expects the Worker; the development build of `cargo xtask dev` to
//! target/madang/worker, so that tests can run on a release while somebody works; the release with readable JavaScript for
//! `cargo xtask profile` to target/madang/worker-profile. Plain `wrangler dev` gets a development
//! build in `edge/build`, and a page if there is none in `dist`; plain `wrangler deploy` gets the release of both.

use std::{
    env,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::bail;
use pico_args::Arguments;

use crate::{
    command,
    freshness::BuiltFolder,
    page,
    profile::{self, BUILT_VARIABLE, Profile},
    setup,
    steps::{self, Step, StepContext},
    tools, workspace,
};

/// Set by wrangler for custom builds: the wrangler command that is running, such as `dev` or `deploy`.
const WRANGLER_COMMAND: &str = "WRANGLER_COMMAND";

/// A build of the Worker: how, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WorkerBuild {
    profile: Profile,
    folder: PathBuf,
    javascript: JavaScript,
}

/// Whether the bindings' names are kept. Those of the WebAssembly module's functions always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum JavaScript {
    Minified,
    Readable,
}

/// What `cargo xtask worker` has to build.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    worker: WorkerBuild,
    page: Page,
}

/// What is done about the page in `dist`, which wrangler.toml names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Untouched,
    /// The development build, if there is no page. A page that is there may be the work of `trunk serve`.
    IfMissing,
    Release,
}

impl Options {
    pub(crate) fn parse(arguments: &mut Arguments) -> Self {
        let named = if arguments.contains("--dev") {
            Some(Profile::Development)
        } else if arguments.contains("--release") {
            Some(Profile::Release)
        } else {
            Profile::from_env()
        };
        Self::choose(named, env::var(WRANGLER_COMMAND).ok().as_deref())
    }

    /// `named` is the profile that somebody asked for, `wrangler` the command of wrangler that runs us.
    fn choose(named: Option<Profile>, wrangler: Option<&str>) -> Self {
        match (named, wrangler) {
            (Some(profile), _) => Self { worker: WorkerBuild::of(profile), page: Page::Untouched },
            (None, None) => Self { worker: WorkerBuild::of(Profile::Release), page: Page::Untouched },
            (None, Some("dev")) => {
                let worker =
                    WorkerBuild { profile: Profile::Development, ..WorkerBuild::of(Profile::Release) };
                Self { worker, page: Page::IfMissing }
            }
            (None, Some(_)) => Self { worker: WorkerBuild::of(Profile::Release), page: Page::Release },
        }
    }
}

impl WorkerBuild {
    /// The build that the other commands use with this profile.
    pub(crate) fn of(profile: Profile) -> Self {
        let folder = match profile {
            Profile::Development => workspace::build_folder().join("worker"),
            Profile::Release => workspace::root().join("edge/build"),
        };
        Self { profile, folder, javascript: JavaScript::Minified }
    }

    /// The release as `cargo xtask profile` runs it: the same WebAssembly module.
    pub(crate) fn for_cpu_profile() -> Self {
        Self {
            profile: Profile::Release,
            folder: workspace::build_folder().join("worker-profile"),
            javascript: JavaScript::Readable,
        }
    }

    /// The file to give to wrangler.
    pub(crate) fn script(&self) -> PathBuf {
        self.folder.join("index.js")
    }

    pub(crate) fn step(self) -> Step {
        let what = if self.javascript == JavaScript::Readable { "profile" } else { self.profile.name() };
        Step::new(format!("Worker ({what})"), move |context| self.run(context))
    }

    fn run(&self, context: &StepContext) -> anyhow::Result<()> {
        let name = if *self == Self::of(Profile::Development) {
            "worker-development"
        } else if *self == Self::for_cpu_profile() {
            "worker-profile"
        } else {
            "worker-edge-build"
        };
        let built = BuiltFolder {
            name: name.to_owned(),
            variant: self.profile.name(),
            sources: &["edge", "shared", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml"],
            folder: self.folder.clone(),
        };
        built.build_if_stale(|| context.run(&self.worker_build()?))
    }

    fn worker_build(&self) -> anyhow::Result<Command> {
        let mut command = command::new(tools::WORKER_BUILD.path()?)?;
        command
            .current_dir(workspace::root().join("edge"))
            .arg("--out-dir")
            .arg(&self.folder)
            // Without these it downloads tools.
            .env("WASM_BINDGEN_BIN", tools::WASM_BINDGEN.path()?)
            .env("WASM_OPT_BIN", workspace::npm_command("wasm-opt"))
            .env("ESBUILD_BIN", workspace::npm_command("esbuild"))
            // With backtraces it prints its own below each compiler error.
            .env("RUST_BACKTRACE", "0");
        match self.profile {
            // wasm-opt takes longer than compiling a change.
            Profile::Development => command.args(["--dev", "--no-opt"]),
            Profile::Release => command.arg("--release"),
        };
        if self.javascript == JavaScript::Readable {
            command.env("NO_MINIFY", "1");
        }
        Ok(command)
    }
}

/// The step that builds the Worker with this profile.
pub(crate) fn step(profile: Profile) -> Step {
    WorkerBuild::of(profile).step()
}

pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let Options { worker, page } = options;
    if profile::is_prebuilt() {
        let script = worker.script();
        if !script.exists() {
            bail!(
                "{BUILT_VARIABLE}=1 is set, but {} is missing; run `cargo xtask worker` without the variable",
                script.display()
            );
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut work = setup::missing()?;
    match page {
        Page::Release => work.push(page::step(Profile::Release)),
        Page::IfMissing if !page::is_in_dist() => {
            work.push(page::step(Profile::Development));
            work.push(Step::new("copy the page to dist", page::copy_to_dist));
        }
        Page::IfMissing | Page::Untouched => {}
    }
    work.push(worker.step());
    steps::run(work)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_profile_has_a_folder_of_its_own() {
        for wrangler in [None, Some("dev"), Some("deploy")] {
            for profile in [Profile::Development, Profile::Release] {
                let expected = Options { worker: WorkerBuild::of(profile), page: Page::Untouched };
                assert_eq!(Options::choose(Some(profile), wrangler), expected);
            }
        }
    }

    #[test]
    fn case_184_cloudflare_writes_no_line_of_its_own_for_a_request() {
        let config = std::fs::read_to_string(workspace::root().join("wrangler.toml")).unwrap();
        let (_, logs) = config.split_once("\n[observability.logs]\n").unwrap();
        let settings: Vec<&str> = logs.lines().take_while(|line| !line.starts_with('[')).collect();
        assert!(settings.contains(&"invocation_logs = false"), "{settings:?}");
    }

    #[test]
    fn wrangler_alone_always_gets_the_folder_that_its_configuration_names() {
        let wrangler_toml = std::fs::read_to_string(workspace::root().join("wrangler.toml")).unwrap();
        assert!(wrangler_toml.contains("main = \"edge/build/index.js\""));
        for (wrangler, profile, page) in [
            (None, Profile::Release, Page::Untouched),
            (Some("dev"), Profile::Development, Page::IfMissing),
            (Some("deploy"), Profile::Release, Page::Release),
            (Some("versions upload"), Profile::Release, Page::Release),
        ] {
            let options = Options::choose(None, wrangler);
            assert_eq!(options.worker.script(), workspace::root().join("edge/build/index.js"));
            assert_eq!((options.worker.profile, options.page), (profile, page), "{wrangler:?}");
        }
    }
}
