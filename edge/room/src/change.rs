//! Changes of what was said: other words, a deletion, a vote. Each is a row of its own and rewrites its target's row in the
//! same transaction (promise G8).
//!
//! A deletion also reaches what bots remember: no chain that holds the words goes on, and the responses that held them are
//! deleted at the model's server.

use shared::{Body, ErrorCode, RunState, Seq, Vote, card, limits};

use crate::answers::ActiveRun;
use crate::attempt::{Refusal, WriteRequest};
use crate::room::Effects;
use crate::{LogRow, Room, RowData, Storage, Write};

impl Room {
    /// Somebody gives their message other words. It calls nobody.
    pub(crate) fn edit(
        &mut self,
        attempt: WriteRequest,
        target: Seq,
        text: &str,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let edited = self.try_edit(&attempt, target, text, log, out);
        self.answer_attempt(attempt, edited, out);
    }

    /// Somebody deletes a message.
    pub(crate) fn delete(
        &mut self,
        attempt: WriteRequest,
        target: Seq,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let deleted = self.try_delete(&attempt, target, log, out);
        self.answer_attempt(attempt, deleted, out);
    }

    /// Somebody votes in a poll.
    pub(crate) fn vote(
        &mut self,
        attempt: WriteRequest,
        target: Seq,
        option: Option<usize>,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let voted = self.try_vote(&attempt, target, option, log, out);
        self.answer_attempt(attempt, voted, out);
    }

    fn try_edit(
        &mut self,
        attempt: &WriteRequest,
        target: Seq,
        text: &str,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<Seq, Refusal> {
        let writer = self.try_write(attempt, log, out)?;
        let body = Body::parse(text)?;
        let row = log.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
        let RowData::Message(said) = &row.data else { return Err(ErrorCode::NoSuchMessage.into()) };
        if row.author != writer.id {
            return Err(ErrorCode::NotAllowed.into());
        }
        if said.deleted {
            return Err(ErrorCode::NoSuchMessage.into());
        }
        self.commit(attempt, log, out)?;
        let mut said = said.clone();
        said.text = body.into_string();
        said.edited = true;
        Ok(self.rewrite(
            attempt,
            LogRow { data: RowData::Message(said), ..row },
            writer.id,
            RowData::Edited,
            out,
        ))
    }

    fn try_delete(
        &mut self,
        attempt: &WriteRequest,
        target: Seq,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<Seq, Refusal> {
        let writer = self.try_write(attempt, log, out)?;
        let row = log.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
        let data = match &row.data {
            RowData::Message(said) if said.deleted => return Err(ErrorCode::NoSuchMessage.into()),
            RowData::Message(_) if row.author != writer.id && !writer.owner => {
                return Err(ErrorCode::NotAllowed.into());
            }
            RowData::Message(said) => {
                let mut said = said.clone();
                said.text.clear();
                // What is gone was not changed: who missed the change is told no more than this.
                (said.edited, said.deleted) = (false, true);
                RowData::Message(said)
            }
            RowData::Answer(answer) if answer.deleted => return Err(ErrorCode::NoSuchMessage.into()),
            RowData::Answer(_) if !writer.owner => return Err(ErrorCode::NotAllowed.into()),
            // It has to be stopped first.
            RowData::Answer(answer) if !answer.state.is_end() => return Err(ErrorCode::NotNow.into()),
            RowData::Answer(answer) => {
                let mut answer = answer.clone();
                answer.text.clear();
                (answer.card, answer.deleted) = (None, true);
                answer.votes.clear();
                answer.tool_uses.clear();
                RowData::Answer(answer)
            }
            _ => return Err(ErrorCode::NoSuchMessage.into()),
        };
        self.commit(attempt, log, out)?;
        self.make_stale(attempt.now, target, out);
        let place = self.rewrite(attempt, LogRow { data, ..row }, writer.id, RowData::Deleted, out);
        // A question that nobody has asked a model yet is not asked any more.
        let unasked = |live: &&ActiveRun| live.record.parent == target && live.record.calls == 0;
        let waiting: Vec<Seq> = self.answers.open().filter(unasked).map(|live| live.record.run).collect();
        for run in waiting {
            self.end(attempt.now, run, RunState::Stopped, Some(ErrorCode::AskedDeleted), log, out);
        }
        Ok(place)
    }

    fn try_vote(
        &mut self,
        attempt: &WriteRequest,
        target: Seq,
        option: Option<usize>,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<Seq, Refusal> {
        let writer = self.try_write(attempt, log, out)?;
        let row = log.row(target)?.ok_or(ErrorCode::NoSuchMessage)?;
        let RowData::Answer(answer) = &row.data else { return Err(ErrorCode::NoSuchMessage.into()) };
        let Some(card::Card::Poll { options, .. }) = &answer.card else {
            return Err(ErrorCode::NoSuchMessage.into());
        };
        if option.is_some_and(|option| option >= options.len()) {
            return Err(ErrorCode::OutOfRange.into());
        }
        let mut answer = answer.clone();
        answer.votes.retain(|vote| vote.person != writer.id);
        if let Some(option) = option {
            if answer.votes.len() >= limits::POLL_VOTERS {
                return Err(ErrorCode::TooMany.into());
            }
            answer.votes.push(Vote { person: writer.id.clone(), option });
        }
        self.commit(attempt, log, out)?;
        let target = LogRow { data: RowData::Answer(answer), ..row };
        Ok(self.rewrite(attempt, target, writer.id, RowData::Voted(option), out))
    }

    /// Writes the target's new state and the change that tells it. Where the change stands.
    fn rewrite(
        &mut self,
        attempt: &WriteRequest,
        target: LogRow,
        author: shared::PersonId,
        change: RowData,
        out: &mut Effects,
    ) -> Seq {
        out.write(Write::Rewrite { seq: target.seq, data: target.data.clone() });
        let seq = self.next_seq();
        let row = attempt.row(seq, author, Some(target.seq), change);
        self.append(row, Some(&target), out);
        seq
    }
}
