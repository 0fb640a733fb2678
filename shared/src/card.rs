//! Cards: structured answers that the page shows as more than text.
//!
//! A model writes a card, so nothing of it is trusted: it is valid as a whole or it is not a card, and then the answer is
//! shown as text.

use serde::{Deserialize, Serialize};

use serde_json::Value;
use strum::{EnumString, IntoStaticStr};

use crate::limits::{CARD_LINE_CHARACTERS, CARD_LINES, POLL_OPTIONS};
use crate::text::parse_line;
use crate::{ErrorCode, PersonId};

/// The kinds of cards.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "snake_case", try_from = "String")]
#[strum(serialize_all = "snake_case")]
pub enum CardKind {
    /// A question with options that people vote on.
    Poll,
    /// What was talked about.
    Summary,
    /// Titles and values by a schema of the bot's own ([`crate::answer_schema`]).
    Fields,
}

/// A card. It is read through [`CardFields`]: see [`crate::tolerant`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "CardFields")]
pub enum Card {
    Poll {
        question: String,
        options: Vec<String>,
        /// How many of the options, the last ones, people have added. Bots are not told them: a bot would read them as its own words.
        #[serde(default, skip_serializing_if = "is_none_added")]
        added: usize,
        /// Whether a person may vote for several options.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        multiple: bool,
        /// Whether nobody is told who voted for what.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        secret: bool,
        /// Whether nobody can vote any more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        closed: bool,
    },
    Summary {
        topics: Vec<String>,
        decisions: Vec<String>,
        open_questions: Vec<String>,
        /// Which open questions people have ticked off since, counted from 0, in ascending order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        resolved: Vec<usize>,
    },
    Fields {
        entries: Vec<CardEntry>,
    },
}

/// What people can change of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardChange {
    /// Ends the vote in a poll, or lets people vote again.
    Close(bool),
    /// Adds an option to a poll.
    AddOption(String),
    /// Ticks off an open question of a summary, or opens it again.
    Resolve {
        /// Which question, counted from 0.
        index: usize,
        on: bool,
    },
}

/// A line of a card with fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardEntry {
    /// How many objects and lists it stands in, besides the card itself.
    #[serde(default, skip_serializing_if = "is_outermost")]
    pub level: u8,
    /// Empty for the values of a list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Empty where the value is in the lines that follow, one level deeper.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

fn is_outermost(level: &u8) -> bool {
    *level == 0
}

/// The fields of all cards.
#[derive(Deserialize)]
struct CardFields {
    kind: CardKind,
    question: Option<String>,
    options: Option<Vec<String>>,
    topics: Option<Vec<String>>,
    decisions: Option<Vec<String>>,
    open_questions: Option<Vec<String>>,
    entries: Option<Vec<CardEntry>>,
    added: Option<usize>,
    multiple: Option<bool>,
    secret: Option<bool>,
    closed: Option<bool>,
    resolved: Option<Vec<usize>>,
}

impl TryFrom<CardFields> for Card {
    type Error = InvalidCard;

    fn try_from(fields: CardFields) -> Result<Self, Self::Error> {
        let CardFields { kind, question, options, topics, decisions, open_questions, entries, .. } = fields;
        let (multiple, closed) = (fields.multiple.unwrap_or_default(), fields.closed.unwrap_or_default());
        let secret = fields.secret.unwrap_or_default();
        let (added, resolved) = (fields.added.unwrap_or_default(), fields.resolved.unwrap_or_default());
        if let (CardKind::Fields, Some(entries)) = (kind, entries) {
            return Ok(Self::Fields { entries });
        }
        match (kind, question, options, topics, decisions, open_questions) {
            (CardKind::Poll, Some(question), Some(options), ..) => {
                Ok(Self::Poll { question, options, added, multiple, secret, closed })
            }
            (CardKind::Summary, _, _, Some(topics), Some(decisions), Some(open_questions)) => {
                Ok(Self::Summary { topics, decisions, open_questions, resolved })
            }
            _ => Err(InvalidCard),
        }
    }
}

/// One person's vote for one option of a poll. In a secret poll another id stands for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    pub person: PersonId,
    /// The option's index, counted from 0.
    pub option: usize,
}

