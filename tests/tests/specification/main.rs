//! Compares the specification in `docs/` with the repository: every number that code cites has a row, every row has a test
//! or a reason, every test that is listed exists, `protocol.md` has the codes, limits and frames of `shared`, and every path
//! and type that documents name exists.
//!
//! The lists of tests are written by `UPDATE_EXPECT=1 cargo test -p tests --test specification`. Not here: whether a test
//! shows what its row says.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first surprise"
)]

use std::path::{Path, PathBuf};

use crate::documents::{Document, bare_rows, check_lists, unknown_citations, unknown_names};
use crate::sources::{Kind, Source};

mod documents;
mod help;
mod log_events;
mod names;
mod protocol;
mod security;
mod sources;

#[test]
fn every_number_cited_in_the_sources_has_a_row() {
    let sources = sources();
    report(documents().iter().flat_map(|document| unknown_citations(document, &sources)).collect());
}

#[test]
fn every_row_has_a_test_or_a_reason() {
    let sources = sources();
    report(documents().iter().flat_map(|document| bare_rows(document, &sources)).collect());
}

#[test]
fn every_listed_test_exists_and_every_numbered_test_is_listed() {
    let sources = sources();
    let mut problems = Vec::new();
    for document in documents() {
        let (updated, found) = check_lists(&document, &sources);
        if std::env::var_os("UPDATE_EXPECT").is_none() {
            problems.extend(found);
        } else if updated != document.text {
            std::fs::write(root().join(document.path), updated).unwrap();
        }
        problems.extend(unknown_names(&document, &sources));
    }
    report(problems);
}

#[test]
fn the_help_for_visitors_quotes_words_that_the_page_shows() {
    let page: Vec<Source> =
        sources().into_iter().filter(|source| source.path.starts_with("frontend/src/")).collect();
    let help = read("edge/help.md");
    report(help::unknown_words(&help, &page));
    assert_eq!(help::unknown_words("“Bots” “Botes”", &page), ["edge/help.md quotes “Botes”"]);
}

#[test]
fn case_148_every_event_of_the_operators_log_is_documented_and_logged() {
    let edge = sources().into_iter().filter(|source| source.path.starts_with("edge/src/"));
    let logged: std::collections::BTreeSet<String> =
        edge.flat_map(|source| log_events::logged(&source.text)).collect();
    assert_eq!(log_events::documented(&read("docs/operations.md")), logged);
}

#[test]
fn case_148_the_worker_logs_nothing_but_events() {
    let edge = sources().into_iter().filter(|source| source.path.starts_with("edge/src/"));
    let others = edge.filter(|source| source.path != "edge/src/log.rs" && source.text.contains("console_"));
    report(others.map(|source| format!("{} writes to the console itself", source.path)).collect());
}

/// The two documents with numbered rows.
fn documents() -> [Document; 2] {
    [(Kind::Guarantee, "docs/guarantees.md"), (Kind::Case, "docs/bad-inputs.md")].map(|(kind, path)| {
        let text = read(path);
        Document { kind, path, text }
    })
}

/// Every Rust source and every browser test of the repository, but for this test and its examples.
fn sources() -> Vec<Source> {
    let folders = ["shared", "edge", "frontend", "tests", "xtask"].map(|folder| root().join(folder));
    let paths = folders.iter().flat_map(|folder| files(folder, &["rs", "mjs"]));
    let sources = paths.filter(|path| !path.starts_with("tests/tests/specification"));
    sources.map(|path| Source::new(&path, suite(&path), read(&path))).collect()
}

/// The crate of a file; in the crate `tests`, the suite.
fn suite(path: &str) -> String {
    let folder =
        Path::new(path).ancestors().skip(1).find(|folder| root().join(folder).join("Cargo.toml").exists());
    let folder = folder.unwrap_or_else(|| panic!("{path} is in no crate"));
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    if folder != Path::new("tests") {
        return name(folder);
    }
    let parts: Vec<&str> = path.split('/').collect();
    // tests/tests/SUITE/… or tests/tests/SUITE.rs, but tests/browser/….
    name(Path::new(parts[if parts[1] == "tests" { 2 } else { 1 }]))
}

/// Files with one of these extensions, in a folder and below, as paths from the root of the repository.
fn files(folder: &Path, extensions: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() {
                let is_built = ["target", "build", "dist", "node_modules"].contains(&name.as_ref());
                if !is_built && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|of| extensions.iter().any(|extension| of == *extension)) {
                found.push(path.strip_prefix(root()).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Fails with all that was found.
fn report(problems: Vec<String>) {
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
