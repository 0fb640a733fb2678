//! Who the demo is: every bot of the room has a voice of its own. A bot is known by the handle in the first lines of
//! its instructions; an unknown one is the general conversationalist.

mod counsellor;
mod ferryman;
mod phrases;
mod storyteller;
mod translator;
mod tutor;

use super::digest::{Digest, is_person};
use super::language::Language;
use super::memory::{Memory, Person};
use super::poll::Poll;
use super::transcript::{Line, Speaker};

/// A bot of the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Character {
    General,
    Summary,
    Translator,
    Counsellor,
    Ferryman,
    Tutor,
    Storyteller,
    Poll,
}

/// Handles and aliases of the bots; mentions of them are no part of what somebody says.
pub(crate) const HANDLES: [(&str, Character); 29] = [
    ("chatbot", Character::General),
    ("챗봇", Character::General),
    ("summary", Character::Summary),
    ("대화요약", Character::Summary),
    ("요약", Character::Summary),
    ("translator", Character::Translator),
    ("translate", Character::Translator),
    ("번역가", Character::Translator),
    ("번역", Character::Translator),
    ("counsellor", Character::Counsellor),
    ("counselor", Character::Counsellor),
    ("상담사", Character::Counsellor),
    ("상담", Character::Counsellor),
    ("character", Character::Ferryman),
    ("캐릭터", Character::Ferryman),
    ("뱃사공", Character::Ferryman),
    ("여울영감", Character::Ferryman),
    ("tutor", Character::Tutor),
    ("튜터", Character::Tutor),
    ("언어튜터", Character::Tutor),
    ("과외", Character::Tutor),
    ("선생님", Character::Tutor),
    ("storyteller", Character::Storyteller),
    ("이야기꾼", Character::Storyteller),
    ("이야기", Character::Storyteller),
    ("story", Character::Storyteller),
    ("poll", Character::Poll),
    ("투표", Character::Poll),
    ("설문", Character::Poll),
];

impl Character {
    /// The bot that the instructions name: `You are @handle`, `당신은 @handle`.
    pub(crate) fn of(instructions: &str) -> Character {
        let named = instructions.lines().take(5).find_map(|line| {
            let line = line.trim_start_matches(['#', '*', ' ']);
            let rest = line.strip_prefix("You are @").or_else(|| line.strip_prefix("당신은 @"))?;
            let latin = rest.starts_with(|letter: char| letter.is_ascii_alphabetic());
            // A Hangul alias is followed by its particle without a space.
            HANDLES.iter().find(|(handle, _)| {
                let ends = rest.get(handle.len()..).and_then(|rest| rest.chars().next());
                let within =
                    ends.is_some_and(|next| next.is_ascii_alphanumeric() || next == '_' || next == '-');
                rest.to_lowercase().starts_with(handle) && !(latin && within)
            })
        });
        named.map_or(Character::General, |(_, character)| *character)
    }

    /// What this bot makes of what its functions returned, if it has its own way of saying it.
    pub(crate) fn told(self, language: Language, outputs: &[String]) -> Option<String> {
        (self == Character::Ferryman).then(|| ferryman::told(language, outputs))
    }

    /// The answer in this bot's voice; the general one has none here.
    pub(crate) fn answer(self, scene: &Scene<'_>) -> Option<String> {
        match self {
            Character::General => None,
            Character::Summary => Some(Digest::read(scene.before).written(scene.language)),
            Character::Poll => Some(Poll::read(&scene.line.text, scene.before, scene.language).written()),
            Character::Translator => Some(translator::answer(scene)),
            Character::Counsellor => Some(counsellor::answer(scene)),
            Character::Ferryman => Some(ferryman::answer(scene)),
            Character::Tutor => Some(tutor::answer(scene)),
            Character::Storyteller => Some(storyteller::answer(scene)),
        }
    }
}

/// What a character answers to.
pub(crate) struct Scene<'a> {
    pub(crate) language: Language,
    pub(crate) memory: &'a Memory,
    /// What was said before the question.
    pub(crate) before: &'a [Line],
    /// The question.
    pub(crate) line: &'a Line,
}

impl Scene<'_> {
    fn pick(&self, korean: impl Into<String>, english: impl Into<String>) -> String {
        self.language.pick(korean, english)
    }

    /// What to call the asker; empty when nobody knows.
    fn name(&self) -> &str {
        self.memory.person(self.line.speaker_id()).map_or("", Person::shown)
    }

    /// How often this bot has answered already: the same words do not come twice in a row.
    fn turn(&self) -> usize {
        self.before.iter().filter(|line| line.speaker == Speaker::Demo).count()
    }

    /// The next of several texts, in the language of the question.
    fn next(&self, texts: &[(&str, &str)]) -> String {
        let (korean, english) = texts.iter().cycle().nth(self.turn()).copied().unwrap_or_default();
        self.pick(korean, english)
    }

    /// Everybody who spoke, the asker first.
    fn people(&self) -> Vec<&str> {
        let mut names = vec![self.name()];
        for line in self.before.iter().rev().filter(|line| is_person(line)) {
            let name = self.memory.person(line.speaker_id()).map_or("", Person::shown);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.retain(|name| !name.is_empty());
        names
    }

    /// Whether the question holds one of these.
    fn has(&self, words: &[&str]) -> bool {
        holds(&self.line.text, words)
    }
}

/// Whether a text holds one of these words. Latin ones stand at the beginning of a word, short ones alone.
pub(crate) fn holds(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    words.iter().any(|word| {
        let latin = word.starts_with(|letter: char| letter.is_ascii_alphabetic());
        lower.match_indices(word).any(|(place, found)| {
            let before = lower.get(..place).and_then(|before| before.chars().next_back());
            let after = lower.get(place + found.len()..).and_then(|after| after.chars().next());
            let joined = |edge: Option<char>| edge.is_some_and(|edge| edge.is_ascii_alphanumeric());
            !latin || !(joined(before) || (word.len() <= 4 && joined(after)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bot_is_known_by_its_first_lines() {
        assert_eq!(Character::of("You are @translator, a bot.\nTranslate."), Character::Translator);
        assert_eq!(Character::of("당신은 @counsellor입니다."), Character::Counsellor);
        assert_eq!(Character::of("당신은 @번역가예요."), Character::Translator);
        assert_eq!(Character::of("\n# You are @storyteller"), Character::Storyteller);
        assert_eq!(Character::of("You are @story-keeper"), Character::General);
        assert_eq!(Character::of("You are Madang's chatbot."), Character::General);
        assert_eq!(Character::of("Never say You are @tutor"), Character::General);
    }
}
