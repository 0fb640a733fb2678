//! Everything that a room asks its shell to do, in the order in which it must be done.

use models::Turn;
use shared::{CloseCode, Millis, Nonce, PersonId, Seq};

use crate::{
    Attachment, ChainRecord, CustomBot, LogRow, ModelRoute, NameRecord, PersonRecord, ResponseRecord,
    RowData, RunRecord, SocketId, SpendingRecord,
};

/// One thing to do. Carrying out effects never awaits.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write all of it in one transaction, before any later effect. It comes first, and at most once per input.
    Store {
        /// What to write, in this order.
        writes: Vec<Write>,
        /// What follows when it fails.
        or: OnFailure,
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
        attempt: u32,
        /// Micro-dollars, at worst.
        micros: u64,
    },
    /// Tell the ledger what a call cost.
    SettleClaim {
        /// The run.
        run: Seq,
        /// Which of its calls.
        attempt: u32,
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
        attempt: u32,
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

/// One write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A new row of the log. Its `seq` is the head's next.
    Append(LogRow),
    /// The current state of an earlier row; nothing happens if it was trimmed.
    Rewrite {
        /// The row.
        seq: Seq,
        /// Its new state.
        data: RowData,
    },
    /// A run that has not ended, new or changed.
    Run(RunRecord),
    /// A run ended: its record goes.
    RunEnded(Seq),
    /// A bot's chain.
    Chain(ChainRecord),
    /// An id that the model's server keeps, until it is deleted there.
    Response(ResponseRecord),
    /// All responses of answers after this place are to be deleted at the model's server.
    MarkResponsesForDeletion {
        /// The place.
        after: Seq,
    },
    /// Deleting a response failed: others come first now.
    ResponseDeletionFailed(String),
    /// A response is no more at the model's server.
    ResponseDeleted(String),
    /// A bot that the room's owner made.
    Bot(CustomBot),
    /// The owner's bot of this handle is no more.
    BotRemoved(String),
    /// What somebody's answers cost.
    Spending(SpendingRecord),
    /// Days and hours of which nobody asks any more are let go.
    TrimSpending {
        /// The oldest day that stays, counted from 1970.
        day: u64,
        /// The oldest hour that stays, counted from 1970.
        hour: u64,
    },
    /// Somebody who has joined.
    Person(PersonRecord),
    /// Whose a nickname is.
    Name(NameRecord),
    /// Remove all rows up to and including this place.
    Trim {
        /// The place.
        through: Seq,
    },
}

/// A call to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The run, which is the answer's place.
    pub run: Seq,
    /// 1 for the first call of the run, then 2, 3 …
    pub attempt: u32,
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
    pub attempt: u32,
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
