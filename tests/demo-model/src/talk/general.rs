//! The general bot: finds what is asked for by `tables::general` and the values that its replies are filled with.

use super::cards::content_words;
use super::language::{Values, captured, pattern, sentences, shortened};
use super::memory::{Memory, Person, stated_name};
use super::scene::Scene;
use super::stories;
use super::tables::general::{self, Intent, ROWS};
use super::transcript::Line;

pub(crate) fn answer(scene: &Scene<'_>) -> String {
    let abilities = scene.language.text(general::ABILITIES).to_owned();
    let common = [("address", scene.address()), ("abilities", abilities)];
    let mut rows = ROWS.iter().filter(|(_, pattern, _)| scene.matches(pattern));
    let answer = rows.find_map(|(intent, _, replies)| {
        let values = [values(*intent, scene)?.as_slice(), &common].concat();
        scene.language.say_known(replies, &values)
    });
    answer.unwrap_or_default()
}

/// The values for a reply; `None` when the question does not want this after all.
fn values(intent: Intent, scene: &Scene<'_>) -> Option<Values> {
    let (memory, line, text) = (&scene.memory, &scene.line, scene.line.text.as_str());
    Some(match intent {
        Intent::OwnName if !asks_own_name(text) => return None,
        Intent::OwnName => memory.person(&line.id).map_or_else(Vec::new, name_or_nickname),
        Intent::Fact => {
            let fact = memory.fact(&line.id, text)?;
            vec![("thing", fact.thing.clone()), ("value", fact.value.clone())]
        }
        Intent::WhoSaid => who_said(scene),
        Intent::LastWords => last_words(scene),
        Intent::Likes => {
            let person = memory.mentioned(text).or_else(|| memory.person(&line.id))?;
            let likes = vec![("likes", person.likes.join(", ")), ("dislikes", person.dislikes.join(", "))];
            [likes, named(scene, &person.id)].concat()
        }
        Intent::People => {
            let names: Vec<String> = memory.people.iter().map(|person| scene.speaker(&person.id)).collect();
            vec![("count", names.len().to_string()), ("names", names.join(", "))]
        }
        Intent::NameOf => {
            let person = memory.mentioned(text)?;
            [name_or_nickname(person), vec![("speaker", person.nickname.clone())]].concat()
        }
        Intent::Summary => {
            let lines: Vec<&Line> = scene.before.iter().filter(|line| !line.is_demo()).collect();
            let newest = lines.iter().skip(lines.len().saturating_sub(6));
            let row =
                |line: &&Line| format!("\n- **{}**: {}", scene.speaker(&line.id), shortened(&line.text));
            vec![("count", lines.len().to_string()), ("lines", newest.map(row).collect())]
        }
        Intent::Story => {
            let words = captured(r"(\d+)", text).and_then(|digits| digits.parse::<usize>().ok());
            vec![("story", stories::long_story(scene.language, words.unwrap_or(250).clamp(20, 5000)))]
        }
        Intent::Sum => {
            let (sum, value) = find_sum(text)?;
            vec![("sum", sum), ("value", value.map_or_else(String::new, written))]
        }
        Intent::Told => {
            let Memory { people, facts } = Memory::read(std::slice::from_ref(line));
            let Person { name, likes, dislikes, .. } = people.into_iter().next()?;
            let is_told = !(name.is_empty() && likes.is_empty() && dislikes.is_empty() && facts.is_empty());
            let words = is_told.then(|| shortened(text))?;
            vec![("told_name", name), ("told_likes", likes.join(", ")), ("words", words)]
        }
        Intent::Other => vec![("words", shortened(text))],
        Intent::Simple => Vec::new(),
    })
}

/// Sentence by sentence, so that "내 이름은 민수야. 내 이름이 뭐야?" is a question although it also tells.
fn asks_own_name(text: &str) -> bool {
    sentences(text).iter().any(|sentence| {
        let matches = |words| pattern(words).is_match(&sentence.text);
        let own = matches(general::OWN) && (sentence.asks || matches(general::ASKS_FOR_NAME));
        (own || matches(general::WHO_AM_I)) && (sentence.asks || stated_name(&sentence.text, false).is_none())
    })
}

fn name_or_nickname(person: &Person) -> Values {
    let kind = if person.name.is_empty() { "nickname" } else { "name" };
    vec![(kind, person.shown().to_owned())]
}

/// Finds the newest line of those that have most of the question's words.
fn who_said(scene: &Scene<'_>) -> Values {
    let words = content_words(&scene.line.text);
    let count = |line: &&Line| {
        let text = line.text.to_lowercase();
        words.iter().filter(|word| text.contains(word.as_str())).count()
    };
    let lines = scene.before.iter().filter(|line| !line.is_demo());
    let best = lines.max_by_key(count).filter(|line| count(line) > 0);
    let values = |line: &Line| vec![("speaker", scene.speaker(&line.id)), ("said", shortened(&line.text))];
    best.map_or_else(Vec::new, values)
}

fn last_words(scene: &Scene<'_>) -> Values {
    let (id, said) = match scene.memory.mentioned(&scene.line.text) {
        _ if scene.matches(general::OF_DEMO) => ("", "demo_said"),
        _ if scene.matches(general::OF_ASKER) => (&*scene.line.id, "said"),
        Some(person) => (&*person.id, "said"),
        None => return Vec::new(),
    };
    let last = scene.before.iter().rev().find(|line| line.id == id);
    let words = last.map_or(("silent", "…".to_owned()), |line| (said, shortened(&line.text)));
    [vec![words], named(scene, id)].concat()
}

/// The name of somebody, and for English sentences the pronouns; the asker is "You".
fn named(scene: &Scene<'_>, id: &str) -> Values {
    let speaker = scene.speaker(id);
    let (who, they) = if id == scene.line.id { ("You", "you") } else { (&*speaker, "they") };
    vec![("who", who.to_owned()), ("they", they.to_owned()), ("speaker", speaker)]
}

/// The expression in a text and its value, which is `None` for a division by zero. A date is no expression.
pub(crate) fn find_sum(text: &str) -> Option<(String, Option<f64>)> {
    let mut text = text.to_lowercase();
    for (words, sign) in general::SIGNS {
        text = pattern(words).replace_all(&text, sign).into_owned();
    }
    let sums = pattern(r"\(*-?\(*\d[\d.]*[\s)]*[+*/-][\d+*/().\s-]*[\d)]").find_iter(&text);
    let sum = sums.map(|sum| sum.as_str()).max_by_key(|sum| sum.len())?;
    let value = sum_value(&sum.split_whitespace().collect::<String>())?;
    let value = pattern(general::WANTS_SUM).is_match(&text).then_some(value)?;
    Some((sum.to_owned(), value.is_finite().then_some(value)))
}

/// The value without needless decimals.
pub(crate) fn written(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6)
}

/// The value of a sum without spaces; the innermost parentheses come first.
fn sum_value(sum: &str) -> Option<f64> {
    if let Some((before, rest)) = sum.rsplit_once('(') {
        let (inside, after) = rest.split_once(')')?;
        return sum_value(&format!("{before}{}{after}", sum_value(inside)?));
    }
    let numbers = |text: &str| text.split('/').map(|one| one.parse().ok()).collect::<Option<Vec<f64>>>();
    let quotient = |text: &str| numbers(text)?.into_iter().reduce(|left, right| left / right);
    let product = |text: &str| text.split('*').map(quotient).product::<Option<f64>>();
    // "a - b" is a + -b, and two signs before a number cancel each other.
    pattern(r"(\w)-").replace_all(sum, "$1+-").replace("--", "").split('+').map(product).sum()
}
