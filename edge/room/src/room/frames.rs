//! Handles a frame of a client: checks its size and rate, parses it, and passes it to its subject.

use shared::{
    ClientFrame, CloseCode, ErrorCode, PROTOCOL_VERSION, PersonId, Seq, ServerFrame, frame, limits,
};

use super::Subjects;
use crate::attachment::SocketId;
use crate::billing;
use crate::context::Context;
use crate::effect::Effect;
use crate::input::RawFrame;
use crate::messages::write_request::{WriteError, WriteRequest};
use crate::messages::{self, cards, change, choice, custom_bots, say};
use crate::presence::{FrameCheck, LargeAnswer, ReadCheck};

impl Subjects<'_> {
    /// Handles a WebSocket frame.
    pub(super) fn receive(&mut self, cx: &mut Context<'_>, socket: SocketId, frame: RawFrame) {
        if matches!(self.presence.check_rate(cx, socket), FrameCheck::Done) {
            return;
        }
        let text = match frame {
            RawFrame::Text(text) => text,
            RawFrame::TooLarge => return self.presence.close(cx, socket, CloseCode::TooLarge),
            RawFrame::Binary => return self.presence.strike(cx, socket, ErrorCode::Binary, None),
        };
        if text.len() > limits::FRAME_BYTES && !custom_bots::may_be_large(cx, self.presence, socket, &text) {
            return self.presence.close(cx, socket, CloseCode::TooLarge);
        }
        if text == frame::PING {
            // The runtime answers pings by itself; this one came before it was told to.
            return cx.effects.push(Effect::Send { socket, text: frame::PONG.to_owned() });
        }
        let state = self.presence.roster().socket(socket);
        let is_greeted = state.is_some_and(|state| state.attachment.tab.is_some());
        match ClientFrame::parse(&text) {
            Ok(ClientFrame::Hello { protocol, .. }) if protocol != PROTOCOL_VERSION => {
                self.presence.close(cx, socket, CloseCode::Protocol);
            }
            Ok(frame) if is_greeted || matches!(frame, ClientFrame::Hello { .. }) => {
                // Writes of other subjects may belong to the same input. If they cannot be stored, the reply to this frame is lost.
                if !matches!(frame, ClientFrame::Typing { .. } | ClientFrame::Ack { .. }) {
                    cx.effects.refuse_on_failure(socket, frame.nonce().cloned());
                }
                self.handle_frame(cx, socket, frame);
            }
            Ok(_) => self.presence.close(cx, socket, CloseCode::BadFrames),
            Err(bad) if bad.protocol.as_ref().is_some_and(|version| *version != PROTOCOL_VERSION) => {
                self.presence.close(cx, socket, CloseCode::Protocol);
            }
            // A client of a newer version may send types that this one does not know, so they are no strike.
            Err(bad) if bad.code == ErrorCode::UnknownType && is_greeted => {
                self.presence.refuse(cx, socket, bad.nonce, bad.code, None);
            }
            Err(bad) => self.presence.strike(cx, socket, bad.code, bad.nonce),
        }
    }

    fn handle_frame(&mut self, cx: &mut Context<'_>, socket: SocketId, frame: ClientFrame) {
        match frame {
            ClientFrame::Hello { tab, nickname, resume, .. } => {
                self.hello(cx, socket, tab, nickname.as_deref(), resume.as_ref());
            }
            ClientFrame::Say { .. }
            | ClientFrame::Regenerate { .. }
            | ClientFrame::Choose { .. }
            | ClientFrame::Edit { .. }
            | ClientFrame::Delete { .. }
            | ClientFrame::Vote { .. }
            | ClientFrame::ChangeCard { .. }
            | ClientFrame::React { .. }
            | ClientFrame::SetBot { .. }
            | ClientFrame::RemoveBot { .. } => self.handle_write(cx, socket, frame),
            ClientFrame::Moderate { .. }
            | ClientFrame::SetRoom { .. }
            | ClientFrame::RotateKey { .. }
            | ClientFrame::HandOver { .. }
            | ClientFrame::DeleteRoom { .. }
            | ClientFrame::Report { .. }
            | ClientFrame::DismissReports { .. }
            | ClientFrame::Audit => self.administrate(cx, socket, frame),
            ClientFrame::Drafts => self.drafts(cx, socket),
            ClientFrame::Knowledge { handle } => self.knowledge(cx, socket, handle),
            ClientFrame::Bill => self.bill(cx, socket),
            ClientFrame::Stop { run } => say::stop(cx, self.messages(), socket, run),
            ClientFrame::Typing { on } => self.presence.typing(cx, socket, on),
            ClientFrame::History { place, limit } => self.page(cx, socket, place, limit),
            ClientFrame::Search { query, before } => self.search(cx, socket, query, before),
            ClientFrame::AskPrivately { request, lang } => self.ask_privately(cx, socket, request, lang),
            ClientFrame::People { after } => self.people_page(cx, socket, after),
            ClientFrame::Ack { bytes } => self.presence.acknowledge(cx, socket, bytes),
        }
    }

    /// Handles a write request of which the log gets a row.
    fn handle_write(&mut self, cx: &mut Context<'_>, socket: SocketId, frame: ClientFrame) {
        match frame {
            ClientFrame::Say { nonce, after, text, reply_to } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    say::say(cx, subjects, request, &text, reply_to)
                });
            }
            ClientFrame::Regenerate { nonce, after, run, confirmed } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    say::regenerate(cx, subjects, request, (run, confirmed))
                });
            }
            ClientFrame::Choose { nonce, after, seq, index } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    choice::choose(cx, subjects, request, seq, index)
                });
            }
            ClientFrame::Edit { nonce, after, seq, text } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    change::edit(cx, subjects, request, seq, &text)
                });
            }
            ClientFrame::Delete { nonce, after, seq } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    change::delete(cx, subjects, request, seq)
                });
            }
            ClientFrame::Vote { nonce, after, seq, options } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    cards::vote(cx, subjects, request, seq, options)
                });
            }
            ClientFrame::ChangeCard { nonce, after, seq, change } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    cards::change(cx, subjects, request, seq, change)
                });
            }
            ClientFrame::React { nonce, after, seq, emoji, on } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    change::react(cx, subjects, request, seq, &emoji, on)
                });
            }
            ClientFrame::SetBot { nonce, after, draft, knowledge } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    custom_bots::set_bot(cx, subjects, request, *draft, knowledge.as_deref())
                });
            }
            ClientFrame::RemoveBot { nonce, after, handle } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    custom_bots::remove_bot(cx, subjects, request, &handle)
                });
            }
            _ => {}
        }
    }

    /// Lets a subject handle a write request, and answers it.
    pub(super) fn write(
        &mut self,
        cx: &mut Context<'_>,
        request: WriteRequest,
        handle: impl FnOnce(&mut Context<'_>, messages::Subjects<'_>, &WriteRequest) -> Result<Seq, WriteError>,
    ) {
        let result = handle(cx, self.messages(), &request);
        request.answer(cx, self.presence, result);
    }

    pub(super) fn messages(&mut self) -> messages::Subjects<'_> {
        messages::Subjects { presence: self.presence, runs: self.runs }
    }

    pub(super) fn may_read(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        kind: LargeAnswer,
        rows: u64,
    ) -> bool {
        matches!(self.presence.check_read(cx, socket, kind, rows), ReadCheck::Read)
    }

    /// Sends the drafts of the custom bots to the room's owner.
    fn drafts(&mut self, cx: &mut Context<'_>, socket: SocketId) {
        if !self.may_read(cx, socket, LargeAnswer::Drafts, 0) {
            return;
        }
        match custom_bots::drafts(cx, self.presence, socket) {
            Ok(drafts) => {
                let offer = cx.config.bot_options();
                let drafts = ServerFrame::Drafts { drafts, offer };
                self.presence.answer(cx, socket, LargeAnswer::Drafts, &drafts);
            }
            Err(WriteError::Storage(error)) => self.presence.refuse_unreadable(cx, socket, None, &error),
            Err(_) => self.presence.refuse(cx, socket, None, ErrorCode::NotAllowed, None),
        }
    }

    /// Sends the knowledge of a custom bot to the room's owner.
    fn knowledge(&mut self, cx: &mut Context<'_>, socket: SocketId, handle: String) {
        if !self.may_read(cx, socket, LargeAnswer::Knowledge, 0) {
            return;
        }
        match custom_bots::knowledge(cx, self.presence, socket, &handle) {
            Ok(text) => {
                let knowledge = ServerFrame::Knowledge { handle, text };
                self.presence.answer(cx, socket, LargeAnswer::Knowledge, &knowledge);
            }
            Err(WriteError::Storage(error)) => self.presence.refuse_unreadable(cx, socket, None, &error),
            Err(_) => self.presence.refuse(cx, socket, None, ErrorCode::NotAllowed, None),
        }
    }

    fn bill(&mut self, cx: &mut Context<'_>, socket: SocketId) {
        if !self.may_read(cx, socket, LargeAnswer::Bill, 0) {
            return;
        }
        let state = self.presence.roster().socket(socket);
        let Some(person) = state.map(|state| state.attachment.visitor.person.clone()) else { return };
        match billing::bill(cx, person) {
            Ok(bill) => {
                self.presence.answer(cx, socket, LargeAnswer::Bill, &ServerFrame::Bill(Box::new(bill)));
            }
            Err(error) => self.presence.refuse_unreadable(cx, socket, None, &error),
        }
    }

    /// Sends a part of the list of people.
    fn people_page(&mut self, cx: &mut Context<'_>, socket: SocketId, after: Option<PersonId>) {
        if !self.may_read(cx, socket, LargeAnswer::PeoplePage, 0) {
            return;
        }
        let (people, more) = self.presence.roster().people_after(after.as_ref(), limits::PAGE_PEOPLE);
        let page = ServerFrame::PeoplePage { after, people, more };
        self.presence.answer(cx, socket, LargeAnswer::PeoplePage, &page);
    }
}
