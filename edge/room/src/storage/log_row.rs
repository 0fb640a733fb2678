//! The rows of the log: how they are stored, and what clients are told of them.

use serde::{Deserialize, Serialize};
use shared::{
    Answer, AnswerEnd, Author, Bot, Event, FinalText, Message, Millis, Moderation, ModerationAct, Nonce,
    Person, PersonId, Reaction, Seq, tolerant,
};

use super::answer_row::AnswerRow;

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    pub seq: Seq,
    pub at: Millis,
    /// Who caused it; for an answer, who asked.
    pub author: PersonId,
    /// The nonce of the write request that caused it, where one did directly.
    pub nonce: Option<Nonce>,
    /// The row that it changes, for a change.
    pub target: Option<Seq>,
    pub data: RowData,
}

/// The content of a row. The row of a message or of an answer always holds its current state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "every second row is an answer; sizes differ by platform")]
pub enum RowData {
    /// A message of a person.
    Message(MessageRow),
    Answer(AnswerRow),
    /// The answer in `target` ended. Its final state is in its own row.
    Ended,
    /// The message in `target` was edited. The new text is in its own row only, so that a deletion clears one row.
    Edited,
    /// The message or answer in `target` was deleted.
    Deleted,
    /// The row's author votes for these options of the poll in `target`, instead of those before.
    Voted(Vec<usize>),
    /// The card in `target` was changed, which its own row holds; with the index of the option that the row's author added to a poll.
    CardChanged(Option<usize>),
    /// The row's author put an emoji on the message or answer in `target`, or took it away.
    Reacted(ReactedRow),
    /// The bot gave a further answer to the question of the answer in `target`, or failed to. Its row holds it.
    Alternatives,
    /// The row's author chose this option of the answer in `target`; `None` where they had everything deleted since.
    Chosen(Option<usize>),
    /// A custom bot was added or changed.
    BotSaved(Box<Bot>),
    /// The custom bot with this handle was removed.
    BotRemoved(String),
    /// The row's author did something as owner or operator.
    Administration(Box<AdministrationRow>),
}

/// A change of one person's reactions to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactedRow {
    pub emoji: String,
    pub on: bool,
}

/// Something that an owner or operator did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministrationRow {
    /// Their nickname at that time.
    pub name: String,
    /// They did it as operator.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub operator: bool,
    pub act: ModerationAct,
}

/// A message of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// The nickname at that time.
    pub name: String,
    /// Whether the author was the room's owner.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
    /// The author's number in the room.
    pub number: u32,
    pub text: String,
    /// The message or answer that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// The text was edited.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// It was deleted, and its text is empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

impl RowData {
    /// The text of the column `kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "said",
            Self::Answer(_) => "answer",
            Self::Ended => "ended",
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Voted(_) => "voted",
            Self::CardChanged(_) => "card_changed",
            Self::Reacted(_) => "reacted",
            Self::Alternatives => "alternatives",
            Self::Chosen(_) => "chosen",
            Self::BotSaved(_) => "bot_set",
            Self::BotRemoved(_) => "bot_gone",
            Self::Administration(_) => "administration",
        }
    }

    /// The text of a message or of an answer; empty for a change.
    pub fn text(&self) -> &str {
        match self {
            Self::Message(message) => &message.text,
            Self::Answer(answer) => &answer.text,
            _ => "",
        }
    }

    /// The reactions to a message or to an answer.
    pub fn reactions(&self) -> &[Reaction] {
        match self {
            Self::Message(message) => &message.reactions,
            Self::Answer(answer) => &answer.reactions,
            _ => &[],
        }
    }

    /// The reactions, to change them; `None` for a change.
    pub(crate) fn reactions_mut(&mut self) -> Option<&mut Vec<Reaction>> {
        match self {
            Self::Message(message) => Some(&mut message.reactions),
            Self::Answer(answer) => Some(&mut answer.reactions),
            _ => None,
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        const BYTES: usize = 200;
        // A vote, or a person's reaction.
        const VOTE_BYTES: usize = 80;
        let (votes, options) = match self {
            Self::Answer(answer) => (answer.votes.len(), answer.options.as_slice()),
            _ => (0, &[][..]),
        };
        let options = options.iter().map(|option| option.text.len()).fold(BYTES, usize::saturating_add);
        let votes = self
            .reactions()
            .iter()
            .fold(votes, |votes, reaction| votes.saturating_add(reaction.people.len()));
        self.text().len().saturating_add(votes.saturating_mul(VOTE_BYTES)).saturating_add(options)
    }

    /// Whether it is a message or an answer, not a change.
    pub fn is_message(&self) -> bool {
        matches!(self, Self::Message(_) | Self::Answer(_))
    }

    /// The text of the column `data`.
    pub fn encode(&self) -> String {
        // The derived serializers fail only for maps with keys that are not text, and these have none.
        match self {
            Self::Message(message) => serde_json::to_string(message).unwrap_or_default(),
            Self::Answer(answer) => serde_json::to_string(answer).unwrap_or_default(),
            Self::Voted(options) => serde_json::to_string(options).unwrap_or_default(),
            Self::CardChanged(option) | Self::Chosen(option) => {
                serde_json::to_string(option).unwrap_or_default()
            }
            Self::Reacted(reacted) => serde_json::to_string(reacted).unwrap_or_default(),
            Self::BotSaved(bot) => serde_json::to_string(bot).unwrap_or_default(),
            Self::BotRemoved(handle) => handle.clone(),
            Self::Administration(row) => serde_json::to_string(row).unwrap_or_default(),
            Self::Ended | Self::Edited | Self::Deleted | Self::Alternatives => String::new(),
        }
    }

    /// Reads the columns `kind` and `data`. `None`: this version cannot read the row.
    pub fn decode(kind: &str, data: &str) -> Option<Self> {
        match kind {
            "said" => serde_json::from_str(data).ok().map(Self::Message),
            "answer" => serde_json::from_str(data).ok().map(Self::Answer),
            "ended" => Some(Self::Ended),
            "edited" => Some(Self::Edited),
            "deleted" => Some(Self::Deleted),
            // Rows of earlier versions hold one option, or null.
            "voted" => tolerant::one_or_many::deserialize(&mut serde_json::Deserializer::from_str(data))
                .ok()
                .map(Self::Voted),
            "card_changed" => serde_json::from_str(data).ok().map(Self::CardChanged),
            "alternatives" => Some(Self::Alternatives),
            "chosen" => serde_json::from_str(data).ok().map(Self::Chosen),
            "reacted" => serde_json::from_str(data).ok().map(Self::Reacted),
            "bot_set" => serde_json::from_str(data).ok().map(Self::BotSaved),
            "bot_gone" => Some(Self::BotRemoved(data.to_owned())),
            "administration" => serde_json::from_str(data).ok().map(Self::Administration),
            _ => None,
        }
    }
}

