//! The general bot: finds what is asked for by `tables::general` and the values that its replies are filled with.

use super::language::{Language, pattern, sentences};
use super::memory::{Memory, Person};
use super::names::stated_name;
use super::scene::Scene;
use super::tables::general::{self, Intent, ROWS};
use super::tables::stories::MARKDOWN;
use super::transcript::Line;
use super::{stories, sums};

/// Values by the names that replies have for them.
type Values = Vec<(&'static str, String)>;

pub(crate) fn nothing_said(language: Language) -> String {
    language.text(general::NOTHING_SAID).to_owned()
}

/// The answer to a question.
pub(crate) fn answer(scene: &Scene<'_>) -> String {
    let common =
        || [("address", scene.address()), ("abilities", scene.language.text(general::ABILITIES).to_owned())];
    let mut answers =
        ROWS.iter().filter(|(_, pattern, _)| scene.matches(pattern)).filter_map(|(intent, _, replies)| {
            let values = [values(*intent, scene)?, common().to_vec()].concat();
            scene.language.say_known(replies, &values)
        });
    answers.next().unwrap_or_default()
}

/// The values for a reply; `None` when the question does not want this after all.
fn values(intent: Intent, scene: &Scene<'_>) -> Option<Values> {
    let (memory, line, text) = (scene.memory, scene.line, scene.line.text.as_str());
    match intent {
        Intent::OwnName => {
            asks_own_name(text).then(|| memory.person(&line.id).map_or_else(Vec::new, name_or_nickname))
        }
        Intent::Fact => {
            let fact = memory.fact(&line.id, text)?;
            Some(vec![("thing", fact.thing.clone()), ("value", fact.value.clone())])
        }
        Intent::WhoSaid => Some(who_said(scene)),
        Intent::LastWords => Some(last_words(scene)),
        Intent::Likes => likes(scene),
        Intent::People => Some(people(scene)),
        Intent::NameOf => memory
            .mentioned(text)
            .map(|person| [name_or_nickname(person), vec![("speaker", person.nickname.clone())]].concat()),
        Intent::Summary => Some(summary(scene)),
        Intent::Markdown => Some(vec![("markdown", scene.language.text(MARKDOWN).to_owned())]),
        Intent::Story => {
            let number = pattern!(r"\d+").find(text).and_then(|digits| digits.as_str().parse::<usize>().ok());
            Some(vec![("story", stories::long_story(scene.language, number.unwrap_or(250).clamp(20, 5000)))])
        }
        Intent::Sum => sums::find(text).map(|(sum, value)| {
            let value = value.map(|value| ("value", sums::written(value)));
            value.into_iter().chain([("sum", sum)]).collect()
        }),
        Intent::Told => told(scene),
        Intent::Other if text.is_empty() => Some(Vec::new()),
        Intent::Other => Some(vec![("words", shortened(text))]),
        Intent::Demo | Intent::Abilities | Intent::Thanks | Intent::Greeting => Some(Vec::new()),
    }
}

/// Sentence by sentence, so that "내 이름은 민수야. 내 이름이 뭐야?" is a question although it also tells.
fn asks_own_name(text: &str) -> bool {
    sentences(text).into_iter().any(|sentence| {
        let (text, asks) = (sentence.text.as_str(), sentence.asks);
        let own = pattern!(general::OWN).is_match(text)
            && (asks || pattern!(general::ASKS_FOR_NAME).is_match(text));
        (asks || stated_name(text, false).is_none()) && (own || pattern!(general::WHO_AM_I).is_match(text))
    })
}

fn name_or_nickname(person: &Person) -> Values {
    match person.name() {
        Some(name) => vec![("name", name.to_owned())],
        None if person.nickname.is_empty() => Vec::new(),
        None => vec![("nickname", person.nickname.clone())],
    }
}

/// Finds the newest line of those that have most of the question's words.
fn who_said(scene: &Scene<'_>) -> Values {
    let (ignored, particles) = (pattern!(general::NOT_SAID), pattern!(general::SAID_PARTICLES));
    let lower = scene.line.text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| word.chars().count() > 1 && !ignored.is_match(word));
    let words: Vec<String> = words.map(|word| particles.replace(word, "$1").into_owned()).collect();
    let count = |line: &&Line| {
        let text = line.text.to_lowercase();
        words.iter().filter(|word| text.contains(word.as_str())).count()
    };
    let best =
        scene.before.iter().filter(|line| !line.is_demo()).max_by_key(count).filter(|line| count(line) > 0);
    best.map_or_else(Vec::new, |line| {
        vec![("speaker", scene.shown(&line.id)), ("said", shortened(&line.text))]
    })
}

