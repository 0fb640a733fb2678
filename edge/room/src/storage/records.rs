//! The stored records besides the log's rows and the spending.

use serde::{Deserialize, Serialize};
use shared::{Epoch, Millis, PersonId, PrivateRequest, RoomName, RoomSettings, RunState, Seq};

use super::answer_row::{AnswerRow, ChainPosition};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRecord {
    pub name: RoomName,
    /// Identifies the sequence space; it changes when the room is deleted and created anew.
    pub epoch: Epoch,
    /// The person who created the room; the lobby has none.
    pub owner: Option<PersonId>,
    pub created: Millis,
    /// The largest `seq` of the log, or 0.
    pub head: Seq,
    /// The smallest `seq` that is kept, or 1.
    pub oldest: Seq,
    /// The largest [`PersonRecord::number`] given so far, or 0.
    pub people: u32,
    /// How the owner wants the room run.
    pub settings: RoomSettings,
    /// Whether strangers need a key.
    pub private: bool,
    /// The owner has deleted the room. It is removed when model servers keep nothing of it.
    pub deleted: bool,
}

/// A person who has joined at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    pub id: PersonId,
    /// The person's number in this room, given once. Prompts name people by it, whatever their nickname is.
    pub number: u32,
    /// When they last said something, where slow mode was on.
    pub said: Option<Millis>,
}

/// Who holds a nickname. A nickname has one record for each of its comparison keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NicknameRecord {
    pub key: String,
    pub person: PersonId,
    /// When the person last joined with it or left.
    pub seen: Millis,
}

/// A run that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The run's id, which is the `seq` of its answer.
    pub run: Seq,
    pub bot: String,
    /// The message that asks.
    pub parent: Seq,
    pub asker: PersonId,
    /// The hash of the address that the question came from.
    #[serde(default)]
    pub address: String,
    /// The question is counted in its person's and its address's hour, whatever becomes of it.
    #[serde(default)]
    pub is_counted: bool,
    /// How often it was about to start after the room had woken. With 2 and no call the room ended both times, so the run fails.
    #[serde(default)]
    pub starts: u32,
    /// How many calls were recorded. With 0 the run only waits; with more it is interrupted after a crash, because a call may
    /// have been paid for.
    pub calls: u32,
    /// The last `seq` whose messages belong to the prompt: the message that asks, except for some regenerated answers.
    pub through: Seq,
    /// Where a regenerated answer continues from, when that is not the end of the chain.
    #[serde(alias = "base")]
    pub continues_from: Option<ChainPosition>,
    /// The answer's text so far, stored about once a second.
    #[serde(alias = "partial")]
    pub partial_text: String,
    /// Micro-dollars set aside for the call in progress, and for those that its claim covers besides. After a crash the share of
    /// the call in progress counts as spent.
    #[serde(default, alias = "reserved")]
    pub reserved_micros: u64,
    /// The claim of a call that covers further answers to the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_claim: Option<SharedClaim>,
    /// The answer has ended, and the bot gives further ones to choose from.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_answered: bool,
    /// What one person asked for themselves; then the run has no answer in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<PrivateRequest>,
}

/// A claim that pays for several calls. It is settled once, with what they cost together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedClaim {
    /// The number of the call that it was made for.
    pub call_number: u32,
    /// Micro-dollars that were claimed.
    pub micros: u64,
    /// Calls that have not ended, the one in progress included.
    pub calls: u32,
    /// Micro-dollars that the others cost.
    pub spent_micros: u64,
}

/// What a bot remembers of the room: its chain of responses at the model server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainRecord {
    pub bot: String,
    /// The response that the next turn continues. `None`: the next turn sends the transcript.
    pub head: Option<String>,
    /// The run whose answer the head is.
    #[serde(default)]
    pub run: Seq,
    /// What the head itself continued; regenerating its answer continues the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<ChainPosition>,
    /// The last `seq` of the room that the chain holds.
    pub last: Seq,
    /// How many messages of the room the chain holds.
    #[serde(alias = "follows")]
    pub context_messages: u64,
    /// Tokens of the chain, as the model server counted them for its last turn.
    #[serde(default)]
    pub tokens: u64,
    /// What its responses hold of the room, besides the summary.
    #[serde(default)]
    pub held: HeldRows,
    /// The bot's summary of an earlier chain: the beginning of the next transcript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The last `seq` whose text the summary may hold; unknown in summaries of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_through: Option<Seq>,
    /// The fingerprint of the bot that the chain belongs to. A bot with another one starts a new chain.
    pub fingerprint: String,
    /// The model server keeps no responses, so every turn sends the transcript.
    pub stateless: bool,
    /// Tokens of the model's context, learned when a prompt was too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_tokens: Option<u64>,
}

