//! Custom bots: the room's owner adds, changes and removes them, within the operator's policy.

use shared::knowledge::error as knowledge_error;
use shared::{BotDraft, ErrorCode, FieldError, Nickname, PersonId, Seq, frame, limits};

use super::Subjects;
use super::write_request::{WriteError, WriteRequest, writer};
use crate::attachment::SocketId;
use crate::bot::{Bot, CustomBot};
use crate::config::Config;
use crate::context::Context;
use crate::knowledge::{KnowledgeRecord, Passage, contact, cut};
use crate::presence::{Presence, keys_of_bots};
use crate::storage::{LogRow, RowData, StorageError, Write};

/// How many avatar colours there are.
const COLOURS: u8 = 8;

/// Adds a bot or replaces the one with the same handle. Without `knowledge` it keeps the knowledge that it has; an empty one
/// removes that.
pub(crate) fn set_bot(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    draft: BotDraft,
    knowledge: Option<&str>,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_owner(cx, subjects.presence)?;
    let mut errors = draft.validate(&cx.config.bot_options());
    errors.extend(draft.schema_error());
    find_taken_names(cx, subjects.presence, &draft, &mut errors)?;
    let passages = knowledge.map(|text| read_knowledge(text, &mut errors));
    if !errors.is_empty() {
        return Err(WriteError::InvalidFields(errors));
    }
    let stored = cx.storage.custom_bots()?;
    let earlier = stored.iter().find(|bot| bot.draft.handle == draft.handle);
    if earlier.is_none() && stored.len() >= limits::BOTS_PER_ROOM {
        return Err(ErrorCode::TooMany.into());
    }
    request.commit(cx)?;
    let colour = earlier.map_or_else(|| rarest_colour(&cx.config.bots), |earlier| earlier.colour);
    let record = match (&passages, knowledge) {
        (Some(passages), Some(text)) => {
            (!passages.is_empty()).then(|| KnowledgeRecord { contact: contact(text) })
        }
        _ => earlier.and_then(|earlier| earlier.knowledge.clone()),
    };
    let custom = CustomBot { draft, revision: cx.log.next_seq(), colour, knowledge: record };
    let bot = custom.build(&cx.config.custom_bots);
    let view = Box::new(bot.view(0));
    drop_bot(cx, subjects.runs, &bot.handle);
    cx.config.bots.push(bot);
    subjects.presence.reserve_nicknames(cx.config);
    if let Some(passages) = passages {
        let tokens = u32::try_from(passages.len() / limits::PASSAGES_PER_TOKEN).unwrap_or(u32::MAX);
        subjects.presence.charge_writes(cx, request.socket, tokens);
        let bot = custom.draft.handle.clone();
        cx.effects.write(Write::Knowledge { bot, passages });
    }
    cx.effects.write(Write::Bot(custom));
    let row = request.row(cx, writer.id, None, RowData::BotSaved(view));
    let seq = row.seq;
    cx.append(row, None);
    Ok(seq)
}

pub(crate) fn remove_bot(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    handle: &str,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_owner(cx, subjects.presence)?;
    if !cx.config.bot(handle).is_some_and(|bot| bot.is_custom) {
        return Err(ErrorCode::NoSuchBot.into());
    }
    request.commit(cx)?;
    drop_bot(cx, subjects.runs, handle);
    subjects.presence.reserve_nicknames(cx.config);
    cx.effects.write(Write::BotRemoved(handle.to_owned()));
    let row = request.row(cx, writer.id, None, RowData::BotRemoved(handle.to_owned()));
    let seq = row.seq;
    cx.append(row, None);
    Ok(seq)
}

/// Removes all custom bots of an owner who has everything deleted.
pub(crate) fn remove_all(cx: &mut Context<'_>, subjects: &mut Subjects<'_>, owner: &PersonId) {
    let custom = cx.config.bots.iter().filter(|bot| bot.is_custom);
    let handles: Vec<String> = custom.map(|bot| bot.handle.clone()).collect();
    for handle in handles {
        drop_bot(cx, subjects.runs, &handle);
        cx.effects.write(Write::BotRemoved(handle.clone()));
        let (seq, author, data) = (cx.log.next_seq(), owner.clone(), RowData::BotRemoved(handle));
        cx.append(LogRow { seq, at: cx.now, author, nonce: None, target: None, data }, None);
    }
    subjects.presence.reserve_nicknames(cx.config);
}

/// The drafts of the room's custom bots, for its owner.
pub(crate) fn drafts(
    cx: &Context<'_>,
    presence: &Presence,
    socket: SocketId,
) -> Result<Vec<BotDraft>, WriteError> {
    if !writer(cx, presence, socket).is_some_and(|writer| writer.has_powers()) {
        return Err(ErrorCode::NotAllowed.into());
    }
    Ok(cx.storage.custom_bots()?.into_iter().map(|bot| bot.draft).collect())
}

