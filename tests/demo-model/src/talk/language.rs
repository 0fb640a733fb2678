//! Korean and English: telling them apart, texts in both, and the grammar that patterns and replies need.

use regex_lite::{Captures, Regex};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    Korean,
    #[default]
    English,
}

/// A reply in Korean and in English. `{name}` stands for a value, `{name:은/는}` for a value and the particle that fits its
/// last sound: after a consonant / after a vowel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text(pub(crate) &'static str, pub(crate) &'static str);

/// What is said when a value of this name is known. A row with an empty name is said when no other one is.
pub(crate) type Replies = &'static [(&'static str, Text)];

/// Values by the names that replies have for them. An empty value is not known.
pub(crate) type Values = Vec<(&'static str, String)>;

impl Language {
    /// The language of a text: Korean with any Hangul, English with any other letter of ASCII, else `None`.
    pub(crate) fn of(text: &str) -> Option<Language> {
        let korean = text.contains(|letter| matches!(letter, '가'..='힣' | 'ㄱ'..='ㆎ'));
        let english = text.contains(|letter: char| letter.is_ascii_alphabetic());
        if korean { Some(Language::Korean) } else { english.then_some(Language::English) }
    }

    pub(crate) fn text(self, text: Text) -> &'static str {
        if self == Language::Korean { text.0 } else { text.1 }
    }

    pub(crate) fn say<V: AsRef<str>>(self, text: Text, values: &[(&str, V)]) -> String {
        let filled = |slot: &Captures<'_>| {
            let value = values.iter().find(|(name, _)| *name == &slot[1]);
            let value = value.map_or("", |(_, value)| value.as_ref());
            format!("{value}{}", slot.get(2).map_or("", |particle| particle_after(value, particle.as_str())))
        };
        pattern(r"\{(\w+)(?::([^}]+))?\}").replace_all(self.text(text), filled).into_owned()
    }

    /// Says every reply whose value is known, or else the one that needs none; `None` when there is neither.
    pub(crate) fn say_known(self, replies: Replies, values: &Values) -> Option<String> {
        let known = |name: &str| values.iter().any(|(known, value)| *known == name && !value.is_empty());
        let fitting = replies.iter().filter(|(name, _)| known(name));
        let said: Vec<String> = fitting.map(|(_, text)| self.say(*text, values)).collect();
        let otherwise = || Some(self.say(replies.iter().find(|(name, _)| name.is_empty())?.1, values));
        if said.is_empty() { otherwise() } else { Some(said.join(" ")) }
    }

    /// The text whose turn it is, when texts take turns.
    pub(crate) fn nth(self, texts: &[Text], turn: usize) -> String {
        texts.iter().cycle().nth(turn).map_or("", |text| self.text(*text)).to_owned()
    }
}

/// The half of `은/는` that fits the word. A Latin word counts as ending in a consonant unless its last letter is a vowel;
/// after ㄹ it is 로 and not 으로.
fn particle_after<'a>(word: &str, particle: &'a str) -> &'a str {
    let Some((after_consonant, after_vowel)) = particle.split_once('/') else { return particle };
    let consonant = match final_consonant(word) {
        Some(number) => number != 0 && (number, after_consonant) != (8, "으로"),
        None => word.ends_with(|last| !"aeiouyAEIOUY".contains(last)),
    };
    if consonant { after_consonant } else { after_vowel }
}

/// The number of the last syllable's final consonant, 0 for none and 8 for ㄹ; `None` when the last letter is no syllable.
pub(crate) fn final_consonant(word: &str) -> Option<u32> {
    let last = word.chars().next_back().filter(|last| ('가'..='힣').contains(last))?;
    Some((u32::from(last) - u32::from('가')) % 28)
}

/// Compiles a pattern. Case does not matter, and a dot also matches a line feed.
#[allow(clippy::expect_used, reason = "patterns are constants, and a test compiles every one")]
pub(crate) fn compile(pattern: &str) -> Regex {
    Regex::new(&format!("(?is){pattern}")).expect("a valid pattern")
}

/// A pattern of the tables, which is compiled once.
pub(crate) fn pattern(pattern: &'static str) -> &'static Regex {
    static COMPILED: Mutex<BTreeMap<&str, &Regex>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    compiled.entry(pattern).or_insert_with(|| Box::leak(Box::new(compile(pattern))))
}

/// The first group that takes part in the match of a pattern.
pub(crate) fn captured<'a>(pattern: &'static str, text: &'a str) -> Option<&'a str> {
    let found = self::pattern(pattern).captures(text)?;
    found.iter().skip(1).flatten().next().map(|group| group.as_str())
}

/// Whether a list of words, separated by spaces, has this one.
pub(crate) fn listed(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// The texts in their order, each once and none empty.
pub(crate) fn distinct(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.into_iter().filter(|text| !text.is_empty() && seen.insert(text.clone())).collect()
}

/// A text on one line of at most 120 characters, for a quotation.
pub(crate) fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 120 { text } else { text.chars().take(119).chain(['…']).collect() }
}

pub(crate) struct Sentence {
    pub(crate) text: String,
    pub(crate) asks: bool,
}

/// Cuts a text into sentences. A full stop within a number or an address ends none.
pub(crate) fn sentences(text: &str) -> Vec<Sentence> {
    let sentence = |found: Captures<'_>| {
        let (text, end) = (found.get(1)?.as_str().trim(), found.get(2)?.as_str());
        let asks = end.contains(['?', '？']);
        (!text.is_empty()).then(|| Sentence { text: text.to_owned(), asks })
    };
    let ends = pattern(r"(.*?)(\.(?:\s|$)|\.{2,}|[!?？！。\n~…]|$)");
    ends.captures_iter(text).filter_map(sentence).collect()
}

pub(crate) const QUESTION_WORDS: &str = r"뭐|뭔|뭘|무엇|무슨|누구|누가|언제|어디|어떤|얼마|몇|왜|어때|궁금|\b(?:what|who|when|where|which|how|why)\b";
