//! The language tutor: corrects the mistakes of `tables::tutor`, and offers a phrase of the translator's book.

use super::language::{Language, compile, final_consonant, pattern};
use super::scene::Scene;
use super::tables::{phrases::PHRASES, tutor as table};

pub(crate) fn answer(scene: &Scene<'_>) -> String {
    let found = corrections(&scene.line.text, scene.language);
    let usual = |variants: &'static str| variants.split('/').next().unwrap_or_default();
    let phrase = PHRASES.iter().cycle().nth(scene.turn() * 7 + 5).map_or_else(String::new, |phrase| {
        let values = [("korean", usual(phrase.0)), ("english", usual(phrase.1)), ("sound", phrase.2)];
        scene.language.say(table::PHRASE, &values)
    });
    let greets = || scene.matches(r"^$|안녕|\b(?:hello|hi)\b");
    let comment = match found.is_empty() {
        false => *table::PRAISE.iter().cycle().nth(scene.turn()).unwrap_or(&table::NO_MISTAKE),
        true if greets() => table::WELCOME,
        true => table::NO_MISTAKE,
    };
    let lines = [vec![scene.language.text(comment).to_owned()], found, vec![phrase]];
    lines.concat().join("\n")
}

/// Every known mistake in the text, put right and explained.
fn corrections(text: &str, language: Language) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    let mut wrongs: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for (pattern, right, why) in table::MISTAKES {
        let pattern = compile(pattern);
        let wrong = pattern.find(&text).map(|found| found.as_str());
        // "안되요" holds "되요", and one explanation is enough.
        if let Some(wrong) = wrong.filter(|wrong| !wrongs.iter().any(|other| other.contains(wrong))) {
            found.push(format!(
                "~~{wrong}~~ → **{}**: {}.",
                pattern.replace(wrong, right),
                language.text(why)
            ));
            wrongs.push(wrong);
        }
    }
    let words = text.split_whitespace().map(|word| word.trim_matches(['?', '!', '.', ',', '"', '“', '”']));
    found.extend(words.filter_map(|word| {
        let (stem, right) = right_particle(word)?;
        let why = if right == "를" { table::AFTER_VOWEL } else { table::AFTER_CONSONANT };
        Some(format!("~~{word}~~ → **{stem}{right}**: {}.", language.say(why, &[("particle", right)])))
    }));
    found
}

/// For "밥를" and "사과을": the word without its particle, and the particle that fits. 마을 and 가을 are whole words.
fn right_particle(word: &str) -> Option<(&str, &'static str)> {
    let (stem, wrong) =
        ["를", "는", "을"].iter().find_map(|wrong| Some((word.strip_suffix(wrong)?, *wrong)))?;
    match (wrong, final_consonant(stem)? != 0) {
        ("를", true) => Some((stem, "을")),
        ("는", true) if pattern!(table::NOUNS).is_match(stem) => Some((stem, "은")),
        ("을", false) if stem.chars().count() > 1 => Some((stem, "를")),
        _ => None,
    }
}
