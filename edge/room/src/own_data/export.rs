//! A person's own data in a room, in pages: facts about them, and everything that they wrote, oldest first.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::{BotDraft, Card, Millis, PersonId, RoomName, Seq, Totals, limits};

use crate::attachment::Visitor;
use crate::context::Context;
use crate::messages::custom_bots;
use crate::presence::Presence;
use crate::storage::{
    LogPage, LogRow, Period, PushRecord, ReactedRow, ReadBudget, RowData, Spender, StorageError,
};
use crate::token_bucket::Wait;

/// Bytes of rows that are read for one page.
const PAGE_BYTES: usize = limits::SNAPSHOT_BYTES;

/// A page of a person's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnData {
    /// In the first page only.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub facts: Option<OwnFacts>,
    pub entries: Vec<OwnEntry>,
    /// Where the next page begins: `after` of its request. Absent in the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Seq>,
}

/// What the room keeps of a person besides what they wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnFacts {
    pub room: RoomName,
    /// The person's public id in this room.
    pub person: PersonId,
    /// Their number in this room, by which bots are told who speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    pub owner: bool,
    /// The nicknames that are kept for them, in the form in which nicknames are compared.
    pub nicknames: Vec<String>,
    /// What answers to them used since midnight UTC.
    pub used_today: Totals,
    /// How their browsers are told of messages while they are away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub push: Vec<PushRecord>,
    /// The custom bots that they own, with their instructions.
    pub bots: Vec<BotDraft>,
    /// What these bots know, by their handles.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub knowledge: BTreeMap<String, String>,
}

/// Something that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OwnEntry {
    Message {
        seq: Seq,
        at: Millis,
        nickname: String,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        edited: bool,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        deleted: bool,
    },
    /// A vote for options of the poll at `poll`, or without any that it was withdrawn.
    Vote { seq: Seq, at: Millis, poll: Option<Seq>, options: Vec<usize> },
    /// A change of the card at `card`; with the option that they added to a poll.
    CardChange { seq: Seq, at: Millis, card: Option<Seq>, option: Option<String> },
    /// An emoji that they put on the message at `message`, or took away.
    Reaction { seq: Seq, at: Millis, message: Option<Seq>, emoji: String, on: bool },
    /// Which of several answers they chose for the one at `answer`.
    Choice { seq: Seq, at: Millis, answer: Option<Seq>, option: Option<usize> },
    /// A custom bot that they added or changed, as others see it.
    Bot { seq: Seq, at: Millis, handle: String },
}

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnDataError {
    #[error(transparent)]
    TooFast(#[from] Wait),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The page after a place; the first one after [`Seq::ZERO`].
pub(crate) fn page(
    cx: &Context<'_>,
    presence: &mut Presence,
    visitor: &Visitor,
    after: Seq,
) -> Result<OwnData, OwnDataError> {
    presence.take_read_of(cx.now, visitor, limits::OWN_DATA_READS)?;
    let person = &visitor.person;
    let facts = if after == Seq::ZERO { Some(facts(cx, person)?) } else { None };
    let (head, from) = (cx.log.head(), after.max(cx.log.oldest().previous()));
    let end = head.min(Seq(from.0.saturating_add(limits::OWN_DATA_ROWS)));
    let budget = ReadBudget { rows: limits::OWN_DATA_ENTRIES, bytes: PAGE_BYTES };
    let LogPage { rows, is_cut } = cx.storage.rows_of(person, from, end, budget)?;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    presence.charge_read_of(
        cx.now,
        visitor,
        u32::try_from(count / limits::READ_TOKEN_ROWS).unwrap_or(u32::MAX),
    );
    let reached = rows.last().map(|row| row.seq).filter(|_| is_cut).unwrap_or(end);
    let mut entries = Vec::new();
    for row in rows {
        let option = added_option(cx, &row)?;
        entries.extend(entry(row, option));
    }
    Ok(OwnData { facts, entries, next: (reached < head).then_some(reached) })
}

fn facts(cx: &Context<'_>, person: &PersonId) -> Result<OwnFacts, StorageError> {
    let owner = cx.log.owner() == Some(person);
    let spender = Spender::Person(person.clone());
    let used = cx.storage.spending(&spender, Period::day(cx.now))?;
    let bots = if owner { cx.storage.custom_bots()? } else { Vec::new() };
    let knowing = bots.iter().filter(|bot| bot.knowledge.is_some()).map(|bot| &bot.draft.handle);
    let knowledge = knowing.map(|handle| Ok((handle.clone(), custom_bots::text_of(cx, handle)?)));
    let knowledge = knowledge.collect::<Result<_, StorageError>>()?;
    let push = cx.storage.push_subscriptions()?.into_iter().filter(|record| record.person == *person);
    Ok(OwnFacts {
        room: cx.log.room_name().clone(),
        person: person.clone(),
        number: cx.storage.person(person)?.map(|person| person.number),
        owner,
        nicknames: cx.storage.nicknames_of(person)?,
        used_today: used.map(|record| record.totals).unwrap_or_default(),
        push: push.collect(),
        bots: bots.into_iter().map(|bot| bot.draft).collect(),
        knowledge,
    })
}

/// The option that a change added to a poll.
fn added_option(cx: &Context<'_>, row: &LogRow) -> Result<Option<String>, StorageError> {
    let (RowData::CardChanged(Some(index)), Some(target)) = (&row.data, row.target) else { return Ok(None) };
    let poll = cx.storage.row(target)?;
    let card = poll.as_ref().and_then(|poll| poll.as_answer()?.card.as_ref());
    let Some(Card::Poll { options, .. }) = card else { return Ok(None) };
    Ok(options.get(*index).cloned())
}

fn entry(row: LogRow, option: Option<String>) -> Option<OwnEntry> {
    let LogRow { seq, at, target, data, .. } = row;
    match data {
        RowData::Message(message) => Some(OwnEntry::Message {
            seq,
            at,
            nickname: message.name,
            text: message.text,
            reply_to: message.reply_to,
            edited: message.edited,
            deleted: message.deleted,
        }),
        RowData::Voted(options) => Some(OwnEntry::Vote { seq, at, poll: target, options }),
        RowData::CardChanged(_) => Some(OwnEntry::CardChange { seq, at, card: target, option }),
        RowData::Reacted(ReactedRow { emoji, on }) => {
            Some(OwnEntry::Reaction { seq, at, message: target, emoji, on })
        }
        RowData::Chosen(option) => Some(OwnEntry::Choice { seq, at, answer: target, option }),
        RowData::BotSaved(bot) => Some(OwnEntry::Bot { seq, at, handle: bot.handle }),
        RowData::Answer(_)
        | RowData::Ended
        | RowData::Alternatives
        | RowData::Edited
        | RowData::Deleted
        | RowData::BotRemoved(_)
        | RowData::Administration(_) => None,
    }
}
