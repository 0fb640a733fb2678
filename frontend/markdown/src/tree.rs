//! The tree of a text: blocks and the inlines in them.

/// A block of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Paragraph(Vec<Inline>),
    Heading {
        /// 1 to 6.
        level: u8,
        content: Vec<Inline>,
    },
    /// A fenced code block.
    CodeBlock {
        /// The first word of the info string.
        language: Option<String>,
        /// The code, without the line feed of its last line.
        text: String,
    },
    Quote(Vec<Block>),
    /// A list, tight or loose alike: the text of an item is always a paragraph.
    List {
        /// The first number of an ordered list; `None` for a bullet list.
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Table {
        /// The cells of the header row.
        head: Vec<Vec<Inline>>,
        /// The cells of each body row, as many as the header row has.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Rule,
}

/// A part of a paragraph, heading or table cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    Text(String),
    Code(String),
    /// A formula in TeX with its delimiters: `$…$`, `$$…$$`, `\(…\)` or `\[…\]`.
    Math(String),
    Strong(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Strikethrough(Vec<Inline>),
    Link {
        /// An `http:`, `https:` or `mailto:` address without control or invisible characters.
        href: String,
        /// The link's text. It contains no other link.
        content: Vec<Inline>,
    },
    /// A line break. Every line feed inside a paragraph is one.
    HardBreak,
}

impl Block {
    /// Whether a character is in the block's text, code and formulas left out.
    pub fn contains(&self, c: char) -> bool {
        let any = |blocks: &[Self]| blocks.iter().any(|block| block.contains(c));
        match self {
            Self::Paragraph(content) | Self::Heading { content, .. } => has(content, c),
            Self::CodeBlock { .. } | Self::Rule => false,
            Self::Quote(blocks) => any(blocks),
            Self::List { items, .. } => items.iter().any(|item| any(item)),
            Self::Table { head, rows } => {
                std::iter::once(head).chain(rows).flatten().any(|cell| has(cell, c))
            }
        }
    }
}

fn has(inlines: &[Inline], c: char) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Text(text) => text.contains(c),
        Inline::Code(_) | Inline::Math(_) | Inline::HardBreak => false,
        Inline::Strong(content)
        | Inline::Emphasis(content)
        | Inline::Strikethrough(content)
        | Inline::Link { content, .. } => has(content, c),
    })
}

/// Appends text, joined to text that stands before it.
pub(crate) fn push_text(inlines: &mut Vec<Inline>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(Inline::Text(before)) = inlines.last_mut() {
        before.push_str(text);
    } else {
        inlines.push(Inline::Text(text.to_owned()));
    }
}
