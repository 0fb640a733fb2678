//! What a room is given when it wakes: its bots, budgets, and how nicknames are compared.

use shared::{ErrorCode, Nickname, Strictness, limits};

use crate::bot::{Bot, CustomBotPolicy, Timeouts};

/// The configuration of a room.
#[derive(Debug, Clone)]
pub struct Config {
    /// The built-in bots; once the room is awake, also its custom bots.
    pub bots: Vec<Bot>,
    pub custom_bots: CustomBotPolicy,
    pub budget: Budget,
    /// How strictly rooms moderate that have no setting of their own.
    pub moderation: Strictness,
    /// Whether a text has a word of the word list. The tables to normalize it are large, so the caller holds them.
    pub is_listed: fn(&str) -> bool,
    /// Computes the comparison keys of a nickname. The Unicode tables for it are large, so the caller holds them.
    pub nickname_keys: fn(&Nickname) -> Result<NicknameKeys, ErrorCode>,
    /// Whether the answers come from the demo model.
    pub demo: bool,
    pub tuning: Tuning,
}

/// What the bots may cost, in micro-dollars. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// The operator has switched all bots off.
    pub bots_off: bool,
    /// Whether the deployment's ledger grants every call.
    pub has_ledger: bool,
    /// The room's limit from midnight to midnight UTC.
    pub room_day: Option<u64>,
    /// A person's limit in the room from midnight to midnight UTC.
    pub person_day: Option<u64>,
    /// How many questions a person may ask in the room from full hour to full hour.
    pub person_hour: Option<u64>,
}

/// What an operator, or a test, may tune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// What sending a frame to one socket costs, in microseconds. With 0 every message is sent alone and at once.
    pub send_micros: u64,
    /// With more people than this the room is a crowd.
    pub crowd_people: usize,
    /// How many times a person's rate limit an address has: people of one school or company share an address.
    pub address_factor: u32,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            send_micros: limits::SEND_MICROS,
            crowd_people: limits::CROWD_PEOPLE,
            address_factor: limits::ADDRESS_FACTOR,
        }
    }
}

/// The comparison keys of a nickname. Two nicknames are too alike when they share a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NicknameKeys(pub Vec<String>);

impl Config {
    /// The bot with this handle.
    pub(crate) fn bot(&self, handle: &str) -> Option<&Bot> {
        self.bots.iter().find(|bot| bot.handle == handle)
    }

    /// How long the calls of a bot may take. They outlive a bot that is removed, and not its timeouts.
    pub(crate) fn timeouts(&self, handle: &str) -> Timeouts {
        self.bot(handle).unwrap_or(&self.custom_bots.template).timeouts
    }

    /// What the room's owner may choose from for a custom bot.
    pub(crate) fn bot_options(&self) -> shared::BotOptions {
        let models = self.custom_bots.models.iter().map(|model| model.route.endpoint.model.clone());
        let refused = self.custom_bots.models.iter().map(|model| (model, model.refused_fields()));
        let refused = refused.filter(|(_, fields)| !fields.is_empty());
        let refused = refused.map(|(model, fields)| (model.route.endpoint.model.clone(), fields)).collect();
        let tools = self.custom_bots.template.tools.clone();
        shared::BotOptions { models: models.collect(), tools, refused }
    }
}
