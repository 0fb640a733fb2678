//! Everything that a room asks its shell to do, in the order in which it must be done.

use models::Turn;
use shared::{CloseCode, Millis, Nonce, PersonId, Seq};

use crate::{Attachment, ModelRoute, SocketId, Write};

/// One thing to do. Carrying out effects never awaits.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write all of it in one transaction, before any later effect. It comes first, and at most once per input.
    Store {
        /// What to write, in this order.
        writes: Vec<Write>,
        /// What follows when it fails.
        on_failure: OnFailure,
    },
    /// Keep this with the socket over hibernation.
    SaveAttachment(Attachment),
    /// Send a frame to one socket.
    Send {
        /// The socket.
        socket: SocketId,
        /// The encoded frame.
        text: String,
    },
    /// Send one frame to many.
    Broadcast {
        /// The sockets.
        sockets: Vec<SocketId>,
        /// The encoded frame.
        text: String,
    },
    /// Close a socket. The room has already forgotten it; `Disconnected` for it is harmless.
    Close {
        /// The socket.
        socket: SocketId,
        /// Why.
        why: CloseCode,
    },
    /// Ask the ledger for money before a call; the answer is [`crate::Input::Reserved`].
    ReserveBudget {
        /// The run.
        run: Seq,
        /// Which of its calls.
        call_number: u32,
        /// Micro-dollars, at worst.
        micros: u64,
    },
    /// Tell the ledger what a call cost.
    SettleClaim {
        /// The run.
        run: Seq,
        /// Which of its calls.
        call_number: u32,
        /// Micro-dollars; `None` where it is not known, so that all that was reserved counts.
        micros: Option<u64>,
    },
    /// Ask for the weather; the answer is [`crate::Input::ToolFinished`].
    FetchWeather(WeatherRequest),
    /// Delete a response at the model's server; the answer is [`crate::Input::ResponseDeleted`].
    DeleteResponse {
        /// Its id.
        id: String,
        /// Where.
        route: ModelRoute,
    },
    /// Remove the room with everything in it. Nothing follows.
    RemoveRoom,
    /// Ask a model. Its record is stored by the `Store` before.
    StartCall(Box<Call>),
    /// End a call: drop the request to the model's server, forget its task.
    AbortCall {
        /// The run.
        run: Seq,
        /// Which of its calls.
        call_number: u32,
    },
    /// For the operator's log: neither room text nor keys nor addresses.
    LogWarning(String),
}

/// What to do when a store fails. Nothing of the other effects is done then, but for `Ignore`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnFailure {
    /// Send `refused try_later` to the socket and wake the room anew.
    Refuse {
        /// The socket.
        socket: SocketId,
        /// The attempt.
        nonce: Option<Nonce>,
    },
    /// Wake the room anew.
    Restart,
    /// Go on with the other effects: what was to be written is only a convenience.
    Ignore,
}

/// A call to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The run, which is the answer's place.
    pub run: Seq,
    /// 1 for the first call of the run, then 2, 3 …
    pub call_number: u32,
    /// The bot's handle.
    pub bot: String,
    /// Where its model is.
    pub route: ModelRoute,
    /// The words that ask, for a moderation that is switched on; empty where nothing new was asked.
    pub asked: String,
    /// Who asked, for the safety identifier.
    pub asker: PersonId,
    /// What to ask.
    pub turn: Turn,
}

/// A question for the weather.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeatherRequest {
    /// The run.
    pub run: Seq,
    /// Which of its calls.
    pub call_number: u32,
    /// Which of the call's questions.
    pub id: String,
    /// The place, as the model wrote it.
    pub city: String,
}

/// When the room wants to be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wakeups {
    /// By an in-memory timer. Only soon things: a pending timer prevents hibernation.
    pub timer: Option<Millis>,
    /// By the object's alarm.
    pub alarm: Option<Millis>,
}
