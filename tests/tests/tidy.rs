//! What holds for the whole repository and no compiler checks: what crates depend on, how files begin, how long they are.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The crates without input, output, clock and chance.
const PURE: [&str; 4] = ["shared", "room", "models", "client"];
/// What would give a crate one of these.
const IMPURE: [&str; 14] = [
    "worker",
    "worker-sys",
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "gloo-net",
    "leptos",
    "getrandom",
    "rand",
    "tokio",
    "hyper",
    "chrono",
    "time",
];
/// Lines of a file. Past this it is probably about two things.
const LINES: usize = 400;

#[test]
fn pure_crates_depend_on_nothing_impure() {
    let dependencies = dependencies();
    for crate_name in PURE {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![crate_name.to_owned()];
        while let Some(name) = waiting.pop() {
            if reached.insert(name.clone()) {
                waiting.extend(dependencies.get(&name).cloned().unwrap_or_default());
            }
        }
        assert!(reached.len() > 1, "{crate_name} has no dependencies at all: is the list read rightly?");
        let impure: Vec<&str> = IMPURE.into_iter().filter(|name| reached.contains(*name)).collect();
        assert!(impure.is_empty(), "{crate_name} depends on {impure:?}");
    }
    assert!(dependencies["markdown"].is_empty(), "the Markdown parser has no dependencies at all");
    // The reading itself can fail: the shells do depend on these.
    assert!(dependencies["edge"].contains("worker") && dependencies["frontend"].contains("leptos"));
}

#[test]
fn pure_crates_ask_no_clock() {
    for folder in
        ["shared/src", "edge/room/src", "edge/models/src", "frontend/client/src", "frontend/markdown/src"]
    {
        // Tests may measure; what is measured may not.
        let is_test = |path: &Path| path.components().any(|part| part.as_os_str() == "tests");
        for (path, text) in sources(folder).into_iter().filter(|(path, _)| !is_test(path)) {
            for word in ["Instant::now", "SystemTime", "std::thread", "std::net", "std::fs", "std::env"] {
                assert!(!text.contains(word), "{} uses {word}", path.display());
            }
        }
    }
}

#[test]
fn files_say_what_they_are_and_stay_short() {
    for folder in ["shared", "edge", "frontend", "tests", "xtask"] {
        for (path, text) in sources(folder) {
            assert!(text.starts_with("//!"), "{} does not begin with what it is", path.display());
            let lines = text.lines().count();
            assert!(lines <= LINES, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn the_page_makes_no_html_from_strings() {
    for (path, text) in sources("frontend") {
        for word in ["inner_html", "set_outer_html", "insert_adjacent_html", "document.write", "eval("] {
            assert!(!text.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn the_lock_files_name_no_host_of_a_mirror() {
    let npm = std::fs::read_to_string(root().join("package-lock.json")).unwrap();
    assert!(!npm.contains("\"resolved\""), "package-lock.json must not say where packages came from");
    let cargo = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let sources: BTreeSet<&str> = cargo.lines().filter(|line| line.starts_with("source = ")).collect();
    assert!(sources.len() == 1 && sources.iter().all(|source| source.contains("registry+")), "{sources:?}");
}

/// Direct, normal dependencies of every crate, with the features that are on in this workspace.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut names = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        names.insert(package["id"].as_str().unwrap(), package["name"].as_str().unwrap());
    }
    let mut dependencies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in metadata["resolve"]["nodes"].as_array().unwrap() {
        let name = names[node["id"].as_str().unwrap()].to_owned();
        let normal = node["deps"].as_array().unwrap().iter().filter(|dependency| {
            dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null())
        });
        let reached = normal.map(|dependency| names[dependency["pkg"].as_str().unwrap()].to_owned());
        dependencies.entry(name).or_default().extend(reached);
    }
    dependencies
}

/// Every Rust file below a folder of the repository.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !matches!(name.as_str(), "target" | "build" | "node_modules") {
                folders.push(path);
            } else if name.ends_with(".rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no sources");
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
