//! A row of the log: what is stored, and what of it clients see.

use serde::{Deserialize, Serialize};
use shared::{
    Answer, AnswerEnd, Author, Bot, Card, ErrorCode, Event, Message, Millis, Nonce, PersonId, RunState, Seq,
    ToolUse, Usage, Vote,
};

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its place.
    pub seq: Seq,
    /// When it was written.
    pub at: Millis,
    /// Who caused it. For an answer, who asked.
    pub author: PersonId,
    /// The attempt that caused it, where a person did so directly.
    pub nonce: Option<Nonce>,
    /// The row that it changes.
    pub target: Option<Seq>,
    /// What it is.
    pub data: RowData,
}

/// What a row is. A message's or an answer's row always holds its current state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "every second row is an answer; sizes differ by platform")]
pub enum RowData {
    /// Somebody said something.
    Message(MessageRow),
    /// A bot's answer.
    Answer(AnswerRow),
    /// The answer in `target` ended. What it became stands there.
    Ended,
    /// The words in `target` were changed. The new ones stand there, so that deleting blanks one row.
    Edited,
    /// What is in `target` was deleted.
    Deleted,
    /// The row's author votes in the poll in `target`: for this option, or for none any more.
    Voted(Option<usize>),
    /// The room has this bot now.
    BotSaved(Box<Bot>),
    /// The room's bot of this handle is gone.
    BotRemoved(String),
}

/// Somebody's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// The nickname then.
    pub name: String,
    /// Whether the room was theirs then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
    /// Their number in this room, by which bots know them.
    pub number: u32,
    /// The words.
    pub text: String,
    /// The message that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// The words are not the first ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// It was deleted; there are no words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// A bot's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRow {
    /// The bot's handle.
    pub bot: String,
    /// The message that asked.
    pub parent: Seq,
    /// `queued` until it has ended.
    pub state: RunState,
    /// The final text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Why it is not whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// How many messages the bot followed.
    #[serde(default, alias = "follows")]
    pub context_messages: u64,
    /// The bot had to read the room again.
    #[serde(default, alias = "reread", skip_serializing_if = "std::ops::Not::not")]
    pub chain_rebuilt: bool,
    /// Tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What it cost, in micro-dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<u64>,
    /// What was looked up for it.
    #[serde(default, alias = "looked", skip_serializing_if = "Vec::is_empty")]
    pub tool_uses: Vec<ToolUse>,
    /// The answer as a card. Its text is the card in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// How people voted in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<Vote>,
    /// When the limit that refused it resets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets_at: Option<Millis>,
    /// It was deleted; there is no text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The place of its end. Other bots read it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Seq>,
    /// Where its turn continued from, so that asking again can give the same input.
    #[serde(default, alias = "base", skip_serializing_if = "Option::is_none")]
    pub continues_from: Option<ChainPosition>,
}

/// A place in a chain: what a turn continued from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainPosition {
    /// The response, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The last mention that was in the chain.
    pub last: Seq,
    /// How many messages were in the chain.
    #[serde(default, alias = "follows")]
    pub context_messages: u64,
}

