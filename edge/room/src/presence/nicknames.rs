//! Nicknames: who may take one, and how long it stays theirs.

use shared::{ErrorCode, Millis, Nickname, Person, PersonId, limits, nickname_calls};

use super::Presence;
use crate::attachment::SocketId;
use crate::bot::Bot;
use crate::config::Config;
use crate::context::Context;
use crate::storage::{NicknameRecord, PersonRecord, StorageError, Write};
use crate::token_bucket::Wait;

/// Names that look like the room speaking for itself.
const SYSTEM_NAMES: [&str; 10] =
    ["system", "시스템", "madang", "마당", "admin", "관리자", "운영자", "owner", "방장", "assistant"];

/// After so many people who join for the first time, old nicknames and people are removed: the tables grow by them alone.
const NEWCOMERS_BETWEEN_CLEANINGS: u32 = 128;

/// Why somebody could not join.
pub(super) enum JoinError {
    Refused(ErrorCode),
    TooFast(Wait),
    Storage(StorageError),
}

impl From<StorageError> for JoinError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<ErrorCode> for JoinError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl Presence {
    /// Reserves the nicknames of the bots and of the room itself. To be called whenever the bots change.
    pub(crate) fn reserve_nicknames(&mut self, config: &Config) {
        self.reserved_nicknames = keys_of_bots(config, config.bots.iter());
    }

    /// Joins the person behind a socket under a nickname, or gives them another one. Returns the sockets whose attachments
    /// changed.
    pub(super) fn join(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        id: &PersonId,
        nickname: &str,
    ) -> Result<Vec<SocketId>, JoinError> {
        let name = Nickname::parse(nickname)?;
        let keys = (cx.config.nickname_keys)(&name)?.0;
        let is_reserved = keys.iter().any(|key| self.reserved_nicknames.contains(key));
        if is_reserved || swallows_calls(cx.config, name.as_str()) || imitates_role(cx.config, name.as_str())
        {
            return Err(ErrorCode::NicknameReserved.into());
        }
        let is_new_name = !self.holds_all(cx, id, &keys)?;
        self.check_join(cx, socket, id, is_new_name)?;
        // Every new nickname is stored and kept from others, so it counts as much as a message.
        if is_new_name && let Some(state) = self.roster.socket(socket) {
            self.rates.take_nickname(cx.now, &state.attachment.visitor).map_err(JoinError::TooFast)?;
        }
        let mut is_newcomer = false;
        let number = match (self.roster.person(id), cx.storage.person(id)?) {
            (Some(present), _) => present.person.number,
            (None, Some(known)) => known.number,
            (None, None) => {
                let number = cx.log.take_person_number();
                is_newcomer = true;
                cx.effects.write(Write::Person(PersonRecord { id: id.clone(), number, said: None }));
                number
            }
        };
        let keep = keys.len().saturating_mul(limits::NAMES_PER_PERSON);
        for key in keys {
            cx.effects.write(Write::Nickname(NicknameRecord { key, person: id.clone(), seen: cx.now }));
        }
        if is_new_name {
            cx.effects.write(Write::TrimNicknames { person: id.clone(), keep });
        }
        if is_newcomer && number.is_multiple_of(NEWCOMERS_BETWEEN_CLEANINGS) {
            self.forget_people(cx);
        }
        let owner = cx.log.owner() == Some(id);
        let sockets = self.roster.sockets_of(id).into_iter().filter_map(|socket| self.roster.socket(socket));
        let operator = sockets.into_iter().any(|state| state.attachment.visitor.is_operator(cx.now));
        let person = Person { number, id: id.clone(), name: name.to_string(), owner, operator };
        let (is_news, changed) = self.roster.join(socket, person.clone());
        if is_news {
            cx.fanout.joined(person);
        }
        Ok(changed)
    }

    /// Checks that a person may join or take another nickname: nobody new joins a locked room, and a nickname says something,
    /// which who is muted may not.
    fn check_join(
        &self,
        cx: &Context<'_>,
        socket: SocketId,
        id: &PersonId,
        is_new_name: bool,
    ) -> Result<(), JoinError> {
        let is_operator =
            self.roster.socket(socket).is_some_and(|state| state.attachment.visitor.is_operator(cx.now));
        if is_operator || cx.log.owner() == Some(id) {
            return Ok(());
        }
        if is_new_name && cx.administration.muted_until(id, cx.now).is_some() {
            return Err(ErrorCode::Muted.into());
        }
        if cx.log.settings().locked && !self.is_known(cx, id)? {
            return Err(ErrorCode::Locked.into());
        }
        Ok(())
    }

