//! What bounds the cost of parsing a text and of showing its tree. All limits are far above what people and models write.

/// How deep blocks and inlines may be nested. Deeper ones lose their formatting and keep their text.
pub(crate) const MAX_NESTING: usize = 16;
/// Nodes in the tree of one text. A text with more is shown as plain text: a browser takes seconds to lay out as many.
pub(crate) const MAX_NODES: usize = 40_000;
/// Open delimiter runs (`*`, `_`, `~~`) that are remembered. When there are more, the oldest becomes text.
pub(crate) const MAX_OPEN_DELIMITERS: usize = 32;
/// Backticks around a code span. Each length is searched in vain at most once: `span.rs` keeps a bit for each in a
/// `u64`, beside those for the delimiters of formulas.
pub(crate) const MAX_BACKTICKS: usize = 30;
/// Nested parentheses in a link's destination, as in cmark.
pub(crate) const MAX_PARENTHESES: usize = 32;
