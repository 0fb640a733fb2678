//! The room's rules: who is here, what was said in which order, who asked a bot what, and what everybody is told.
//!
//! One way in, one way out: [`Room::handle`] takes an [`Input`] and returns [`Effect`]s, which the shell carries out in
//! order: store first, then send. Time, randomness and identities come in as inputs; what is stored is read through the
//! synchronous [`Storage`]. Not here: sockets, SQL, HTTP, keys, clocks. Nothing here waits.
//!
//! Crash-only: [`Room::wake`] builds a room from what is stored, and is also how a room recovers from a failed store.

mod ahead;
mod answers;
pub mod attachment;
mod attempt;
pub mod bot;
mod calling;
mod chain;
mod change;
pub mod config;
pub mod effect;
mod ending;
mod fanout;
mod forget;
mod heartbeat;
mod hello;
mod history;
pub mod input;
pub mod ledger;
mod lines;
pub mod log;
mod looking;
#[cfg(any(test, feature = "memory"))]
pub mod memory;
pub mod money;
mod own_bots;
mod prompt;
pub mod rate_limit;
mod room;
mod roster;
pub mod row;
mod run;
mod say;
pub mod tools;
mod wake;

pub use attachment::{Attachment, SocketId, Visitor};
pub use bot::{Bot, CustomBot, CustomBotPolicy, ModelRoute, StateMode, Timeouts};
pub use config::{Budget, Config, NameKeys, Tuning};
pub use effect::{Call, Effect, OnFailure, Wakeups, WeatherRequest, Write};
pub use input::{Input, RawFrame};
pub use ledger::{ClaimReply, Ledger};
pub use log::{
    ChainRecord, NameRecord, PersonRecord, ResponseRecord, RoomRecord, RunRecord, SpendingRecord, Storage,
    StorageError,
};
pub use money::{Period, Spender};
pub use room::Room;
pub use row::{AnswerRow, ChainPosition, LogRow, MessageRow, RowData};
pub use wake::ActiveCall;
