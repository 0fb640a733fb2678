//! Push messages: tells people who are not in the room that they were mentioned, replied to or answered.
//!
//! Whoever has an open socket is told by their page and not by a push message. Not here: encrypting and sending, which the caller does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::mention::{Mentionable, mentioned};
use shared::{PersonId, RunState, Seq, limits};

use crate::attachment::Visitor;
use crate::context::Context;
use crate::effect::{Effect, Push, PushNotice};
use crate::presence::Presence;
use crate::storage::{
    LogRow, LogStorage, PushLevel, PushRecord, PushSubscription, RestrictionKind, RowData, StorageError,
    Write,
};
use crate::token_bucket::{Rate, Wait};

const RATE: Rate = Rate { burst: limits::PUSH_BURST, refill_ms: limits::PUSH_REFILL_MS };

/// Why somebody cannot subscribe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubscribeError {
    #[error(transparent)]
    TooFast(#[from] Wait),
    /// Only who is in the room is known by a nickname.
    #[error("the visitor is not in the room under a nickname")]
    NotJoined,
    #[error("the room has as many subscriptions as it may have")]
    TooMany,
}

/// What somebody asks for who subscribes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscribeRequest {
    #[serde(flatten)]
    pub subscription: PushSubscription,
    #[serde(default)]
    pub level: PushLevel,
    /// People whose messages they do not want to see, of whom the room knows the first [`limits::PUSH_HIDDEN`].
    #[serde(default)]
    pub hidden: Vec<PersonId>,
}

/// The subscriptions of a room, all that are stored.
#[derive(Debug, Default)]
pub(crate) struct PushList {
    /// The subscriptions by their endpoints.
    records: BTreeMap<String, PushRecord>,
}

/// A message or answer that people may be told of.
struct News {
    seq: Seq,
    /// Whoever wrote it; an answer has no author.
    author: Option<PersonId>,
    from: String,
    text: String,
    /// Whose message it replies to.
    replied_to: Option<PersonId>,
}

impl PushList {
    /// Reads what is stored.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn load(&mut self, cx: &Context<'_>) -> Result<(), StorageError> {
        let records = cx.storage.push_subscriptions()?;
        self.records =
            records.into_iter().map(|record| (record.subscription.endpoint.clone(), record)).collect();
        Ok(())
    }

    /// Whether a visitor may subscribe with this endpoint now, which takes read tokens. Then [`crate::Input::Subscribe`] does it.
    ///
    /// # Errors
    /// When they must wait, are not here under a nickname, or the room has too many subscriptions.
    pub(crate) fn may_subscribe(
        &self,
        cx: &Context<'_>,
        presence: &mut Presence,
        visitor: &Visitor,
        endpoint: &str,
    ) -> Result<(), SubscribeError> {
        presence.take_read_of(cx.now, visitor, limits::PUSH_READS)?;
        if presence.roster().person(&visitor.person).is_none() {
            return Err(SubscribeError::NotJoined);
        }
        let replaces = self.records.contains_key(endpoint)
            || self.of(&visitor.person).count() >= limits::PUSH_SUBSCRIPTIONS_PER_PERSON;
        if !replaces && self.records.len() >= limits::PUSH_SUBSCRIPTIONS {
            return Err(SubscribeError::TooMany);
        }
        Ok(())
    }

    /// Adds a subscription, or changes what it is for. Of those of one person the oldest beyond the limit goes.
    pub(crate) fn subscribe(
        &mut self,
        cx: &mut Context<'_>,
        presence: &Presence,
        person: &PersonId,
        request: SubscribeRequest,
    ) {
        let Some(present) = presence.roster().person(person) else { return };
        let SubscribeRequest { subscription, level, mut hidden } = request;
        hidden.truncate(limits::PUSH_HIDDEN);
        let before = self.records.get(&subscription.endpoint);
        let rates = before.map(|record| record.rates).unwrap_or_default();
        let nickname = present.person.name.clone();
        let record =
            PushRecord { person: person.clone(), nickname, level, at: cx.now, subscription, hidden, rates };
        self.set(cx, record);
        let oldest = self.of(person).min_by_key(|record| record.at);
        let oldest = oldest.map(|record| record.subscription.endpoint.clone());
        if self.of(person).count() > limits::PUSH_SUBSCRIPTIONS_PER_PERSON {
            oldest.into_iter().for_each(|endpoint| self.remove(cx, &endpoint));
        }
    }

    /// Removes a subscription: its browser wants no more messages, or its push service does not know it any more. Only the browser
    /// knows its endpoint, so whoever names it may, also as another person than before.
    pub(crate) fn remove(&mut self, cx: &mut Context<'_>, endpoint: &str) {
        if self.records.remove(endpoint).is_some() {
            cx.effects.write(Write::PushRemoved { endpoint: endpoint.to_owned() });
        }
    }

    /// Forgets a person, whose subscriptions go from the tables with everything else.
    pub(crate) fn forget(&mut self, person: &PersonId) {
        self.records.retain(|_, record| record.person != *person);
    }

    /// Notes the nickname that a person has now. Whoever had it before is not called by it any more.
    pub(crate) fn note_nickname(&mut self, cx: &mut Context<'_>, presence: &Presence, person: &PersonId) {
        let Some(present) = presence.roster().person(person) else { return };
        let name = &present.person.name;
        let renamed = self.records.values().filter_map(|record| {
            let is_theirs = record.person == *person;
            let nickname = if is_theirs { name.clone() } else { String::new() };
            (is_theirs != (record.nickname == *name)).then(|| PushRecord { nickname, ..record.clone() })
        });
        let renamed: Vec<PushRecord> = renamed.collect();
        renamed.into_iter().for_each(|record| self.set(cx, record));
    }

    /// Tells those who are not here of what this input has appended to the log.
    pub(crate) fn send(&mut self, cx: &mut Context<'_>, presence: &Presence) {
        if self.records.is_empty() || cx.effects.count_appended() == 0 {
            return;
        }
        match news(cx) {
            Ok(news) => news.iter().for_each(|news| self.send_to_all(cx, presence, news)),
            Err(error) => {
                cx.warn(format!(
                    "failed to read a message for push: {error}; nobody is sent a push message of it"
                ));
            }
        }
    }

    fn send_to_all(&mut self, cx: &mut Context<'_>, presence: &Presence, news: &News) {
        let is_away = |record: &&PushRecord| {
            let is_hidden = news.author.as_ref().is_some_and(|author| record.hidden.contains(author));
            let is_own = news.author.as_ref() == Some(&record.person);
            !is_own && !is_hidden && presence.roster().sockets_of(&record.person).is_empty()
        };
        let mut away: Vec<PushRecord> = self.records.values().filter(is_away).cloned().collect();
        if away.is_empty() {
            return;
        }
        let called = called(cx, presence, news, &away);
        // Where there are too many, those who are called come first, and of the others not always the same.
        let start = usize::try_from(news.seq.0).unwrap_or_default().checked_rem(away.len());
        away.rotate_left(start.unwrap_or_default());
        away.sort_by_key(|record| !called.contains(&record.person));
        let mut sent = 0_usize;
        for mut record in away {
            let is_called = called.contains(&record.person);
            if sent >= limits::PUSHES_PER_MESSAGE || !(is_called || record.level == PushLevel::All) {
                break;
            }
            let [of_calls, of_others] = &mut record.rates;
            let rate = if is_called { of_calls } else { of_others };
            if is_kept_out(cx, &record.person) || rate.take(cx.now, RATE).is_err() {
                continue;
            }
            sent = sent.saturating_add(1);
            let notice = PushNotice {
                room: cx.log.room_name().clone(),
                seq: news.seq,
                from: news.from.clone(),
                text: beginning(&news.text),
                is_call: is_called,
            };
            let push = Push { subscription: record.subscription.clone(), notice };
            cx.effects.push(Effect::Push(Box::new(push)));
            self.set(cx, record);
        }
    }

    fn set(&mut self, cx: &mut Context<'_>, record: PushRecord) {
        cx.effects.write(Write::Push(record.clone()));
        self.records.insert(record.subscription.endpoint.clone(), record);
    }

    fn of(&self, person: &PersonId) -> impl Iterator<Item = &PushRecord> {
        self.records.values().filter(move |record| record.person == *person)
    }
}

