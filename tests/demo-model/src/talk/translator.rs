//! The translator: looks phrases up, and says so when its phrase book does not have them.

use super::language::{Language, pattern, sentences};
use super::scene::Scene;
use super::tables::phrases::{ASKING, PART, PHRASES, Phrase, UNKNOWN};

pub(crate) fn answer(scene: &Scene<'_>) -> String {
    let own = &scene.line.text;
    // Called without a text, it translates what was said last.
    let last = scene.before.iter().rev().find(|line| line.is_person()).map_or(own, |line| &line.text);
    let text = if without_asking(own).is_empty() { last } else { own };
    translated(text).unwrap_or_else(|| scene.language.text(UNKNOWN).to_owned())
}

/// The text in the other language: all of its sentences, or the longest phrase in it.
pub(crate) fn translated(text: &str) -> Option<String> {
    let whole = |text: &str| -> Option<String> {
        let all = || sentences(text).iter().map(|one| find(&plain(&one.text))).collect::<Option<Vec<_>>>();
        find(&plain(text)).or_else(|| all().filter(|all| !all.is_empty()).map(|all| all.join(" ")))
    };
    let bare = without_asking(text);
    whole(text).or_else(|| whole(&bare)).or_else(|| {
        let within =
            |one: &String| one.chars().count() > 2 && format!(" {bare} ").contains(&format!(" {one} "));
        let part = PHRASES.iter().flat_map(variants).filter(within).max_by_key(String::len)?;
        Some(Language::of(&part)?.say(PART, &[("part", &part), ("found", &find(&part)?)]))
    })
}

fn find(text: &str) -> Option<String> {
    let bare = text.strip_suffix(['은', '는', '을', '를']).map_or(text, str::trim);
    let phrase = PHRASES.iter().find(|phrase| variants(phrase).any(|one| one == text || one == bare))?;
    let usual = |variants: &'static str| variants.split('/').next().unwrap_or_default();
    let korean = format!("**{}** ({})", usual(phrase.0), phrase.2);
    Some(Language::of(text)?.pick(format!("**{}**", usual(phrase.1)), korean))
}

/// All variants in both languages, as they are looked up.
fn variants(phrase: &Phrase) -> impl Iterator<Item = String> + use<> {
    phrase.0.split('/').chain(phrase.1.split('/')).map(plain)
}

/// A text as it is looked up: lower case, single spaces, no marks but apostrophes within words.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('’', "'");
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    let words = words.map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn without_asking(text: &str) -> String {
    plain(&pattern!(ASKING).replace_all(&plain(text), " "))
}
