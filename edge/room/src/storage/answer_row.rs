//! The row of an answer, and what it keeps so that its bot can go on from it.

use serde::{Deserialize, Serialize};
use shared::{
    Answer, Card, ErrorCode, Millis, PersonId, Reaction, RunState, Seq, ToolUse, Usage, Vote, limits,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRow {
    /// The handle of the bot.
    pub bot: String,
    /// The message that asked.
    pub parent: Seq,
    /// The end state; `queued` until the run has ended.
    pub state: RunState,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Why the answer is missing or incomplete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// How many messages of the room the bot knew.
    #[serde(default, alias = "follows")]
    pub context_messages: u64,
    /// The bot lost its chain and was sent a transcript.
    #[serde(default, alias = "reread", skip_serializing_if = "std::ops::Not::not")]
    pub chain_rebuilt: bool,
    /// Tokens of all calls of the run whose usage is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The cost of these calls in micro-dollars, where the price is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<u64>,
    /// A part of the cost is what was set aside for a call whose usage is unknown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cost_is_most: bool,
    /// What the model thought, as far as it is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thoughts: String,
    #[serde(default, alias = "looked", skip_serializing_if = "Vec::is_empty")]
    pub tool_uses: Vec<ToolUse>,
    /// The titles of the passages that the bot was given with the question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// The answer as a card; `text` then holds the card as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// The votes in a poll.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<Vote>,
    /// Who has ever voted in a secret poll, in the order of their first votes. The place of a person is their ballot's number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voters: Vec<PersonId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// When the budget that refused it resets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets_at: Option<Millis>,
    /// Who stopped it, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<PersonId>,
    /// It was deleted, and its text is empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The `seq` of the row that ended it. Other bots' prompts hold the answer at that position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Seq>,
    /// What its turn continued from, so that regenerating the answer can send the same input.
    #[serde(default, alias = "base", skip_serializing_if = "Option::is_none")]
    pub continues_from: Option<ChainPosition>,
    /// The answers to choose from, where the bot gave several; `text` is one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<AnswerOption>,
    /// Which of the options `text` is.
    #[serde(default, skip_serializing_if = "is_first")]
    pub chosen: usize,
}

/// One of several answers to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerOption {
    pub text: String,
    /// Its response, where the model server keeps it: the bot's chain goes on from there when the option is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// Tokens of the chain that ends with it.
    #[serde(default)]
    pub chain_tokens: u64,
}

/// A position in a chain: what a turn continues from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainPosition {
    /// The response; `None` where the turn sent a transcript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The last `seq` of the room that the chain held.
    pub last: Seq,
    /// How many messages of the room the chain held.
    #[serde(default, alias = "follows")]
    pub context_messages: u64,
}

impl AnswerRow {
    /// Adds to what the model thought, within the limit.
    pub(crate) fn add_thought(&mut self, text: &str) {
        let space = limits::THOUGHT_BYTES.saturating_sub(self.thoughts.len());
        self.thoughts.push_str(text.get(..text.floor_char_boundary(space)).unwrap_or_default());
    }

    /// Adds what a call cost, as far as it is known; `is_most`: it is what was set aside for it.
    pub(crate) fn add_cost(&mut self, usage: Option<Usage>, cost: Option<u64>, is_most: bool) {
        if let Some(usage) = usage {
            self.usage = Some(self.usage.unwrap_or_default().plus(usage));
        }
        if let Some(cost) = cost {
            self.cost = Some(self.cost.unwrap_or_default().saturating_add(cost));
        }
        self.cost_is_most |= is_most;
    }

    /// Whether the model server finished the answer, so that it is a part of the chain.
    pub(crate) fn is_in_chain(&self) -> bool {
        self.state == RunState::Done
            || (self.state == RunState::Incomplete && self.code == Some(ErrorCode::Declined))
    }

    /// The id by which everybody but the person themself is told of their votes: in a secret poll that of a ballot, which tells no more
    /// than which votes are the same person's.
    pub(crate) fn told_voter(&self, person: &PersonId) -> PersonId {
        if !self.card.as_ref().is_some_and(Card::is_secret) {
            return person.clone();
        }
        let number = self.voters.iter().position(|voter| voter == person).unwrap_or(self.voters.len());
        ballot(number).unwrap_or_else(|| person.clone())
    }

    /// Gives a person a ballot in a secret poll, if they have none.
    pub(crate) fn hand_out_ballot(&mut self, person: &PersonId) {
        if self.card.as_ref().is_some_and(Card::is_secret) && !self.voters.contains(person) {
            self.voters.push(person.clone());
        }
    }

    fn told_votes(&self) -> Vec<Vote> {
        let told = |vote: &Vote| Vote { person: self.told_voter(&vote.person), option: vote.option };
        self.votes.iter().map(told).collect()
    }

    /// What clients are told of the answer.
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
            cost_is_most: self.cost_is_most,
            thoughts: self.thoughts.clone(),
            tool_uses: self.tool_uses.clone(),
            sources: self.sources.clone(),
            card: self.card.clone(),
            votes: self.told_votes(),
            resets_at: self.resets_at,
            stopped_by: self.stopped_by.clone(),
            options: self.options.iter().map(|option| option.text.clone()).collect(),
            chosen: self.chosen,
        }
    }
}

/// The id of a ballot in a secret poll; always one in practice.
fn ballot(number: usize) -> Option<PersonId> {
    PersonId::parse(format!("secret-ballot-{number}")).ok()
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_first(index: &usize) -> bool {
    *index == 0
}