impl LogRow {
    /// The row's answer, if it is one.
    pub(crate) fn as_answer(&self) -> Option<&AnswerRow> {
        match &self.data {
            RowData::Answer(answer) => Some(answer),
            _ => None,
        }
    }

    /// The author of a person's new message, as they were when they wrote it; `None` for other rows.
    pub(crate) fn speaker(&self) -> Option<(Person, &MessageRow)> {
        let RowData::Message(message) = &self.data else { return None };
        let MessageRow { number, name, owner, .. } = message;
        let (id, name) = (self.author.clone(), name.clone());
        let person = Person { number: *number, id, name, owner: *owner, operator: false };
        Some((person, message))
    }

    /// The nonce of the request that wrote the row, if this is who made it. Nobody else is told.
    pub(crate) fn nonce_for(&self, viewer: &PersonId) -> Option<Nonce> {
        self.nonce.clone().filter(|_| self.author == *viewer)
    }

    /// The row as clients are told of a message or an answer, without its nonce; `None` for a change.
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
            nonce: None,
            reply_to,
            answer,
            edited,
            deleted,
            reactions: self.data.reactions().to_vec(),
        })
    }

    /// The same as this viewer is told of it: with its nonce if they wrote it, and with their own votes in a secret poll as theirs.
    pub fn message_for(&self, viewer: &PersonId) -> Option<Message> {
        let mut message = Message { nonce: self.nonce_for(viewer), ..self.message()? };
        message.answer.iter_mut().for_each(|answer| self.show_own_votes(answer, viewer));
        Some(message)
    }

    /// Shows a viewer their own votes in a secret poll as theirs; nobody else is told whose they are.
    pub(crate) fn show_own_votes(&self, answer: &mut Answer, viewer: &PersonId) {
        let Some(row) = self.as_answer() else { return };
        let told = row.told_voter(viewer);
        for vote in answer.votes.iter_mut().filter(|vote| vote.person == told) {
            vote.person = viewer.clone();
        }
    }

    /// The row as an event. A change needs its target's row, which holds the current state; without it clients are told no
    /// more than that the `seq` exists.
    pub fn event(&self, target: Option<&Self>) -> Event {
        if let Some(message) = self.message() {
            return Event::Message(message);
        }
        let (seq, at) = (self.seq, self.at);
        match (&self.data, target.map(|row| (row.seq, &row.author, &row.data))) {
            (RowData::Ended, Some((target, asker, RowData::Answer(row)))) => {
                let text = FinalText::Whole(row.text.clone());
                Event::Ended(AnswerEnd { seq, at, target, text, answer: row.answer(asker) })
            }
            (RowData::Alternatives, Some((target, asker, RowData::Answer(row)))) if !row.deleted => {
                let text = FinalText::Whole(row.text.clone());
                Event::Alternatives(AnswerEnd { seq, at, target, text, answer: row.answer(asker) })
            }
            (RowData::Chosen(Some(index)), Some((target, _, RowData::Answer(row)))) if !row.deleted => {
                Event::Chosen { seq, target, index: *index, by: self.author.clone() }
            }
            (RowData::Edited, Some((target, _, RowData::Message(said)))) if !said.deleted => {
                Event::Edited { seq, at, target, text: said.text.clone() }
            }
            (RowData::Deleted, Some((target, _, _))) => Event::Deleted { seq, at, target },
            (RowData::Voted(options), Some((target, _, data))) => {
                let person = match data {
                    RowData::Answer(answer) => answer.told_voter(&self.author),
                    _ => self.author.clone(),
                };
                Event::Voted { seq, target, person, options: options.clone() }
            }
            (
                RowData::CardChanged(_),
                Some((target, _, RowData::Answer(AnswerRow { card: Some(card), .. }))),
            ) => Event::CardChanged { seq, target, card: card.clone() },
            (RowData::Reacted(ReactedRow { emoji, on }), Some((target, _, _))) => {
                Event::Reacted { seq, target, person: self.author.clone(), emoji: emoji.clone(), on: *on }
            }
            (RowData::BotSaved(bot), _) => Event::BotSet { seq, bot: bot.clone() },
            (RowData::BotRemoved(handle), _) => Event::BotGone { seq, handle: handle.clone() },
            (RowData::Administration(row), _) => Event::Moderation(Box::new(Moderation {
                seq,
                at,
                by: self.author.clone(),
                name: row.name.clone(),
                operator: row.operator,
                act: row.act.clone(),
            })),
            _ => Event::Unknown(shared::message::UnknownEvent { seq }),
        }
    }
}