/// Replaces all votes of one person in a poll; without options they have none.
pub fn set_votes(votes: &mut Vec<Vote>, person: &PersonId, options: &[usize]) {
    votes.retain(|vote| vote.person != *person);
    votes.extend(options.iter().map(|option| Vote { person: person.clone(), option: *option }));
}

/// The text is not a card of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer does not fit its card's schema")]
pub struct InvalidCard;

impl TryFrom<String> for CardKind {
    type Error = strum::ParseError;
    fn try_from(word: String) -> Result<Self, Self::Error> {
        word.parse()
    }
}

impl CardKind {
    /// The word on the wire, which is also the name of the card's JSON schema.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl Card {
    /// Reads the JSON that a model wrote as a card of this kind, other than [`CardKind::Fields`], which a schema reads. The
    /// card's own `kind` is not needed.
    ///
    /// # Errors
    /// [`InvalidCard`] when the text is not such a card as a whole.
    pub fn parse(kind: CardKind, text: &str) -> Result<Self, InvalidCard> {
        let value: Value = serde_json::from_str(text.trim()).map_err(|_| InvalidCard)?;
        Self::from_fields(kind, &value).ok_or(InvalidCard)
    }

    fn from_fields(kind: CardKind, value: &Value) -> Option<Self> {
        let lines =
            |name: &str| -> Option<Vec<String>> { value.get(name)?.as_array()?.iter().map(line).collect() };
        match kind {
            CardKind::Poll => {
                let options = lines("options")?;
                let is_fit = POLL_OPTIONS.contains(&options.len())
                    && options
                        .iter()
                        .enumerate()
                        .all(|(index, option)| !options.iter().take(index).any(|other| other == option));
                let question = line(value.get("question")?)?;
                let is_set = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or_default();
                let (multiple, secret) = (is_set("multiple"), is_set("secret"));
                is_fit.then_some(Self::Poll { question, options, added: 0, multiple, secret, closed: false })
            }
            CardKind::Summary => {
                let (topics, decisions, open_questions) =
                    (lines("topics")?, lines("decisions")?, lines("open_questions")?);
                let is_fit =
                    [&topics, &decisions, &open_questions].iter().all(|lines| lines.len() <= CARD_LINES);
                let is_empty = topics.is_empty() && decisions.is_empty() && open_questions.is_empty();
                let resolved = Vec::new();
                (is_fit && !is_empty).then_some(Self::Summary { topics, decisions, open_questions, resolved })
            }
            CardKind::Fields => None,
        }
    }

    pub fn kind(&self) -> CardKind {
        match self {
            Self::Poll { .. } => CardKind::Poll,
            Self::Summary { .. } => CardKind::Summary,
            Self::Fields { .. } => CardKind::Fields,
        }
    }

