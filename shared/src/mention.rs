//! Parses mentions: `@` and a known name. The page and the Worker use the same parser.
//!
//! Not a mention: inside an e-mail address, a URL, inline code, a code block or a quoted line. The text is in NFC.

use std::ops::Range;

/// A name that can be mentioned, and what a mention of it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mentionable<T> {
    /// A handle, an alias or a nickname.
    pub name: String,
    /// What the name stands for.
    pub target: T,
}

/// One mention in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention<T> {
    /// Byte range in the text, the `@` included.
    pub range: Range<usize>,
    pub target: T,
}

/// Finds every mention in the text, in order. The longest name wins; among names of equal length, the first given.
///
/// ```
/// use shared::mention::{Mentionable, find_mentions};
/// let names = [Mentionable { name: "chatbot".to_owned(), target: 1 }];
/// let mentions = find_mentions("hello @chatbot!", &names);
/// assert_eq!((mentions[0].range.clone(), mentions[0].target), (6..14, 1));
/// ```
pub fn find_mentions<T: Clone>(text: &str, names: &[Mentionable<T>]) -> Vec<Mention<T>> {
    let excluded = non_mention_ranges(text);
    let mut found: Vec<Mention<T>> = Vec::new();
    for (start, _) in text.match_indices('@') {
        let is_inside = |range: &Range<usize>| range.contains(&start);
        if excluded.iter().any(is_inside) || found.last().is_some_and(|last| last.range.contains(&start)) {
            continue;
        }
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        if before.is_some_and(joins_before) {
            continue;
        }
        let rest = text.get(start.saturating_add(1)..).unwrap_or_default();
        let mut longest: Option<(usize, &Mentionable<T>)> = None;
        for candidate in names {
            let Some(length) = matched_length(rest, &candidate.name) else { continue };
            if longest.is_none_or(|(most, _)| length > most) {
                longest = Some((length, candidate));
            }
        }
        if let Some((length, candidate)) = longest {
            let end = start.saturating_add(1).saturating_add(length);
            found.push(Mention { range: start..end, target: candidate.target.clone() });
        }
    }
    found
}

/// The targets that are mentioned, each once, in the order of their first mention.
pub fn mentioned<T: Clone + PartialEq>(text: &str, names: &[Mentionable<T>]) -> Vec<T> {
    let mut called = Vec::new();
    for mention in find_mentions(text, names) {
        if !called.contains(&mention.target) {
            called.push(mention.target);
        }
    }
    called
}

/// Whether an `@` after this character is part of a word: an e-mail address, a path, another `@`. Hangul may stand before.
fn joins_before(c: char) -> bool {
    is_latin(c) || c.is_ascii_digit() || matches!(c, '_' | '.' | '+' | '-' | '/' | '@')
}

/// Whether a Latin name continues with this character.
fn joins_after(c: char) -> bool {
    is_latin(c) || c.is_ascii_digit() || matches!(c, '_' | '-')
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || (matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && c != '×' && c != '÷')
}

/// The bytes of `rest` that the name takes, compared without the case of Latin letters; `None` if it does not stand there.
fn matched_length(rest: &str, name: &str) -> Option<usize> {
    let mut text = rest.char_indices();
    let mut last = None;
    for wanted in name.chars() {
        let (_, c) = text.next()?;
        // Handles are in Latin letters or Hangul; the tables for the case of all other letters are too large for a page.
        if !c.eq_ignore_ascii_case(&wanted) {
            return None;
        }
        last = Some(c);
    }
    let end = text.next();
    // Hangul has no word ends that a name could rely on (`@챗봇아`), so only Latin names ask for one.
    if last.is_some_and(joins_after) && end.is_some_and(|(_, c)| joins_after(c)) {
        return None;
    }
    last.map(|_| end.map_or(rest.len(), |(index, _)| index))
}

/// The ranges in which an `@` is not a mention.
fn non_mention_ranges(text: &str) -> Vec<Range<usize>> {
    let mut excluded = Vec::new();
    let mut fence: Option<char> = None;
    let mut start = 0_usize;
    for line in text.split_inclusive('\n') {
        let range = start..start.saturating_add(line.len());
        start = range.end;
        let bare = line.trim_start_matches(' ');
        let indent = line.len().saturating_sub(bare.len());
        let opens = ['`', '~'].into_iter().find(|mark| {
            indent <= 3 && bare.chars().take_while(|c| c == mark).count() >= 3
                // A line that opens and closes itself is inline code.
                && (*mark == '~' || !bare.trim_start_matches('`').contains('`'))
        });
        match (fence, opens) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, Some(mark)) => fence = Some(mark),
            (Some(_), _) => {}
            (None, None) if indent <= 3 && bare.starts_with('>') => {}
            (None, None) => {
                exclude_inline(line, range.start, &mut excluded);
                continue;
            }
        }
        excluded.push(range);
    }
    excluded
}

/// Inline code and URLs of one line.
fn exclude_inline(line: &str, offset: usize, excluded: &mut Vec<Range<usize>>) {
    let mut at = 0_usize;
    while let Some(rest) = line.get(at..) {
        let Some(c) = rest.chars().next() else { return };
        let length = if c == '`' {
            let ticks = rest.len().saturating_sub(rest.trim_start_matches('`').len());
            match closing_ticks(rest.get(ticks..).unwrap_or_default(), ticks) {
                Some(inside) => {
                    let length = ticks.saturating_add(inside);
                    excluded
                        .push(offset.saturating_add(at)..offset.saturating_add(at).saturating_add(length));
                    length
                }
                None => ticks,
            }
        } else if c.is_ascii_alphabetic() {
            let word: usize =
                rest.chars().take_while(|c| c.is_ascii_alphanumeric()).map(char::len_utf8).sum();
            let is_url = rest.get(word..).is_some_and(|after| after.starts_with("://"))
                || rest.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("www."));
            if is_url {
                let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
                excluded.push(offset.saturating_add(at)..offset.saturating_add(at).saturating_add(length));
                length
            } else {
                word
            }
        } else {
            c.len_utf8()
        };
        at = at.saturating_add(length.max(1));
    }
}

