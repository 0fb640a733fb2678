//! Reads the numbers that sources cite and the names of their tests. Not here: what the documents say of them.

use std::collections::{BTreeMap, BTreeSet};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A row of `guarantees.md`, cited as `G9` or `g9_…`.
    Guarantee,
    /// A row of `bad-inputs.md`, cited as `case 35` or `case_35_…`.
    Case,
}

impl Kind {
    /// How a row is named: `G9`, `case 35`.
    pub(crate) fn name(self, number: u32) -> String {
        match self {
            Self::Guarantee => format!("G{number}"),
            Self::Case => format!("case {number}"),
        }
    }
}

/// A source file in which tests and comments cite numbers.
pub(crate) struct Source {
    pub(crate) path: String,
    /// The crate; in the crate `tests`, the suite.
    pub(crate) suite: String,
    pub(crate) text: String,
    /// The names of all functions in it, or those of its browser tests that have a number.
    pub(crate) functions: BTreeSet<String>,
}

impl Source {
    pub(crate) fn new(path: &str, suite: String, text: String) -> Self {
        let functions = match path.ends_with(".mjs") {
            true => browser_tests(&text).map(str::to_owned).collect(),
            false => functions(&text).map(str::to_owned).collect(),
        };
        Self { path: path.to_owned(), suite, text, functions }
    }
}

/// Every number that a source text cites, with its line.
pub(crate) fn citations(text: &str) -> Vec<(usize, Kind, u32)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let prose = prose(line);
        let prose_words: Vec<&str> = words(prose).collect();
        for (at, word) in prose_words.iter().enumerate() {
            let is_case = matches!(*word, "case" | "cases" | "Case" | "Cases");
            let is_row = matches!(*word, "row" | "rows") && prose.contains("bad-inputs.md");
            if is_case || is_row {
                let list = prose_words.iter().skip(at + 1).filter(|next| !matches!(**next, "to" | "and"));
                let list = list.map_while(|next| next.parse().ok());
                found.extend(list.map(|number| (index + 1, Kind::Case, number)));
            }
        }
        for word in words(line) {
            let promise = word.strip_prefix('G').and_then(|digits| digits.parse().ok());
            found.extend(promise.map(|number| (index + 1, Kind::Guarantee, number)));
            found.extend(numbers(word).into_iter().map(|(kind, number)| (index + 1, kind, number)));
        }
    }
    found
}

/// The part of a line that people read: a comment, or the title of a browser test.
fn prose(line: &str) -> &str {
    let begin = line.find("//").or_else(|| line.find("test("));
    begin.and_then(|begin| line.get(begin..)).unwrap_or_default()
}

/// The numbers at the beginning of a name: `g3_case_26_the_same` has two.
pub(crate) fn numbers(name: &str) -> Vec<(Kind, u32)> {
    let mut found = Vec::new();
    let mut parts = name.split('_').peekable();
    while let Some(part) = parts.next() {
        // A number alone is no test's name.
        let is_last = parts.peek().is_none();
        let digits = if part == "case" { parts.next() } else { part.strip_prefix('g').filter(|_| !is_last) };
        let kind = if part == "case" { Kind::Case } else { Kind::Guarantee };
        let Some(number) = digits.and_then(|digits| digits.parse().ok()) else { break };
        found.push((kind, number));
    }
    found
}

/// The tests with this number in their names, by suite.
pub(crate) fn tests_of(kind: Kind, number: u32, sources: &[Source]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut tests: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources {
        for name in source.functions.iter().filter(|name| numbers(name).contains(&(kind, number))) {
            tests.entry(&source.suite).or_default().insert(name);
        }
    }
    tests
}

pub(crate) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The names of all functions in a Rust source. What stands in comments is none.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.filter_map(|line| words(line).skip_while(|word| *word != "fn").nth(1))
}

/// The names of browser tests that are written like those of Rust: what a name says after them, as a language, is left out.
fn browser_tests(text: &str) -> impl Iterator<Item = &str> {
    let titles = text.lines().filter_map(|line| line.trim_start().strip_prefix("test("));
    titles.filter_map(|title| words(title).next().filter(|name| !numbers(name).is_empty()))
}

#[cfg(test)]
mod tests {
    use super::Kind::{Case, Guarantee};
    use super::*;

    #[test]
    fn numbers_are_read_from_comments_and_names() {
        let text = "//! Coming back (promises G5 and G6).\nfn g12_g5_case_31_a_position() {}\n// cases 22 to 24, like case 9\n";
        let found = citations(text);
        let expected = [
            (1, Guarantee, 5),
            (1, Guarantee, 6),
            (2, Guarantee, 12),
            (2, Guarantee, 5),
            (2, Case, 31),
            (3, Case, 22),
            (3, Case, 24),
            (3, Case, 9),
        ];
        assert_eq!(found, expected);
        assert_eq!(citations("// row 7 of docs/bad-inputs.md"), [(1, Case, 7)]);
    }

    #[test]
    fn other_numbers_are_no_citations() {
        for text in [
            "    case 5:",
            "Config { cases: 200 }",
            "~ row 4",
            "let g7 = 1;",
            "msg_g7_x",
            "in this case",
            "G",
            "case_x",
            "GH7",
            "7G1",
        ] {
            assert_eq!(citations(text), [], "{text}");
        }
    }

    #[test]
    fn tests_are_found_by_their_numbers() {
        let text = "#[test]\nfn g3_case_26_again() {\n}\nasync fn case_26_wire() {}\nfn helper() {}\n// fn case_27_x()\n";
        assert_eq!(functions(text).collect::<Vec<_>>(), ["g3_case_26_again", "case_26_wire", "helper"]);
        let sources = [Source::new("x.rs", "room".to_owned(), text.to_owned())];
        assert_eq!(
            tests_of(Case, 26, &sources)["room"],
            BTreeSet::from(["g3_case_26_again", "case_26_wire"])
        );
        assert_eq!(tests_of(Guarantee, 3, &sources)["room"], BTreeSet::from(["g3_case_26_again"]));
        assert!(tests_of(Case, 2, &sources).is_empty());
        let text =
            "test('case_26_twice', 1);\n  test(`case_27_both: ${lang}`, 2);\ntest('case 26 in words', 3);\n";
        let browser = Source::new("x.test.mjs", "browser".to_owned(), text.to_owned());
        assert_eq!(
            browser.functions,
            BTreeSet::from(["case_26_twice".to_owned(), "case_27_both".to_owned()])
        );
    }
}
