//! The lock files name the public registries alone, so that they work on any machine.

use std::collections::BTreeSet;

use crate::crates::root;

#[test]
fn lock_files_name_no_host_of_a_mirror() {
    let npm = std::fs::read_to_string(root().join("package-lock.json")).unwrap();
    assert!(!npm.contains("\"resolved\""), "package-lock.json must not say where packages came from");
    let cargo = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let sources: BTreeSet<&str> = cargo.lines().filter(|line| line.starts_with("source = ")).collect();
    assert!(sources.len() == 1 && sources.iter().all(|source| source.contains("registry+")), "{sources:?}");
}
