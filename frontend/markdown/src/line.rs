//! One line of text while the markers of its containers are taken off it.

/// What is left of a line. Indentation is counted in columns, since a tab reaches to the next multiple of four.
#[derive(Clone)]
pub(crate) struct Line<'a> {
    rest: &'a str,
    /// Where the rest begins in the whole text.
    pub(crate) at: usize,
    column: usize,
    /// Columns left of a tab that was taken only in part.
    spare: usize,
}

impl<'a> Line<'a> {
    pub(crate) fn new(text: &'a str, at: usize) -> Self {
        let text = text.strip_suffix('\n').unwrap_or(text);
        Self { rest: text.strip_suffix('\r').unwrap_or(text), at, column: 0, spare: 0 }
    }

    pub(crate) fn is_blank(&self) -> bool {
        trim(self.rest).is_empty()
    }

    /// How many columns the text is indented by.
    pub(crate) fn indent(&self) -> usize {
        let mut ahead = self.clone();
        ahead.skip_columns(usize::MAX);
        self.spare.saturating_add(ahead.column.saturating_sub(self.column))
    }

    /// Skips up to that many columns of spaces and tabs.
    pub(crate) fn skip_columns(&mut self, columns: usize) {
        let mut left = columns;
        loop {
            let spare = self.spare.min(left);
            self.spare = self.spare.saturating_sub(spare);
            left = left.saturating_sub(spare);
            if left == 0 {
                return;
            }
            self.spare = match self.rest.bytes().next() {
                Some(b' ') => 1,
                Some(b'\t') => 4_usize.saturating_sub(self.column % 4),
                _ => return,
            };
            let width = self.spare;
            self.skip_bytes(1);
            self.column = self.column.saturating_sub(1).saturating_add(width);
        }
    }

    /// Skips the bytes of a marker.
    pub(crate) fn skip_bytes(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        self.at = self.at.saturating_add(bytes);
        self.column = self.column.saturating_add(bytes);
    }

    /// Skips the indentation and returns the text behind it.
    pub(crate) fn text(&mut self) -> &'a str {
        self.skip_columns(usize::MAX);
        trim(self.rest)
    }

    /// Where the line ends in the whole text.
    pub(crate) fn end(&self) -> usize {
        self.at.saturating_add(self.rest.len())
    }

    /// Appends the line to a code block as it is.
    pub(crate) fn push_code(&self, code: &mut String) {
        for _ in 0..self.spare {
            code.push(' ');
        }
        code.push_str(self.rest);
        code.push('\n');
    }
}

/// Trims Markdown's white space. The spaces of other scripts are text.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// How many times a byte is repeated at the start.
pub(crate) fn run_length(text: &str, byte: u8) -> usize {
    text.bytes().take_while(|found| *found == byte).count()
}