fn last_words(scene: &Scene<'_>) -> Values {
    let (id, said, silent) = match scene.memory.mentioned(&scene.line.text) {
        _ if scene.matches(general::OF_DEMO) => ("", "demo_said", "demo_silent"),
        _ if scene.matches(general::OF_ASKER) => (scene.line.id.as_str(), "own_said", "own_silent"),
        Some(person) if person.id == scene.line.id => (scene.line.id.as_str(), "own_said", "own_silent"),
        Some(person) => (person.id.as_str(), "said", "silent"),
        None => return Vec::new(),
    };
    let last = scene.before.iter().rev().find(|line| line.id == id);
    let words = last.map_or((silent, String::new()), |line| (said, shortened(&line.text)));
    vec![words, ("speaker", scene.shown(id))]
}

fn likes(scene: &Scene<'_>) -> Option<Values> {
    let mentioned =
        scene.memory.mentioned(&scene.line.text).filter(|_| !scene.matches(general::LIKES_OF_ASKER));
    let person = mentioned.or_else(|| scene.memory.person(&scene.line.id))?;
    let key = |own, others| if person.id == scene.line.id { own } else { others };
    let lists =
        [(key("own_likes", "likes"), &person.likes), (key("own_dislikes", "dislikes"), &person.dislikes)];
    let lists = lists.into_iter().filter(|(_, what)| !what.is_empty());
    let mut values: Values = lists.map(|(key, what)| (key, what.join(", "))).collect();
    if values.is_empty() {
        values.push((key("own_unknown", "unknown"), String::new()));
    }
    values.push(("speaker", person.shown().to_owned()));
    Some(values)
}

fn people(scene: &Scene<'_>) -> Values {
    let shown = |person: &Person| match person.name() {
        Some(name) if !person.nickname.is_empty() && person.nickname != name => {
            scene.language.say(general::NAMED, &[("nickname", person.nickname.as_str()), ("name", name)])
        }
        _ => person.shown().to_owned(),
    };
    let names: Vec<String> = scene.memory.people.iter().map(shown).collect();
    vec![("count", names.len().to_string()), ("names", names.join(", "))]
}

fn summary(scene: &Scene<'_>) -> Values {
    let lines: Vec<&Line> = scene.before.iter().filter(|line| !line.is_demo()).collect();
    let newest = lines.iter().skip(lines.len().saturating_sub(6));
    let newest = newest.map(|line| format!("\n- **{}**: {}", line.nickname, shortened(&line.text)));
    vec![("count", lines.len().to_string()), ("lines", newest.collect())]
}

/// What was understood of something told; `None` when the question told nothing.
fn told(scene: &Scene<'_>) -> Option<Values> {
    let learned = Memory::read(std::slice::from_ref(scene.line));
    let person = learned.people.first()?;
    let name = person.name().map(|name| ("told_name", name.to_owned()));
    let likes = (!person.likes.is_empty()).then(|| ("told_likes", person.likes.join(", ")));
    let told: Values = name.into_iter().chain(likes).collect();
    let learned = !told.is_empty() || !learned.facts.is_empty() || !person.dislikes.is_empty();
    learned.then(|| [told, vec![("words", shortened(&scene.line.text))]].concat())
}

/// A text on one line of at most 120 characters, for a quotation.
pub(crate) fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 120 { text } else { text.chars().take(119).chain(['…']).collect() }
}
