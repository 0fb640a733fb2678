//! Korean and English: telling them apart, texts in both, and the grammar that patterns and replies need.

use regex_lite::Regex;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Korean,
    English,
}

/// A reply in Korean and in English. `{name}` stands for a value, `{name:은/는}` for a value and the particle that fits its
/// last sound: after a consonant / after a vowel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text(pub(crate) &'static str, pub(crate) &'static str);

/// What is said when a value of this name is known. A row with an empty name is said when no other one is.
pub(crate) type Replies = &'static [(&'static str, Text)];

impl Language {
    /// The language of a text: Korean with any Hangul, English with any other letter of ASCII, else `None`.
    pub(crate) fn of(text: &str) -> Option<Language> {
        if text.chars().any(|letter| ('가'..='힣').contains(&letter) || ('ㄱ'..='ㆎ').contains(&letter)) {
            Some(Language::Korean)
        } else {
            text.chars().any(|letter| letter.is_ascii_alphabetic()).then_some(Language::English)
        }
    }

    pub(crate) fn pick<T>(self, korean: T, english: T) -> T {
        if self == Language::Korean { korean } else { english }
    }

    /// A text without values, in this language.
    pub(crate) fn text(self, text: Text) -> &'static str {
        self.pick(text.0, text.1)
    }

    /// The text in this language with its values filled in.
    pub(crate) fn say<V: AsRef<str>>(self, text: Text, values: &[(&str, V)]) -> String {
        let mut said = String::new();
        let mut rest = self.text(text);
        while let Some((before, after)) = rest.split_once('{') {
            let (slot, after) = after.split_once('}').unwrap_or((after, ""));
            let (name, particle) = slot.split_once(':').unwrap_or((slot, ""));
            let value =
                values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_ref());
            said.extend([before, value, particle_after(value, particle)]);
            rest = after;
        }
        said + rest
    }

    /// Says every reply whose value is known, or else the one that needs none; `None` when there is neither.
    pub(crate) fn say_known(self, replies: Replies, values: &[(&'static str, String)]) -> Option<String> {
        let known = |name: &str| values.iter().any(|(value, _)| *value == name);
        let fitting = replies.iter().filter(|(name, _)| known(name));
        let said: Vec<String> = fitting.map(|(_, text)| self.say(*text, values)).collect();
        let otherwise = replies.iter().find(|(name, _)| name.is_empty() && said.is_empty());
        otherwise.map(|(_, text)| self.say(*text, values)).or((!said.is_empty()).then(|| said.join(" ")))
    }
}

/// The half of `은/는` that fits the word. A Latin word counts as ending in a consonant unless its last letter is a vowel;
/// after ㄹ it is 로 and not 으로.
fn particle_after<'a>(word: &str, particle: &'a str) -> &'a str {
    let Some((after_consonant, after_vowel)) = particle.split_once('/') else { return particle };
    let consonant = match final_consonant(word) {
        Some(number) => number != 0 && (number, after_consonant) != (8, "으로"),
        None => word.chars().next_back().is_some_and(|last| !"aeiouyAEIOUY".contains(last)),
    };
    if consonant { after_consonant } else { after_vowel }
}

/// The number of the last syllable's final consonant, 0 for none and 8 for ㄹ; `None` when the last letter is no syllable.
pub(crate) fn final_consonant(word: &str) -> Option<u32> {
    let last = word.chars().next_back().filter(|last| ('가'..='힣').contains(last))?;
    Some((u32::from(last) - u32::from('가')) % 28)
}

/// Compiles a pattern of the tables. Case does not matter, and a dot also matches a line feed.
#[allow(clippy::expect_used, reason = "patterns are constants, and a test compiles every one")]
pub(crate) fn compile(pattern: &str) -> Regex {
    Regex::new(&format!("(?is){pattern}")).expect("a valid pattern")
}

/// A pattern that is compiled once.
macro_rules! pattern {
    ($pattern:expr) => {{
        static PATTERN: std::sync::LazyLock<regex_lite::Regex> =
            std::sync::LazyLock::new(|| $crate::talk::language::compile($pattern));
        &*PATTERN
    }};
}
pub(crate) use pattern;

/// Whether a list of words, separated by spaces, has this one.
pub(crate) fn listed(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// Whether a text holds one of the words of a list. It is much cheaper than a pattern.
pub(crate) fn holds_any(list: &str, text: &str) -> bool {
    list.split(' ').any(|word| text.contains(word))
}

/// A sentence, and whether it ended with a question mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    pub(crate) asks: bool,
}

/// Cuts a text into sentences. A full stop within a number or an address ends none.
pub(crate) fn sentences(text: &str) -> Vec<Sentence> {
    let ends = pattern!(r"\.(?:\s|$)|\.{2,}|[!?？！。\n~…]");
    let mut found = Vec::new();
    let mut start = 0;
    for end in ends.find_iter(text).map(|end| (end.start(), end.end())).chain([(text.len(), text.len())]) {
        let sentence = text.get(start..end.0).unwrap_or_default().trim();
        if !sentence.is_empty() {
            let asks = text.get(end.0..end.1).is_some_and(|end| end.contains(['?', '？']));
            found.push(Sentence { text: sentence.to_owned(), asks });
        }
        start = end.1;
    }
    found
}

pub(crate) fn has_question_word(text: &str) -> bool {
    let words = pattern!(
        r"뭐|뭔|뭘|무엇|무슨|누구|누가|언제|어디|어떤|얼마|몇|왜|어때|궁금|(?:^|[^\w'])(?:what|what['’]s|who|who['’]s|when|where|which|how|why)(?:[^\w'’]|$)"
    );
    words.is_match(text)
}
