//! What a room is told about the world when it wakes: its bots, and how names are compared.

use shared::{ErrorCode, Nickname, limits};

use crate::bot::{Bot, CustomBotPolicy};

/// What a room is told.
#[derive(Debug, Clone)]
pub struct Config {
    /// The bots that can be called: the operator's, and once the room is awake its owner's.
    pub bots: Vec<Bot>,
    /// What the bots of owners are made of.
    pub custom_bots: CustomBotPolicy,
    /// What the bots may cost.
    pub budget: Budget,
    /// How nicknames are compared. The tables for it are large and belong to the shell.
    pub nickname_keys: fn(&Nickname) -> Result<NicknameKeys, ErrorCode>,
    /// Whether the answers come from the demo model.
    pub demo: bool,
    /// What an operator may tune.
    pub tuning: Tuning,
}

/// What the bots may cost, in micro-dollars. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// The kill switch: no bot is asked.
    pub bots_off: bool,
    /// Whether the deployment's ledger is asked before every call.
    pub has_ledger: bool,
    /// A room, from midnight to midnight UTC.
    pub room_day: Option<u64>,
    /// A person in a room, from midnight to midnight UTC.
    pub person_day: Option<u64>,
    /// Questions of one person in a room, from full hour to full hour.
    pub person_hour: Option<u64>,
}

/// What an operator may tune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// How long what happens is gathered while the line is busy, in milliseconds. 0: every event in a frame of its own.
    pub gather_ms: u64,
    /// How much more an address may do than a person: many people of one school or company share one.
    pub address_factor: u32,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { gather_ms: limits::GATHER_MS, address_factor: limits::ADDRESS_FACTOR }
    }
}

/// What a nickname is compared by. Two names clash when they share a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NicknameKeys(pub Vec<String>);
