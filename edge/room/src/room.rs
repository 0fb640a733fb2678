//! The room itself: what it holds, and how an input becomes effects.

use shared::{ClientFrame, CloseCode, ErrorCode, Millis, Nonce, Seq, ServerFrame, SplitMix64, frame, limits};

use crate::answers::ActiveRuns;
use crate::attempt::WriteRequest;
use crate::fanout::Fanout;
use crate::forget::Forgetting;
use crate::rate_limit::Rate;
use crate::roster::Roster;
use crate::storage::overlay::StorageOverlay;
use crate::{
    Config, Effect, Input, LogRow, OnFailure, RawFrame, RoomRecord, RowData, SocketId, Storage, StorageError,
    Wakeups, Write,
};

/// A room. Everything that outlives it is in the log and in the sockets' attachments.
pub struct Room {
    pub(crate) config: Config,
    pub(crate) record: RoomRecord,
    pub(crate) roster: Roster,
    pub(crate) fanout: Fanout,
    pub(crate) answers: ActiveRuns,
    pub(crate) rng: SplitMix64,
    /// Comparison keys that nobody may take: the bots' and the system's.
    pub(crate) reserved: Vec<String>,
    pub(crate) heartbeat_at: Option<Millis>,
    pub(crate) forgetting: Forgetting,
    /// When something last happened: a row was written, or somebody came.
    pub(crate) newest_at: Millis,
    pub(crate) appended: u64,
}

/// What an input leads to, while it is being collected: all writes become one transaction, before everything else.
#[derive(Default)]
pub(crate) struct Effects {
    writes: Vec<Write>,
    convenient: Vec<Write>,
    refuse: Option<(SocketId, Option<Nonce>)>,
    effects: Vec<Effect>,
}

const CONNECTION: Rate = Rate { burst: limits::CONNECTION_BURST, refill_ms: limits::CONNECTION_REFILL_MS };

impl Room {
    /// Takes what happened and says what to do.
    pub fn handle(&mut self, now: Millis, input: Input, log: &dyn Storage) -> Vec<Effect> {
        let mut out = Effects::default();
        match input {
            Input::Connected { socket, visitor } => {
                self.newest_at = self.newest_at.max(now);
                self.roster.connect(now, socket, visitor);
            }
            Input::Received { socket, frame } => self.receive(now, socket, frame, log, &mut out),
            Input::Disconnected { socket } => self.leave(now, socket, &mut out),
            Input::ModelEvent { run, call_number, event } => {
                self.hear(now, run, call_number, event, log, &mut out)
            }
            Input::Reserved { run, call_number, reply } => {
                self.reserved(now, run, call_number, reply, log, &mut out);
            }
            Input::ToolFinished { run, call_number, id, output } => {
                self.looked(now, run, call_number, &id, &output, log, &mut out);
            }
            Input::ResponseDeleted { id, is_gone } => self.forgotten(now, &id, is_gone, &mut out),
            Input::Timer => {}
            Input::Alarm { last_heard } => self.drop_the_dead(now, &last_heard, &mut out),
        }
        self.settle(now, log, &mut out);
        out.finish()
    }

    /// When the room wants to be woken. To be asked after every input.
    pub fn wakeups(&self) -> Wakeups {
        let soon =
            [self.fanout.due(self.roster.sockets()), self.roster.hello_due(), self.answers.pause_ends()];
        let later = [self.heartbeat_at, self.answers.deadline(&self.config), self.forget_due()];
        Wakeups { timer: soon.into_iter().flatten().min(), alarm: later.into_iter().flatten().min() }
    }

    /// A number for the next socket.
    pub fn next_socket_id(&self) -> SocketId {
        self.roster.next_socket()
    }

    /// What is due by the clock, and what may start now. It is part of every input, so that a late timer loses nothing.
    pub(crate) fn settle(&mut self, now: Millis, log: &dyn Storage, out: &mut Effects) {
        for socket in self.roster.without_hello(now) {
            self.close(now, socket, CloseCode::NoHello, out);
        }
        self.end_timed_out(now, log, out);
        self.end_waiting(now, log, out);
        self.start_waiting(now, log, out);
        self.leave_when_idle(now, out);
        self.forget(now, log, out);
        self.plan_heartbeat(now);
        self.flush(now, out);
    }

