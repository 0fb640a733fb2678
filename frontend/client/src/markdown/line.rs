//! One line while its containers are taken off, and what its first marks say.

/// What is left of a line. Columns matter and not bytes, since a tab reaches to the next multiple of four.
pub(super) struct Line<'a> {
    rest: &'a str,
    /// Where the rest begins in the whole text.
    pub(super) at: usize,
    column: usize,
    /// Columns of a tab that was taken only in part.
    spare: usize,
}

impl<'a> Line<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        let text = text.strip_suffix('\n').unwrap_or(text);
        Self { rest: text.strip_suffix('\r').unwrap_or(text), at, column: 0, spare: 0 }
    }

    /// The same line, to look what comes.
    pub(super) fn ahead(&self) -> Self {
        Self { ..*self }
    }

    pub(super) fn is_blank(&self) -> bool {
        trimmed(self.rest).is_empty()
    }

    /// How many columns are empty before the words.
    pub(super) fn indent(&self) -> usize {
        let mut ahead = self.ahead();
        ahead.skip(usize::MAX);
        self.spare.saturating_add(ahead.column.saturating_sub(self.column))
    }

    /// Leaves away up to that many empty columns.
    pub(super) fn skip(&mut self, columns: usize) {
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
            self.take(1);
            self.column = self.column.saturating_sub(1).saturating_add(width);
        }
    }

    /// Leaves away bytes that are marks.
    pub(super) fn take(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        self.at = self.at.saturating_add(bytes);
        self.column = self.column.saturating_add(bytes);
    }

    /// The words, without the empty columns around them. The line then begins at them.
    pub(super) fn words(&mut self) -> &'a str {
        self.skip(usize::MAX);
        trimmed(self.rest)
    }

    /// Where the line ends in the whole text.
    pub(super) fn end(&self) -> usize {
        self.at.saturating_add(self.rest.len())
    }

    /// Adds a line of code as it is.
    pub(super) fn push_code(&self, code: &mut String) {
        for _ in 0..self.spare {
            code.push(' ');
        }
        code.push_str(self.rest);
        code.push('\n');
    }
}

/// Without the spaces of Markdown at both ends; those of other scripts are words.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// How many of a byte stand at the start.
pub(super) fn run(text: &str, mark: u8) -> usize {
    text.bytes().take_while(|byte| *byte == mark).count()
}

/// What begins an item of a list.
pub(super) struct Marker {
    /// Items of one list have the same: the bullet, or what follows the number.
    pub(super) mark: u8,
    pub(super) start: Option<u64>,
    pub(super) bytes: usize,
}

/// Reads the start of an item. Inside a paragraph only what is certainly one counts: `1986. A good year` goes on.
pub(super) fn marker(words: &str, is_in_words: bool) -> Option<Marker> {
    let mut bytes = words.bytes();
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let (mark, start) = if digits == 0 {
        (bytes.next().filter(|byte| matches!(byte, b'-' | b'+' | b'*'))?, None)
    } else {
        let number = bytes.by_ref().take(digits.min(10));
        let number = number.fold(0_u64, |sum, digit| {
            sum.saturating_mul(10).saturating_add(u64::from(digit.saturating_sub(b'0')))
        });
        (bytes.next().filter(|byte| digits < 10 && matches!(byte, b'.' | b')'))?, Some(number))
    };
    let length = digits.saturating_add(1);
    let rest = words.get(length..)?;
    let is_sure = !is_in_words || (!rest.is_empty() && start.is_none_or(|start| start == 1));
    let is_apart = rest.is_empty() || rest.starts_with([' ', '\t']);
    (is_sure && is_apart).then_some(Marker { mark, start, bytes: length })
}

/// A line across: three or more of one mark and nothing else.
pub(super) fn is_rule(words: &str) -> bool {
    let Some(mark) = words.bytes().next().filter(|byte| matches!(byte, b'-' | b'*' | b'_')) else {
        return false;
    };
    let mut count = 0_usize;
    for byte in words.bytes() {
        if byte == mark {
            count = count.saturating_add(1);
        } else if !matches!(byte, b' ' | b'\t') {
            return false;
        }
    }
    count >= 3
}

/// The level of a heading whose words are the lines before this one.
pub(super) fn underline(words: &str) -> Option<u8> {
    let level = match words.bytes().next()? {
        b'=' => 1,
        b'-' => 2,
        _ => return None,
    };
    let mark = if level == 1 { b'=' } else { b'-' };
    (run(words, mark) == words.len()).then_some(level)
}

/// The level of a heading and what it says.
pub(super) fn heading(words: &str) -> Option<(u8, usize, &str)> {
    let level = run(words, b'#');
    let rest = words.get(level..)?;
    if !matches!(level, 1..=6) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    // Marks at the end belong to the form, if they stand apart.
    let bare = rest.trim_end_matches('#');
    let says = if bare.is_empty() || bare.ends_with([' ', '\t']) { bare } else { rest };
    Some((u8::try_from(level).unwrap_or(6), level, trimmed(says)))
}

/// The mark of a fence, how many there are, and what is said of the code.
pub(super) fn fence(words: &str) -> Option<(u8, usize, &str)> {
    let mark = words.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let count = run(words, mark);
    let about = words.get(count..)?;
    (count >= 3 && (mark == b'~' || !about.contains('`'))).then_some((mark, count, about))
}

/// A line that is one tag: what follows up to an empty line is HTML, in which marks mean nothing. A line break is not
/// meant so.
pub(super) fn is_tag(words: &str) -> bool {
    let Some(inside) = words.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else { return false };
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    let after = name.get(length..).unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && (after.is_empty() || after.starts_with([' ', '\t', '/']))
        && !inside.contains(['<', '>'])
        && !name.get(..length).is_some_and(|name| name.eq_ignore_ascii_case("br"))
}