impl RowData {
    /// The word in the column `kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "said",
            Self::Answer(_) => "answer",
            Self::Ended => "ended",
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Voted(_) => "voted",
            Self::BotSaved(_) => "bot_set",
            Self::BotRemoved(_) => "bot_gone",
        }
    }

    /// The words of a message or of an answer.
    pub fn words(&self) -> &str {
        match self {
            Self::Message(said) => &said.text,
            Self::Answer(answer) => &answer.text,
            _ => "",
        }
    }

    /// Whether it is a message or an answer, and no change of one.
    pub fn is_message(&self) -> bool {
        matches!(self, Self::Message(_) | Self::Answer(_))
    }

    /// The text of the column `data`.
    pub fn encode(&self) -> String {
        // The derived serializers fail only for maps with keys that are not text, and these have none.
        match self {
            Self::Message(said) => serde_json::to_string(said).unwrap_or_default(),
            Self::Answer(answer) => serde_json::to_string(answer).unwrap_or_default(),
            Self::Voted(option) => serde_json::to_string(option).unwrap_or_default(),
            Self::BotSaved(bot) => serde_json::to_string(bot).unwrap_or_default(),
            Self::BotRemoved(handle) => handle.clone(),
            Self::Ended | Self::Edited | Self::Deleted => String::new(),
        }
    }

    /// Reads the two columns. `None` is a row that this version cannot read.
    pub fn decode(kind: &str, data: &str) -> Option<Self> {
        match kind {
            "said" => serde_json::from_str(data).ok().map(Self::Message),
            "answer" => serde_json::from_str(data).ok().map(Self::Answer),
            "ended" => Some(Self::Ended),
            "edited" => Some(Self::Edited),
            "deleted" => Some(Self::Deleted),
            "voted" => serde_json::from_str(data).ok().map(Self::Voted),
            "bot_set" => serde_json::from_str(data).ok().map(Self::BotSaved),
            "bot_gone" => Some(Self::BotRemoved(data.to_owned())),
            _ => None,
        }
    }
}

impl AnswerRow {
    /// The part that clients see.
    pub fn answer(&self, asker: &PersonId) -> Answer {
        Answer {
            parent: self.parent,
            asker: asker.clone(),
            state: self.state,
            code: self.code,
            context_messages: self.context_messages,
            chain_rebuilt: self.chain_rebuilt,
            usage: self.usage,
            cost: self.cost,
            tool_uses: self.tool_uses.clone(),
            card: self.card.clone(),
            votes: self.votes.clone(),
            resets_at: self.resets_at,
        }
    }
}

impl LogRow {
    /// The row as a message; a change is none.
    pub fn message(&self) -> Option<Message> {
        let (author, text, reply_to, answer, edited, deleted) = match &self.data {
            RowData::Message(said) => {
                let author =
                    Author::Human { id: self.author.clone(), name: said.name.clone(), owner: said.owner };
                (author, said.text.clone(), said.reply_to, None, said.edited, said.deleted)
            }
            RowData::Answer(row) => {
                let author = Author::Bot { name: row.bot.clone() };
                (
                    author,
                    row.text.clone(),
                    Some(row.parent),
                    Some(row.answer(&self.author)),
                    false,
                    row.deleted,
                )
            }
            _ => return None,
        };
        Some(Message {
            seq: self.seq,
            at: self.at,
            author,
            text,
            nonce: self.nonce.clone(),
            reply_to,
            answer,
            edited,
            deleted,
        })
    }

    /// The row as an event. A change is read from its target's row, which holds the current state; without it nothing
    /// is left to tell but the place.
    pub fn event(&self, target: Option<&Self>) -> Event {
        if let Some(message) = self.message() {
            return Event::Message(message);
        }
        let (seq, at) = (self.seq, self.at);
        match (&self.data, target.map(|row| (row.seq, &row.author, &row.data))) {
            (RowData::Ended, Some((target, asker, RowData::Answer(row)))) => {
                Event::Ended(AnswerEnd { seq, at, target, text: row.text.clone(), answer: row.answer(asker) })
            }
            (RowData::Edited, Some((target, _, RowData::Message(said)))) if !said.deleted => {
                Event::Edited { seq, at, target, text: said.text.clone() }
            }
            (RowData::Deleted, Some((target, _, _))) => Event::Deleted { seq, at, target },
            (RowData::Voted(option), Some((target, _, _))) => {
                Event::Voted { seq, target, person: self.author.clone(), option: *option }
            }
            (RowData::BotSaved(bot), _) => Event::BotSet { seq, bot: bot.clone() },
            (RowData::BotRemoved(handle), _) => Event::BotGone { seq, handle: handle.clone() },
            _ => Event::Unknown(shared::message::UnknownEvent { seq }),
        }
    }
}
