//! Builds timeline items from the log, the outbox and the person's write requests.

use shared::card::set_votes;
use shared::frame::You;
use shared::reaction::set_reaction;
use shared::{Answer, Author, ErrorCode, Message, RunState, Seq};

use super::event_log::{EventLog, LoggedMessage};
use super::item::{ItemState, PartialCard, Permissions, TimelineItem};
use super::write_requests::WriteRequests;
use crate::outbox::{DeliveryState, OutboxItem};

/// What the items of the log are built from.
pub(super) struct ItemBuilder<'a> {
    pub(super) log: &'a EventLog,
    pub(super) requests: &'a WriteRequests,
    pub(super) you: Option<&'a You>,
}

impl<'a> ItemBuilder<'a> {
    /// Builds the item of a message that the log holds.
    pub(super) fn logged(&self, logged: &'a LoggedMessage) -> TimelineItem<'a> {
        let message = &logged.message;
        let deleted = message.deleted || self.requests.deletes(message.seq);
        let edit = self.requests.edit(message.seq);
        let text = if deleted { "" } else { edit.unwrap_or(&message.text) };
        let mut item = TimelineItem {
            seq: Some(message.seq),
            mine: self.you.is_some_and(|you| message.author.is(&you.id)),
            edited: message.edited || edit.is_some(),
            deleted,
            ..TimelineItem::new(
                logged.key.clone(),
                message.at,
                &message.author,
                text,
                ItemState::Sent,
                message.reply_to,
            )
        };
        if let Some(answer) = &message.answer {
            self.add_answer(message, answer, &mut item);
        }
        let is_owner = self.you.is_some_and(|you| you.owner || you.operator);
        let is_complete = self.is_joined() && !item.deleted && !item.is_running();
        item.permissions.reply = is_complete;
        item.permissions.react = is_complete;
        self.add_reactions(message, &mut item);
        item.permissions.edit = is_complete && item.mine;
        item.permissions.delete = is_complete && (item.mine || is_owner);
        item
    }

    /// Adds the reactions of the log, as this person's requests will change them.
    fn add_reactions(&self, message: &Message, item: &mut TimelineItem<'a>) {
        if item.deleted {
            return;
        }
        item.reactions.clone_from(&message.reactions);
        let Some(you) = self.you else { return };
        for (emoji, on) in self.requests.reactions(message.seq) {
            set_reaction(&mut item.reactions, emoji, &you.id, on);
        }
    }

    fn add_answer(&self, message: &'a Message, answer: &'a Answer, item: &mut TimelineItem<'a>) {
        item.answer = Some(answer);
        item.state = ItemState::Answer(answer.state);
        item.chain_rebuilt = answer.chain_rebuilt;
        item.tool_uses = &answer.tool_uses;
        if answer.state.is_end() {
            self.add_ended(message, answer, item);
        } else {
            self.add_running(message, answer, item);
        }
    }

    fn add_ended(&self, message: &Message, answer: &Answer, item: &mut TimelineItem<'a>) {
        let is_joined = self.is_joined();
        let may_regenerate = answer.state != RunState::Done || self.is_newest(&message.author, message.seq);
        item.permissions.decide = self.may_decide(answer) && !item.deleted;
        item.permissions.regenerate = may_regenerate && item.permissions.decide;
        item.permissions.vote = is_joined;
        item.votes.clone_from(&answer.votes);
        if let (Some(options), Some(you)) = (self.requests.votes(message.seq), self.you) {
            set_votes(&mut item.votes, &you.id, options);
        }
        // The JSON of a card that was cut off is not shown. One that did not fit its schema is: it may be plain text.
        let is_cut_off = answer.card.is_none()
            && answer.state != RunState::Done
            && answer.code != Some(ErrorCode::Unfit)
            && self.log.card_kind(message.author.name()).is_some();
        if is_cut_off && item.text.starts_with('{') {
            item.text = "";
        }
    }

    fn add_running(&self, message: &Message, answer: &Answer, item: &mut TimelineItem<'a>) {
        item.permissions.stop = self.may_decide(answer);
        let Some(run) = self.log.active_run(message.seq) else { return };
        item.state = ItemState::Answer(run.state);
        item.text = &run.text;
        item.position = run.position;
        item.chain_rebuilt |= run.chain_rebuilt;
        item.tool_uses = &run.tool_uses;
        if let Some(kind) = run.card.or_else(|| self.log.card_kind(message.author.name())) {
            item.partial_card = Some(PartialCard { kind, bytes: run.text.len() });
            item.text = "";
        }
    }

    /// Whether this person asked, or may do what the room's owner may.
    fn may_decide(&self, answer: &Answer) -> bool {
        let is_allowed = |you: &You| you.owner || you.operator || answer.asker == you.id;
        self.is_joined() && self.you.is_some_and(is_allowed)
    }

    fn is_joined(&self) -> bool {
        self.you.is_some_and(|you| you.name.is_some())
    }

    fn is_newest(&self, author: &Author, run: Seq) -> bool {
        matches!(author, Author::Bot { name } if self.log.is_newest_answer(name, run))
    }
}

/// Builds the item of a message that the log does not hold yet.
pub(super) fn unsent(item: &OutboxItem) -> TimelineItem<'_> {
    let (seq, state) = match item.delivery {
        DeliveryState::Pending { .. } => (None, ItemState::Pending),
        DeliveryState::Sent { seq } => (Some(seq), ItemState::Sent),
        DeliveryState::Failed { why } => (None, ItemState::Failed { why }),
    };
    TimelineItem {
        seq,
        mine: true,
        permissions: Permissions { reply: seq.is_some(), ..Permissions::default() },
        ..TimelineItem::new(item.key(), item.at, &item.author, &item.text, state, item.reply_to)
    }
}
