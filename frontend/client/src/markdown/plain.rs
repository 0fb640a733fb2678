//! What people write: text with its line breaks, bare addresses as links, code between backticks. No other Markdown, so
//! that nobody's `*` or `1.` turns into something they did not mean.

use crate::markdown::Inline;
use crate::markdown::links::linked;

/// A person's message.
pub fn plain(text: &str) -> Vec<Inline> {
    let mut pieces = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            pieces.push(Inline::Break);
        }
        plain_line(line, &mut pieces);
    }
    pieces
}

fn plain_line(line: &str, pieces: &mut Vec<Inline>) {
    let mut rest = line;
    // Backticks are counted in pairs, so one that is alone stays what it is.
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, behind)) = after.split_once('`') else { break };
        if code.trim().is_empty() {
            // Two or three backticks in a row are no code.
            let marks = rest.len().saturating_sub(behind.len());
            linked(rest.get(..marks).unwrap_or_default(), pieces);
        } else {
            linked(before, pieces);
            pieces.push(Inline::Code(code.to_owned()));
        }
        rest = behind;
    }
    linked(rest, pieces);
}
