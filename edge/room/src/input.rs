//! Everything that can happen to a room.

use std::collections::BTreeMap;

use models::ModelEvent;
use shared::{Millis, PersonId, Seq};

use crate::attachment::{SocketId, Visitor};
use crate::billing::ledger::ClaimReply;
use crate::push::SubscribeRequest;

/// One thing that happened. Together with [`crate::Effect`] it is the table of contents of this crate.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A socket opened. Its id comes from [`crate::Room::next_socket_id`].
    Connected {
        socket: SocketId,
        /// Who is behind the socket, as the Worker proved it.
        visitor: Visitor,
    },
    Received {
        socket: SocketId,
        frame: RawFrame,
    },
    /// A socket closed or failed.
    Disconnected {
        socket: SocketId,
    },
    /// The request of a call is about to leave: until then it costs nothing. What must pass before it, such as moderation, did.
    CallSent {
        run: Seq,
        call_number: u32,
    },
    /// A model API said something about a call.
    ModelEvent {
        run: Seq,
        /// The number of the call, as [`crate::Call::call_number`] gave it. Events of earlier calls are ignored.
        call_number: u32,
        /// What was said. A failed connection is reported as [`models::FinishReason`] too.
        event: ModelEvent,
    },
    /// The ledger answered a claim.
    Reserved {
        run: Seq,
        call_number: u32,
        /// `None`: the ledger could not be reached.
        reply: Option<ClaimReply>,
    },
    /// The ledger has taken a settlement.
    ClaimSettled {
        run: Seq,
        call_number: u32,
    },
    /// A tool call that the caller carries out has finished.
    ToolFinished {
        run: Seq,
        call_number: u32,
        /// Which of the calls of its round it is.
        index: usize,
        /// The output for the model, as JSON. A failure is described in it.
        output: serde_json::Value,
    },
    /// The model server answered the deletion of a response.
    ResponseDeleted {
        id: String,
        /// Whether the model server no longer has it.
        is_gone: bool,
    },
    /// A person wants everything deleted that they wrote. [`crate::Room::may_erase`] has allowed it.
    Erase {
        person: PersonId,
    },
    /// A person in the room wants push messages while they are away. [`crate::Room::may_subscribe`] has allowed it.
    Subscribe {
        person: PersonId,
        request: SubscribeRequest,
    },
    /// A browser wants no more push messages at this endpoint, or its push service does not know it any more.
    PushGone {
        endpoint: String,
    },
    /// The in-memory timer fired.
    Timer,
    /// The object's alarm fired. It may fire twice, and late.
    Alarm {
        /// When the runtime last answered a ping of each open socket by itself, for sockets where it did.
        last_heard: BTreeMap<SocketId, Millis>,
    },
}

/// A WebSocket frame as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawFrame {
    /// A text frame. Invalid UTF-8 has already become U+FFFD.
    Text(String),
    /// A text frame of more than [`shared::limits::FRAME_BYTES`]; its content is not read.
    TooLarge,
    /// A binary frame; its content is not read.
    Binary,
}
