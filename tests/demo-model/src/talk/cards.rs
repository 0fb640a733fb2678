//! The contents of the two cards: a poll read from a question, and a summary computed from what people said.

use super::language::{Language, compile, has_question_word, listed, pattern};
use super::tables::cards as table;
use super::transcript::Line;
use regex_lite::Captures;
use serde_json::{Value, json};

/// What is asked, and between what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Poll {
    pub(crate) question: String,
    pub(crate) options: Vec<String>,
}

impl Poll {
    /// The poll that a line asks for; without a question in it, about the last question that somebody asked before.
    pub(crate) fn read(text: &str, before: &[Line], language: Language) -> Poll {
        let asked = before.iter().rev().find(|line| !line.is_demo() && line.asks());
        let text = match (text.trim(), asked) {
            ("", Some(asked)) => asked.text.as_str(),
            ("", None) => language.text(table::WHAT_TO_DECIDE),
            (text, _) => text,
        };
        // The question ends at its mark, at a colon that is not part of a time, or at the end of the first line.
        let split = pattern!(table::QUESTION).captures(text);
        let (head, mark, rest) = (group(&split, 1), group(&split, 2), group(&split, 3));
        let mark = if mark == "？" { mark } else { "?" };
        let mut question = format!("{}{mark}", head.trim_end_matches([',', '.', ' ']));
        let mut options = listed_options(rest);
        if options.len() < 2 {
            options.extend(options_within(head));
        }
        if options.len() < 2 && head == text && listed_options(head).len() > 1 {
            // "pizza, pasta": only options, and no question.
            (question, options) = (language.text(table::WHICH_ONE).to_owned(), listed_options(head));
        }
        if options.len() < 2 {
            options = proposed_by_people(before);
        }
        if options.len() < 2 {
            let fitting = table::PROPOSALS.iter().find(|(words, _)| compile(words).is_match(&question));
            let proposed = fitting.map_or("", |(_, options)| language.text(*options));
            options = proposed.split('/').map(str::to_owned).collect();
        }
        let short = |text: &str, limit: usize| text.chars().take(limit).collect::<String>();
        let options = options.iter().take(12).map(|option| short(option, 60)).collect();
        Poll { question: short(&question, 100), options }
    }

    /// The poll as Markdown, for when no card was asked for.
    pub(crate) fn written(&self) -> String {
        let options = self.options.iter().enumerate();
        let lines = options.map(|(place, option)| format!("\n{}. {option}", place + 1));
        format!("**{}**{}", self.question, lines.collect::<String>())
    }
}

fn group<'a>(found: &Option<Captures<'a>>, number: usize) -> &'a str {
    found.as_ref().and_then(|found| found.get(number)).map_or("", |found| found.as_str().trim())
}

/// The options of a list, whatever separates and counts them, each once.
fn listed_options(text: &str) -> Vec<String> {
    let mut options = Vec::new();
    for part in pattern!(table::BETWEEN).split(text) {
        let option = pattern!(table::OPTION_MARKS).replace_all(part, "").into_owned();
        if !option.is_empty() && !options.contains(&option) {
            options.push(option);
        }
    }
    options
}

/// The options that the question itself names: "pizza or pasta?", "김밥이랑 라면 중에".
fn options_within(head: &str) -> Vec<String> {
    if let among @ Some(_) = pattern!(table::AMONG).captures(head) {
        return listed_options(&pattern!("(?:이랑|랑|하고|과|와) ").replace_all(group(&among, 1), ","));
    }
    let mut options = if pattern!(table::OR).is_match(head) { listed_options(head) } else { Vec::new() };
    if options.len() > 2 && options.first().is_some_and(|first| has_question_word(first)) {
        options.remove(0);
    }
    // "Should we eat pizza" is about pizza.
    if let Some(first) = options.first_mut().filter(|first| first.split(' ').count() > 2) {
        *first = first.rsplit(' ').next().unwrap_or_default().to_owned();
    }
    options
}

/// What people in the room proposed: "김밥 어때?", "how about tea?".
fn proposed_by_people(before: &[Line]) -> Vec<String> {
    let mut options = Vec::new();
    for line in before.iter().filter(|line| !line.is_demo() && !line.to_bot) {
        let found = pattern!(table::PROPOSED).captures(&line.text);
        let option = format!("{}{}", group(&found, 1), group(&found, 2));
        if !option.is_empty() && !options.contains(&option) {
            options.push(option);
        }
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
            let text = line.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let said = if line.nickname.is_empty() { text } else { format!("{}: {text}", line.nickname) };
            if line.asks() && !is_answered(line, lines.get(place + 1..).unwrap_or_default()) {
                summary.open_questions.push(said);
            } else if !line.asks() && pattern!(table::DECIDES).is_match(&line.text) {
                summary.decisions.push(said);
            }
            words.extend(content_words(&line.text));
        }
        summary.topics = most_frequent(words);
        summary
    }

    /// The card's values by their names. A card without any would look broken, so one says that there is nothing.
    pub(crate) fn values(&self, language: Language) -> Vec<(&'static str, Value)> {
        let is_empty = *self == Summary::default();
        let topics = if is_empty { json!([language.text(table::NOTHING)]) } else { json!(self.topics) };
        let (decisions, open_questions) = (json!(self.decisions), json!(self.open_questions));
        vec![("topics", topics), ("decisions", decisions), ("open_questions", open_questions)]
    }

    /// The summary as Markdown, for when no card was asked for.
    pub(crate) fn written(&self, language: Language) -> String {
        let lists = table::TITLES.into_iter().zip([&self.topics, &self.decisions, &self.open_questions]);
        let lines = lists.map(|(title, items)| match items.as_slice() {
            [] => format!("- **{}**: {}", language.text(title), language.text(table::NONE)),
            items => format!("- **{}**: {}", language.text(title), items.join(" · ")),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// A question is answered when somebody else says something about the same, or something short right after it.
fn is_answered(question: &Line, after: &[Line]) -> bool {
    let words = content_words(&question.text);
    let answers = |line: &&Line| line.id != question.id && !line.asks();
    let short =
        |line: &Line| line.text.chars().count() <= 12 || pattern!(table::ANSWERS).is_match(&line.text);
    let about = |line: &Line| content_words(&line.text).iter().any(|word| words.contains(word));
    after.first().filter(answers).is_some_and(short) || after.iter().filter(answers).any(about)
}

/// The most frequent words, and of equals the one that came first. Where hardly any came twice, the first three.
fn most_frequent(words: Vec<String>) -> Vec<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for word in words {
        match counted.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counted.push((word, 1)),
        }
    }
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let often = counted.iter().filter(|(_, count)| *count > 1).count();
    let count = if often >= 2 { often.min(5) } else { 3 };
    counted.into_iter().take(count).map(|(word, _)| word).collect()
}

/// The words of a text that it is about, each once: without particles, verbs and words that everybody says.
pub(crate) fn content_words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'");
    let mut words: Vec<String> = Vec::new();
    for word in lower.split(|letter: char| !letter.is_alphanumeric() && letter != '\'') {
        let korean = Language::of(word) == Some(Language::Korean);
        let bare = if korean { pattern!(table::PARTICLES).replace(word, "$1") } else { word.into() };
        let common = listed(table::COMMON, word) || listed(table::COMMON, &bare);
        let verb = korean && pattern!(table::VERBS).is_match(word);
        let long = bare.chars().count() >= if korean { 2 } else { 3 };
        let number = bare.chars().all(|letter| letter.is_ascii_digit());
        if !common && !verb && long && !number && !words.iter().any(|known| *known == bare) {
            words.push(bare.into_owned());
        }
    }
    words
}