/// The knowledge of a custom bot, for the room's owner.
pub(crate) fn knowledge(
    cx: &Context<'_>,
    presence: &Presence,
    socket: SocketId,
    handle: &str,
) -> Result<String, WriteError> {
    if !writer(cx, presence, socket).is_some_and(|writer| writer.has_powers()) {
        return Err(ErrorCode::NotAllowed.into());
    }
    Ok(text_of(cx, handle)?)
}

/// The knowledge of a custom bot as it was written; empty where there is none.
pub(crate) fn text_of(cx: &Context<'_>, handle: &str) -> Result<String, StorageError> {
    Ok(cx.storage.passages(handle, None)?.into_iter().map(|(_, passage)| passage.text).collect())
}

/// Whether a frame over [`limits::FRAME_BYTES`] is read: knowledge of a bot from somebody who may set it.
pub(crate) fn may_be_large(cx: &Context<'_>, presence: &Presence, socket: SocketId, text: &str) -> bool {
    text.len() <= frame::most_bytes(text)
        && writer(cx, presence, socket).is_some_and(|writer| writer.has_powers())
}

/// Cuts knowledge into passages, and adds an error if it is too long or has too many.
fn read_knowledge(text: &str, errors: &mut Vec<FieldError>) -> Vec<Passage> {
    let error = knowledge_error(text);
    let passages = if error.is_none() { cut(text) } else { Vec::new() };
    let too_many = (passages.len() > limits::KNOWLEDGE_PASSAGES).then_some(ErrorCode::TooMany);
    let error = error.or(too_many);
    errors.extend(error.map(|code| FieldError::new(shared::knowledge::FIELD, code)));
    passages
}

/// Adds the stored custom bots to the built-in ones. A handle that the operator has taken since stays the operator's.
pub(crate) fn add_stored_bots(config: &mut Config, stored: &[CustomBot]) {
    for custom in stored {
        if config.bot(&custom.draft.handle).is_none() {
            config.bots.push(custom.build(&config.custom_bots));
        }
    }
}

/// The avatar colour that the fewest bots have.
fn rarest_colour(bots: &[Bot]) -> u8 {
    let bots_of = |colour: &u8| bots.iter().filter(|bot| bot.colour == *colour).count();
    (0..COLOURS).min_by_key(bots_of).unwrap_or_default()
}

fn drop_bot(cx: &mut Context<'_>, runs: &mut crate::runs::Runs, handle: &str) {
    cx.config.bots.retain(|bot| !(bot.is_custom && bot.handle == handle));
    runs.bot_changed(cx, handle);
}

/// Adds an error for each field with a name that a bot cannot have: that of another bot, of the room itself, or of a person in
/// the room.
fn find_taken_names(
    cx: &Context<'_>,
    presence: &Presence,
    draft: &BotDraft,
    errors: &mut Vec<FieldError>,
) -> Result<(), StorageError> {
    let others: Vec<&Bot> =
        cx.config.bots.iter().filter(|bot| !(bot.is_custom && bot.handle == draft.handle)).collect();
    let taken = keys_of_bots(cx.config, others.into_iter());
    for (field, names) in [("handle", std::slice::from_ref(&draft.handle)), ("aliases", &draft.aliases)] {
        if errors.iter().any(|error| error.field == field) {
            continue;
        }
        let mut error = None;
        for name in names {
            match Nickname::parse(name).and_then(|name| (cx.config.nickname_keys)(&name)) {
                Ok(keys) => {
                    for key in keys.0 {
                        if taken.contains(&key) || is_held_by_present(cx, presence, &key)? {
                            error = Some(ErrorCode::NicknameTaken);
                        }
                    }
                }
                Err(code) => error = Some(code),
            }
        }
        errors.extend(error.map(|code| FieldError::new(field, code)));
    }
    if !errors.iter().any(|error| error.field == "name") && looks_like_another(cx.config, draft, &taken) {
        errors.push(FieldError::new("name", ErrorCode::NicknameTaken));
    }
    Ok(())
}

/// Whether the display name is another bot's name, in either language: people would take its words for that bot's. `taken` are
/// the keys of the other bots' handles and aliases, and of the room itself.
fn looks_like_another(config: &Config, draft: &BotDraft, taken: &[String]) -> bool {
    let keys = |name: &str| {
        let keys = Nickname::parse(name).and_then(|name| (config.nickname_keys)(&name));
        keys.map(|keys| keys.0).unwrap_or_default()
    };
    let others = config.bots.iter().filter(|bot| !(bot.is_custom && bot.handle == draft.handle));
    let shown: Vec<String> =
        others.flat_map(|bot| [&bot.name.en, &bot.name.ko]).flat_map(|name| keys(name)).collect();
    keys(&draft.name).iter().any(|key| taken.contains(key) || shown.contains(key))
}

/// Whether a nickname is held by somebody who is in the room.
fn is_held_by_present(cx: &Context<'_>, presence: &Presence, key: &str) -> Result<bool, StorageError> {
    let holder = cx.storage.nickname(key)?;
    Ok(holder.is_some_and(|holder| presence.roster().person(&holder.person).is_some()))
}
