//! Pieces of a line after the parser: text joined, bare addresses linked, and strong text that CommonMark's rule for the
//! ends of words does not see in Korean.

use crate::markdown::Inline;
use crate::markdown::links::{linked, push_text};

/// Stands for an asterisk that was escaped, while pieces are gathered. Unicode guarantees that it is no character.
pub(super) const ESCAPED_ASTERISK: char = '\u{fdd0}';

/// Finishes the pieces of one container. Inside a link nothing is linked again.
pub(super) fn finished(pieces: Vec<Inline>, is_in_link: bool) -> Vec<Inline> {
    let mut done = Vec::with_capacity(pieces.len());
    for piece in strengthened(pieces) {
        match piece {
            Inline::Text(text) => {
                let text = text.replace(ESCAPED_ASTERISK, "*");
                if is_in_link { push_text(&mut done, &text) } else { linked(&text, &mut done) }
            }
            piece => done.push(piece),
        }
    }
    done
}

/// Makes pairs of `**` that are left in the text strong. CommonMark (section 6.2) does not close `**마당(Madang)**은`,
/// since a letter follows the mark and punctuation stands before it; Korean writes particles just there.
fn strengthened(pieces: Vec<Inline>) -> Vec<Inline> {
    let has_marks = |piece: &Inline| matches!(piece, Inline::Text(text) if text.contains("**"));
    if !pieces.iter().any(has_marks) {
        return pieces;
    }
    let mut done: Vec<Inline> = Vec::new();
    let mut open: Option<usize> = None;
    for piece in pieces {
        let Inline::Text(text) = piece else {
            done.push(piece);
            continue;
        };
        let mut parts = text.split("**").peekable();
        while let Some(part) = parts.next() {
            push_piece(&mut done, part, open);
            let Some(next) = parts.peek() else { break };
            let touches_before = match part.chars().next_back() {
                Some(c) => !c.is_whitespace(),
                None => open.is_some_and(|at| at < done.len()),
            };
            let touches_after = next.chars().next().is_some_and(|c| !c.is_whitespace() && c != '*');
            match open.filter(|at| touches_before && *at < done.len()) {
                Some(at) => {
                    let inside = finished(done.split_off(at), true);
                    done.push(Inline::Strong(inside));
                    open = None;
                }
                None if open.is_none() && touches_after => open = Some(done.len()),
                None => push_piece(&mut done, "**", open),
            }
        }
        // Text of another piece is not to be joined over a mark that may still open here.
        if let Some(at) = open.filter(|at| *at == done.len()) {
            open = Some(at);
        }
    }
    if let Some(at) = open {
        // It never closed: the mark is text again.
        let rest = done.split_off(at);
        push_text(&mut done, "**");
        for piece in rest {
            match piece {
                Inline::Text(text) => push_text(&mut done, &text),
                piece => done.push(piece),
            }
        }
    }
    done
}

/// Adds text without joining it to what stands before an open mark.
fn push_piece(done: &mut Vec<Inline>, text: &str, open: Option<usize>) {
    if text.is_empty() {
        return;
    }
    if open == Some(done.len()) {
        done.push(Inline::Text(text.to_owned()));
    } else {
        push_text(done, text);
    }
}
