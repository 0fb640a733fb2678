//! The operator's page: what `/api/operator/…` and `/api/health` answer, and what the operator changes there. `docs/protocol.md`
//! describes the requests.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Changes that hold instead of the variables until they are taken back: the body of `PUT /api/operator/limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overrides {
    /// No bot is called. A variable that switches the bots off holds as well.
    pub bots_off: bool,
    pub hour: LimitOverride,
    pub day: LimitOverride,
    /// What one address may use of the hour's and of the day's limit, in percent.
    pub address_percent: LimitOverride,
}

/// A changed limit, in micro-dollars or percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitOverride {
    /// As the variable says.
    #[default]
    Variable,
    /// There is no limit, whatever the variable says.
    Off,
    At(u64),
}

/// The reply to `GET /api/operator/usage` and to `PUT /api/operator/limits`. Money is in micro-dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorSummary {
    pub now: Millis,
    /// The variable `BOTS` switches the bots off, whatever the overrides say.
    pub bots_off_by_variable: bool,
    pub overrides: Overrides,
    pub hour: SpendingLimit,
    pub day: SpendingLimit,
    /// What one address may use of the hour and of the day.
    pub address_hour: Option<u64>,
    pub address_day: Option<u64>,
    /// Leases that rooms hold.
    pub open_leases: u64,
    /// Requests of rooms since the ledger's object last started.
    pub requests: u64,
    /// The last 31 days with usage, the newest first.
    pub days: Vec<DayUsage>,
    /// The rooms that cost most today, by their object's id.
    pub rooms: Vec<NamedUsage>,
    /// The addresses that cost most today, as keyed hashes.
    pub addresses: Vec<NamedUsage>,
    /// How many reports are kept.
    pub reports: u64,
}

/// What was spent in a period, together with what rooms hold, and its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendingLimit {
    /// `None`: no limit.
    pub cap: Option<u64>,
    pub used: u64,
    pub resets_at: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayUsage {
    /// The first moment of the day, UTC.
    pub starts_at: Millis,
    pub calls: u64,
    pub micros: u64,
    /// The models that cost most first.
    pub models: Vec<NamedUsage>,
}

/// What calls of one model, room or address cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedUsage {
    pub name: String,
    pub calls: u64,
    pub micros: u64,
}

/// The body of `POST /api/operator/rooms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomClosing {
    /// The room's name, or its object's id as [`OperatorSummary::rooms`] has it.
    pub room: String,
    /// Closes the room to everybody, or opens it again to those who could enter before.
    pub closed: bool,
}

/// A message that somebody reported: rooms send it to the ledger's object, which keeps the newest
/// [`crate::limits::OPERATOR_REPORTS`] for [`crate::limits::REPORT_AGE_MS`]. The text itself stays in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    pub at: Millis,
    /// The id of the room's object.
    pub room: String,
    /// The room's name, by which the operator opens it; empty in rows that were stored before it was told.
    #[serde(default)]
    pub name: String,
    pub seq: u64,
    /// How many people have reported it. A row with 0 is not kept: it removes the message from the list.
    pub count: u64,
    /// What the last one wrote.
    pub reason: String,
}

/// The reply to `GET /api/operator/reports`, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportList {
    pub reports: Vec<ReportRow>,
}

/// The reply to `GET /api/health`: what the deployment needs. Its status is 200 when it is ready, otherwise 503.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    pub ready: bool,
    /// `IDENTITY_SECRET` can sign identities.
    pub identity: bool,
    /// The model settings can be used as they are, and a vendor's server has its key.
    pub model: bool,
    /// The ledger can be read and answers.
    pub ledger: bool,
}
