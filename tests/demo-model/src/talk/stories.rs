//! The storyteller, which goes on with one story about the people of the room, and the general bot's long story.

use super::language::{Language, Text, compile, listed};
use super::scene::Scene;
use super::tables::stories as table;

/// The storyteller's next chapter. What the story is about is read from the first request for one, the thread from the bot's
/// own earlier chapters.
pub(crate) fn next_chapter(scene: &Scene<'_>) -> String {
    let (language, chapter) = (scene.language, scene.turn());
    let nth = |texts: &[Text], number: usize| nth(language, texts, number);
    let people = people(scene);
    let somebody =
        |name: Option<&String>, text| name.cloned().unwrap_or_else(|| language.text(text).to_owned());
    let lines = scene.before.iter().filter(|line| line.is_person()).chain([scene.line]);
    let subject = lines.into_iter().find_map(|line| subject(&line.text));
    let mut values = vec![
        ("number", (chapter + 1).to_string()),
        ("hero", somebody(people.first(), table::HERO)),
        ("friend", somebody(people.iter().skip(1).cycle().nth(chapter), table::FRIEND)),
        ("place", nth(&table::PLACES, chapter)),
        ("kept", nth(&table::THINGS, chapter.saturating_sub(1))),
        ("thing", nth(&table::THINGS, chapter)),
        ("turn", nth(&table::TURNS, chapter)),
    ];
    if chapter > 0 && scene.matches(table::ENDS) {
        values.push(("motif", subject.unwrap_or_else(|| language.text(table::WAY_HOME).to_owned())));
        return language.say(table::LAST_CHAPTER, &values);
    }
    let wish = scene.line.text.trim_matches(['.', '!', ' ', '~']);
    if let (0, Some(subject)) = (chapter, subject) {
        values.push(("about", language.say(table::ABOUT, &[("motif", subject)])));
    } else if !compile(table::ONLY_GO_ON).is_match(wish) {
        let wish: String = wish.chars().take(60).collect();
        values.push(("wish", language.say(table::WISH, &[("wish", wish)])));
    }
    values.push(("end", language.say(table::END_OF_CHAPTER, &values)));
    language.say(if chapter == 0 { table::BEGINNING } else { table::CHAPTER }, &values)
}

/// Everybody who spoke, the asker first.
fn people(scene: &Scene<'_>) -> Vec<String> {
    let mut names = vec![scene.shown(&scene.line.id)];
    for line in scene.before.iter().rev().filter(|line| line.is_person()) {
        let name = scene.shown(&line.id);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// What a request wants a story about.
fn subject(text: &str) -> Option<String> {
    table::SUBJECTS.iter().find_map(|pattern| {
        let found = compile(pattern).captures(text)?;
        let subject = found.iter().skip(1).flatten().next()?.as_str().trim();
        (!listed(table::NO_SUBJECTS, subject)).then(|| subject.to_owned())
    })
}

/// A story of about so many words.
pub(crate) fn long_story(language: Language, words: usize) -> String {
    let [begin, chapter, end] = table::LONG_STORY;
    let mut story = language.text(begin).to_owned();
    let mut day = 0;
    while story.split_whitespace().count() + 14 < words {
        let lists =
            [("place", &table::PLACES[..]), ("animal", &table::ANIMALS[..]), ("thing", &table::THINGS[..])];
        let mut values = lists.map(|(name, texts)| (name, nth(language, texts, day))).to_vec();
        day += 1;
        values.push(("day", day.to_string()));
        story = format!("{story}\n\n{}", language.say(chapter, &values));
    }
    format!("{story}\n\n{}", language.text(end))
}

fn nth(language: Language, texts: &[Text], number: usize) -> String {
    texts.iter().cycle().nth(number).map_or("", |text| language.text(*text)).to_owned()
}
