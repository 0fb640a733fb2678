//! Names that people tell of themselves: "내 이름은 민수야", "call me Bo". Questions and other people's names do not count.

use super::language::{compile, final_consonant, has_question_word, holds_any, listed, pattern, sentences};
use super::tables::names::{self, Form, When};
use regex_lite::Regex;
use std::sync::LazyLock;

static ROWS: LazyLock<Vec<(When, Form, Regex)>> = LazyLock::new(|| {
    names::ROWS.iter().map(|(when, form, pattern)| (*when, *form, compile(pattern))).collect()
});

/// The last name told in a text, and whether it certainly is one; "I am X" may be something else.
pub(crate) fn told_name(text: &str) -> Option<(String, bool)> {
    let changed = pattern!(names::CHANGED).is_match(text);
    let mut found = None;
    for sentence in sentences(text).into_iter().filter(|sentence| !sentence.asks) {
        if let Some(name) = stated_name(&sentence.text, changed) {
            found = Some((name, true));
        } else if found.is_none() {
            found = name_by(When::Perhaps, &sentence.text).map(|name| (name, false));
        }
    }
    found
}

/// The name that a sentence states. `changed`: the text says that a name changed, so that "now it is X" is about one too.
pub(crate) fn stated_name(sentence: &str, changed: bool) -> Option<String> {
    let hinted = holds_any(names::HINTS, &sentence.to_ascii_lowercase());
    let plain = if hinted { name_by(When::Always, sentence) } else { None };
    plain.or_else(|| if changed { name_by(When::Changed, sentence) } else { None })
}

/// The name that the first fitting row of this kind finds.
fn name_by(when: When, sentence: &str) -> Option<String> {
    ROWS.iter().filter(|(row, ..)| *row == when).find_map(|(_, form, pattern)| {
        let found = pattern.captures(sentence)?.get(1)?.as_str();
        match form {
            Form::English => english_name(found),
            Form::Korean => korean_name(found, true),
            Form::KoreanIs if when == When::Perhaps => korean_name(found, false).filter(|name| {
                (2..=4).contains(&name.chars().count()) && !listed(names::PERHAPS_NO_NAMES, name)
            }),
            Form::KoreanIs => korean_name(found, false),
            Form::Quoted => clean(without_linking_vowel(found)),
            Form::Exact => clean(found),
        }
    })
}

fn english_name(rest: &str) -> Option<String> {
    let clause = rest.split([',', ';', '(', ')', ':', '—', '–']).next()?;
    let ends = |word: &&str| listed(names::ENGLISH_ENDS, &word.to_lowercase());
    let words: Vec<&str> = clause.split_whitespace().take_while(|word| !ends(word)).take(3).collect();
    let is_name = !listed(names::NO_NAMES, &words.first()?.to_lowercase());
    if is_name { clean(&words.join(" ")) } else { None }
}

/// The name at the start of a clause. `bare`: also without "is" after it.
fn korean_name(rest: &str, bare: bool) -> Option<String> {
    let clause = rest.split([',', ';', '(', ':']).next()?.trim();
    if pattern!(names::NO_KOREAN_NAMES).is_match(clause) {
        return None;
    }
    let words: Vec<&str> = clause.split_whitespace().collect();
    for (place, word) in words.iter().enumerate().take(4) {
        if let Some(stem) = without_copula(word) {
            return clean(&[words.get(..place)?, &[stem]].concat().join(" "));
        }
    }
    if bare && words.len() <= 2 { clean(clause) } else { None }
}

/// A word without "is" at its end: 민수야 → 민수, 지민이에요 → 지민.
pub(crate) fn without_copula(word: &str) -> Option<&str> {
    let found = pattern!(names::COPULAS).captures(word)?;
    let linked = found.get(2).map(|stem| without_linking_vowel(stem.as_str()));
    linked.or_else(|| Some(found.get(1).or(found.get(3))?.as_str()))
}

/// 지민이 + 야 is 지민, but 유이 + 야 is 유이: the 이 links only after a final consonant.
fn without_linking_vowel(stem: &str) -> &str {
    let shorter = stem.strip_suffix('이').filter(|shorter| !shorter.is_empty());
    shorter.filter(|shorter| final_consonant(shorter) != Some(0)).unwrap_or(stem)
}

fn clean(name: &str) -> Option<String> {
    let marks = |letter: char| letter.is_whitespace() || "\"'“”‘’「」『』*_`<>.,!?".contains(letter);
    let name = name.trim_matches(marks);
    let is_name = (1..=40).contains(&name.chars().count()) && !name.contains(['{', '}', '"']);
    (is_name && !listed(names::NO_NAMES, name) && !has_question_word(name)).then(|| name.to_owned())
}
