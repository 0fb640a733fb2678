//! The general bot: finds what is asked for by `tables::general` and the values that its replies are filled with.

use super::language::{Values, captured, pattern, sentences, shortened};
use super::memory::{Memory, Person, stated_name};
use super::scene::Scene;
use super::stories;
use super::tables::general::{self, Intent, ROWS};
use super::tables::stories::MARKDOWN;
use super::transcript::Line;

/// The answer to a question.
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
        Intent::Likes => likes(scene)?,
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
            let written =
                |line: &&Line| format!("\n- **{}**: {}", scene.speaker(&line.id), shortened(&line.text));
            vec![("count", lines.len().to_string()), ("lines", newest.map(written).collect())]
        }
        Intent::Markdown => vec![("markdown", scene.language.text(MARKDOWN).to_owned())],
        Intent::Story => {
            let words = captured(r"(\d+)", text).and_then(|digits| digits.parse::<usize>().ok());
            vec![("story", stories::long_story(scene.language, words.unwrap_or(250).clamp(20, 5000)))]
        }
        Intent::Sum => {
            let (sum, value) = find_sum(text)?;
            vec![("sum", sum), ("value", value.map_or_else(String::new, written))]
        }
        Intent::Told => told(line)?,
        Intent::Other => vec![("words", shortened(text))],
        Intent::Demo | Intent::Abilities | Intent::Thanks | Intent::Greeting => Vec::new(),
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
    let question = scene.line.text.to_lowercase();
    let words = question.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| word.chars().count() > 1 && !pattern(general::NOT_SAID).is_match(word));
    let words: Vec<_> = words.map(|word| pattern(general::SAID_PARTICLES).replace(word, "$1")).collect();
    let count = |line: &&Line| {
        let text = line.text.to_lowercase();
        words.iter().filter(|word| text.contains(word.as_ref())).count()
    };
    let lines = scene.before.iter().filter(|line| !line.is_demo());
    let best = lines.max_by_key(count).filter(|line| count(line) > 0);
    let values = |line: &Line| vec![("speaker", scene.speaker(&line.id)), ("said", shortened(&line.text))];
    best.map_or_else(Vec::new, values)
}

fn last_words(scene: &Scene<'_>) -> Values {
    let mentioned = scene.memory.mentioned(&scene.line.text);
    let (id, said) = match mentioned.map(|person| person.id.as_str()) {
        _ if scene.matches(general::OF_DEMO) => ("", "demo_said"),
        id if id == Some(&scene.line.id) || scene.matches(general::OF_ASKER) => (&*scene.line.id, "own_said"),
        Some(id) => (id, "said"),
        None => return Vec::new(),
    };
    let last = scene.before.iter().rev().find(|line| line.id == id);
    let words = last.map_or(("silent", "…".to_owned()), |line| (said, shortened(&line.text)));
    vec![words, ("speaker", scene.speaker(id))]
}

fn likes(scene: &Scene<'_>) -> Option<Values> {
    let mentioned = scene.memory.mentioned(&scene.line.text);
    let person = mentioned.or_else(|| scene.memory.person(&scene.line.id))?;
    let own = person.id == scene.line.id;
    let (likes, dislikes) = if own { ("own_likes", "own_dislikes") } else { ("likes", "dislikes") };
    let speaker = ("speaker", scene.speaker(&person.id));
    Some(vec![(likes, person.likes.join(", ")), (dislikes, person.dislikes.join(", ")), speaker])
}

/// What was understood of something told; `None` when the line told nothing.
fn told(line: &Line) -> Option<Values> {
    let learned = Memory::read(std::slice::from_ref(line));
    let person = learned.people.first()?;
    let (name, likes) = (person.name.clone(), person.likes.join(", "));
    let preferences = person.likes.len() + person.dislikes.len();
    let nothing = name.is_empty() && preferences == 0 && learned.facts.is_empty();
    (!nothing).then(|| vec![("told_name", name), ("told_likes", likes), ("words", shortened(&line.text))])
}

/// The expression in a text and its value, which is `None` for a division by zero. A date is no expression.
pub(crate) fn find_sum(text: &str) -> Option<(String, Option<f64>)> {
    let mut text = text.to_lowercase();
    for (words, sign) in general::SIGNS {
        text = pattern(words).replace_all(&text, sign).into_owned();
    }
    // A sign counts when a number stands before it.
    let sums = pattern(r"\(*-?\(*\d[\d.]*[\s)]*[+*/-][\d+*/().\s-]*[\d)]").find_iter(&text);
    let sum = sums.map(|sum| sum.as_str()).max_by_key(|sum| sum.len())?;
    let asks = pattern(r"계산|얼마|몇|뭐|=|\?|답|what|calculate|compute|how much").is_match(&text);
    let alone = text.trim().len() <= sum.len() + 2 && sum.contains([' ', '+', '*']);
    if !asks && !alone && !sum.contains(" + ") {
        return None;
    }
    let bare = pattern(r"\s").replace_all(sum, "");
    let value = sum_value(&pattern("(^|[(+*/-])-").replace_all(&bare, "$1~"))?;
    Some((sum.to_owned(), value.is_finite().then_some(value)))
}

/// The value without needless decimals.
pub(crate) fn written(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6)
}

/// The value of a sum without spaces, in which `~` is the minus of a negative number.
fn sum_value(sum: &str) -> Option<f64> {
    if let Some((before, rest)) = sum.rsplit_once('(') {
        let (inside, after) = rest.split_once(')')?;
        let inside = sum_value(inside)?.to_string().replace('-', "~");
        return sum_value(&format!("{before}{inside}{after}"));
    }
    let Some(place) = sum.rfind(['+', '-']).or_else(|| sum.rfind(['*', '/'])) else {
        return sum.replace('~', "-").parse().ok();
    };
    let (left, right) = (sum_value(sum.get(..place)?)?, sum_value(sum.get(place + 1..)?)?);
    Some(match sum.get(place..=place)? {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        _ => left / right,
    })
}
