//! Parses the chat's Markdown into a tree: an answer's text, whole or while it streams, and a person's plain text.
//!
//! The README lists what is supported of CommonMark and GFM, and what is not and why. Not here: rendering, highlighting of
//! code and the typesetting of formulas, which are the view's.
//!
//! A tree holds no HTML, no image and no address but `http`, `https` and `mailto`, so a view that makes nodes of it
//! cannot be made to run or load anything. Parsing takes time proportional to the text's length, whatever the text is.
//!
//! ```
//! use markdown::{Block, Inline, parse};
//!
//! let text = |text: &str| Inline::Text(text.to_owned());
//! assert_eq!(
//!     parse("# Hello\n\nSee **this**."),
//!     [
//!         Block::Heading { level: 1, content: vec![text("Hello")] },
//!         Block::Paragraph(vec![text("See "), Inline::Strong(vec![text("this")]), text(".")]),
//!     ],
//! );
//! ```

mod address;
mod autolink;
mod block;
mod builder;
mod delimiters;
mod escape;
mod inline;
mod leaf;
mod limits;
mod line;
mod line_start;
mod link;
mod message;
mod message_inline;
mod open_tail;
mod span;
mod streaming;
mod table;
mod tree;

#[cfg(test)]
mod tests;

pub use block::parse;
pub use message::parse_message;
pub use streaming::StreamingParser;
pub use tree::{Block, Inline};
