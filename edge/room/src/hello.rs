//! Coming in and going: hello, nicknames, leaving.

use shared::frame::{Resume, RunStatus, Welcome, You};
use shared::{Bot, CloseCode, ErrorCode, Limits, Millis, Nickname, Person, PersonId, ServerFrame, TabId};

use crate::history::Since;
use crate::room::Effects;
use crate::{Effect, NicknameRecord, PersonRecord, Room, SocketId, Storage, StorageError, Write};

impl Room {
    /// A hello: the first one lets a reader in, any one may join, rename or resume. It is always answered by a welcome.
    #[expect(clippy::too_many_arguments, reason = "the parts of one frame")]
    pub(crate) fn hello(
        &mut self,
        now: Millis,
        socket: SocketId,
        tab: TabId,
        nickname: Option<String>,
        resume: Option<Resume>,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        self.roster.greet(socket);
        let Some(seat) = self.roster.seat_mut(socket) else { return };
        seat.attachment.tab = Some(tab);
        let id = seat.attachment.visitor.person.clone();
        if let Some(other) = self.roster.same_tab(socket) {
            // Numbers grow: a hello that was long on its way comes from a socket that its page has left since.
            if other > socket {
                return self.close(now, socket, CloseCode::Replaced, out);
            }
            self.close(now, other, CloseCode::Replaced, out);
        }
        if let Some(nickname) = nickname {
            match self.join(now, socket, &id, &nickname, log, out) {
                Ok(None) => {}
                Ok(Some((code, wait))) => self.refuse(socket, None, code, wait, out),
                Err(error) => self.refuse_unread(socket, None, &error, out),
            }
        }
        for socket in self.roster.sockets_of(&id).into_iter().chain([socket]) {
            if let Some(seat) = self.roster.seat(socket) {
                out.push(Effect::SaveAttachment(seat.attachment.clone()));
            }
        }
        match self.welcome(now, socket, &id, resume.as_ref(), log) {
            Ok(welcome) => self.send(socket, &ServerFrame::Welcome(Box::new(welcome)), out),
            Err(error) => {
                out.push(Effect::LogWarning(format!("reading failed: {error}")));
                self.close(now, socket, CloseCode::Reset, out);
            }
        }
    }

    /// Forgets a socket, and its person when it was their last.
    pub(crate) fn leave(&mut self, now: Millis, socket: SocketId, out: &mut Effects) {
        let Some(person) = self.roster.disconnect(socket) else { return };
        self.fanout.left(&person);
        if let Some(Ok(keys)) =
            Nickname::parse(&person.name).ok().map(|name| (self.config.nickname_keys)(&name))
        {
            for key in keys.0 {
                out.write_conveniently(Write::Nickname(NicknameRecord {
                    key,
                    person: person.id.clone(),
                    seen: now,
                }));
            }
        }
    }

    /// Gives a nickname to whoever is behind a socket; a code says why not.
    fn join(
        &mut self,
        now: Millis,
        socket: SocketId,
        id: &PersonId,
        nickname: &str,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<Option<(ErrorCode, Option<u64>)>, StorageError> {
        let name = match Nickname::parse(nickname) {
            Ok(name) => name,
            Err(code) => return Ok(Some((code, None))),
        };
        let keys = match (self.config.nickname_keys)(&name) {
            Ok(keys) => keys.0,
            Err(code) => return Ok(Some((code, None))),
        };
        if keys.iter().any(|key| self.reserved.contains(key)) {
            return Ok(Some((ErrorCode::NicknameReserved, None)));
        }
        let mut is_theirs = true;
        for key in &keys {
            let holder = log.nickname(key)?;
            is_theirs &= holder.as_ref().is_some_and(|holder| holder.person == *id);
            let is_kept = |holder: &NicknameRecord| {
                holder.person != *id
                    && (self.roster.present(&holder.person).is_some()
                        || now.since(holder.seen) < shared::limits::NAME_KEPT_MS)
            };
            if holder.as_ref().is_some_and(is_kept) {
                return Ok(Some((ErrorCode::NicknameTaken, None)));
            }
        }
        // Each new name is a row that keeps others from having it, so another name costs as much as a message.
        let is_another = !is_theirs && self.roster.present(id).is_some();
        if is_another && let Err(wait) = self.roster.take_name(now, id) {
            return Ok(Some((ErrorCode::SlowDown, Some(wait))));
        }
        let number = match (self.roster.present(id), log.person(id)?) {
            (Some(present), _) => present.number,
            (None, Some(known)) => known.number,
            (None, None) => {
                let number = self.record.people.saturating_add(1);
                self.record.people = number;
                out.write(Write::Person(PersonRecord { id: id.clone(), number }));
                number
            }
        };
        for key in keys {
            out.write(Write::Nickname(NicknameRecord { key, person: id.clone(), seen: now }));
        }
        out.or_refuse(socket, None);
        let owner = self.record.owner.as_ref() == Some(id);
        let person = Person { id: id.clone(), name: name.to_string(), owner };
        if self.roster.join(socket, person.clone(), number) {
            self.fanout.joined(person);
        }
        Ok(None)
    }

    fn welcome(
        &self,
        now: Millis,
        socket: SocketId,
        id: &PersonId,
        resume: Option<&Resume>,
        log: &dyn Storage,
    ) -> Result<Welcome, StorageError> {
        let (recovered, messages, more, events) = match self.since(resume, log)? {
            Since::Missed(events) => (true, Vec::new(), false, events),
            Since::Anew { messages, more } => (false, messages, more, Vec::new()),
        };
        let you = You {
            id: id.clone(),
            // A tab that only reads has no name, even while its person is here with another tab.
            name: self.roster.seat(socket).and_then(|seat| seat.attachment.name.clone()),
            owner: self.record.owner.as_ref() == Some(id),
        };
        Ok(Welcome {
            you,
            room: self.record.name.clone(),
            now,
            epoch: self.record.epoch.clone(),
            head: self.record.head,
            oldest: self.record.oldest,
            recovered,
            messages,
            more,
            events,
            people: self.roster.people(),
            bots: self.bot_views(),
            runs: self.runs_so_far(),
            limits: Limits::default(),
            demo: self.config.demo,
        })
    }

    /// The bots as people see them, with what each remembers at its server.
    fn bot_views(&self) -> Vec<Bot> {
        let chained = |bot: &crate::Bot| self.answers.chains.get(&bot.handle).map_or(0, |chain| chain.tokens);
        self.config.bots.iter().map(|bot| bot.view(chained(bot))).collect()
    }

    /// Every run that has not ended, with its text.
    fn runs_so_far(&self) -> Vec<RunStatus> {
        self.answers.open().filter_map(|live| self.run_now(live.record.run)).collect()
    }
}
