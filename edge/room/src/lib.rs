//! The room's rules: who is here, what was said in which order, who asked a bot what, and what everybody is told.
//!
//! One way in, one way out: [`Room::handle`] takes an [`Input`] and returns [`Effect`]s, which the shell carries out in
//! order: store first, then send. Time, randomness and identities come in as inputs; what is stored is read through the
//! synchronous [`Storage`]. Not here: sockets, SQL, HTTP, keys, clocks. Nothing here waits.
//!
//! Crash-only: [`Room::wake`] builds a room from what is stored, and is also how a room recovers from a failed store.

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
mod looking;
pub mod money;
mod own_bots;
mod prompt;
pub mod rate_limit;
mod room;
mod roster;
mod run;
mod say;
pub mod storage;
pub mod tools;
mod wake;

pub use attachment::{Attachment, SocketId, Visitor};
pub use bot::{Bot, CustomBot, CustomBotPolicy, ModelRoute, StateMode, Timeouts};
pub use config::{Budget, Config, NicknameKeys, Tuning};
pub use effect::{Call, Effect, OnFailure, Wakeups, WeatherRequest};
pub use input::{Input, RawFrame};
pub use ledger::{ClaimReply, Ledger};
pub use room::Room;
#[cfg(any(test, feature = "memory"))]
pub use storage::memory;
pub use storage::{
    AnswerRow, ChainPosition, ChainRecord, LogRow, LogStorage, MessageRow, NicknameRecord, PeopleStorage,
    Period, PersonRecord, ResponseRecord, RoomRecord, RoomStorage, RowData, RunRecord, RunStorage, Spender,
    SpendingRecord, SpendingStorage, Storage, StorageError, Write,
};
pub use wake::ActiveCall;