    fn receive(
        &mut self,
        now: Millis,
        socket: SocketId,
        frame: RawFrame,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(seat) = self.roster.seat_mut(socket) else { return };
        seat.heard = now;
        let is_greeted = seat.attachment.tab.is_some();
        if let Err(wait) = seat.attachment.frames.take(now, CONNECTION) {
            seat.excess = seat.excess.saturating_add(1);
            if seat.excess > limits::CONNECTION_BURST {
                return self.close(now, socket, CloseCode::BadFrames, out);
            }
            return self.refuse(socket, None, ErrorCode::SlowDown, Some(wait), out);
        }
        // What comes at a steady pace that is too fast never has a long row of refusals, and still adds up.
        seat.excess = seat.excess.saturating_sub(1);
        let text = match frame {
            RawFrame::Text(text) => text,
            RawFrame::Binary => return self.strike(now, socket, ErrorCode::Binary, None, out),
        };
        if text.len() > limits::FRAME_BYTES {
            return self.close(now, socket, CloseCode::TooLarge, out);
        }
        if text == frame::PING {
            // The runtime answers these itself; one that comes here came before it was told to.
            return out.push(Effect::Send { socket, text: frame::PONG.to_owned() });
        }
        match ClientFrame::parse(&text) {
            Ok(ClientFrame::Hello { protocol, .. }) if protocol != shared::PROTOCOL_VERSION => {
                self.close(now, socket, CloseCode::Protocol, out);
            }
            Ok(ClientFrame::Hello { tab, nickname, resume, .. }) => {
                self.hello(now, socket, tab, nickname, resume, log, out);
            }
            Err(bad) if bad.protocol.as_ref().is_some_and(|version| *version != shared::PROTOCOL_VERSION) => {
                self.close(now, socket, CloseCode::Protocol, out);
            }
            // A client of a newer version may say more than this one knows, so unknown types are no strike.
            Err(bad) if bad.code == ErrorCode::UnknownType && is_greeted => {
                self.refuse(socket, bad.nonce, bad.code, None, out);
            }
            Err(bad) => self.strike(now, socket, bad.code, bad.nonce, out),
            Ok(_) if !is_greeted => self.close(now, socket, CloseCode::BadFrames, out),
            Ok(ClientFrame::Say { nonce, after, text, reply_to }) => {
                self.say(WriteRequest { now, socket, nonce, after }, &text, reply_to, log, out);
            }
            Ok(ClientFrame::Regenerate { nonce, after, run }) => {
                self.regenerate(WriteRequest { now, socket, nonce, after }, run, log, out);
            }
            Ok(ClientFrame::Edit { nonce, after, seq, text }) => {
                self.edit(WriteRequest { now, socket, nonce, after }, seq, &text, log, out);
            }
            Ok(ClientFrame::Delete { nonce, after, seq }) => {
                self.delete(WriteRequest { now, socket, nonce, after }, seq, log, out);
            }
            Ok(ClientFrame::Vote { nonce, after, seq, option }) => {
                self.vote(WriteRequest { now, socket, nonce, after }, seq, option, log, out);
            }
            Ok(ClientFrame::SetBot { nonce, after, draft }) => {
                self.set_bot(WriteRequest { now, socket, nonce, after }, *draft, log, out);
            }
            Ok(ClientFrame::RemoveBot { nonce, after, handle }) => {
                self.remove_bot(WriteRequest { now, socket, nonce, after }, &handle, log, out);
            }
            Ok(ClientFrame::Drafts) => self.drafts(socket, log, out),
            Ok(ClientFrame::Bill) => self.bill(now, socket, log, out),
            Ok(ClientFrame::Stop { run }) => self.stop(now, socket, run, log, out),
            Ok(ClientFrame::Typing { on }) => self.typing(now, socket, on),
            Ok(ClientFrame::History { before, limit }) => self.page(socket, before, limit, log, out),
            Ok(ClientFrame::Ack { bytes }) => self.roster.acknowledge(socket, bytes),
        }
    }

    /// A frame that is none. The third of a connection ends it.
    fn strike(
        &mut self,
        now: Millis,
        socket: SocketId,
        code: ErrorCode,
        nonce: Option<Nonce>,
        out: &mut Effects,
    ) {
        let Some(seat) = self.roster.seat_mut(socket) else { return };
        seat.attachment.strikes = seat.attachment.strikes.saturating_add(1);
        let is_last = seat.attachment.strikes >= limits::STRIKES;
        let attachment = seat.attachment.clone();
        self.refuse(socket, nonce, code, None, out);
        if is_last {
            return self.close(now, socket, CloseCode::BadFrames, out);
        }
        out.push(Effect::SaveAttachment(attachment));
    }

    fn typing(&mut self, now: Millis, socket: SocketId, on: bool) {
        if let Some(name) = self.roster.seat(socket).and_then(|seat| seat.attachment.name.clone()) {
            self.fanout.typing(now, name, on);
        }
    }