/// The messages of this input, and the answers that have ended with it.
fn news(cx: &Context<'_>) -> Result<Vec<News>, StorageError> {
    let storage = cx.pending_storage();
    let author_of = |seq: Seq| Ok(storage.row(seq)?.map(|row| row.author));
    let mut all = Vec::new();
    for row in cx.effects.appended() {
        match &row.data {
            RowData::Message(message) => all.push(News {
                seq: row.seq,
                author: Some(row.author.clone()),
                from: message.name.clone(),
                text: message.text.clone(),
                replied_to: message.reply_to.map(author_of).transpose()?.flatten(),
            }),
            RowData::Ended => {
                let answer = row.target.map(|target| storage.row(target)).transpose()?.flatten();
                let Some((seq, answer)) = answer.as_ref().and_then(finished) else { continue };
                all.push(News {
                    seq,
                    author: None,
                    from: format!("@{}", answer.bot),
                    text: answer.text.clone(),
                    replied_to: author_of(answer.parent)?,
                });
            }
            _ => {}
        }
    }
    Ok(all)
}

/// An answer that says something and has not been stopped.
fn finished(row: &LogRow) -> Option<(Seq, &crate::storage::AnswerRow)> {
    let answer = row.as_answer()?;
    let is_whole = matches!(answer.state, RunState::Done | RunState::Incomplete) && !answer.deleted;
    (is_whole && !answer.text.is_empty()).then_some((row.seq, answer))
}

/// Those among the absent whom a message mentions or replies to. Only people mention people.
fn called(cx: &Context<'_>, presence: &Presence, news: &News, away: &[PushRecord]) -> Vec<PersonId> {
    let mut called = Vec::from_iter(news.replied_to.clone());
    if news.author.is_some() && news.text.contains('@') {
        // The longest name counts, so the others are needed, too: "@Ann Lee" does not mention Ann. Whoever is here has their name.
        let named = away.iter().filter(|record| !record.nickname.is_empty());
        let absent = named.map(|record| (&record.nickname, Some(record.person.clone())));
        let present = presence.roster().people().map(|person| (&person.name, None));
        let bots = cx.config.bots.iter().flat_map(|bot| std::iter::once(&bot.handle).chain(&bot.aliases));
        let names = present.chain(bots.map(|name| (name, None))).chain(absent);
        let names: Vec<Mentionable<Option<PersonId>>> =
            names.map(|(name, target)| Mentionable { name: name.clone(), target }).collect();
        called.extend(mentioned(&news.text, &names).into_iter().flatten());
    }
    called
}

fn is_kept_out(cx: &Context<'_>, person: &PersonId) -> bool {
    [RestrictionKind::Ban, RestrictionKind::Kick]
        .into_iter()
        .filter_map(|kind| cx.administration.find(kind, person.as_str()))
        .any(|restriction| restriction.holds(cx.now))
}

/// The first [`limits::PUSH_CHARACTERS`] of a text.
fn beginning(text: &str) -> String {
    let mut beginning: String = text.chars().take(limits::PUSH_CHARACTERS).collect();
    if beginning.len() < text.len() {
        beginning.push('…');
    }
    beginning
}
