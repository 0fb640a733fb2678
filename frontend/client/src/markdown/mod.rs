//! Texts as trees: an answer's Markdown, whole or while it streams, and a person's plain text.
//!
//! A tree holds no HTML, no image and no address but `http`, `https` and `mailto`, so a view that makes nodes of it
//! cannot be made to run or load anything. Highlighting and the look of formulas are the view's.

mod block;
mod escape;
mod inline;
mod leaf;
mod line;
mod links;
mod plain;
mod span;
mod stream;
mod table;
mod tail;

#[cfg(test)]
mod tests;

pub use block::parse;
pub use plain::plain;
pub use stream::Stream;

/// A block of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Lines that belong together.
    Paragraph(Vec<Inline>),
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// What it says.
        content: Vec<Inline>,
    },
    /// A block of code.
    Code {
        /// The first word after the fence.
        language: Option<String>,
        /// The code, without a line feed at its end.
        text: String,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A list.
    List {
        /// The first number of an ordered one.
        start: Option<u64>,
        /// The items. In a tight list an item's text is one paragraph.
        items: Vec<Vec<Block>>,
    },
    /// A table.
    Table {
        /// The cells of the head.
        head: Vec<Vec<Inline>>,
        /// The cells of each row, as many as the head has.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A line across.
    Rule,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// Code.
    Code(String),
    /// A formula in TeX, without its dollar signs.
    Math(String),
    /// Strong.
    Strong(Vec<Inline>),
    /// Emphasized.
    Emphasis(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// A link.
    Link {
        /// Where to: `http:`, `https:` or `mailto:`, without control characters.
        href: String,
        /// What it says; no link is inside.
        content: Vec<Inline>,
    },
    /// The line ends here.
    Break,
}
