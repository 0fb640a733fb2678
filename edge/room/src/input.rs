//! Everything that can happen to a room.

use std::collections::BTreeMap;

use models::ModelEvent;
use shared::{Millis, Seq};

use crate::{ClaimReply, SocketId, Visitor};

/// One thing that happened. It is this crate's table of contents, together with [`crate::Effect`].
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A socket opened. Its id comes from [`crate::Room::next_socket_id`].
    Connected {
        /// The socket.
        socket: SocketId,
        /// Whose it is, as the Worker proved it.
        visitor: Visitor,
    },
    /// A frame came.
    Received {
        /// The socket.
        socket: SocketId,
        /// What came.
        frame: RawFrame,
    },
    /// A socket closed or failed.
    Disconnected {
        /// The socket.
        socket: SocketId,
    },
    /// A model said something about a call.
    ModelEvent {
        /// The run.
        run: Seq,
        /// Which of the run's calls, as [`crate::Call::attempt`] gave it; others are stale and ignored.
        call_number: u32,
        /// What it said. When the connection fails, the shell says so in this vocabulary too.
        event: ModelEvent,
    },
    /// The ledger answered.
    Reserved {
        /// The run.
        run: Seq,
        /// Which of its calls.
        call_number: u32,
        /// What it said; `None`: it could not be asked.
        reply: Option<ClaimReply>,
    },
    /// The weather was found, or not.
    ToolFinished {
        /// The run.
        run: Seq,
        /// Which of its calls.
        call_number: u32,
        /// Which of the call's questions.
        id: String,
        /// What was found, as JSON, for the model. A failure is said in it.
        output: serde_json::Value,
    },
    /// The model's server was asked to delete a response.
    ResponseDeleted {
        /// Its id.
        id: String,
        /// Whether it is gone there.
        is_gone: bool,
    },
    /// The in-memory timer rang.
    Timer,
    /// The object's alarm rang. It may ring twice, and late.
    Alarm {
        /// When each open socket was last heard by the runtime's own ping answer, where it was.
        last_heard: BTreeMap<SocketId, Millis>,
    },
}

/// A frame as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawFrame {
    /// A text frame. Invalid UTF-8 has already become U+FFFD.
    Text(String),
    /// A binary frame, whatever was in it.
    Binary,
}