/// Bytes up to and including the next run of exactly `ticks` backticks.
fn closing_ticks(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0_usize;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('`')) {
        let from = at.saturating_add(found);
        let run = text.get(from..).unwrap_or_default().chars().take_while(|c| *c == '`').count();
        at = from.saturating_add(run);
        if run == ticks {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<Mentionable<&'static str>> {
        [
            ("chatbot", "chatbot"),
            ("챗봇", "chatbot"),
            ("translator", "translator"),
            ("번역", "translator"),
            ("summary", "summary"),
            ("요약", "summary"),
            ("번역가", "(person)"),
            ("Tom Kim", "(person)"),
        ]
        .into_iter()
        .map(|(text, target)| Mentionable { name: text.to_owned(), target })
        .collect()
    }

    #[test]
    fn mentions_are_found_exactly() {
        let table: &[(&str, &[&str])] = &[
            ("@chatbot hi", &["chatbot"]),
            ("hi @chatbot", &["chatbot"]),
            ("hi @chatbot, hi", &["chatbot"]),
            ("@chatbot.", &["chatbot"]),
            ("(@chatbot)", &["chatbot"]),
            ("@ChatBot", &["chatbot"]),
            ("@CHATBOT!", &["chatbot"]),
            ("@chatbot안녕", &["chatbot"]),
            ("안녕@chatbot", &["chatbot"]),
            ("안녕@챗봇", &["chatbot"]),
            ("@챗봇", &["chatbot"]),
            ("@챗봇아 안녕", &["chatbot"]),
            ("@챗봇이랑 놀자", &["chatbot"]),
            ("\n@chatbot", &["chatbot"]),
            ("@chatbot\nhi", &["chatbot"]),
            ("\"@chatbot\"", &["chatbot"]),
            ("@chatbots", &[]),
            ("@chatbot2", &[]),
            ("@chatbot_x", &[]),
            ("@chatbot-x", &[]),
            ("@chatboté", &[]),
            ("@chat bot", &[]),
            ("@ chatbot", &[]),
            ("chatbot", &[]),
            ("@", &[]),
            ("", &[]),
            ("@@chatbot", &[]),
            ("me@chatbot.com", &[]),
            ("me.@chatbot", &[]),
            ("me+@chatbot", &[]),
            ("a-@chatbot", &[]),
            ("/@chatbot", &[]),
            ("_@chatbot_", &[]),
            ("7@chatbot", &[]),
            ("é@chatbot", &[]),
            ("https://example.org/@chatbot", &[]),
            ("https://example.org/?q=안녕@챗봇", &[]),
            ("see https://example.org @chatbot", &["chatbot"]),
            ("www.example.org/안녕@챗봇", &[]),
            ("`@chatbot`", &[]),
            ("``a ` @chatbot``", &[]),
            ("`@chatbot", &["chatbot"]),
            ("`x` @chatbot `y`", &["chatbot"]),
            ("```\n@chatbot\n```", &[]),
            ("```rust\n@chatbot\n```\n@summary", &["summary"]),
            ("~~~\n@chatbot\n~~~", &[]),
            ("```\n@chatbot", &[]),
            ("```@chatbot``` x", &[]),
            ("> @chatbot", &[]),
            ("> a\n@chatbot b", &["chatbot"]),
            ("  > @chatbot", &[]),
            ("a > @chatbot", &["chatbot"]),
            ("@번역 이거", &["translator"]),
            ("@번역가 안녕", &["(person)"]),
            ("@번역해 줘", &["translator"]),
            ("@Tom Kim hi", &["(person)"]),
            ("@tom kimchi", &[]),
            ("@chatbot @summary", &["chatbot", "summary"]),
            ("@summary @chatbot @summary", &["summary", "chatbot"]),
            ("@chatbot@summary", &["chatbot"]),
            ("@챗봇@요약", &["chatbot", "summary"]),
            ("@챗봇 @chatbot", &["chatbot"]),
            ("🙂@chatbot🙂", &["chatbot"]),
            ("ㅋㅋ@챗봇ㅋㅋ", &["chatbot"]),
            ("@\u{200b}chatbot", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(mentioned(text, &names()), *expected, "{text:?}");
        }
    }

    #[test]
    fn case_20_a_nickname_cannot_take_a_bots_calls() {
        // Nicknames come after bots, so one that equals a handle loses; `@bot` as a nickname calls nobody by itself.
        let names = [
            Mentionable { name: "chatbot".to_owned(), target: "bot" },
            Mentionable { name: "chatbot".to_owned(), target: "person" },
            Mentionable { name: "@bot".to_owned(), target: "person" },
        ];
        assert_eq!(mentioned("@chatbot @bot", &names), ["bot"]);
    }

    #[test]
    fn ranges_cover_the_call() {
        let text = "안녕 @챗봇아";
        let found = find_mentions(text, &names());
        assert_eq!(text.get(found[0].range.clone()), Some("@챗봇"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".{0,80}", marks in "[@`>~ \n챗봇chatbot:/.]{0,60}") {
            for text in [&text, &marks] {
                for mention in find_mentions(text, &names()) {
                    proptest::prop_assert!(text.get(mention.range.clone()).is_some_and(|call| call.starts_with('@')));
                }
            }
        }
    }
}