    /// Whether nobody is told who voted for what.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Poll { secret: true, .. })
    }

    /// Changes the card. Whether somebody may do so is for the caller to know.
    ///
    /// # Errors
    /// [`ErrorCode::NoSuchMessage`] where the card is of another kind, [`ErrorCode::OutOfRange`] for a question that is not there,
    /// [`ErrorCode::NotNow`] for an option of a closed poll or one that it has already, [`ErrorCode::TooMany`] where there are as
    /// many as may be, and what is wrong with the text of an option.
    pub fn change(&mut self, change: CardChange) -> Result<(), ErrorCode> {
        match (self, change) {
            (Self::Poll { closed, .. }, CardChange::Close(is_closed)) => *closed = is_closed,
            (Self::Poll { options, added, closed, .. }, CardChange::AddOption(text)) => {
                let option = parse_option(&text)?;
                if *closed || options.contains(&option) {
                    return Err(ErrorCode::NotNow);
                }
                if options.len() >= *POLL_OPTIONS.end() {
                    return Err(ErrorCode::TooMany);
                }
                options.push(option);
                *added = added.saturating_add(1);
            }
            (Self::Summary { open_questions, resolved, .. }, CardChange::Resolve { index, on }) => {
                if index >= open_questions.len() {
                    return Err(ErrorCode::OutOfRange);
                }
                resolved.retain(|other| *other != index);
                if on {
                    resolved.push(index);
                    resolved.sort_unstable();
                }
            }
            _ => return Err(ErrorCode::NoSuchMessage),
        }
        Ok(())
    }

    /// How many UTF-8 bytes its texts have.
    pub fn bytes(&self) -> usize {
        let sum = |lines: &[String]| lines.iter().map(String::len).fold(0, usize::saturating_add);
        match self {
            Self::Poll { question, options, .. } => question.len().saturating_add(sum(options)),
            Self::Summary { topics, decisions, open_questions, .. } => {
                [topics, decisions, open_questions].into_iter().map(|lines| sum(lines)).sum()
            }
            Self::Fields { entries } => {
                entries.iter().map(|entry| entry.title.len().saturating_add(entry.text.len())).sum()
            }
        }
    }

    /// The card as plain text, without what people have added: what other bots read, what is copied, and what an older page shows.
    pub fn text(&self) -> String {
        let list = |title: &str, lines: &[String]| {
            let lines: String = lines.iter().map(|line| format!("\n- {line}")).collect();
            if lines.is_empty() { lines } else { format!("{title}{lines}") }
        };
        match self {
            Self::Poll { question, options, added, .. } => {
                let own = options.len().saturating_sub(*added);
                list(question, options.get(..own).unwrap_or_default())
            }
            Self::Summary { topics, decisions, open_questions, resolved } => {
                let is_open = |(index, question): (usize, &String)| {
                    (!resolved.contains(&index)).then(|| question.clone())
                };
                let open_questions: Vec<String> =
                    open_questions.iter().enumerate().filter_map(is_open).collect();
                let parts = [
                    list("Topics", topics),
                    list("Decisions", decisions),
                    list("Open questions", &open_questions),
                ];
                let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                parts.join("\n\n")
            }
            Self::Fields { entries } => entries.iter().map(CardEntry::line).collect::<Vec<_>>().join("\n"),
        }
    }
}

impl CardEntry {
    /// The entry as a line of Markdown.
    fn line(&self) -> String {
        let Self { level, title, text } = self;
        let start = if *level > 0 { format!("{}- ", "  ".repeat((*level).into())) } else { String::new() };
        let colon = if title.is_empty() { "" } else { ":" };
        let space = if title.is_empty() || text.is_empty() { "" } else { " " };
        format!("{start}{title}{colon}{space}{text}")
    }
}

/// A line that a model wrote: trimmed, visible, not too long, without controls.
fn line(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let is_fit = !text.is_empty()
        && text.chars().count() <= CARD_LINE_CHARACTERS
        && !text.chars().any(|c| c.is_control());
    is_fit.then(|| text.to_owned())
}

/// Reads an option that a person adds to a poll: one visible line, not too long, without controls.
///
/// # Errors
/// [`ErrorCode::Empty`], [`ErrorCode::TooLong`] or [`ErrorCode::ControlCharacters`].
pub fn parse_option(text: &str) -> Result<String, ErrorCode> {
    let option = parse_line(text, CARD_LINE_CHARACTERS)?;
    if option.is_empty() { Err(ErrorCode::Empty) } else { Ok(option) }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_none_added(added: &usize) -> bool {
    *added == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_has_a_question_and_different_options() {
        let read = |text: &str| Card::parse(CardKind::Poll, text);
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
            assert_eq!(read(bad), Err(InvalidCard), "{bad}");
        }
    }

    #[test]
    fn a_summary_says_something() {
        let read = |text: &str| Card::parse(CardKind::Summary, text);
        let card = read(r#"{"topics":["tea"],"decisions":[],"open_questions":["when?"]}"#).unwrap();
        assert_eq!(card.text(), "Topics\n- tea\n\nOpen questions\n- when?");
        assert!(read(r#"{"topics":[],"decisions":[],"open_questions":[]}"#).is_err());
        assert!(read(r#"{"topics":["a"],"decisions":[]}"#).is_err());
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let card = Card::parse(CardKind::Poll, r#"{"question":"q","options":["a","b"]}"#).unwrap();
        let text = serde_json::to_string(&card).unwrap();
        assert_eq!(text, r#"{"kind":"poll","question":"q","options":["a","b"]}"#);
        assert_eq!(serde_json::from_str::<Card>(&text).unwrap(), card);
        assert_eq!(Card::parse(card.kind(), &text), Ok(card));
    }
}
