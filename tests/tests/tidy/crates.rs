//! The workspace's crates and their source files, found by `cargo metadata`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

/// A Rust file of a crate.
pub(crate) struct Source {
    /// The path from the repository's root, for messages.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// Whether the file holds tests or benches rather than what they test.
    pub(crate) fn is_test(&self) -> bool {
        let demo_model = ["tests/src/", "tests/demo-model/src/"];
        let inside = demo_model.iter().find_map(|folder| self.path.strip_prefix(folder));
        let path = inside.unwrap_or(&self.path);
        path.split('/').any(|part| matches!(part, "tests" | "benches" | "tests.rs"))
    }
}

/// What `cargo metadata` prints for the workspace.
pub(crate) fn metadata() -> &'static Value {
    static METADATA: LazyLock<Value> = LazyLock::new(|| {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--offline"])
            .current_dir(root())
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    });
    &METADATA
}

/// The names of the workspace's crates.
pub(crate) fn names() -> Vec<&'static str> {
    let packages = metadata()["packages"].as_array().unwrap();
    let own = packages.iter().filter(|package| package["source"].is_null());
    own.map(|package| package["name"].as_str().unwrap()).collect()
}

/// The folder of a crate of the workspace.
pub(crate) fn folder(crate_name: &str) -> PathBuf {
    let packages = metadata()["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|package| package["source"].is_null() && package["name"] == crate_name)
        .unwrap_or_else(|| panic!("the workspace has no crate {crate_name}"));
    Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}

/// Every Rust file below a folder, build output left out. The folder is absolute or starts at the repository's root.
pub(crate) fn sources(folder: impl AsRef<Path>) -> Vec<Source> {
    let first = root().join(&folder);
    let mut found = Vec::new();
    let mut folders = vec![first.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !matches!(name.as_str(), "target" | "build" | "node_modules") {
                folders.push(path);
            } else if name.ends_with(".rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push(Source { path, text });
            }
        }
    }
    assert!(!found.is_empty(), "{} holds no sources", first.display());
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
