//! Everything that a room asks its caller to do, in the order in which it must be done.

use models::Turn;
use serde::Serialize;
use shared::{CloseCode, Millis, Nonce, PersonId, RoomName, Seq, Strictness};

use crate::attachment::{Attachment, SocketId};
use crate::bot::ModelRoute;
use crate::storage::{PushSubscription, Write};
use crate::tools::WeatherQuery;

/// One thing to do. Carrying out effects never awaits: what takes time is started, and its result comes back as an
/// [`Input`](crate::Input).
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Store all writes in one transaction, before any later effect. It comes first, and at most once per input.
    Store {
        writes: Vec<Write>,
        /// What to do when the transaction fails.
        on_failure: OnFailure,
    },
    /// Store this with its socket, so that it outlives hibernation.
    SaveAttachment(Attachment),
    /// Send an encoded frame to one socket.
    Send { socket: SocketId, text: String },
    /// Send one encoded frame to several sockets.
    Broadcast { sockets: Vec<SocketId>, text: String },
    /// Close a socket. The room has already removed it; `Disconnected` for it is harmless.
    Close { socket: SocketId, why: CloseCode },
    /// Claim money from the ledger before a call; the answer is [`crate::Input::Reserved`].
    ReserveBudget {
        run: Seq,
        call_number: u32,
        /// Micro-dollars that the call costs at most.
        micros: u64,
        /// The hash of the asker's address, whose share of the deployment's caps it counts to.
        address: String,
        /// The model that is called.
        model: String,
    },
    /// Tell the ledger what a call cost; [`crate::Input::ClaimSettled`] says that it has taken it. The room asks again until then.
    SettleClaim {
        run: Seq,
        call_number: u32,
        /// Micro-dollars; `None` where the cost is unknown, so that all that was claimed counts as spent.
        micros: Option<u64>,
    },
    /// Fetch the weather; the answer is [`crate::Input::ToolFinished`]. Fetches of one round run at the same time.
    FetchWeather(WeatherRequest),
    /// Delete a response at the model server; the answer is [`crate::Input::ResponseDeleted`].
    DeleteResponse { id: String, route: ModelRoute },
    /// Tell the operator's list of a reported message. Nothing waits for it, and the report stays in the room if it is lost.
    ListReport(ListedReport),
    /// Send a push message; [`crate::Input::PushGone`] says that its browser cannot be reached any more.
    Push(Box<Push>),
    /// Remove the room with everything that it stores. No effect follows.
    RemoveRoom,
    /// Call a model. The `Store` of the same input records the call, and [`crate::Input::CallSent`] says when its request leaves.
    StartCall(Box<Call>),
    /// Abort the request of a call and ignore what still comes of it.
    AbortCall { run: Seq, call_number: u32 },
    /// Write a line to the operator's log. It holds no messages, keys or addresses.
    LogWarning(String),
}

/// What to do when a transaction fails. Except with `Ignore`, none of the other effects is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnFailure {
    /// Send `refused try_later` to the socket, then build the room anew with [`crate::Room::wake`].
    Refuse {
        socket: SocketId,
        /// The nonce of the write request that failed, if it had one.
        nonce: Option<Nonce>,
    },
    /// Build the room anew with [`crate::Room::wake`].
    Restart,
    /// Carry out the other effects: nothing that was promised to anybody is lost.
    Ignore,
}

/// A call to a model API.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub run: Seq,
    /// 1 for the first call of the run, then 2, 3 …
    pub call_number: u32,
    pub bot: String,
    pub route: ModelRoute,
    /// How strictly the question and the answer are moderated.
    pub moderation: Strictness,
    /// The text of the question, for moderation; empty when the call asks nothing new.
    pub asked: String,
    /// The hash of the asker's address, whose share of the moderation service's quota the checks count to.
    pub address: String,
    /// Who asked, for the safety identifier.
    pub asker: PersonId,
    pub turn: Turn,
}

/// A reported message as the operator's list is told of it. Its text and who reported it stay in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedReport {
    /// The name by which the operator opens the room.
    pub name: RoomName,
    pub seq: Seq,
    /// How many people report it. 0: the reports were dismissed, or the message is deleted, so that the list drops it.
    pub count: usize,
    /// What the last one wrote.
    pub reason: String,
}

/// A push message to one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    pub subscription: PushSubscription,
    pub notice: PushNotice,
}

/// What the browser is told. The service worker reads it (frontend/service-worker.js).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PushNotice {
    pub room: RoomName,
    /// The message or answer.
    pub seq: Seq,
    /// The nickname of its author, or the bot's handle.
    pub from: String,
    /// The beginning of its text.
    pub text: String,
    /// Whether it mentions, replies to or answers this person: the push service should wake a sleeping phone for it.
    #[serde(rename = "call", skip_serializing_if = "std::ops::Not::not")]
    pub is_call: bool,
}

/// A request for the weather, made by a tool call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeatherRequest {
    pub run: Seq,
    pub call_number: u32,
    /// Which of the calls of its round it is. The call's own id does not tell: some model servers give several calls the same.
    pub index: usize,
    pub query: WeatherQuery,
}

/// When the room wants to be given an input, if none comes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wakeups {
    /// When [`crate::Input::Timer`] is due. A pending timer prevents hibernation, so it is set for short waits only.
    pub timer: Option<Millis>,
    /// When [`crate::Input::Alarm`] is due. Alarms outlive hibernation.
    pub alarm: Option<Millis>,
}
