//! The contents of the two cards: a poll read from a question, and a summary computed from what people said.

use super::language::{Language, captured, distinct, listed, pattern};
use super::tables::cards as table;
use super::transcript::Line;
use serde_json::{Value, json};
use std::cmp::Reverse;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Poll {
    pub(crate) question: String,
    pub(crate) options: Vec<String>,
    pub(crate) multiple: bool,
    pub(crate) secret: bool,
}

impl Poll {
    /// The poll that a line asks for; without a question in it, about the last question that somebody asked before.
    pub(crate) fn read(text: &str, before: &[Line], language: Language) -> Poll {
        let asked = before.iter().rev().find(|line| !line.is_demo() && line.asks());
        let text = match text.trim() {
            "" => asked.map_or(language.text(table::WHAT_TO_DECIDE), |line| line.text.as_str()),
            text => text,
        };
        // The question ends at its mark, at a colon that is not part of a time, or at the end of the first line.
        let mut head = captured(table::QUESTION, text).unwrap_or(text);
        let mut rest = text.strip_prefix(head).unwrap_or_default();
        let within = options_within(head);
        if rest.is_empty() && within.len() < 2 && listed_options(head).len() > 1 {
            // "pizza, pasta": only options, and no question.
            (head, rest) = (language.text(table::WHICH_ONE), head);
        }
        let question = format!("{}?", head.trim_matches([',', '.', '?', ' ']));
        let room = before.iter().filter(|line| !line.is_demo() && !line.to_bot);
        let proposed = room.filter_map(|line| captured(table::PROPOSED, &line.text)).map(str::to_owned);
        let sources = [listed_options(rest), within, distinct(proposed)];
        let options = sources.into_iter().find(|options| options.len() > 1).unwrap_or_else(|| {
            let fitting = table::PROPOSALS.iter().find(|(words, _)| pattern(words).is_match(&question));
            let proposed = fitting.map_or("", |(_, options)| language.text(*options));
            proposed.split('/').map(str::to_owned).collect()
        });
        let short = |text: &str, limit: usize| text.chars().take(limit).collect::<String>();
        let options = options.iter().take(12).map(|option| short(option, 60)).collect();
        let multiple = pattern(table::SEVERAL).is_match(text);
        let secret = pattern(table::SECRET).is_match(text);
        Poll { question: short(&question, 100), options, multiple, secret }
    }

    /// The poll as Markdown, for when no card was asked for.
    pub(crate) fn written(&self) -> String {
        let lines = (1..).zip(&self.options).map(|(number, option)| format!("\n{number}. {option}"));
        format!("**{}**{}", self.question, lines.collect::<String>())
    }
}

fn listed_options(text: &str) -> Vec<String> {
    let options = pattern(table::BETWEEN).split(text);
    distinct(options.map(|option| pattern(table::OPTION_MARKS).replace_all(option, "").into_owned()))
}

/// The options that the question itself names: "pizza or pasta?", "김밥이랑 라면 중에".
fn options_within(head: &str) -> Vec<String> {
    if let Some(among) = captured("^(.*?) 중(?:에| )", head) {
        return listed_options(&pattern("(?:이랑|랑|하고|과|와) ").replace_all(among, ","));
    }
    let or = pattern(" or | vs|아니면|또는|혹은").is_match(head);
    let mut options = if or { listed_options(head) } else { Vec::new() };
    // "Should we eat pizza" is about pizza.
    if let Some(first) = options.first_mut().filter(|first| first.split(' ').count() > 2) {
        *first = first.rsplit(' ').next().unwrap_or_default().to_owned();
    }
    options
}

/// What a conversation was about: the words said most, the lines that decide something, the questions nobody answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) topics: Vec<String>,
    pub(crate) decisions: Vec<String>,
    pub(crate) open_questions: Vec<String>,
}

impl Summary {
    /// The summary of what people said to the room; questions to a bot are none of the room's.
    pub(crate) fn read(lines: &[Line]) -> Summary {
        let people = lines.iter().enumerate().filter(|(_, line)| line.is_person() && !line.to_bot);
        let mut summary = Summary::default();
        let mut words = Vec::new();
        for (place, line) in people {
            let said = format!("{}: {}", line.nickname, line.text.replace('\n', " "));
            let said = said.trim_start_matches(": ").to_owned();
            let own_words = content_words(&line.text);
            // Somebody else answers a question with something short, or with something about the same.
            let answers = |other: &Line| {
                let about = content_words(&other.text).iter().any(|word| own_words.contains(word));
                other.id != line.id && !other.asks() && (about || other.text.chars().count() <= 12)
            };
            if line.asks() && !lines.iter().skip(place + 1).any(answers) {
                summary.open_questions.push(said);
            } else if !line.asks() && pattern(table::DECIDES).is_match(&line.text) {
                summary.decisions.push(said);
            }
            words.extend(own_words);
        }
        // The most frequent words, and of equals the one that came first. Where hardly any came twice, the first three.
        let count = |word: &String| words.iter().filter(|other| *other == word).count();
        summary.topics = distinct(words.clone());
        summary.topics.sort_by_cached_key(|word| Reverse(count(word)));
        let often = summary.topics.iter().filter(|word| count(word) > 1).count();
        summary.topics.truncate(if often > 1 { often.min(5) } else { 3 });
        summary
    }

    /// The card's values by their names. A card without any would look broken, so one says that there is nothing.
    pub(crate) fn values(&self, language: Language) -> Vec<(&'static str, Value)> {
        let is_empty = *self == Summary::default();
        let topics = if is_empty { json!([language.text(table::NOTHING)]) } else { json!(self.topics) };
        let (decisions, open_questions) = (json!(self.decisions), json!(self.open_questions));
        vec![("topics", topics), ("decisions", decisions), ("open_questions", open_questions)]
    }

    pub(crate) fn written(&self, language: Language) -> String {
        let lists = table::TITLES.into_iter().zip([&self.topics, &self.decisions, &self.open_questions]);
        let none = language.text(table::NONE).to_owned();
        let listed = |items: &Vec<String>| if items.is_empty() { none.clone() } else { items.join(" · ") };
        let lines = lists.map(|(title, items)| format!("- **{}**: {}", language.text(title), listed(items)));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The words of a text that it is about, each once: without particles, verbs and words that everybody says.
pub(crate) fn content_words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'");
    let words = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    distinct(words.filter_map(|word| {
        let korean = Language::of(word) == Some(Language::Korean);
        let bare = if korean { pattern(table::PARTICLES).replace(word, "$1") } else { word.into() };
        let verb = korean && pattern(table::VERBS).is_match(word);
        let long = bare.chars().count() >= if korean { 2 } else { 3 };
        let number = bare.parse::<u64>().is_ok();
        (!listed(table::COMMON, &bare) && !verb && long && !number).then(|| bare.into_owned())
    }))
}
