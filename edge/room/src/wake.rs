//! Waking: from hibernation, after a crash, after a failed store. One function for all of them, in time that does not
//! grow with the history.

use shared::{Millis, Nickname, Seq, ServerFrame, SplitMix64};

use crate::answers::{ActiveRun, ActiveRuns};
use crate::fanout::Fanout;
use crate::forget::Forgetting;
use crate::room::Effects;
use crate::roster::Roster;
use crate::{Attachment, Bot, Config, Effect, Room, Storage, StorageError, history};

/// A call that goes on in this instance while the room's memory is built anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveCall {
    /// The run.
    pub run: Seq,
    /// Which of its calls.
    pub call_number: u32,
    /// Its text so far, what it continues, and all else that only memory knows.
    pub(crate) live: ActiveRun,
}

/// Names that look like the room speaking for itself.
const SYSTEM_NAMES: [&str; 10] =
    ["system", "시스템", "madang", "마당", "admin", "관리자", "운영자", "owner", "방장", "assistant"];
/// Hibernation needs ten quiet seconds, so an event younger than this was followed by a crash or a failed store, and may
/// never have been told.
const UNTOLD_MS: u64 = 10_000;

impl Room {
    /// Builds the room from what is stored. `None`: there is no such room. `sockets` are those that are still open,
    /// `live` the calls whose tasks still run, `seed` is any random number.
    pub fn wake(
        now: Millis,
        config: Config,
        log: &dyn Storage,
        sockets: Vec<Attachment>,
        live: Vec<ActiveCall>,
        seed: u64,
    ) -> Result<Option<(Self, Vec<Effect>)>, StorageError> {
        let Some(record) = log.room()? else { return Ok(None) };
        let mut roster = Roster::new(config.tuning.address_factor);
        let mut newcomers = Vec::new();
        for attachment in sockets {
            if attachment.name.is_some() && now.since(attachment.since) < UNTOLD_MS {
                newcomers.push(attachment.visitor.person.clone());
            }
            roster.sit(attachment, record.owner.as_ref());
        }
        let reserved = reserved(&config);
        let mut room = Self {
            fanout: Fanout::new(config.tuning.gather_ms),
            config,
            record,
            roster,
            answers: ActiveRuns::default(),
            rng: SplitMix64::new(seed),
            reserved,
            heartbeat_at: None,
            forgetting: Forgetting::default(),
            newest_at: Millis(0),
            appended: 0,
        };
        room.bring_bots(log.custom_bots()?);
        for bot in room.config.bots.clone() {
            room.chain(&bot, log)?;
        }
        if !log.responses_to_delete(1)?.is_empty() {
            room.forget_soon(now);
        }
        let mut out = Effects::default();
        let newest = log.row(room.record.head)?;
        room.newest_at = newest.as_ref().map_or(room.record.created, |newest| newest.at);
        if let Some(newest) = newest.filter(|newest| now.since(newest.at) < UNTOLD_MS) {
            // Whoever missed it notices, and whoever missed more than this one notices too.
            let newest = history::event(&newest, log)?;
            room.broadcast(&ServerFrame::Events { events: vec![newest] }, &mut out);
        }
        for newcomer in newcomers {
            if let Some(present) = room.roster.present(&newcomer) {
                room.fanout.joined(present.person.clone());
            }
        }
        for run in log.runs()? {
            let streaming = live.iter().find(|streaming| streaming.run == run.run);
            room.resume_run(now, run, streaming, log, &mut out)?;
        }
        room.settle(now, log, &mut out);
        Ok(Some((room, out.finish())))
    }

    /// What goes on while the room's memory is built anew.
    pub fn active_calls(&self) -> Vec<ActiveCall> {
        self.answers.streaming()
    }
}

/// The comparison keys of the bots' and the system's names.
pub(crate) fn reserved(config: &Config) -> Vec<String> {
    keys_of(config, config.bots.iter())
}

/// The same for some of the bots.
pub(crate) fn keys_of<'a>(config: &'a Config, bots: impl Iterator<Item = &'a Bot>) -> Vec<String> {
    let bots = bots.flat_map(|bot| std::iter::once(&bot.handle).chain(&bot.aliases));
    let names = SYSTEM_NAMES.into_iter().chain(bots.map(String::as_str));
    let keys = names
        .filter_map(|name| Nickname::parse(name).ok())
        .filter_map(|name| (config.nickname_keys)(&name).ok());
    keys.flat_map(|keys| keys.0).collect()
}