    /// Notes that the nicknames of everybody who is here are in use: they keep them, however long ago they came.
    pub(crate) fn refresh_nicknames(&self, cx: &mut Context<'_>) {
        for person in self.roster.people() {
            let records = nickname_records(cx, person);
            records.into_iter().for_each(|record| cx.effects.write(Write::Nickname(record)));
        }
    }

    /// Removes nicknames that are kept for nobody any more, and people of whom nothing else is kept.
    fn forget_people(&self, cx: &mut Context<'_>) {
        self.refresh_nicknames(cx);
        let seen_before = Millis(cx.now.0.saturating_sub(limits::NAME_KEPT_MS));
        cx.effects.write(Write::ForgetPeople { seen_before });
    }

    /// Whether the person already holds all the keys of a nickname.
    ///
    /// # Errors
    /// When somebody else holds one of them: they are in the room, or left less than [`limits::NAME_KEPT_MS`] ago.
    fn holds_all(&self, cx: &Context<'_>, id: &PersonId, keys: &[String]) -> Result<bool, JoinError> {
        let mut holds_all = true;
        for key in keys {
            let holder = cx.storage.nickname(key)?;
            holds_all &= holder.as_ref().is_some_and(|holder| holder.person == *id);
            let is_taken = |holder: &NicknameRecord| {
                holder.person != *id
                    && (self.roster.person(&holder.person).is_some()
                        || cx.now.since(holder.seen) < limits::NAME_KEPT_MS)
            };
            if holder.as_ref().is_some_and(is_taken) {
                return Err(ErrorCode::NicknameTaken.into());
            }
        }
        Ok(holds_all)
    }
}

/// Whether a call of a bot would be read as a mention of this nickname.
pub(crate) fn swallows_calls(config: &Config, nickname: &str) -> bool {
    let names = config.bots.iter().flat_map(|bot| std::iter::once(&bot.handle).chain(&bot.aliases));
    nickname_calls::reads_as_call(nickname, names.map(String::as_str))
}

/// Whether a nickname begins like the words of the room, of an operator or of a bot in a transcript.
fn imitates_role(config: &Config, nickname: &str) -> bool {
    let Some(word) = nickname_calls::role_word(nickname) else { return false };
    let key = |name: &str| Some((config.nickname_keys)(&Nickname::parse(name).ok()?).ok()?.0);
    let keys = key(word).unwrap_or_default();
    let is_of_room = SYSTEM_NAMES.into_iter().filter_map(key).flatten().any(|key| keys.contains(&key));
    is_of_room || nickname_calls::is_role(word)
}

/// Notes when a person left, from which on their nickname is kept for a while.
pub(super) fn release(cx: &mut Context<'_>, person: &Person) {
    for record in nickname_records(cx, person) {
        cx.effects.write_optional(Write::Nickname(record));
    }
}

/// The records of a nickname that is in use now.
fn nickname_records(cx: &Context<'_>, person: &Person) -> Vec<NicknameRecord> {
    let name = Nickname::parse(&person.name).ok();
    let keys = name.and_then(|name| (cx.config.nickname_keys)(&name).ok());
    let keys = keys.into_iter().flat_map(|keys| keys.0);
    keys.map(|key| NicknameRecord { key, person: person.id.clone(), seen: cx.now }).collect()
}

/// The comparison keys of the names of these bots, and of those that look like the room itself.
pub(crate) fn keys_of_bots<'a>(config: &'a Config, bots: impl Iterator<Item = &'a Bot>) -> Vec<String> {
    let bots = bots.flat_map(|bot| std::iter::once(&bot.handle).chain(&bot.aliases));
    let names = SYSTEM_NAMES.into_iter().chain(bots.map(String::as_str));
    let keys = names
        .filter_map(|name| Nickname::parse(name).ok())
        .filter_map(|name| (config.nickname_keys)(&name).ok());
    keys.flat_map(|keys| keys.0).collect()
}
