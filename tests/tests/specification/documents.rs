//! Checks `guarantees.md` and `bad-inputs.md`: their rows, and the tests that they list.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{Kind, Source, citations, tests_of, words};

/// `guarantees.md` or `bad-inputs.md`.
pub(crate) struct Document {
    pub(crate) kind: Kind,
    pub(crate) path: &'static str,
    pub(crate) text: String,
}

/// Numbers after this one are given in blocks of ten, one for each subject, and not all of a block are used.
const LAST_WITHOUT_GAPS: u32 = 77;

/// A row of a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) number: u32,
    pub(crate) line: usize,
    pub(crate) has_reason: bool,
}

/// Numbers that the sources cite and the document does not have.
pub(crate) fn unknown_citations(document: &Document, sources: &[Source]) -> Vec<String> {
    let known: BTreeSet<u32> = rows(document).iter().map(|row| row.number).collect();
    let mut problems = Vec::new();
    for source in sources {
        for (line, kind, number) in citations(&source.text) {
            if kind == document.kind && !known.contains(&number) {
                let (path, name) = (&source.path, document.path);
                problems
                    .push(format!("{path}:{line} cites {}, which {name} does not have", kind.name(number)));
            }
        }
    }
    problems
}

/// Rows without a test and without a reason, rows that stand twice, and numbers that are left out.
pub(crate) fn bare_rows(document: &Document, sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut expected = 1;
    for row in &rows(document) {
        let Row { number, line, has_reason } = row;
        let (at, name) = (format!("{}:{line}", document.path), document.kind.name(*number));
        if *number != expected && !(expected > LAST_WITHOUT_GAPS && *number > expected) {
            problems.push(format!("{at}: {name} stands where {} is expected", document.kind.name(expected)));
        }
        expected = number + 1;
        if !has_reason && tests_of(document.kind, *number, sources).is_empty() {
            problems.push(format!("{at}: {name} has neither a test with its number nor a reason"));
        }
    }
    problems
}

/// The document with its lists of tests written anew, and what was wrong with them.
pub(crate) fn check_lists(document: &Document, sources: &[Source]) -> (String, Vec<String>) {
    let (mut text, mut problems) = (String::new(), Vec::new());
    let mut listed_rows = BTreeSet::new();
    let mut section = None;
    for (index, line) in document.text.lines().enumerate() {
        section = section_number(document.kind, line).or(section);
        let number = match document.kind {
            Kind::Guarantee => section.filter(|_| line.starts_with("Tests:")),
            Kind::Case => line.strip_prefix("- ").and_then(|rest| rest.split_once(':')?.0.parse().ok()),
        };
        let Some(number) = number else {
            text += &format!("{line}\n");
            continue;
        };
        listed_rows.insert(number);
        let head = if document.kind == Kind::Case { format!("- {number}: ") } else { "Tests: ".to_owned() };
        let tests = tests_of(document.kind, number, sources);
        let expected = format!("{head}{}.", written(&tests));
        text += &format!("{expected}\n");
        if line == expected {
            continue;
        }
        let at = format!("{}:{}: {}", document.path, index + 1, document.kind.name(number));
        let (listed, exist) =
            (quoted_names(line), tests.values().flatten().copied().collect::<BTreeSet<_>>());
        let before = problems.len();
        problems.extend(
            listed.difference(&exist).map(|name| format!("{at} lists `{name}`, which no source has")),
        );
        problems
            .extend(exist.difference(&listed).map(|name| format!("{at} does not list the test `{name}`")));
        if problems.len() == before {
            problems.push(format!("{at} groups its tests wrongly; expected: {expected}"));
        }
    }
    let unlisted = rows(document).into_iter().filter(|row| !listed_rows.contains(&row.number));
    problems
        .extend(unlisted.map(|row| {
            format!("{}: {} has no list of tests", document.path, document.kind.name(row.number))
        }));
    if !problems.is_empty() {
        problems
            .push("UPDATE_EXPECT=1 cargo test -p tests --test specification writes these lists".to_owned());
    }
    (text, problems)
}

/// Tests without the number of their row (lines that begin with "Also") and titles of browser tests that do not exist.
pub(crate) fn unknown_names(document: &Document, sources: &[Source]) -> Vec<String> {
    let known: BTreeSet<&str> =
        sources.iter().flat_map(|source| &source.functions).map(String::as_str).collect();
    let mut problems = Vec::new();
    for (index, line) in document.text.lines().enumerate() {
        let at = format!("{}:{}", document.path, index + 1);
        if line.starts_with("Also:") {
            let missing = quoted_names(line).into_iter().filter(|name| !known.contains(name));
            problems.extend(missing.map(|name| format!("{at} lists `{name}`, which no source has")));
        }
        for intro in ["browser: \"", "browser test \""] {
            for title in line.split(intro).skip(1).filter_map(|rest| rest.split('"').next()) {
                let call = format!("test('{title}'");
                if !sources.iter().any(|source| source.path.ends_with(".mjs") && source.text.contains(&call))
                {
                    problems.push(format!("{at} names the browser test {title:?}, which does not exist"));
                }
            }
        }
    }
    problems
}

