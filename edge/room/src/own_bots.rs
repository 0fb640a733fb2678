//! The bots that a room's owner makes: added, changed and removed on the page, within the operator's limits.

use shared::{BotDraft, ErrorCode, FieldError, Nickname, ServerFrame, limits};

use crate::attempt::{Refusal, WriteRequest};
use crate::room::Effects;
use crate::wake::reserved;
use crate::{Bot, CustomBot, Room, RowData, SocketId, Storage, Write};

/// Colours that jars have.
const COLOURS: u8 = 8;

impl Room {
    /// The owner adds a bot, or changes one.
    pub(crate) fn set_bot(
        &mut self,
        attempt: WriteRequest,
        draft: BotDraft,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let set = self.try_set_bot(&attempt, draft, log, out);
        self.answer_attempt(attempt, set, out);
    }

    /// The owner removes a bot.
    pub(crate) fn remove_bot(
        &mut self,
        attempt: WriteRequest,
        handle: &str,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let removed = self.try_remove_bot(&attempt, handle, log, out);
        self.answer_attempt(attempt, removed, out);
    }

    /// The owner asks for the bots as they were written.
    pub(crate) fn drafts(&mut self, socket: SocketId, log: &dyn Storage, out: &mut Effects) {
        if !self.writer(socket).is_some_and(|writer| writer.owner) {
            return self.refuse(socket, None, ErrorCode::NotAllowed, None, out);
        }
        match log.custom_bots() {
            Ok(bots) => {
                let drafts = bots.into_iter().map(|bot| bot.draft).collect();
                let offer = self.config.offer();
                self.send(socket, &ServerFrame::Drafts { drafts, offer }, out);
            }
            Err(error) => self.refuse_unread(socket, None, &error, out),
        }
    }

    /// Adds the stored bots to those of the operator. A handle that the operator has taken since then is the operator's.
    pub(crate) fn bring_bots(&mut self, bots: Vec<CustomBot>) {
        for own in bots {
            if self.config.bot(&own.draft.handle).is_none() {
                self.config.bots.push(own.bot(&self.config.custom_bots));
            }
        }
        self.reserved = reserved(&self.config);
    }

    fn try_set_bot(
        &mut self,
        attempt: &WriteRequest,
        draft: BotDraft,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<shared::Seq, Refusal> {
        let writer = self.try_write(attempt, log, out)?;
        if !writer.owner {
            return Err(ErrorCode::NotAllowed.into());
        }
        let mut faults = draft.validate(&self.config.offer());
        self.find_taken(&draft, log, &mut faults)?;
        if !faults.is_empty() {
            return Err(Refusal::Fields(faults));
        }
        let known = log.custom_bots()?;
        let before = known.iter().find(|bot| bot.draft.handle == draft.handle);
        if before.is_none() && known.len() >= limits::BOTS_PER_ROOM {
            return Err(ErrorCode::TooMany.into());
        }
        self.commit(attempt, log, out)?;
        let seq = self.next_seq();
        let colour = before.map_or_else(
            || u8::try_from(known.len()).unwrap_or_default().wrapping_add(3) % COLOURS,
            |before| before.colour,
        );
        let own = CustomBot { draft, revision: seq, colour };
        let bot = own.bot(&self.config.custom_bots);
        let face = Box::new(bot.view(0));
        self.drop_bot(&bot.handle);
        self.config.bots.push(bot);
        self.reserved = reserved(&self.config);
        out.write(Write::Bot(own));
        self.append(attempt.row(seq, writer.id, None, RowData::BotSaved(face)), None, out);
        Ok(seq)
    }

    fn try_remove_bot(
        &mut self,
        attempt: &WriteRequest,
        handle: &str,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<shared::Seq, Refusal> {
        let writer = self.try_write(attempt, log, out)?;
        if !writer.owner {
            return Err(ErrorCode::NotAllowed.into());
        }
        if !self.config.bot(handle).is_some_and(|bot| bot.is_custom) {
            return Err(ErrorCode::NoSuchBot.into());
        }
        self.commit(attempt, log, out)?;
        self.drop_bot(handle);
        self.reserved = reserved(&self.config);
        let seq = self.next_seq();
        out.write(Write::BotRemoved(handle.to_owned()));
        self.append(attempt.row(seq, writer.id, None, RowData::BotRemoved(handle.to_owned())), None, out);
        Ok(seq)
    }

    fn drop_bot(&mut self, handle: &str) {
        self.config.bots.retain(|bot| !(bot.is_custom && bot.handle == handle));
        self.answers.breakers.remove(handle);
        self.part_from_chain(handle);
    }

    /// Names that a bot cannot have because somebody has them: another bot, the system, or a person.
    fn find_taken(
        &self,
        draft: &BotDraft,
        log: &dyn Storage,
        faults: &mut Vec<FieldError>,
    ) -> Result<(), Refusal> {
        let others: Vec<&Bot> =
            self.config.bots.iter().filter(|bot| !(bot.is_custom && bot.handle == draft.handle)).collect();
        let taken = crate::wake::keys_of(&self.config, others.into_iter());
        for (field, names) in [("handle", std::slice::from_ref(&draft.handle)), ("aliases", &draft.aliases)] {
            if faults.iter().any(|fault| fault.field == field) {
                continue;
            }
            let mut code = None;
            for name in names {
                let keys = match Nickname::parse(name).and_then(|name| (self.config.nickname_keys)(&name)) {
                    Ok(keys) => keys.0,
                    Err(why) => {
                        code = Some(why);
                        continue;
                    }
                };
                for key in keys {
                    let is_persons = match log.nickname(&key)? {
                        Some(holder) => self.roster.present(&holder.person).is_some(),
                        None => false,
                    };
                    if taken.contains(&key) || is_persons {
                        code = Some(ErrorCode::NicknameTaken);
                    }
                }
            }
            faults.extend(code.map(|code| FieldError { field: field.to_owned(), code }));
        }
        Ok(())
    }
}
