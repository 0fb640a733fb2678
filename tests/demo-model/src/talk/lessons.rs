//! The translator, which looks phrases up, and the language tutor, which corrects mistakes: both by `tables::lessons`.

use super::language::{Language, final_consonant, pattern, sentences};
use super::scene::Scene;
use super::tables::lessons::{self as table, PHRASES, Phrase};

/// The translator's answer: what is in the phrase book, or that it is not.
pub(crate) fn translate(scene: &Scene<'_>) -> String {
    let own = &scene.line.text;
    // Called without a text, it translates what was said last.
    let last = scene.before.iter().rev().find(|line| line.is_person()).map_or(own, |line| &line.text);
    let text = if without_asking(own).is_empty() { last } else { own };
    translated(text).unwrap_or_else(|| scene.language.text(table::UNKNOWN).to_owned())
}

/// The text in the other language: all of its sentences, or the longest phrase in it.
pub(crate) fn translated(text: &str) -> Option<String> {
    let whole = |text: &str| {
        let found = sentences(text).iter().map(|one| find(&plain(&one.text))).collect::<Option<Vec<_>>>()?;
        (!found.is_empty()).then(|| found.join(" "))
    };
    let bare = without_asking(text);
    whole(text).or_else(|| whole(&bare)).or_else(|| {
        let within =
            |one: &String| one.chars().count() > 2 && format!(" {bare} ").contains(&format!(" {one} "));
        let part = PHRASES.iter().flat_map(variants).filter(within).max_by_key(String::len)?;
        Some(Language::of(&part)?.say(table::PART, &[("part", &part), ("found", &find(&part)?)]))
    })
}

/// A phrase in the other language, with or without a particle after it.
fn find(text: &str) -> Option<String> {
    let bare = text.strip_suffix(['은', '는', '을', '를']).map_or(text, str::trim);
    let phrase = PHRASES.iter().find(|phrase| variants(phrase).any(|one| one == text || one == bare))?;
    Some(match Language::of(text)? {
        Language::Korean => format!("**{}**", phrase.1),
        Language::English => format!("**{}** ({})", phrase.0, phrase.2),
    })
}

/// All variants in both languages, as they are looked up.
fn variants(phrase: &Phrase) -> impl Iterator<Item = String> + use<> {
    let variants = [phrase.0, phrase.1].into_iter().chain(phrase.3.split('/')).map(plain);
    variants.filter(|variant| !variant.is_empty())
}

/// A text as it is looked up: lower case, single spaces, no marks but apostrophes within words.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('’', "'");
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    let words = words.map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn without_asking(text: &str) -> String {
    plain(&pattern(table::ASKING).replace_all(&plain(text), " "))
}

/// The tutor's answer: every known mistake in the text, put right and explained.
pub(crate) fn correct(scene: &Scene<'_>) -> String {
    let text = scene.line.text.to_lowercase().replace('’', "'");
    let mut lines = Vec::new();
    for (mistake, right, why) in table::MISTAKES {
        let Some(wrong) = pattern(mistake).find(&text).map(|wrong| wrong.as_str()) else { continue };
        let right = pattern(mistake).replace(wrong, right);
        lines.push(format!("~~{wrong}~~ → **{right}**: {}.", scene.language.text(why)));
    }
    lines.extend(text.split_whitespace().filter_map(|word| {
        let word = word.trim_matches(['?', '!', '.', ',', '"', '“', '”']);
        let (stem, right) = right_particle(word)?;
        let why = scene.language.say(table::PARTICLE, &[("particle", right)]);
        Some(format!("~~{word}~~ → **{stem}{right}**: {why}."))
    }));
    let comment = match lines.is_empty() {
        false => table::PRAISE,
        true if scene.matches(table::GREETING) => table::WELCOME,
        true => table::NO_MISTAKE,
    };
    lines.insert(0, scene.language.text(comment).to_owned());
    lines.join("\n")
}

/// For "밥를" and "사과을": the word without its particle, and the particle that fits. 마을 and 가을 are whole words.
fn right_particle(word: &str) -> Option<(&str, &'static str)> {
    let stem = word.strip_suffix(['를', '을'])?;
    match (word.ends_with('를'), final_consonant(stem)? != 0) {
        (true, true) => Some((stem, "을")),
        (false, false) if stem.chars().nth(1).is_some() => Some((stem, "를")),
        _ => None,
    }
}
