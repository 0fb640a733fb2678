//! Saying something, asking a bot again, stopping an answer.

use shared::mention::{Name, called};
use shared::{Body, Code, Millis, Nonce, PersonId, RunState, Seq, ServerFrame};

use crate::room::{Out, as_answer};
use crate::{AnswerRow, Effect, Log, LogError, Room, Row, RowData, RunRecord, Said, SocketId};

/// Why an attempt came to nothing.
enum Refusal {
    /// Nothing is stored, and the client is told why.
    Code(Code, Option<u64>),
    /// The attempt was written before: it is accepted again, and nobody else hears of it.
    Written(Seq),
    /// The room cannot read.
    Unread(LogError),
}

/// Who writes.
struct Writer {
    id: PersonId,
    name: String,
    number: u32,
    owner: bool,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::Code(code, None)
    }
}

impl From<LogError> for Refusal {
    fn from(error: LogError) -> Self {
        Self::Unread(error)
    }
}

impl Room {
    /// Somebody says something.
    #[expect(clippy::too_many_arguments, reason = "the parts of one frame")]
    pub(crate) fn say(
        &mut self,
        now: Millis,
        socket: SocketId,
        nonce: Nonce,
        after: Seq,
        text: &str,
        reply_to: Option<Seq>,
        log: &dyn Log,
        out: &mut Out,
    ) {
        let said = self.try_say(now, socket, &nonce, after, text, reply_to, log, out);
        self.answer_attempt(socket, nonce, said, out);
    }

    /// Somebody asks a bot again for an answer.
    #[expect(clippy::too_many_arguments, reason = "the parts of one frame")]
    pub(crate) fn regenerate(
        &mut self,
        now: Millis,
        socket: SocketId,
        nonce: Nonce,
        after: Seq,
        run: Seq,
        log: &dyn Log,
        out: &mut Out,
    ) {
        let asked = self.try_regenerate(now, socket, &nonce, after, run, log, out);
        self.answer_attempt(socket, nonce, asked, out);
    }

