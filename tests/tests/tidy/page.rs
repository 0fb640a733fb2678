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
