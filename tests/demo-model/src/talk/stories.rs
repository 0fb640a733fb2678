//! The storyteller, which goes on with one story about the people of the room, and the general bot's long story.

use super::language::{Language, captured, distinct, listed};
use super::scene::Scene;
use super::tables::stories as table;

/// The storyteller's next chapter. What the story is about is read from the first request for one, the thread from the bot's
/// own earlier chapters.
pub(crate) fn next_chapter(scene: &Scene<'_>) -> String {
    let (language, chapter) = (scene.language, scene.turn());
    let others = scene.before.iter().rev().filter(|line| line.is_person());
    let ids = [&scene.line].into_iter().chain(others).map(|line| line.id.as_str());
    let people = distinct(ids.map(|id| scene.shown(id).to_owned()));
    let somebody = |name: Option<&String>, text| name.map_or(language.text(text), String::as_str).to_owned();
    let lines = scene.before.iter().filter(|line| line.is_person()).chain([&scene.line]);
    let subjects = lines.filter_map(|line| Some(captured(table::SUBJECT, &line.text)?.trim()));
    let subject = subjects.into_iter().find(|subject| !listed(table::NO_SUBJECTS, subject));
    let mut values = vec![
        ("number", (chapter + 1).to_string()),
        ("hero", somebody(people.first(), table::HERO)),
        ("friend", somebody(people.iter().skip(1).cycle().nth(chapter), table::FRIEND)),
        ("place", language.nth(&table::PLACES, chapter)),
        ("kept", language.nth(&table::THINGS, chapter.saturating_sub(1))),
        ("thing", language.nth(&table::THINGS, chapter)),
        ("turn", language.nth(&table::TURNS, chapter)),
        ("motif", subject.unwrap_or(language.text(table::WAY_HOME)).to_owned()),
        ("wish", scene.line.text.trim_matches(['.', '!', ' ', '~']).chars().take(60).collect()),
    ];
    let about = match (chapter, subject) {
        (0, Some(_)) => language.say(table::ABOUT, &values),
        _ if scene.matches(table::ONLY_GO_ON) => String::new(),
        _ => language.say(table::WISH, &values),
    };
    values.extend([("about", about), ("end", language.say(table::END_OF_CHAPTER, &values))]);
    let text = match chapter {
        0 => table::BEGINNING,
        _ if scene.matches(table::ENDS) => table::LAST_CHAPTER,
        _ => table::CHAPTER,
    };
    language.say(text, &values)
}

pub(crate) fn long_story(language: Language, words: usize) -> String {
    let [begin, chapter, end] = table::LONG_STORY;
    let mut story = language.text(begin).to_owned();
    let mut day = 0;
    while story.split_whitespace().count() + 14 < words {
        let (place, thing) = (language.nth(&table::PLACES, day), language.nth(&table::THINGS, day));
        let values = [("place", place), ("thing", thing), ("day", (day + 1).to_string())];
        story = format!("{story}\n\n{}", language.say(chapter, &values));
        day += 1;
    }
    format!("{story}\n\n{}", language.text(end))
}
