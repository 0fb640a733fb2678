//! The bots that a room's owner makes: added, changed and removed on the page, within the operator's limits.

use shared::{Code, Draft, FieldFault, Nickname, ServerFrame, limits};

use crate::attempt::{Attempt, Refusal};
use crate::room::Out;
use crate::wake::reserved;
use crate::{Bot, Log, OwnBot, Room, RowData, SocketId, Write};

/// Colours that jars have.
const COLOURS: u8 = 8;

impl Room {
    /// The owner adds a bot, or changes one.
    pub(crate) fn set_bot(&mut self, attempt: Attempt, draft: Draft, log: &dyn Log, out: &mut Out) {
        let set = self.try_set_bot(&attempt, draft, log, out);
        self.answer_attempt(attempt, set, out);
    }

    /// The owner removes a bot.
    pub(crate) fn remove_bot(&mut self, attempt: Attempt, handle: &str, log: &dyn Log, out: &mut Out) {
        let removed = self.try_remove_bot(&attempt, handle, log, out);
        self.answer_attempt(attempt, removed, out);
    }

    /// The owner asks for the bots as they were written.
    pub(crate) fn drafts(&mut self, socket: SocketId, log: &dyn Log, out: &mut Out) {
        if !self.writer(socket).is_some_and(|writer| writer.owner) {
            return self.refuse(socket, None, Code::NotAllowed, None, out);
        }
        match log.bots() {
            Ok(bots) => {
                let drafts = bots.into_iter().map(|bot| bot.draft).collect();
                let offer = self.config.offer();
                self.send(socket, &ServerFrame::Drafts { drafts, offer }, out);
            }
            Err(error) => self.refuse_unread(socket, None, &error, out),
        }
    }

    /// Adds the stored bots to those of the operator. A handle that the operator has taken since then is the operator's.
    pub(crate) fn bring_bots(&mut self, bots: Vec<OwnBot>) {
        for own in bots {
            if self.config.bot(&own.draft.handle).is_none() {
                self.config.bots.push(own.bot(&self.config.workshop));
            }
        }
        self.reserved = reserved(&self.config);
    }

    fn try_set_bot(
        &mut self,
        attempt: &Attempt,
        draft: Draft,
        log: &dyn Log,
        out: &mut Out,
    ) -> Result<shared::Seq, Refusal> {
        let writer = self.try_write(attempt, log, out)?;
        if !writer.owner {
            return Err(Code::NotAllowed.into());
        }
        let mut faults = draft.faults(&self.config.offer());
        self.find_taken(&draft, log, &mut faults)?;
        if !faults.is_empty() {
            return Err(Refusal::Fields(faults));
        }
        let known = log.bots()?;
        let before = known.iter().find(|bot| bot.draft.handle == draft.handle);
        if before.is_none() && known.len() >= limits::BOTS_PER_ROOM {
            return Err(Code::TooMany.into());
        }
        self.commit(attempt, log, out)?;
        let seq = self.next_seq();
        let colour = before.map_or_else(
            || u8::try_from(known.len()).unwrap_or_default().wrapping_add(3) % COLOURS,
            |before| before.colour,
        );
        let own = OwnBot { draft, revision: seq, colour };
        let bot = own.bot(&self.config.workshop);
        let face = Box::new(bot.face(0));
        self.drop_bot(&bot.handle);
        self.config.bots.push(bot);
        self.reserved = reserved(&self.config);
        out.write(Write::Bot(own));
        self.append(attempt.row(seq, writer.id, None, RowData::BotSet(face)), None, out);
        Ok(seq)
    }

    fn try_remove_bot(
        &mut self,
        attempt: &Attempt,
        handle: &str,
        log: &dyn Log,
        out: &mut Out,
    ) -> Result<shared::Seq, Refusal> {
        let writer = self.try_write(attempt, log, out)?;
        if !writer.owner {
            return Err(Code::NotAllowed.into());
        }
        if !self.config.bot(handle).is_some_and(|bot| bot.is_own) {
            return Err(Code::NoSuchBot.into());
        }
        self.commit(attempt, log, out)?;
        self.drop_bot(handle);
        self.reserved = reserved(&self.config);
        let seq = self.next_seq();
        out.write(Write::BotGone(handle.to_owned()));
        self.append(attempt.row(seq, writer.id, None, RowData::BotGone(handle.to_owned())), None, out);
        Ok(seq)
    }

    fn drop_bot(&mut self, handle: &str) {
        self.config.bots.retain(|bot| !(bot.is_own && bot.handle == handle));
        self.answers.breakers.remove(handle);
        self.part_from_chain(handle);
    }

    /// Names that a bot cannot have because somebody has them: another bot, the system, or a person.
    fn find_taken(&self, draft: &Draft, log: &dyn Log, faults: &mut Vec<FieldFault>) -> Result<(), Refusal> {
        let others: Vec<&Bot> =
            self.config.bots.iter().filter(|bot| !(bot.is_own && bot.handle == draft.handle)).collect();
        let taken = crate::wake::keys_of(&self.config, others.into_iter());
        for (field, names) in [("handle", std::slice::from_ref(&draft.handle)), ("aliases", &draft.aliases)] {
            if faults.iter().any(|fault| fault.field == field) {
                continue;
            }
            let mut code = None;
            for name in names {
                let keys = match Nickname::parse(name).and_then(|name| (self.config.names)(&name)) {
                    Ok(keys) => keys.0,
                    Err(why) => {
                        code = Some(why);
                        continue;
                    }
                };
                for key in keys {
                    let is_persons = match log.name(&key)? {
                        Some(holder) => self.roster.present(&holder.person).is_some(),
                        None => false,
                    };
                    if taken.contains(&key) || is_persons {
                        code = Some(Code::NicknameTaken);
                    }
                }
            }
            faults.extend(code.map(|code| FieldFault { field: field.to_owned(), code }));
        }
        Ok(())
    }
}
