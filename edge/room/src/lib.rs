//! The rules of a room: who is connected, what was written in which order, who asked a bot what, and what clients are told.
//!
//! One way in, one way out: [`Room::handle`] takes an [`Input`] and returns [`Effect`]s, which the caller carries out in
//! order: store first, then send. Time, randomness and identities come with the inputs; what is stored is read through the
//! synchronous [`Storage`]. Not here: sockets, SQL, HTTP, keys, clocks. Nothing here waits.
//!
//! A room may crash at any time: [`Room::wake`] builds it from what is stored, and is also how it recovers from a failed store.
//!
//! The modules are listed from the lowest to the highest: a module uses only those listed before it.

// Values and records.
pub mod token_bucket;

pub mod knowledge;

pub mod bot;

pub mod moderation;

pub mod config;

pub mod attachment;

pub mod storage;

pub mod effect;

// What handling an input needs.
mod fanout;

mod log;

pub mod administration;

mod context;

mod search;

// The subjects.
pub mod tools;

mod prompt;

pub mod billing;

mod runs;

mod deletion;

mod presence;

mod messages;

mod push;

mod ageing;

mod own_data;

// The room.
pub mod input;

mod room;

pub use administration::{DoorCheck, check_door, kept_out_until};
pub use attachment::{Attachment, SocketId, Visitor};
pub use billing::leases::{self, Leases};
pub use billing::ledger::{self, ClaimReply, Ledger};
pub use bot::{Bot, CustomBot, CustomBotPolicy, ModelRoute, OfferedModel, StateMode, Timeouts};
pub use config::{Budget, Config, NicknameKeys, Tuning};
pub use effect::{Call, Effect, ListedReport, OnFailure, Push, PushNotice, Wakeups, WeatherRequest};
pub use input::{Input, RawFrame};
pub use own_data::{OwnData, OwnDataError, OwnEntry, OwnFacts};
pub use push::{SubscribeError, SubscribeRequest};
pub use room::Room;
pub use runs::further_answers::ActiveCall;
#[cfg(any(test, feature = "memory"))]
pub use storage::memory;
pub use storage::{
    AdministrationRow, AdministrationStorage, AnswerOption, AnswerRow, ChainPosition, ChainRecord,
    ErasureRecord, HeldRows, KnowledgeStorage, LogPage, LogRow, LogStorage, MessageRow, NicknameRecord,
    OwnDataStorage, PassThrough, PeopleStorage, Period, PersonRecord, PushLevel, PushRecord, PushStorage,
    PushSubscription, ReactedRow, ReadBudget, ReportRecord, ResponseRecord, RestrictionKind,
    RestrictionRecord, RoomRecord, RoomStorage, RowData, RunRecord, RunStorage, SearchHit, SearchedRows,
    SettlementRecord, SharedClaim, Spender, SpendingRecord, SpendingStorage, Storage, StorageError, Write,
};
