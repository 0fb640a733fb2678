//! Changes texts as an attacker or a broken network would.

use proptest::prelude::*;
use proptest::sample::Index;

/// Texts that mean something to some decoder.
const TOKENS: [&str; 40] = [
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "true",
    "-1",
    "1e999",
    "9007199254740993",
    "\\ud800",
    "\\u0000",
    "\0",
    "\n",
    "\r\n",
    "data: ",
    "event: ",
    "@",
    "`",
    "```",
    "**",
    "](",
    "<a href=",
    "javascript:",
    "%00",
    "%ff",
    "../",
    "?#",
    "//",
    "=",
    ";",
    "__Host-madang=",
    "\u{202e}",
    "\u{200b}",
    "e\u{301}",
    "👩‍👩‍👧‍👦",
    "가",
];

/// One change of a text.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Flip(Index, u8),
    Insert(Index, usize),
    Remove(Index, u8),
    Truncate(Index),
    Repeat(Index, u8, u8),
    /// The rest becomes the rest of another text of the corpus.
    Splice(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Flip(at, byte)),
        (any::<Index>(), 0..TOKENS.len()).prop_map(|(at, token)| Change::Insert(at, token)),
        (any::<Index>(), 1..20_u8).prop_map(|(at, count)| Change::Remove(at, count)),
        any::<Index>().prop_map(Change::Truncate),
        (any::<Index>(), 1..40_u8, 1..60_u8)
            .prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
        (any::<Index>(), any::<Index>()).prop_map(|(at, other)| Change::Splice(at, other)),
    ]
}

/// Changed texts of a corpus, as bytes.
pub(crate) fn bytes(corpus: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    let texts = corpus.clone();
    (proptest::sample::select(corpus), proptest::collection::vec(change(), 0..6)).prop_map(
        move |(text, changes)| {
            changes.iter().fold(text.into_bytes(), |bytes, change| apply(bytes, change, &texts))
        },
    )
}

/// The same as text; what is not UTF-8 is replaced, as the runtime does.
pub(crate) fn text(corpus: Vec<String>) -> impl Strategy<Value = String> {
    bytes(corpus).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn apply(mut bytes: Vec<u8>, change: &Change, corpus: &[String]) -> Vec<u8> {
    let length = bytes.len();
    let place = |at: &Index| at.index(length + 1);
    match change {
        Change::Flip(at, byte) => {
            if let Some(flipped) = bytes.get_mut(place(at)) {
                *flipped ^= byte;
            }
        }
        Change::Insert(at, token) => {
            let at = place(at);
            bytes.splice(at..at, TOKENS[*token].bytes());
        }
        Change::Remove(at, count) => {
            let at = place(at);
            bytes.drain(at..length.min(at + usize::from(*count)));
        }
        Change::Truncate(at) => bytes.truncate(place(at)),
        Change::Repeat(at, count, times) => {
            let at = place(at);
            let part = bytes[at..length.min(at + usize::from(*count))].repeat(usize::from(*times));
            bytes.splice(at..at, part);
        }
        Change::Splice(at, other) => {
            bytes.truncate(place(at));
            let other = corpus[other.index(corpus.len())].as_bytes();
            bytes.extend(&other[length.min(other.len())..]);
        }
    }
    bytes
}