/// What responses hold of the room. The default is everything: that of chains that earlier versions stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HeldRows {
    /// The oldest `seq` whose text may be in them.
    pub oldest: Seq,
    /// The first run of which this is known. Responses of earlier runs may hold more.
    pub first_run: Seq,
}

/// What a call cost, until the deployment's ledger has taken it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementRecord {
    pub run: Seq,
    pub call_number: u32,
    /// Micro-dollars; `None` where the cost is unknown, so that all that was claimed counts as spent.
    pub micros: Option<u64>,
}

/// A response that a model server keeps until it is deleted there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseRecord {
    pub id: String,
    /// The handle of the bot that it was made for.
    pub bot: String,
    pub run: Seq,
    /// The response holds deleted messages or belongs to no chain, and must be deleted at the model server.
    pub deletion_pending: bool,
    /// How often deleting it failed.
    pub tries: u32,
}

/// What is left to delete of what a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureRecord {
    pub person: PersonId,
    /// Their rows up to this one are done.
    pub after: Seq,
    /// Their last row to delete; what they wrote later stays.
    pub through: Seq,
}

impl HeldRows {
    pub(crate) const NOTHING: Self = Self { oldest: Seq(u64::MAX), first_run: Seq(u64::MAX) };

    /// What both together may hold.
    pub(crate) fn with(self, other: Self) -> Self {
        Self { oldest: self.oldest.min(other.oldest), first_run: self.first_run.min(other.first_run) }
    }
}

impl RunRecord {
    /// A run that has made no call yet.
    pub(crate) fn new(run: Seq, bot: String, parent: Seq, asker: PersonId, address: String) -> Self {
        Self {
            run,
            bot,
            parent,
            asker,
            address,
            is_counted: false,
            starts: 0,
            calls: 0,
            through: parent,
            continues_from: None,
            partial_text: String::new(),
            reserved_micros: 0,
            shared_claim: None,
            is_answered: false,
            private: None,
        }
    }

    /// Takes what is set aside for the call in progress, out of what is set aside altogether.
    pub(crate) fn take_share(&mut self) -> u64 {
        let share = match &mut self.shared_claim {
            Some(claim) => {
                let share = self.reserved_micros.checked_div(claim.calls.into());
                claim.calls = claim.calls.saturating_sub(1);
                share.unwrap_or(self.reserved_micros)
            }
            None => self.reserved_micros,
        };
        self.reserved_micros = self.reserved_micros.saturating_sub(share);
        share
    }

    /// The answer as it is stored while the run has not ended.
    pub(crate) fn queued_answer(&self) -> AnswerRow {
        AnswerRow {
            bot: self.bot.clone(),
            parent: self.parent,
            state: RunState::Queued,
            text: String::new(),
            code: None,
            context_messages: 0,
            chain_rebuilt: false,
            usage: None,
            cost: None,
            cost_is_most: false,
            thoughts: String::new(),
            tool_uses: Vec::new(),
            sources: Vec::new(),
            card: None,
            votes: Vec::new(),
            voters: Vec::new(),
            stopped_by: None,
            reactions: Vec::new(),
            resets_at: None,
            deleted: false,
            ended: None,
            continues_from: None,
            options: Vec::new(),
            chosen: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_stored_under_earlier_field_names_is_read() {
        let person = "p".repeat(16);
        let stored = format!(
            r#"{{"run":2,"bot":"chatbot","parent":1,"asker":"{person}","calls":1,"through":1,
            "base":{{"last":0,"follows":3}},"partial":"So far","reserved":40}}"#
        );
        let record: RunRecord = serde_json::from_str(&stored).unwrap();
        let read = record.continues_from.map(|position| position.context_messages);
        assert_eq!((record.partial_text.as_str(), record.reserved_micros, read), ("So far", 40, Some(3)));
    }
}
