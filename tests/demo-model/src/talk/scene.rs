//! What a bot replies to: the question, what was said before it, and what is known of people.

use super::language::{Language, pattern};
use super::memory::{Memory, Person};
use super::tables::general::{ADDRESS, NAMELESS};
use super::transcript::{Line, Transcript};

pub(crate) struct Scene<'a> {
    pub(crate) language: Language,
    pub(crate) memory: Memory,
    pub(crate) before: &'a [Line],
    /// The question: the last line that is not the demo's, or an empty one when nobody has said anything.
    pub(crate) line: Line,
}

impl Scene<'_> {
    /// The language is that of the question; without a letter in it, the one that its speaker used before.
    pub(crate) fn read(transcript: &Transcript) -> Scene<'_> {
        let place = transcript.lines.iter().rposition(|line| !line.is_demo());
        let line = place.and_then(|place| transcript.lines.get(place)).cloned().unwrap_or_default();
        let before = place.and_then(|place| transcript.lines.get(..place)).unwrap_or(&transcript.lines);
        let own = before.iter().rev().filter(|other| other.id == line.id);
        let texts = [&line].into_iter().chain(own).chain(before.iter().rev()).map(|line| &line.text);
        let language = texts.chain([&line.nickname]).find_map(|text| Language::of(text)).unwrap_or_default();
        Scene { language, memory: Memory::read(&transcript.lines), before, line }
    }

    /// What to call somebody: the name, or else the nickname; empty for somebody without either.
    pub(crate) fn shown(&self, id: &str) -> &str {
        self.memory.person(id).map_or("", Person::shown)
    }

    /// As `shown`, but never empty.
    pub(crate) fn speaker(&self, id: &str) -> String {
        let shown = self.shown(id);
        if shown.is_empty() { self.language.text(NAMELESS) } else { shown }.to_owned()
    }

    /// ", 민수님" or ", Ann"; empty for somebody without a name.
    pub(crate) fn address(&self) -> String {
        let name = self.shown(&self.line.id);
        if name.is_empty() { String::new() } else { self.language.say(ADDRESS, &[("name", name)]) }
    }

    /// How many answers this bot has given: by it texts are chosen, so that none comes twice in a row.
    pub(crate) fn turn(&self) -> usize {
        self.before.iter().filter(|line| line.is_demo()).count()
    }

    /// Whether the question matches a pattern of the tables.
    pub(crate) fn matches(&self, pattern: &'static str) -> bool {
        self::pattern(pattern).is_match(&self.line.text)
    }
}
