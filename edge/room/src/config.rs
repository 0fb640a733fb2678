//! What a room is told about the world when it wakes: its bots, and how names are compared.

use models::Parameters;
use shared::{Code, Nickname, limits};

/// What a room is told.
#[derive(Debug, Clone)]
pub struct Config {
    /// The bots that can be called.
    pub bots: Vec<Bot>,
    /// How nicknames are compared. The tables for it are large and belong to the shell.
    pub names: fn(&Nickname) -> Result<NameKeys, Code>,
    /// Whether the answers come from the demo model.
    pub demo: bool,
    /// What an operator may tune.
    pub tuning: Tuning,
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
pub struct NameKeys(pub Vec<String>);

/// A bot.
#[derive(Debug, Clone, PartialEq)]
pub struct Bot {
    /// What one writes after `@`.
    pub handle: String,
    /// Other words that call it.
    pub aliases: Vec<String>,
    /// Its instructions, the standing rules included.
    pub instructions: String,
    /// Changes when model, base URL or instructions change.
    pub fingerprint: String,
    /// How its memory is kept.
    pub state: StateMode,
    /// What is sent with every turn.
    pub parameters: Parameters,
    /// How much of the room it is given when it starts anew: messages, and bytes of their text.
    pub window: (usize, usize),
    /// How long it may take.
    pub patience: Patience,
}

/// Where a bot's memory lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateMode {
    /// At the model's server, unless it turns out that it keeps none.
    Auto,
    /// At the model's server.
    Chain,
    /// Here: the transcript is sent every time.
    Replay,
}

/// How long a call may take, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until the first byte.
    pub first_ms: u64,
    /// Between bytes.
    pub idle_ms: u64,
    /// In all.
    pub total_ms: u64,
}

impl Patience {
    /// For the API's own servers.
    pub const HOSTED: Self = Self { first_ms: 30_000, idle_ms: 60_000, total_ms: 180_000 };
    /// For servers elsewhere: a local model may have to be loaded first.
    pub const LOCAL: Self = Self { first_ms: 180_000, idle_ms: 60_000, total_ms: 300_000 };
}