    /// Closes a socket and forgets it.
    pub(crate) fn close(&mut self, now: Millis, socket: SocketId, why: CloseCode, out: &mut Effects) {
        if self.roster.seat(socket).is_some() {
            out.push(Effect::Close { socket, why });
            self.leave(now, socket, out);
        }
    }

    /// Appends a row and tells everybody.
    pub(crate) fn append(&mut self, row: LogRow, target: Option<&LogRow>, out: &mut Effects) {
        self.record.head = row.seq;
        self.appended = self.appended.wrapping_add(1);
        self.newest_at = self.newest_at.max(row.at);
        self.fanout.event(row.event(target));
        out.write(Write::Append(row));
    }

    /// Sends a frame to one socket.
    pub(crate) fn send(&mut self, socket: SocketId, frame: &ServerFrame, out: &mut Effects) {
        let text = frame.encode();
        self.roster.count(socket, text.len());
        out.push(Effect::Send { socket, text });
    }

    /// Refuses an attempt: nothing is stored, nobody else sees anything.
    pub(crate) fn refuse(
        &mut self,
        socket: SocketId,
        nonce: Option<Nonce>,
        code: ErrorCode,
        wait: Option<u64>,
        out: &mut Effects,
    ) {
        let refused = ServerFrame::Refused { nonce, code, retry_after_ms: wait, fields: Vec::new() };
        self.send(socket, &refused, out);
    }

    /// What is refused when the room's own storage cannot be read.
    pub(crate) fn refuse_unread(
        &mut self,
        socket: SocketId,
        nonce: Option<Nonce>,
        error: &StorageError,
        out: &mut Effects,
    ) {
        out.push(Effect::LogWarning(format!("reading failed: {error}")));
        self.refuse(socket, nonce, ErrorCode::TryLater, Some(1_000), out);
    }

    /// Sends what is due to everybody, in one frame, and closes who is too slow to read it (promise G11).
    fn flush(&mut self, now: Millis, out: &mut Effects) {
        let count = self.roster.count_people();
        if let Some(frame) = self.fanout.take(now, count, self.roster.sockets()) {
            self.broadcast(&frame, out);
        }
        // Also when there is no news: what one socket alone asks for counts as well.
        for socket in self.roster.too_slow() {
            self.close(now, socket, CloseCode::Slow, out);
        }
    }

    /// Sends a frame to everybody who said hello.
    pub(crate) fn broadcast(&mut self, frame: &ServerFrame, out: &mut Effects) {
        let text = frame.encode();
        let sockets = self.roster.greeted();
        for socket in &sockets {
            self.roster.count(*socket, text.len());
        }
        if !sockets.is_empty() {
            out.push(Effect::Broadcast { sockets, text });
        }
    }

    /// The place after the newest.
    pub(crate) fn next_seq(&self) -> Seq {
        self.record.head.next()
    }
}

impl Effects {
    /// Something to write in this input's transaction.
    pub(crate) fn write(&mut self, write: Write) {
        self.writes.push(write);
    }

    /// Something to write whose loss costs nothing that was promised.
    pub(crate) fn write_conveniently(&mut self, write: Write) {
        self.convenient.push(write);
    }

    /// The log with what is about to be written.
    pub(crate) fn ahead<'a>(&'a self, log: &'a dyn Storage) -> StorageOverlay<'a> {
        StorageOverlay::new(log, &self.writes)
    }

    /// Something to do after the writes.
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Who is refused when the store fails.
    pub(crate) fn or_refuse(&mut self, socket: SocketId, nonce: Option<Nonce>) {
        self.refuse = Some((socket, nonce));
    }

    /// Everything, in order.
    pub(crate) fn finish(self) -> Vec<Effect> {
        let Self { writes: promised, convenient: mut writes, refuse, effects } = self;
        let on_failure = match refuse {
            _ if promised.is_empty() => OnFailure::Ignore,
            Some((socket, nonce)) => OnFailure::Refuse { socket, nonce },
            None => OnFailure::Restart,
        };
        // What was promised has the last word: an old state of a run must not outlive the run's end.
        writes.extend(promised);
        let store = (!writes.is_empty()).then_some(Effect::Store { writes, on_failure });
        store.into_iter().chain(effects).collect()
    }
}

/// A row's answer, if it is one.
pub(crate) fn as_answer(row: &LogRow) -> Option<&crate::AnswerRow> {
    match &row.data {
        RowData::Answer(answer) => Some(answer),
        _ => None,
    }
}
