//! The texts from which mutations start.

use std::path::{Path, PathBuf};

/// The golden files of a direction: `client` or `server`.
pub(crate) fn golden(direction: &str) -> Vec<String> {
    let folder = root().join("shared/golden").join(direction);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap().trim().to_owned()).collect()
}

/// A list of texts of `corpus/`.
pub(crate) fn list(name: &str) -> Vec<String> {
    let path = root().join("tests/fuzz/corpus").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A file of the repository.
pub(crate) fn file(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}
