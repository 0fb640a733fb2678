//! The chat's Markdown, whole and while it streams.

use markdown::{StreamingParser, parse, parse_message};
use proptest::prelude::*;

use crate::{corpus, mutation};

proptest! {
    #[test]
    fn case_160_any_text_is_markdown_and_streams_to_the_same(
        text in mutation::text(corpus::list("markup")), split in any::<proptest::sample::Index>()
    ) {
        let whole = parse(&text);
        let _ = parse_message(&text);
        let at = (0..=split.index(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let mut parser = StreamingParser::default();
        parser.set_text(&text[..at]);
        parser.set_text(&text);
        parser.finish();
        let streamed: Vec<_> = parser.blocks().iter().map(|(_, block)| block.clone()).collect();
        prop_assert_eq!(streamed, whole, "split at {} of {:?}", at, text);
    }
}
