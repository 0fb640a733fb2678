//! The `@` word that is being typed, and who it may become. Where an `@` calls nobody (code, URLs, e-mail addresses,
//! quotations), nothing is offered: `shared::mention` decides that.
//!
//! Names are compared key by key as a Korean keyboard writes them. While one types 요약, the field shows 욕 or 용 for a
//! moment: as letters these are other syllables, as keys they are the beginning of the word.

use shared::mention::{self, Mentionable};
use shared::{Bot, Person, PersonId};

/// Offers at once.
const OFFERS: usize = 6;
/// Characters of the longest word that is looked up.
const WORD: usize = 24;

/// What may be chosen for the word at the caret. Places count UTF-16 units, as browsers do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Where the word begins, its `@` included.
    pub from: usize,
    /// Where it ends: the caret.
    pub to: usize,
    /// At least one, the best first.
    pub offers: Vec<Offered>,
    /// The word is a name already. Then it stands as it is unless the person chooses.
    pub is_whole: bool,
}

/// Somebody who may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Who.
    pub who: Who,
    /// What takes the word's place.
    pub call: String,
}

/// Somebody who can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A bot, by its handle.
    Bot(String),
    /// A person, with their nickname.
    Person(PersonId, String),
}

/// The offers for the word at the caret, bots before people. `me` is not offered.
pub fn complete<'a>(
    text: &str,
    caret: usize,
    bots: &[Bot],
    people: impl Iterator<Item = &'a Person>,
    me: Option<&PersonId>,
) -> Option<Completion> {
    let end = byte_at(text, caret)?;
    let (head, tail) = text.split_at_checked(end)?;
    let start = head.rfind('@')?;
    let typed = head.get(start.saturating_add(1)..)?;
    if typed.starts_with(char::is_whitespace) || typed.contains('\n') || typed.chars().count() > WORD {
        return None;
    }
    // In the middle of a word nothing is being typed.
    if tail.starts_with(char::is_alphanumeric) || !calls(head, start, typed, tail) {
        return None;
    }
    let space = if tail.starts_with(char::is_whitespace) { "" } else { " " };
    let wanted = keys(typed);
    let mut ranked: Vec<(usize, Offered)> = Vec::new();
    let mut is_whole = false;
    let mut take = |rank: usize, who: Who, word: &str| {
        is_whole |= word.eq_ignore_ascii_case(typed);
        ranked.push((rank, Offered { who, call: format!("@{word}{space}") }));
    };
    for bot in bots {
        let callable = std::iter::once(&bot.handle).chain(&bot.aliases).map(|word| (word, word));
        let shown = [&bot.name.en, &bot.name.ko].map(|name| (name, &bot.handle));
        if let Some((rank, word)) = best(&wanted, callable.chain(shown)) {
            take(rank, Who::Bot(bot.handle.clone()), word);
        }
    }
    for person in people.filter(|person| Some(&person.id) != me) {
        if let Some((rank, word)) = best(&wanted, std::iter::once((&person.name, &person.name))) {
            take(rank, Who::Person(person.id.clone(), person.name.clone()), word);
        }
    }
    // By rank, and among equals as they came: they are few, and a sort of its own would weigh more.
    let mut offers = Vec::new();
    for rank in 0..2 {
        offers.extend(ranked.iter().filter(|(of, _)| *of == rank).map(|(_, offered)| offered.clone()));
    }
    offers.truncate(OFFERS);
    let is_finished = is_whole && offers.len() == 1;
    let from = caret.saturating_sub(typed.encode_utf16().count()).saturating_sub(1);
    (!offers.is_empty() && !is_finished).then_some(Completion { from, to: caret, offers, is_whole })
}

impl Completion {
    /// The text after a choice, and where the caret is then.
    pub fn apply(&self, text: &str, offered: &Offered) -> Option<(String, usize)> {
        let (from, to) = (byte_at(text, self.from)?, byte_at(text, self.to)?);
        let text = format!("{}{}{}", text.get(..from)?, offered.call, text.get(to..)?);
        Some((text, self.from.saturating_add(offered.call.encode_utf16().count())))
    }
}

/// Whether the `@` at `start` would call somebody of that name: asked with a letter more, since the name may be empty yet.
fn calls(head: &str, start: usize, typed: &str, tail: &str) -> bool {
    let name = Mentionable { name: format!("{typed}x"), target: () };
    let text = format!("{head}x{tail}");
    mention::find_mentions(&text, &[name]).iter().any(|found| found.range.start == start)
}

/// 0 where a name begins with what is wanted, 1 where a later part of it does; and the word that calls its owner.
fn best<'a>(
    wanted: &[char],
    names: impl Iterator<Item = (&'a String, &'a String)> + Clone,
) -> Option<(usize, &'a str)> {
    let begins = |name: &str| !name.is_empty() && keys(name).starts_with(wanted);
    let prefix = names.clone().find(|(name, _)| begins(name)).map(|(_, word)| (0, word.as_str()));
    prefix.or_else(|| {
        let inner =
            |name: &str| name.char_indices().skip(1).any(|(at, _)| name.get(at..).is_some_and(begins));
        names.clone().find(|(name, _)| inner(name)).map(|(_, word)| (1, word.as_str()))
    })
}

/// The byte at a place of UTF-16 units; `None` inside a character or past the end.
fn byte_at(text: &str, units: usize) -> Option<usize> {
    let mut before = 0_usize;
    for (byte, c) in text.char_indices() {
        if before == units {
            return Some(byte);
        }
        before = before.saturating_add(c.len_utf16());
    }
    (before == units).then_some(text.len())
}

const FIRST: [&str; 19] = [
    "ㄱ", "ㄲ", "ㄴ", "ㄷ", "ㄸ", "ㄹ", "ㅁ", "ㅂ", "ㅃ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅉ", "ㅊ", "ㅋ", "ㅌ",
    "ㅍ", "ㅎ",
];
const VOWEL: [&str; 21] = [
    "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ",
    "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
];
const LAST: [&str; 28] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ",
    "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
];

/// The keys that write a word, capitals as small letters.
fn keys(word: &str) -> Vec<char> {
    let mut keys = Vec::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '가'..='힣' => {
                let place = (c as usize).saturating_sub('가' as usize);
                let parts = [FIRST.get(place / 588), VOWEL.get(place % 588 / 28), LAST.get(place % 28)];
                parts.into_iter().flatten().for_each(|part| keys.extend(part.chars()));
            }
            'ㅏ'..='ㅣ' => {
                let place = (c as usize).saturating_sub('ㅏ' as usize);
                VOWEL.get(place).into_iter().for_each(|part| keys.extend(part.chars()));
            }
            c => keys.push(c.to_ascii_lowercase()),
        }
    }
    keys
}
