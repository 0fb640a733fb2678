//! Cards: answers with a form, which the page shows as more than text.
//!
//! A card is written by a model, so nothing of it is trusted: it is valid as a whole or it is no card, and then the answer
//! is shown as text.

use serde::{Deserialize, Serialize};

use crate::PersonId;
use crate::json::Value;

/// Options of a poll, at least and at most.
pub const OPTIONS: std::ops::RangeInclusive<usize> = 2..=12;
/// Characters of a line of a card.
pub const LINE_CHARACTERS: usize = 300;
/// Lines of one part of a summary.
pub const LINES: usize = 20;
/// People whose votes a poll keeps.
pub const VOTERS: usize = 2_000;

/// The kinds of cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// A question with options that people vote on.
    Poll,
    /// What was talked about.
    Summary,
}

/// An answer with a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Card {
    /// A question with options that people vote on.
    Poll {
        /// The question.
        question: String,
        /// The options, all different.
        options: Vec<String>,
    },
    /// What was talked about.
    Summary {
        /// Topics.
        topics: Vec<String>,
        /// What was decided.
        decisions: Vec<String>,
        /// What is still open.
        open_questions: Vec<String>,
    },
}

/// One person's choice in a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who.
    pub person: PersonId,
    /// Which option, counted from 0.
    pub option: usize,
}

impl CardKind {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Poll => "poll",
            Self::Summary => "summary",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Poll, Self::Summary].into_iter().find(|kind| kind.word() == word)
    }
}

impl Card {
    /// Reads what a model wrote as a card of this kind. `None`: it does not fit.
    pub fn read(kind: CardKind, text: &str) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(text.trim()).ok()?;
        Self::of(kind, &Value::from(value))
    }

    /// A card of this kind with these fields, the card's own `kind` not needed.
    pub fn of(kind: CardKind, value: &Value) -> Option<Self> {
        let lines = |name: &str| -> Option<Vec<String>> {
            let Value::List(items) = value.get(name)? else { return None };
            items.iter().map(line).collect()
        };
        match kind {
            CardKind::Poll => {
                let options = lines("options")?;
                let is_fit = OPTIONS.contains(&options.len())
                    && options
                        .iter()
                        .enumerate()
                        .all(|(index, option)| !options.iter().take(index).any(|other| other == option));
                let question = line(value.get("question")?)?;
                is_fit.then_some(Self::Poll { question, options })
            }
            CardKind::Summary => {
                let (topics, decisions, open_questions) =
                    (lines("topics")?, lines("decisions")?, lines("open_questions")?);
                let is_fit = [&topics, &decisions, &open_questions].iter().all(|lines| lines.len() <= LINES);
                let is_empty = topics.is_empty() && decisions.is_empty() && open_questions.is_empty();
                (is_fit && !is_empty).then_some(Self::Summary { topics, decisions, open_questions })
            }
        }
    }

    /// Its kind.
    pub fn kind(&self) -> CardKind {
        match self {
            Self::Poll { .. } => CardKind::Poll,
            Self::Summary { .. } => CardKind::Summary,
        }
    }

    /// The card as plain text: what other bots read, what is copied, and what an older page shows.
    pub fn text(&self) -> String {
        let list = |title: &str, lines: &[String]| {
            let lines: String = lines.iter().map(|line| format!("\n- {line}")).collect();
            if lines.is_empty() { lines } else { format!("{title}{lines}") }
        };
        match self {
            Self::Poll { question, options } => list(question, options),
            Self::Summary { topics, decisions, open_questions } => {
                let parts = [
                    list("Topics", topics),
                    list("Decisions", decisions),
                    list("Open questions", open_questions),
                ];
                let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                parts.join("\n\n")
            }
        }
    }
}

/// One line of text: trimmed, visible, not too long, without controls.
fn line(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let is_fit =
        !text.is_empty() && text.chars().count() <= LINE_CHARACTERS && !text.chars().any(|c| c.is_control());
    is_fit.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_has_a_question_and_different_options() {
        let read = |text: &str| Card::read(CardKind::Poll, text);
        let card = read(r#" {"question":" 점심 뭐 먹지? ","options":["김밥","라면"],"more":1} "#).unwrap();
        assert_eq!(card.text(), "점심 뭐 먹지?\n- 김밥\n- 라면");
        for bad in [
            "",
            "[]",
            "점심 뭐 먹지?",
            r#"{"question":"q"}"#,
            r#"{"question":"q","options":["a"]}"#,
            r#"{"question":"q","options":["a","a"]}"#,
            r#"{"question":"q","options":["a",7]}"#,
            r#"{"question":"","options":["a","b"]}"#,
            r#"{"question":"q\u0007","options":["a","b"]}"#,
            r#"{"question":"q","options":["1","2","3","4","5","6","7","8","9","10","11","12","13"]}"#,
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_summary_says_something() {
        let read = |text: &str| Card::read(CardKind::Summary, text);
        let card = read(r#"{"topics":["tea"],"decisions":[],"open_questions":["when?"]}"#).unwrap();
        assert_eq!(card.text(), "Topics\n- tea\n\nOpen questions\n- when?");
        assert_eq!(read(r#"{"topics":[],"decisions":[],"open_questions":[]}"#), None);
        assert_eq!(read(r#"{"topics":["a"],"decisions":[]}"#), None);
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let card = Card::read(CardKind::Poll, r#"{"question":"q","options":["a","b"]}"#).unwrap();
        let text = serde_json::to_string(&card).unwrap();
        assert_eq!(text, r#"{"kind":"poll","question":"q","options":["a","b"]}"#);
        assert_eq!(serde_json::from_str::<Card>(&text).unwrap(), card);
        assert_eq!(Card::of(card.kind(), &Value::parse(&text).unwrap()), Some(card));
    }
}
