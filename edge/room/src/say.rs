//! Saying something, asking a bot again, stopping an answer.

use shared::mention::{Mentionable, mentioned};
use shared::{Body, ErrorCode, Millis, Nonce, RunState, Seq};

use crate::attempt::{Refusal, WriteRequest};
use crate::room::{Effects, as_answer};
use crate::{AnswerRow, LogRow, MessageRow, Room, RowData, RunRecord, SocketId, Storage};

impl Room {
    /// Somebody says something.
    pub(crate) fn say(
        &mut self,
        attempt: WriteRequest,
        text: &str,
        reply_to: Option<Seq>,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let said = self.try_say(&attempt, text, reply_to, log, out);
        self.answer_attempt(attempt, said, out);
    }

    /// Somebody asks a bot again for an answer.
    pub(crate) fn regenerate(
        &mut self,
        attempt: WriteRequest,
        run: Seq,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let asked = self.try_regenerate(&attempt, run, log, out);
        self.answer_attempt(attempt, asked, out);
    }

    /// Somebody stops an answer. Only who asked and the room's owner may.
    pub(crate) fn stop(
        &mut self,
        now: Millis,
        socket: SocketId,
        run: Seq,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(writer) = self.writer(socket) else {
            return self.refuse(socket, None, ErrorCode::NotJoined, None, out);
        };
        let code = match self.answers.get(run) {
            None => Some(ErrorCode::NotNow),
            Some(live) if live.record.asker != writer.id && !writer.owner => Some(ErrorCode::NotAllowed),
            Some(_) => None,
        };
        match code {
            Some(code) => self.refuse(socket, None, code, None, out),
            None => {
                out.or_refuse(socket, None);
                self.abort(run, out);
                self.end(now, run, RunState::Stopped, None, log, out);
            }
        }
    }

    fn try_say(
        &mut self,
        attempt: &WriteRequest,
        text: &str,
        reply_to: Option<Seq>,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<Seq, Refusal> {
        let writer = self.try_write(attempt, log, out)?;
        let body = Body::parse(text)?;
        let replied = match reply_to {
            None => None,
            Some(seq) => match log.row(seq)? {
                Some(row) if row.data.is_message() => Some(row),
                _ => return Err(ErrorCode::NoSuchMessage.into()),
            },
        };
        self.commit(attempt, log, out)?;
        let bots = self.called(body.as_str(), replied.as_ref());
        let seq = self.next_seq();
        let said = MessageRow {
            name: writer.name.clone(),
            owner: writer.owner,
            number: writer.number,
            text: body.into_string(),
            reply_to,
            edited: false,
            deleted: false,
        };
        self.append(attempt.row(seq, writer.id.clone(), None, RowData::Message(said)), None, out);
        for bot in bots {
            let record = RunRecord::new(self.next_seq(), bot, seq, writer.id.clone());
            self.enqueue(attempt.now, record, None, out);
        }
        self.fanout.typing(attempt.now, writer.name, false);
        Ok(seq)
    }

    fn try_regenerate(
        &mut self,
        attempt: &WriteRequest,
        run: Seq,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<Seq, Refusal> {
        let writer = self.try_write(attempt, log, out)?;
        let row = log.row(run)?;
        let Some(answer) = row.as_ref().and_then(as_answer) else {
            return Err(ErrorCode::NoSuchMessage.into());
        };
        let parent = log.row(answer.parent)?.map(|row| row.data);
        if !matches!(parent, Some(RowData::Message(said)) if !said.deleted) || answer.deleted {
            return Err(ErrorCode::NoSuchMessage.into());
        }
        if self.config.bot(&answer.bot).is_none() {
            return Err(ErrorCode::NoSuchBot.into());
        }
        let open = || self.answers.open().filter(|live| live.record.bot == answer.bot);
        if !answer.state.is_end() || open().any(|live| live.record.parent == answer.parent) {
            return Err(ErrorCode::NotNow.into());
        }
        let is_idle = open().next().is_none();
        let chain = log.chain(&answer.bot)?;
        let last = chain.as_ref().map(|chain| chain.last).unwrap_or_default();
        let (through, base) = if !answer.is_in_chain() {
            // Nothing of it is in the chain, so it is asked like a new question; when the chain has gone on since then,
            // or goes on before its turn comes, with all that was said until now: a chain never goes back.
            (if is_idle && answer.parent > last { answer.parent } else { self.record.head }, None)
        } else if is_idle && answer.parent == last {
            // Of what the answer itself continued, something may have been deleted since then.
            (answer.parent, chain.and_then(|chain| chain.base))
        } else {
            return Err(ErrorCode::NotNow.into());
        };
        if self.answers.is_full_for(&writer.id, &answer.bot) {
            return Err(ErrorCode::QueueFull.into());
        }
        self.commit(attempt, log, out)?;
        let record = RunRecord {
            through,
            continues_from: base,
            ..RunRecord::new(self.next_seq(), answer.bot.clone(), answer.parent, writer.id)
        };
        let run = record.run;
        self.enqueue(attempt.now, record, Some(attempt.nonce.clone()), out);
        Ok(run)
    }

    /// Appends an answer's row, queued, and puts its run into the queue; or ends it at once when the queue is full.
    fn enqueue(&mut self, now: Millis, record: RunRecord, nonce: Option<Nonce>, out: &mut Effects) {
        let is_full = self.answers.is_full_for(&record.asker, &record.bot);
        let (state, code) =
            if is_full { (RunState::Failed, Some(ErrorCode::QueueFull)) } else { (RunState::Queued, None) };
        let data = RowData::Answer(AnswerRow {
            state,
            code,
            ended: is_full.then_some(record.run),
            ..AnswerRow::queued(&record)
        });
        let author = record.asker.clone();
        self.append(LogRow { seq: record.run, at: now, author, nonce, target: None, data }, None, out);
        if !is_full {
            self.queue(record, out);
        }
    }

    /// The bots that a text calls, each once, in order; the one whose message it replies to first.
    fn called(&self, text: &str, replied: Option<&LogRow>) -> Vec<String> {
        let mut bots: Vec<String> =
            replied.and_then(as_answer).map(|answer| answer.bot.clone()).into_iter().collect();
        if text.contains('@') {
            let own = self.config.bots.iter().flat_map(|bot| {
                let words = std::iter::once(&bot.handle).chain(&bot.aliases);
                words.map(|word| Mentionable { name: word.clone(), target: Some(bot.handle.clone()) })
            });
            let people = self
                .roster
                .people()
                .into_iter()
                .map(|person| Mentionable { name: person.name, target: None });
            let names: Vec<Mentionable<Option<String>>> = own.chain(people).collect();
            for bot in mentioned(text, &names).into_iter().flatten() {
                if !bots.contains(&bot) {
                    bots.push(bot);
                }
            }
        }
        bots.retain(|bot| self.config.bots.iter().any(|known| known.handle == *bot));
        bots
    }
}
