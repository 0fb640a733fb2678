//! The pure crates have no clock, no randomness of their own, no input and no output: neither by a dependency nor by std.

use std::collections::{BTreeMap, BTreeSet};

use crate::crates::{folder, metadata, sources};

/// The crates without input, output, clock and random numbers of their own.
const PURE: [&str; 5] = ["shared", "room", "models", "client", "markdown"];
/// Crates that would give a pure crate one of these, if it depended on them directly or through another crate.
const IMPURE: [&str; 15] = [
    "worker",
    "worker-sys",
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "gloo-net",
    "gloo-timers",
    "leptos",
    "getrandom",
    "rand",
    "tokio",
    "hyper",
    "chrono",
    "time",
];
/// What of std would give it to them.
const IMPURE_STD: [&str; 6] =
    ["Instant::now", "SystemTime", "std::thread", "std::net", "std::fs", "std::env"];

#[test]
fn pure_crates_depend_on_no_impure_crate() {
    let dependencies = dependencies();
    for crate_name in PURE {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![crate_name.to_owned()];
        while let Some(name) = waiting.pop() {
            if reached.insert(name.clone()) {
                waiting.extend(dependencies.get(&name).cloned().unwrap_or_default());
            }
        }
        // The parser of Markdown uses nothing but std.
        let is_list_read = reached.len() > 1 || crate_name == "markdown";
        assert!(is_list_read, "{crate_name} seems to have no dependencies: is the list read wrongly?");
        let impure: Vec<&str> = IMPURE.into_iter().filter(|name| reached.contains(*name)).collect();
        assert!(impure.is_empty(), "{crate_name} depends on {impure:?}");
    }
    // Checks the reading of the list: the shells do depend on these.
    assert!(dependencies["edge"].contains("worker") && dependencies["frontend"].contains("leptos"));
}

#[test]
fn pure_crates_use_no_clock_thread_file_or_network_of_std() {
    for crate_name in PURE {
        // Tests may measure time and read files.
        for source in sources(folder(crate_name).join("src")).iter().filter(|source| !source.is_test()) {
            for word in IMPURE_STD {
                assert!(!source.text.contains(word), "{} uses {word}", source.path);
            }
        }
    }
}

/// The direct, normal dependencies of every crate, with the features that are on in this workspace.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
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
