//! Joins texts that a model wrote one after another, each as a paragraph: several message items of one response, and what was
//! written before a tool was called.

/// What divides two paragraphs.
const BREAK: &str = "\n\n";

/// Joins texts that arrive in pieces, so that exactly one empty line stands between two of them.
#[derive(Debug, Clone, Default)]
pub struct Paragraphs {
    /// Some text was written before.
    has_text: bool,
    /// Line ends at the end of what was written, at most 2.
    line_ends: usize,
    /// The next text begins a paragraph.
    begins: bool,
}

impl Paragraphs {
    /// The paragraphs after a text that is written already.
    pub fn after(text: &str) -> Self {
        let mut paragraphs = Self::default();
        paragraphs.note(text);
        paragraphs
    }

    /// The next piece begins another paragraph, if something was written before.
    pub fn begin(&mut self) {
        self.begins = self.has_text;
    }

    /// What is to be appended for the next piece of text: its own break first, where it begins a paragraph. A paragraph's own
    /// line ends before its first character are left out, wherever the pieces are cut.
    pub fn add(&mut self, piece: &str) -> String {
        if !self.begins {
            self.note(piece);
            return piece.to_owned();
        }
        let piece = piece.trim_start_matches(['\n', '\r']);
        if piece.is_empty() {
            return String::new();
        }
        self.begins = false;
        let missing = BREAK.get(self.line_ends..).unwrap_or_default();
        let text = format!("{missing}{piece}");
        self.note(&text);
        text
    }

    fn note(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.has_text = true;
        let ends = text.len().saturating_sub(text.trim_end_matches('\n').len());
        let is_only_ends = ends == text.len();
        self.line_ends =
            if is_only_ends { self.line_ends.saturating_add(ends) } else { ends }.min(BREAK.len());
    }
}

/// Texts as paragraphs of one text.
pub fn join<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let (mut paragraphs, mut joined) = (Paragraphs::default(), String::new());
    for text in texts {
        paragraphs.begin();
        joined.push_str(&paragraphs.add(text));
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_192_one_empty_line_stands_between_texts_wherever_they_are_cut() {
        let texts = ["Let me look.", "\n\nIt is late.\n", "\nGood night.", "", "\n", "Bye"];
        let whole = join(texts);
        assert_eq!(whole, "Let me look.\n\nIt is late.\n\nGood night.\n\nBye");
        let (mut paragraphs, mut pieces) = (Paragraphs::default(), String::new());
        for text in texts {
            paragraphs.begin();
            for character in text.chars() {
                pieces.push_str(&paragraphs.add(&character.to_string()));
            }
        }
        assert_eq!(pieces, whole);
        assert_eq!(join(["one"]), "one");
        assert_eq!(join(["", "one"]), "one");
        let mut after = Paragraphs::after("said\n");
        after.begin();
        assert_eq!(after.add("more"), "\nmore");
    }
}
