//! What a bot replies to: the question, what was said before it, and what is known of people.

use super::language::{Language, compile};
use super::memory::{Memory, Person};
use super::tables::general::ADDRESS;
use super::transcript::Line;

/// The language of the question; without a letter in it, the one that its speaker used before.
pub(crate) fn language_of(question: &Line, before: &[Line]) -> Language {
    let own = before.iter().rev().filter(|line| line.id == question.id);
    let lines = std::iter::once(question).chain(own).chain(before.iter().rev());
    let texts = lines.map(|line| line.text.as_str()).chain([question.nickname.as_str()]);
    texts.into_iter().find_map(Language::of).unwrap_or(Language::English)
}

/// What a bot replies to.
pub(crate) struct Scene<'a> {
    pub(crate) language: Language,
    pub(crate) memory: &'a Memory,
    /// What was said before the question.
    pub(crate) before: &'a [Line],
    pub(crate) line: &'a Line,
}

impl Scene<'_> {
    /// What to call somebody: the name, or else the nickname; empty for somebody unknown.
    pub(crate) fn shown(&self, id: &str) -> String {
        self.memory.person(id).map_or("", Person::shown).to_owned()
    }

    /// ", 민수님" or ", Ann"; empty for somebody without a name.
    pub(crate) fn address(&self) -> String {
        let name = self.shown(&self.line.id);
        if name.is_empty() { name } else { self.language.say(ADDRESS, &[("name", name)]) }
    }

    /// How many answers this bot has given: by it texts are chosen, so that none comes twice in a row.
    pub(crate) fn turn(&self) -> usize {
        self.before.iter().filter(|line| line.is_demo()).count()
    }

    /// Whether the question matches a pattern of the tables.
    pub(crate) fn matches(&self, pattern: &str) -> bool {
        compile(pattern).is_match(&self.line.text)
    }
}