/// The rows of a document, in its order.
fn rows(document: &Document) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, line) in document.text.lines().enumerate() {
        let number = match document.kind {
            Kind::Guarantee => section_number(document.kind, line),
            Kind::Case => cells(line).first().and_then(|cell| cell.parse().ok()),
        };
        let has_reason = cells(line).get(3).is_some_and(|reason| !reason.is_empty());
        rows.extend(number.map(|number| Row { number, line: index + 1, has_reason }));
    }
    rows
}

/// The number of a heading `## G9: …`.
fn section_number(kind: Kind, line: &str) -> Option<u32> {
    let rest = line.strip_prefix("## G").filter(|_| kind == Kind::Guarantee)?;
    rest.split_once(':')?.0.parse().ok()
}

/// A list of tests as it stands in a document.
fn written(tests: &BTreeMap<&str, BTreeSet<&str>>) -> String {
    let suites = tests.iter().map(|(suite, names)| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("{suite}: {}", names.join(", "))
    });
    let suites: Vec<String> = suites.collect();
    if suites.is_empty() { "none".to_owned() } else { suites.join("; ") }
}

fn quoted_names(line: &str) -> BTreeSet<&str> {
    line.split('`').skip(1).step_by(2).filter(|name| words(name).eq([*name])).collect()
}

/// The cells of a line of a table.
pub(crate) fn cells(line: &str) -> Vec<String> {
    let inner = line.strip_prefix('|').and_then(|line| line.trim_end().strip_suffix('|'));
    inner.map(|inner| inner.split('|').map(|cell| cell.trim().to_owned()).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(rows: &str) -> Document {
        Document { kind: Kind::Case, path: "cases.md", text: rows.to_owned() }
    }

    fn source(text: &str) -> [Source; 1] {
        [Source::new("a.rs", "room".to_owned(), text.to_owned())]
    }

    #[test]
    fn an_unknown_number_is_reported() {
        let document = cases("| 1 | input | answer | |\n");
        assert!(unknown_citations(&document, &source("// case 1\nfn g99_x() {}")).is_empty());
        let found = unknown_citations(&document, &source("// case 2\nfn case_3_x() {}"));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("a.rs:1 cites case 2,") && found[1].starts_with("a.rs:2 cites case 3,"));
        let text = "## G1: one order\n".to_owned();
        let document = Document { kind: Kind::Guarantee, path: "guarantees.md", text };
        assert_eq!(unknown_citations(&document, &source("// G1, G2\nfn g3_x() {}\n// case 7")).len(), 2);
    }

    #[test]
    fn a_row_needs_a_test_or_a_reason_and_its_place() {
        let document =
            cases("| 1 | input | answer | |\n| 2 | input | answer | the platform's |\n| 4 | a | b | c |\n");
        let found = bare_rows(&document, &source("fn other() {}"));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("case 1 has neither") && found[1].contains("case 4 stands where case 3"));
        assert_eq!(bare_rows(&document, &source("fn case_01_x() {}")).len(), 1);
    }

    #[test]
    fn lists_of_tests_are_compared_and_written() {
        let document = cases("| 1 | a | b | |\n| 2 | a | b | c |\n- 1: room: `case_01_gone`.\n- 2: none.\n");
        let sources = source("fn case_01_here() {}");
        let (updated, found) = check_lists(&document, &sources);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            found[0].contains("cases.md:3: case 1 lists `case_01_gone`, which no source has"),
            "{found:?}"
        );
        assert!(found[1].contains("case 1 does not list the test `case_01_here`"), "{found:?}");
        assert!(updated.contains("- 1: room: `case_01_here`.\n- 2: none.\n"), "{updated}");
        assert!(check_lists(&cases(&updated), &sources).1.is_empty());
        let (_, found) = check_lists(&cases("| 1 | a | b | c |\n"), &sources);
        assert!(found[0].contains("case 1 has no list"), "{found:?}");
    }

    #[test]
    fn names_that_do_not_exist_are_reported() {
        let document = cases("Also: `finds_it`, `finds_nothing`; browser: \"a title\".\n");
        let found = unknown_names(&document, &source("fn finds_it() {}"));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("`finds_nothing`") && found[1].contains("a title"));
    }
}
