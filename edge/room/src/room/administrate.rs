//! Passes the frames of owners and operators, and reports, to their subjects.

use shared::{ClientFrame, ErrorCode, Seq, ServerFrame};

use super::Subjects;
use crate::attachment::SocketId;
use crate::context::Context;
use crate::messages::write_request::{WriteError, WriteRequest};
use crate::messages::{owner_actions, reports};
use crate::presence::LargeAnswer;

impl Subjects<'_> {
    pub(super) fn administrate(&mut self, cx: &mut Context<'_>, socket: SocketId, frame: ClientFrame) {
        match frame {
            ClientFrame::Moderate { nonce, after, person, action } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    owner_actions::moderate(cx, subjects, request, &person, action)
                });
            }
            ClientFrame::SetRoom { nonce, after, settings } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    owner_actions::set_room(cx, subjects, request, settings)
                });
            }
            ClientFrame::RotateKey { nonce, after, key } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    owner_actions::rotate_key(cx, subjects, request, &key)
                });
            }
            ClientFrame::HandOver { nonce, after, person } => {
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    owner_actions::hand_over(cx, subjects, request, &person)
                });
            }
            ClientFrame::Report { nonce, seq, reason } => {
                let after = cx.log.head();
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    reports::report(cx, subjects, request, seq, &reason)
                });
            }
            ClientFrame::DismissReports { nonce, seq } => {
                let after = cx.log.head();
                self.write(cx, WriteRequest { socket, nonce, after }, |cx, subjects, request| {
                    reports::dismiss(cx, subjects, request, seq)
                });
            }
            ClientFrame::DeleteRoom { nonce } => {
                let request = WriteRequest { socket, nonce, after: cx.log.head() };
                let deleted = owner_actions::delete_room(cx, &mut self.messages(), &request);
                if let Err(error) = deleted {
                    request.answer(cx, self.presence, Err::<Seq, WriteError>(error));
                }
            }
            ClientFrame::Audit => self.audit(cx, socket),
            _ => {}
        }
    }

    /// Sends what was moderated to an owner or operator.
    fn audit(&mut self, cx: &mut Context<'_>, socket: SocketId) {
        if !self.may_read(cx, socket, LargeAnswer::Audit, 0) {
            return;
        }
        match reports::audit(cx, self.presence, socket) {
            Ok(audit) => {
                let audit = ServerFrame::Audit(Box::new(audit));
                self.presence.answer(cx, socket, LargeAnswer::Audit, &audit);
            }
            Err(WriteError::Storage(error)) => self.presence.refuse_unreadable(cx, socket, None, &error),
            Err(_) => self.presence.refuse(cx, socket, None, ErrorCode::NotAllowed, None),
        }
    }
}
