//! Pieces of a line after the parser: text joined, bare addresses linked, and strong text that CommonMark's rule for the
//! ends of words does not see in Korean.

use crate::markdown::Inline;
use crate::markdown::links::{linked, push_text};

/// Stands for an asterisk that was escaped, while pieces are gathered. Unicode guarantees that it is no character.
pub(super) const ESCAPED_ASTERISK: char = '\u{fdd0}';

/// Finishes the pieces of one container. Inside a link nothing is linked again.
pub(super) fn finished(pieces: Vec<Inline>, is_in_link: bool) -> Vec<Inline> {
    let has_marks = |piece: &Inline| matches!(piece, Inline::Text(text) if text.contains("**"));
    if pieces.iter().any(has_marks) {
        return with_links(strengthened(pieces, is_in_link), is_in_link);
    }
    with_links(pieces, is_in_link)
}

/// What a line is made of, seen from its marks.
enum Token {
    Piece(Inline),
    Mark { opens: bool, closes: bool },
}

/// Makes pairs of `**` that are left in the text strong. CommonMark (section 6.2) does not close `**마당(Madang)**은`,
/// since a letter follows the mark and punctuation stands before it; Korean writes particles just there.
fn strengthened(pieces: Vec<Inline>, is_in_link: bool) -> Vec<Inline> {
    let mut done: Vec<Inline> = Vec::new();
    let mut open: Option<usize> = None;
    for token in tokens(pieces) {
        match token {
            Token::Mark { closes: true, .. } if open.is_some_and(|at| at < done.len()) => {
                let inside = open.take().map(|at| done.split_off(at)).unwrap_or_default();
                done.push(Inline::Strong(with_links(inside, is_in_link)));
            }
            Token::Mark { opens: true, .. } if open.is_none() => open = Some(done.len()),
            Token::Mark { .. } => done.push(Inline::Text("**".to_owned())),
            Token::Piece(piece) => {
                if piece == Inline::Break {
                    unopen(&mut done, open.take());
                }
                done.push(piece);
            }
        }
    }
    unopen(&mut done, open);
    done
}

/// A mark that never closed is text.
fn unopen(done: &mut Vec<Inline>, open: Option<usize>) {
    if let Some(at) = open {
        done.insert(at.min(done.len()), Inline::Text("**".to_owned()));
    }
}

fn tokens(pieces: Vec<Inline>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let count = pieces.len();
    for (index, piece) in pieces.into_iter().enumerate() {
        let Inline::Text(text) = piece else {
            tokens.push(Token::Piece(piece));
            continue;
        };
        let parts: Vec<&str> = text.split("**").collect();
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                let before = parts.get(number.saturating_sub(1)).and_then(|part| part.chars().next_back());
                let after = part.chars().next();
                // At the ends of the text stands another piece, which a mark touches, or nothing.
                let is_first = index == 0 && number == 1;
                let is_last = index.saturating_add(1) == count && number.saturating_add(1) == parts.len();
                tokens.push(Token::Mark {
                    opens: after.map_or(!is_last, |c| !c.is_whitespace()),
                    closes: before.map_or(!is_first, |c| !c.is_whitespace()),
                });
            }
            if !part.is_empty() {
                tokens.push(Token::Piece(Inline::Text((*part).to_owned())));
            }
        }
    }
    tokens
}

fn with_links(pieces: Vec<Inline>, is_in_link: bool) -> Vec<Inline> {
    let mut done = Vec::with_capacity(pieces.len());
    for piece in pieces {
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
