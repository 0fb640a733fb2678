//! Plain text as people write it in a chat: line breaks, bare addresses as links, and code between single backticks. No
//! other Markdown counts, so nobody's `*` or `1.` becomes something they did not mean.

use crate::autolink::push_linked;
use crate::tree::Inline;

/// Parses a person's message.
///
/// ```
/// use markdown::{Inline, parse_plain};
///
/// let expected = [Inline::Text("2 * 3 is ".to_owned()), Inline::Code("6".to_owned())];
/// assert_eq!(parse_plain("2 * 3 is `6`"), expected);
/// ```
pub fn parse_plain(text: &str) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            inlines.push(Inline::HardBreak);
        }
        push_line(&mut inlines, line);
    }
    inlines
}

fn push_line(inlines: &mut Vec<Inline>, line: &str) {
    let mut rest = line;
    // Backticks count in pairs, so a single one stays text.
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, behind)) = after.split_once('`') else { break };
        if code.trim().is_empty() {
            // Two or three backticks in a row are no code.
            let length = rest.len().saturating_sub(behind.len());
            push_linked(inlines, rest.get(..length).unwrap_or_default());
        } else {
            push_linked(inlines, before);
            inlines.push(Inline::Code(code.to_owned()));
        }
        rest = behind;
    }
    push_linked(inlines, rest);
}
