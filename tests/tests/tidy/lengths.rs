//! How files begin, and how long files and functions are.

use crate::crates::{folder, names, sources};
use crate::scan;

/// The most lines of a file, tests included: a longer one is probably about two subjects.
const FILE_LINES: usize = 400;
/// The most lines of a function, from the line of its name to its closing brace.
const FUNCTION_LINES: usize = 60;
/// The crates whose functions are checked.
const FUNCTIONS_CHECKED: [&str; 10] =
    ["shared", "models", "room", "edge", "tables", "client", "markdown", "frontend", "demo-model", "xtask"];

#[test]
fn every_file_begins_with_its_purpose_and_has_at_most_400_lines() {
    for crate_name in names() {
        for source in sources(folder(crate_name)) {
            assert!(
                source.text.starts_with("//!"),
                "{} does not begin with its purpose (`//!`)",
                source.path
            );
            let lines = source.text.lines().count();
            assert!(lines <= FILE_LINES, "{} has {lines} lines", source.path);
        }
    }
}

#[test]
fn functions_have_at_most_60_lines() {
    let mut long = Vec::new();
    for crate_name in FUNCTIONS_CHECKED {
        for source in sources(folder(crate_name).join("src")).iter().filter(|source| !source.is_test()) {
            let code = scan::without_tests(&scan::code_only(&source.text));
            let functions = functions(&code).into_iter().filter(|(_, lines)| *lines > FUNCTION_LINES);
            long.extend(functions.map(|(name, lines)| format!("{}: {name} has {lines} lines", source.path)));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_scanner_counts_lines_of_functions() {
    let text = "impl A {\n    pub(crate) async fn one(\n        a: u8,\n    ) -> u8 {\n        // {\n        \"{\"\n    }\n}\n\
                trait B {\n    fn two();\n    fn three() {}\n}\n";
    let found = functions(&scan::code_only(text));
    assert_eq!(found, [("one".to_owned(), 6), ("three".to_owned(), 1)]);
}

/// The functions with a body in code without comments and string contents: their names and lines.
fn functions(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in code.split_inclusive('\n') {
        if let Some(name) = function_name(line) {
            let rest = &code[line_start..];
            if let Some(end) = scan::end_of_item(rest).filter(|end| rest[..*end].ends_with('}')) {
                found.push((name.to_owned(), rest[..end].lines().count()));
            }
        }
        line_start += line.len();
    }
    found
}

/// The name of the function whose signature begins on this line.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let is_modifier = |word: &str| {
        matches!(word, "pub" | "const" | "async" | "unsafe" | "extern" | "\"\"") || word.starts_with("pub(")
    };
    let name = after.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (before.split_whitespace().all(is_modifier) && !name.is_empty()).then_some(name)
}