    /// Somebody stops an answer. Only who asked and the room's owner may.
    pub(crate) fn stop(&mut self, now: Millis, socket: SocketId, run: Seq, out: &mut Out) {
        let Some(writer) = self.writer(socket) else {
            return self.refuse(socket, None, Code::NotJoined, None, out);
        };
        let code = match self.answers.get(run) {
            None => Some(Code::NotNow),
            Some(live) if live.record.asker != writer.id && !writer.owner => Some(Code::NotAllowed),
            Some(_) => None,
        };
        match code {
            Some(code) => self.refuse(socket, None, code, None, out),
            None => {
                out.or_refuse(socket, None);
                self.abort(run, out);
                self.end(now, run, RunState::Stopped, None, out);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one frame")]
    fn try_say(
        &mut self,
        now: Millis,
        socket: SocketId,
        nonce: &Nonce,
        after: Seq,
        text: &str,
        reply_to: Option<Seq>,
        log: &dyn Log,
        out: &mut Out,
    ) -> Result<Seq, Refusal> {
        let writer = self.try_write(now, socket, nonce, after, log, out)?;
        let body = Body::parse(text)?;
        let replied = match reply_to {
            None => None,
            Some(seq) => match log.one(seq)? {
                Some(row) if row.data != RowData::Ended => Some(row),
                _ => return Err(Code::NoSuchMessage.into()),
            },
        };
        self.trim(now, log, out)?;
        out.or_refuse(socket, Some(nonce.clone()));
        let bots = self.called(body.as_str(), replied.as_ref());
        let seq = self.next_seq();
        let said = Said {
            name: writer.name.clone(),
            owner: writer.owner,
            number: writer.number,
            text: body.into_string(),
            reply_to,
        };
        let row = Row {
            seq,
            at: now,
            author: writer.id.clone(),
            nonce: Some(nonce.clone()),
            target: None,
            data: RowData::Said(said),
        };
        self.append(row, None, out);
        for bot in bots {
            let record = RunRecord {
                run: self.next_seq(),
                bot,
                parent: seq,
                asker: writer.id.clone(),
                calls: 0,
                through: seq,
                base: None,
                partial: String::new(),
            };
            self.ask(now, record, None, out);
        }
        self.fanout.typing(now, writer.name, false);
        Ok(seq)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one frame")]
    fn try_regenerate(
        &mut self,
        now: Millis,
        socket: SocketId,
        nonce: &Nonce,
        after: Seq,
        run: Seq,
        log: &dyn Log,
        out: &mut Out,
    ) -> Result<Seq, Refusal> {
        let writer = self.try_write(now, socket, nonce, after, log, out)?;
        let row = log.one(run)?;
        let Some(answer) = row.as_ref().and_then(as_answer) else { return Err(Code::NoSuchMessage.into()) };
        if log.one(answer.parent)?.is_none() {
            return Err(Code::NoSuchMessage.into());
        }
        let open = || self.answers.open().filter(|live| live.record.bot == answer.bot);
        if !answer.state.is_end() || open().any(|live| live.record.parent == answer.parent) {
            return Err(Code::NotNow.into());
        }
        let is_idle = open().next().is_none();
        let last = log.chain(&answer.bot)?.map(|chain| chain.last).unwrap_or_default();
        let (through, base) = if !answer.is_in_chain() {
            // Nothing of it is in the chain, so it is asked like a new question; when the chain has gone on since then,
            // or goes on before its turn comes, with all that was said until now: a chain never goes back.
            (if is_idle && answer.parent > last { answer.parent } else { self.record.head }, None)
        } else if is_idle && answer.parent == last {
            (answer.parent, answer.base.clone())
        } else {
            return Err(Code::NotNow.into());
        };
        if self.answers.is_full_for(&writer.id, &answer.bot) {
            return Err(Code::QueueFull.into());
        }
        self.trim(now, log, out)?;
        out.or_refuse(socket, Some(nonce.clone()));
        let record = RunRecord {
            run: self.next_seq(),
            bot: answer.bot.clone(),
            parent: answer.parent,
            asker: writer.id,
            calls: 0,
            through,
            base,
            partial: String::new(),
        };
        let run = record.run;
        self.ask(now, record, Some(nonce.clone()), out);
        Ok(run)
    }

    /// What every attempt to write must pass first: who, how fast, and whether it was written already.
    fn try_write(
        &mut self,
        now: Millis,
        socket: SocketId,
        nonce: &Nonce,
        after: Seq,
        log: &dyn Log,
        out: &mut Out,
    ) -> Result<Writer, Refusal> {
        let writer = self.writer(socket).ok_or(Code::NotJoined)?;
        let is_low =
            self.roster.take_say(now, socket).map_err(|wait| Refusal::Code(Code::SlowDown, Some(wait)))?;
        if is_low && let Some(seat) = self.roster.seat(socket) {
            out.push(Effect::Remember(seat.attachment.clone()));
        }
        match self.written(after, &writer.id, nonce, log) {
            Ok(None) => Ok(writer),
            Ok(Some(seq)) => Err(Refusal::Written(seq)),
            Err(None) => Err(Code::Stale.into()),
            Err(Some(error)) => Err(error.into()),
        }
    }

    /// Accepts or refuses.
    fn answer_attempt(
        &mut self,
        socket: SocketId,
        nonce: Nonce,
        result: Result<Seq, Refusal>,
        out: &mut Out,
    ) {
        match result {
            Ok(seq) | Err(Refusal::Written(seq)) => {
                self.send(socket, &ServerFrame::Accepted { nonce, seq }, out);
            }
            Err(Refusal::Code(code, wait)) => self.refuse(socket, Some(nonce), code, wait, out),
            Err(Refusal::Unread(error)) => self.refuse_unread(socket, Some(nonce), &error, out),
        }
    }

    /// Appends an answer's row, queued, and puts its run into the queue; or ends it at once when the queue is full.
    fn ask(&mut self, now: Millis, record: RunRecord, nonce: Option<Nonce>, out: &mut Out) {
        let is_full = self.answers.is_full_for(&record.asker, &record.bot);
        let (state, code) =
            if is_full { (RunState::Failed, Some(Code::QueueFull)) } else { (RunState::Queued, None) };
        let data = RowData::Answer(AnswerRow {
            state,
            code,
            ended: is_full.then_some(record.run),
            ..AnswerRow::queued(&record)
        });
        let author = record.asker.clone();
        self.append(Row { seq: record.run, at: now, author, nonce, target: None, data }, None, out);
        if !is_full {
            self.queue(record, out);
        }
    }

    /// The bots that a text calls, each once, in order; the one whose message it replies to first.
    fn called(&self, text: &str, replied: Option<&Row>) -> Vec<String> {
        let mut bots: Vec<String> =
            replied.and_then(as_answer).map(|answer| answer.bot.clone()).into_iter().collect();
        if text.contains('@') {
            let own = self.config.bots.iter().flat_map(|bot| {
                let words = std::iter::once(&bot.handle).chain(&bot.aliases);
                words.map(|word| Name { text: word.clone(), whose: Some(bot.handle.clone()) })
            });
            let people =
                self.roster.people().into_iter().map(|person| Name { text: person.name, whose: None });
            let names: Vec<Name<Option<String>>> = own.chain(people).collect();
            for bot in called(text, &names).into_iter().flatten() {
                if !bots.contains(&bot) {
                    bots.push(bot);
                }
            }
        }
        bots.retain(|bot| self.config.bots.iter().any(|known| known.handle == *bot));
        bots
    }

    /// Who writes with a socket: somebody who has joined.
    fn writer(&self, socket: SocketId) -> Option<Writer> {
        let attachment = &self.roster.seat(socket)?.attachment;
        let present = self.roster.present(&attachment.visitor.person)?;
        attachment.name.as_ref()?;
        Some(Writer {
            id: present.person.id.clone(),
            name: present.person.name.clone(),
            number: present.number,
            owner: present.person.owner,
        })
    }
}
