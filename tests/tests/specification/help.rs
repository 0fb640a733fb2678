//! Words on screen that Madang's help for visitors quotes.

use crate::sources::Source;

/// The quoted words of a help text that no string of the page contains as a whole.
pub(crate) fn unknown_words(help: &str, page: &[Source]) -> Vec<String> {
    let quoted = help.split('“').skip(1).filter_map(|rest| rest.split_once('”')).map(|(word, _)| word);
    let is_on_page = |word: &str| page.iter().any(|source| source.text.contains(&format!("\"{word}\"")));
    quoted.filter(|word| !is_on_page(word)).map(|word| format!("edge/help.md quotes “{word}”")).collect()
}
