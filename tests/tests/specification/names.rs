//! Checks that the files and types that documents name exist, so that a move or a rename is followed by its documents.

use std::collections::BTreeSet;

use crate::documents::cells;
use crate::sources::{Source, words};
use crate::{files, read, report, root, sources};

/// The first parts of paths that are checked.
const FOLDERS: [&str; 6] = ["docs/", "edge/", "frontend/", "shared/", "tests/", "xtask/"];
/// Paths that exist only after a build.
const BUILT: [&str; 1] = ["edge/build"];

#[test]
fn every_path_in_the_documents_exists() {
    let mut documents = files(&root().join("docs"), &["md"]);
    documents.extend(
        ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "tests/README.md"]
            .map(str::to_owned),
    );
    let mut problems = Vec::new();
    for document in documents {
        let text = read(&document);
        for (line, path) in paths(&text) {
            // The map's rows name files of the folder in their first cell.
            let folder = root().join(first_cell(text.lines().nth(line - 1).unwrap()));
            let exists = root().join(&path).exists() || folder.join(&path).exists();
            if !exists && !BUILT.contains(&path.as_str()) {
                problems.push(format!("{document}:{line} names {path}, which does not exist"));
            }
        }
        let folder = root().join(&document).parent().unwrap().to_owned();
        for (line, path) in links(&text) {
            if !folder.join(&path).exists() {
                problems.push(format!("{document}:{line} leads to {path}, which does not exist"));
            }
        }
    }
    report(problems);
}

#[test]
fn every_type_in_the_glossary_exists() {
    report(unknown_types(&read("docs/glossary.md"), &sources()));
}

/// Types, functions and modules in the last column that their crate does not have.
fn unknown_types(glossary: &str, sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, line) in glossary.lines().enumerate() {
        for name in cells(line).last().map(|cell| quoted(cell)).unwrap_or_default() {
            let Some((crate_name, rest)) = name.split_once("::") else { continue };
            let last = rest.rsplit("::").next().unwrap_or(rest);
            let mut own = sources.iter().filter(|source| source.suite == crate_name);
            if !own.any(|source| words(&source.text).any(|word| word == last)) {
                problems.push(format!("docs/glossary.md:{}: {crate_name} has no `{last}`", index + 1));
            }
        }
    }
    problems
}

/// Paths in backticks, with their lines. Patterns and examples are none.
fn paths(text: &str) -> BTreeSet<(usize, String)> {
    let mut found = BTreeSet::new();
    for (index, line) in text.lines().enumerate() {
        let names =
            quoted(line).into_iter().filter(|name| FOLDERS.iter().any(|folder| name.starts_with(folder)));
        let names = names.filter(|name| !name.contains([' ', '*', '{', '…']));
        found.extend(names.map(|name| (index + 1, name.to_owned())));
    }
    found
}

/// The files to which links and pictures lead, relative to the document's folder, with their lines.
fn links(text: &str) -> BTreeSet<(usize, String)> {
    let mut found = BTreeSet::new();
    for (index, line) in text.lines().enumerate() {
        for target in line.split("](").skip(1).chain(line.split("src=\"").skip(1)) {
            let path = target.split([')', '#', '"']).next().unwrap_or_default();
            if !path.is_empty() && !path.contains("://") {
                found.insert((index + 1, path.to_owned()));
            }
        }
    }
    found
}

fn first_cell(line: &str) -> String {
    cells(line).first().map(|cell| cell.trim_matches('`').to_owned()).unwrap_or_default()
}

fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_backticks() {
        let found =
            paths("see `edge/src/lib.rs`, `tests/*.rs`\nand edge/x `docs/a.md` `cargo test -p room`\n");
        assert_eq!(found, BTreeSet::from([(1, "edge/src/lib.rs".to_owned()), (2, "docs/a.md".to_owned())]));
    }

    #[test]
    fn links_and_pictures_are_found() {
        let found = links("see [a](docs/a.md#part), [b](https://b.example), [c](#c)\n![d](docs/d.png)\n");
        assert_eq!(found, BTreeSet::from([(1, "docs/a.md".to_owned()), (2, "docs/d.png".to_owned())]));
    }

    #[test]
    fn types_that_a_crate_lacks_are_reported() {
        let sources = [Source::new("a.rs", "room".to_owned(), "pub struct Room;".to_owned())];
        let line = "| term | `not::Checked` here | `room::Room`, `room::Gone`, `shared::Room`, `edge` |";
        let found = unknown_types(line, &sources);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("room has no `Gone`") && found[1].contains("shared has no `Room`"));
    }
}
