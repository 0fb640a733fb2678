//! Divides text into what a model thinks, between `<think>` and `</think>`, and what it says: many open models write both into
//! the same field.
//!
//! A tag may be cut at any byte of the stream, so what may be the beginning of one waits for the next piece. A tag in inline
//! code is text. What follows a tag that is never closed is thought where the answer began with it, and text otherwise, since
//! nobody thinks from the middle of an answer to its end.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Thought(String),
}

/// The state between two pieces of the stream.
#[derive(Debug, Default)]
pub(crate) struct ThinkTags {
    state: State,
    /// What may be the beginning of a tag.
    waiting: String,
    /// The last character of the text so far.
    last: Option<char>,
    /// Some text that is not white space was handed on.
    has_text: bool,
    /// A thought has just ended: white space before the text that follows it is no part of the answer.
    skips_space: bool,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Text,
    /// The answer began with it.
    Thought,
    /// In the middle of the answer; it is kept until it is known which of the two it is.
    Kept(String),
}

impl ThinkTags {
    /// Divides the next piece of the stream.
    pub(crate) fn push(&mut self, piece: &str) -> Vec<Piece> {
        let mut input = std::mem::take(&mut self.waiting);
        input.push_str(piece);
        let mut pieces = Vec::new();
        let mut rest = input.as_str();
        while !rest.is_empty() {
            let tag = if matches!(self.state, State::Text) { OPEN } else { CLOSE };
            let Some(at) = rest.find(tag) else {
                let safe = rest.len().saturating_sub(overlap(rest, tag));
                let (now, later) = rest.split_at_checked(safe).unwrap_or((rest, ""));
                self.add(now, &mut pieces);
                later.clone_into(&mut self.waiting);
                break;
            };
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            let after = after.get(tag.len()..).unwrap_or_default();
            self.add(before, &mut pieces);
            self.pass_tag(&mut pieces);
            rest = after;
        }
        pieces
    }

    /// What was kept when the stream ends.
    pub(crate) fn finish(&mut self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let waiting = std::mem::take(&mut self.waiting);
        self.add(&waiting, &mut pieces);
        if let State::Kept(kept) = std::mem::take(&mut self.state) {
            self.add_text(&format!("{OPEN}{kept}"), &mut pieces);
        }
        pieces
    }

    fn pass_tag(&mut self, pieces: &mut Vec<Piece>) {
        self.state = match std::mem::take(&mut self.state) {
            State::Text if self.last == Some('`') => {
                self.add_text(OPEN, pieces);
                State::Text
            }
            State::Text if self.has_text => State::Kept(String::new()),
            State::Text => State::Thought,
            State::Thought => {
                self.skips_space = true;
                State::Text
            }
            State::Kept(kept) => {
                self.skips_space = true;
                pieces.extend(Some(kept).filter(|kept| !kept.is_empty()).map(Piece::Thought));
                State::Text
            }
        };
    }

    fn add(&mut self, text: &str, pieces: &mut Vec<Piece>) {
        match &mut self.state {
            State::Text => self.add_text(text, pieces),
            State::Thought if text.is_empty() => {}
            State::Thought => pieces.push(Piece::Thought(text.to_owned())),
            State::Kept(kept) => kept.push_str(text),
        }
    }

    fn add_text(&mut self, text: &str, pieces: &mut Vec<Piece>) {
        let text = if self.skips_space { text.trim_start() } else { text };
        let Some(last) = text.chars().next_back() else { return };
        self.skips_space = false;
        self.last = Some(last);
        self.has_text |= !text.trim().is_empty();
        pieces.push(Piece::Text(text.to_owned()));
    }
}

/// Bytes at the end of a text with which a tag may begin.
fn overlap(text: &str, tag: &str) -> usize {
    let most = tag.len().saturating_sub(1).min(text.len());
    (1..=most)
        .rev()
        .find(|length| tag.get(..*length).is_some_and(|begin| text.ends_with(begin)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text and the thoughts of an answer in these pieces.
    fn divide<'a>(pieces: impl Iterator<Item = &'a str>) -> (String, String) {
        let (mut tags, mut all) = (ThinkTags::default(), Vec::new());
        pieces.for_each(|piece| all.extend(tags.push(piece)));
        all.extend(tags.finish());
        let (mut text, mut thoughts) = (String::new(), String::new());
        for piece in all {
            match piece {
                Piece::Text(more) => text.push_str(&more),
                Piece::Thought(more) => thoughts.push_str(&more),
            }
        }
        (text, thoughts)
    }

    #[test]
    fn case_193_thoughts_are_divided_from_the_answer_wherever_the_tags_are_cut() {
        for (answer, text, thoughts) in [
            ("<think>\nHm, 안녕?\n</think>\n\nHello", "Hello", "\nHm, 안녕?\n"),
            ("\n <think>a</think>b", "\n b", "a"),
            ("<think></think>Hello", "Hello", ""),
            ("a <think>b</think> c", "a c", "b"),
            ("<think>a</think>b<think>c</think>d", "bd", "ac"),
            ("1 < 2 <thin> </think>", "1 < 2 <thin> </think>", ""),
            ("the tag `<think>` is text", "the tag `<think>` is text", ""),
            ("it begins with <think> and goes on", "it begins with <think> and goes on", ""),
            ("<think>never closed", "", "never closed"),
            ("so <thi", "so <thi", ""),
            ("", "", ""),
        ] {
            let expected = (text.to_owned(), thoughts.to_owned());
            assert_eq!(divide(std::iter::once(answer)), expected, "{answer}");
            for (cut, _) in answer.char_indices() {
                let (first, second) = answer.split_at(cut);
                assert_eq!(divide([first, second].into_iter()), expected, "{answer} at {cut}");
            }
            let characters: Vec<String> = answer.chars().map(String::from).collect();
            assert_eq!(divide(characters.iter().map(String::as_str)), expected, "{answer}");
        }
    }
}
