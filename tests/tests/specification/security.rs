//! Checks `SECURITY.md`: every test that it names exists, every row of its tables names one or says why there is none, and README
//! links it.

use std::collections::BTreeSet;

use crate::documents::cells;
use crate::sources::{Source, words};
use crate::{read, report, sources};

#[test]
fn every_row_of_the_security_document_names_tests_that_exist() {
    report(problems(&read("SECURITY.md"), &sources()));
    assert!(read("README.md").contains("(SECURITY.md)"), "README does not link SECURITY.md");
}

/// Rows of a table whose last cell names a test that no source has, or names none and gives no reason.
fn problems(text: &str, sources: &[Source]) -> Vec<String> {
    let known: BTreeSet<&str> =
        sources.iter().flat_map(|source| &source.functions).map(String::as_str).collect();
    let (mut problems, mut is_checked) = (Vec::new(), false);
    for (index, line) in text.lines().enumerate() {
        let cells = cells(line);
        let [item, _, tests] = cells.as_slice() else {
            is_checked = false;
            continue;
        };
        if tests == "shown by" {
            is_checked = true;
            continue;
        }
        if !is_checked || item.starts_with("---") {
            continue;
        }
        let at = format!("SECURITY.md:{}: {item}", index + 1);
        let named: Vec<&str> =
            tests.split('`').skip(1).step_by(2).filter(|name| words(name).eq([*name])).collect();
        problems.extend(
            named
                .iter()
                .filter(|name| !known.contains(*name))
                .map(|name| format!("{at} names `{name}`, which no source has")),
        );
        let has_reason = tests.split('`').step_by(2).flat_map(words).count() > 2;
        let titles: Vec<&str> =
            tests.split("browser: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for title in &titles {
            let call = format!("test('{title}'");
            if !sources.iter().any(|source| source.path.ends_with(".mjs") && source.text.contains(&call)) {
                problems.push(format!("{at} names the browser test {title:?}, which does not exist"));
            }
        }
        if named.is_empty() && titles.is_empty() && !has_reason {
            problems.push(format!("{at} names no test and gives no reason"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_test_or_with_an_unknown_one_are_reported() {
        let sources = [Source::new("a.rs", "room".to_owned(), "fn here() {}".to_owned())];
        let text = "| item | how | shown by |\n| --- | --- | --- |\n| 1 | a | `here` |\n| 2 | b | `gone` |\n| 3 | c | |\n\
                    | 4 | d | the platform does it for us |\n";
        let found = problems(text, &sources);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("2 names `gone`") && found[1].contains("3 names no test"));
    }
}
