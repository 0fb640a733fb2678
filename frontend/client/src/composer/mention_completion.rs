//! Suggestions for the `@` word that is being typed. Where an `@` mentions nobody (code, URLs, e-mail addresses, quotes),
//! nothing is suggested: `shared::mention` decides that.
//!
//! Names are compared key by key as a Korean keyboard writes them. While somebody types 요약, the field shows 욕 or 용 for
//! a moment: as letters these are other syllables, as keys they are the beginning of the word.

use shared::mention::{self, Mentionable};
use shared::{Bot, Lang, Person, PersonId};

use super::commands::Command;
use super::hangul::keys;

/// The most suggestions at once.
const MAX_SUGGESTIONS: usize = 20;
/// The length in characters of the longest word that is looked up.
const MAX_WORD: usize = 24;

/// The suggestions for the word at the caret. Positions count UTF-16 units, as browsers do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionCompletion {
    /// Where the word begins, its `@` included.
    pub from: usize,
    /// Where it ends: at the caret.
    pub to: usize,
    /// At least one, the best first.
    pub suggestions: Vec<Suggestion>,
    /// Whether the word is a complete name already. Then it stands unless the person chooses a suggestion.
    pub is_complete_name: bool,
}

/// A bot, a person or a command that the word may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub target: SuggestionTarget,
    /// The text that replaces the word.
    pub replacement: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuggestionTarget {
    /// A bot, by its handle.
    Bot(String),
    /// A person, with their nickname.
    Person(PersonId, String),
    /// A command, with its word.
    Command(Command, &'static str),
}

/// Returns the suggestions for the word at the caret, bots before people. `me` is not suggested. What is not typed yet follows
/// the language.
pub(crate) fn complete_mention<'a>(
    text: &str,
    caret: usize,
    bots: &'a [Bot],
    people: impl Iterator<Item = &'a Person>,
    me: Option<&PersonId>,
    lang: Lang,
) -> Option<MentionCompletion> {
    let (head, tail) = text.split_at_checked(byte_at(text, caret)?)?;
    let start = head.rfind('@')?;
    let typed = head.get(start.saturating_add(1)..)?;
    if typed.starts_with(char::is_whitespace) || typed.contains('\n') || typed.chars().count() > MAX_WORD {
        return None;
    }
    // A caret before a letter stands inside a word, which is not being typed.
    if tail.starts_with(char::is_alphanumeric) || !is_mention(head, start, typed, tail) {
        return None;
    }
    let space = if tail.starts_with(char::is_whitespace) { "" } else { " " };
    let matches = find_matches(typed, bots, people.filter(|person| Some(&person.id) != me), lang);
    let is_complete_name = matches.iter().any(|found| found.name.eq_ignore_ascii_case(typed));
    // By rank, and within a rank in the order found: the matches are few, and a sort would weigh more.
    let ranked = (0..2).flat_map(|rank| matches.iter().filter(move |found| found.rank == rank));
    let suggestions: Vec<Suggestion> = ranked
        .take(MAX_SUGGESTIONS)
        .map(|found| Suggestion {
            target: found.target.clone(),
            replacement: format!("@{}{space}", found.name),
        })
        .collect();
    let is_finished = is_complete_name && suggestions.len() == 1;
    let from = caret.saturating_sub(typed.encode_utf16().count()).saturating_sub(1);
    (!suggestions.is_empty() && !is_finished).then_some(MentionCompletion {
        from,
        to: caret,
        suggestions,
        is_complete_name,
    })
}

impl MentionCompletion {
    /// Returns the text after a suggestion was chosen and the position of the caret in it; `None` if the text is no longer
    /// the one that was completed.
    pub fn apply(&self, text: &str, suggestion: &Suggestion) -> Option<(String, usize)> {
        let (from, to) = (byte_at(text, self.from)?, byte_at(text, self.to)?);
        let text = format!("{}{}{}", text.get(..from)?, suggestion.replacement, text.get(to..)?);
        Some((text, self.from.saturating_add(suggestion.replacement.encode_utf16().count())))
    }
}

/// A name that the typed word may become.
struct Match<'a> {
    /// 0 where the name begins with the typed word, 1 where a later part of it does.
    rank: usize,
    target: SuggestionTarget,
    /// The word that mentions the target.
    name: &'a str,
}

fn find_matches<'a>(
    typed: &str,
    bots: &'a [Bot],
    people: impl Iterator<Item = &'a Person>,
    lang: Lang,
) -> Vec<Match<'a>> {
    let wanted = keys(typed);
    let mut matches = Vec::new();
    for bot in bots {
        let handle = bot.localized_handle(lang);
        let others = std::iter::once(&bot.handle).chain(&bot.aliases).map(String::as_str);
        let mentionable = std::iter::once(handle).chain(others).map(|word| (word, word));
        let displayed = [&bot.name.en, &bot.name.ko].map(|name| (name.as_str(), handle));
        if let Some((rank, name)) = best_match(&wanted, mentionable.chain(displayed)) {
            matches.push(Match { rank, target: SuggestionTarget::Bot(bot.handle.clone()), name });
        }
    }
    for person in people {
        if let Some((rank, name)) = best_match(&wanted, std::iter::once((&*person.name, &*person.name))) {
            let target = SuggestionTarget::Person(person.id.clone(), person.name.clone());
            matches.push(Match { rank, target, name });
        }
    }
    matches
}

/// Returns the rank of the best match among pairs of a name and the word that mentions its owner, and that word.
fn best_match<'a>(
    wanted: &[char],
    names: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> Option<(usize, &'a str)> {
    let begins = |name: &str| !name.is_empty() && keys(name).starts_with(wanted);
    let prefix = names.clone().find(|(name, _)| begins(name)).map(|(_, word)| (0, word));
    prefix.or_else(|| {
        let inner =
            |name: &str| name.char_indices().skip(1).any(|(at, _)| name.get(at..).is_some_and(begins));
        names.clone().find(|(name, _)| inner(name)).map(|(_, word)| (1, word))
    })
}

/// Whether the `@` at `start` would mention somebody of the typed name. Tried with one letter more, since the name may
/// still be empty.
fn is_mention(head: &str, start: usize, typed: &str, tail: &str) -> bool {
    let name = Mentionable { name: format!("{typed}x"), target: () };
    let text = format!("{head}x{tail}");
    mention::find_mentions(&text, &[name]).iter().any(|found| found.range.start == start)
}

/// Returns the byte index of a position in UTF-16 units; `None` inside a character or past the end.
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
