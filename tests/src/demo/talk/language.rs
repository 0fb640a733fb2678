//! Korean and English: telling them apart, and the small grammar that answers need.

/// The two languages that the demo speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Korean,
    English,
}

impl Language {
    /// The language of a text, if it has letters: any Hangul makes it Korean.
    pub(crate) fn of(text: &str) -> Option<Language> {
        if text.chars().any(is_hangul) {
            Some(Language::Korean)
        } else if text.chars().any(|letter| letter.is_ascii_alphabetic()) {
            Some(Language::English)
        } else {
            None
        }
    }

    /// One of two texts.
    pub(crate) fn pick(self, korean: impl Into<String>, english: impl Into<String>) -> String {
        match self {
            Language::Korean => korean.into(),
            Language::English => english.into(),
        }
    }
}

/// A sentence and whether it ended with a question mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    pub(crate) asks: bool,
}

/// Cuts a text into sentences.
pub(crate) fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut current = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        // A full stop within a number or an address ends nothing.
        let ends = match letter {
            '.' => letters.peek().is_none_or(|next| next.is_whitespace() || *next == '.'),
            '!' | '?' | '？' | '！' | '。' | '\n' | '~' | '…' => true,
            _ => false,
        };
        if !ends {
            current.push(letter);
            continue;
        }
        let asks = letter == '?' || letter == '？';
        push(&mut sentences, &mut current, asks);
    }
    push(&mut sentences, &mut current, false);
    sentences
}

fn push(sentences: &mut Vec<Sentence>, current: &mut String, asks: bool) {
    let text = std::mem::take(current).trim().to_owned();
    if !text.is_empty() {
        sentences.push(Sentence { text, asks });
    }
}

pub(crate) fn is_hangul(letter: char) -> bool {
    ('가'..='힣').contains(&letter) || ('ㄱ'..='ㆎ').contains(&letter)
}

/// Whether a word ends in a final consonant; `None` when it does not end in a Hangul syllable.
pub(crate) fn final_consonant(word: &str) -> Option<bool> {
    let last = word.chars().next_back().filter(|last| ('가'..='힣').contains(last))?;
    Some((u32::from(last) - u32::from('가')) % 28 != 0)
}

/// The word with the particle that its ending asks for, as in `with("민수", "이에요", "예요")`.
pub(crate) fn with(word: &str, after_consonant: &str, after_vowel: &str) -> String {
    let consonant = final_consonant(word).unwrap_or_else(|| {
        // How a Latin name is read: most final letters but vowels close the syllable.
        word.chars().next_back().is_some_and(|last| !"aeiouyAEIOUY".contains(last))
    });
    format!("{word}{}", if consonant { after_consonant } else { after_vowel })
}

/// A text without its last letters, if it ends with them and something is left.
pub(crate) fn without_ending<'a>(word: &'a str, ending: &str) -> Option<&'a str> {
    word.strip_suffix(ending).filter(|rest| !rest.is_empty())
}

/// Words and marks of a question in either language.
pub(crate) fn has_question_word(text: &str) -> bool {
    const KOREAN: [&str; 15] = [
        "뭐", "뭔", "뭘", "무엇", "무슨", "누구", "누가", "언제", "어디", "어떤", "얼마", "몇", "왜", "어때",
        "궁금",
    ];
    const ENGLISH: [&str; 9] = ["what", "what's", "who", "who's", "when", "where", "which", "how", "why"];
    let lower = text.to_ascii_lowercase();
    KOREAN.iter().any(|word| text.contains(word)) || ascii_words(&lower).any(|word| ENGLISH.contains(&word))
}

/// The words of a lower-case English text.
pub(crate) fn ascii_words(lower: &str) -> impl Iterator<Item = &str> {
    lower
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '\'' || letter == '’'))
        .filter(|word| !word.is_empty())
}

/// What follows a phrase in an English text, matched without case and only at the start of a word.
pub(crate) fn after<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    // ASCII lower-casing keeps all byte positions.
    let lower = text.to_ascii_lowercase();
    for (place, found) in lower.match_indices(phrase) {
        let starts = lower
            .get(..place)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|before| !before.is_alphanumeric() && before != '\'');
        let rest = text.get(place + found.len()..)?;
        let ends = phrase.ends_with(' ') || rest.chars().next().is_none_or(|next| !next.is_alphanumeric());
        if starts && ends {
            return Some(rest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_follow_the_ending() {
        assert_eq!(with("민수", "이에요", "예요"), "민수예요");
        assert_eq!(with("지민", "이에요", "예요"), "지민이에요");
        assert_eq!(with("Tom", "이라고", "라고"), "Tom이라고");
    }

    #[test]
    fn sentences_end_where_they_end() {
        let texts: Vec<String> =
            sentences("3.5 is a number. Really? Yes!").into_iter().map(|sentence| sentence.text).collect();
        assert_eq!(texts, ["3.5 is a number", "Really", "Yes"]);
    }

    #[test]
    fn a_phrase_is_found_at_the_start_of_a_word() {
        assert_eq!(after("Hi, My name is Ann", "my name is "), Some("Ann"));
        assert_eq!(after("enemy name is Ann", "my name is "), None);
    }
}
