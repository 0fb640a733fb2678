//! Doc comments say more than the name that they belong to.

use crate::crates::{folder, names, sources};

/// A doc comment with fewer words repeats a name, unless it states a value, a range or a link.
const LEAST_WORDS: usize = 4;

#[test]
fn doc_comments_have_at_least_four_words() {
    let mut short = Vec::new();
    for crate_name in names() {
        let source_folder = folder(crate_name).join("src");
        if !source_folder.exists() {
            continue;
        }
        for source in sources(source_folder).iter().filter(|source| !source.is_test()) {
            let comments = doc_comments(&source.text).into_iter();
            let found = comments
                .filter(|(_, text)| text.split_whitespace().count() < LEAST_WORDS && !states_value(text));
            short.extend(found.map(|(line, text)| format!("{}:{line}: {text}", source.path)));
        }
    }
    assert!(short.is_empty(), "{} short doc comments:\n{}", short.len(), short.join("\n"));
}

/// Whether a comment holds a digit, code or a link: `0 to 2`, `16 KiB`, `a-z`.
fn states_value(text: &str) -> bool {
    text.contains(|c: char| c == '`' || c.is_ascii_digit())
}

#[test]
fn the_lines_of_a_doc_comment_count_together() {
    let text = "/// One.\nfn a() {}\n    /// Two\n    /// lines.\n    x: u8,\n//// no\n// no\n";
    assert_eq!(doc_comments(text), [(1, "One.".to_owned()), (3, "Two lines.".to_owned())]);
}

/// The `///` comments of a file: the number of the first line, and the text.
fn doc_comments(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut is_inside = false;
    for (line, number) in text.lines().zip(1..) {
        let comment = line.trim_start().strip_prefix("///").filter(|rest| !rest.starts_with('/'));
        match (comment, found.last_mut().filter(|_| is_inside)) {
            (Some(rest), Some((_, comment))) => {
                comment.push(' ');
                comment.push_str(rest.trim());
            }
            (Some(rest), None) => found.push((number, rest.trim().to_owned())),
            (None, _) => {}
        }
        is_inside = comment.is_some();
    }
    found
}
