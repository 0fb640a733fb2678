//! The page builds elements and never parses HTML, so that no text of a person or a model can become markup.

use crate::crates::sources;

const PARSING_HTML: [&str; 5] =
    ["inner_html", "set_outer_html", "insert_adjacent_html", "document.write", "eval("];

#[test]
fn the_page_makes_no_html_from_strings() {
    for source in sources("frontend") {
        for word in PARSING_HTML {
            assert!(!source.text.contains(word), "{} uses {word}", source.path);
        }
    }
}

/// Files in JavaScript, by the names that the same functions have there.
#[test]
fn the_parts_of_the_page_make_no_html_from_strings() {
    let folder = crate::crates::root().join("frontend/parts");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let scripts: Vec<_> = files.iter().filter(|path| path.extension().is_some_and(|it| it == "js")).collect();
    assert!(scripts.len() > 10, "the parts are elsewhere");
    for path in scripts {
        let text = std::fs::read_to_string(path).unwrap();
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "setAttribute(\"style",
        ] {
            assert!(!text.contains(word), "{} uses {word}", path.display());
        }
    }
}
