//! Waking: builds a room from what is stored, after hibernation, a crash, or a failed store. One function for all of them, in
//! time that does not grow with the log.

use shared::{Millis, ServerFrame};

use super::{Room, Subjects};
use crate::administration::Administration;
use crate::ageing::Ageing;
use crate::attachment::Attachment;
use crate::config::Config;
use crate::context::{Context, Effects};
use crate::deletion::Deletions;
use crate::effect::Effect;
use crate::fanout::Fanout;
use crate::log::Log;
use crate::messages::{custom_bots, history};
use crate::own_data::erasure::Erasures;
use crate::presence::Presence;
use crate::push::PushList;
use crate::runs::Runs;
use crate::runs::further_answers::ActiveCall;
use crate::storage::{Storage, StorageError};

/// Hibernation needs ten quiet seconds (Durable Objects, "Lifecycle"), so an event younger than this was followed by a crash or
/// a failed store, and may never have been sent.
const UNSENT_MS: u64 = 10_000;

impl Room {
    /// Builds the room from what is stored. `None`: there is no such room. `sockets` are those that are still open,
    /// `active_calls` the calls that still go on, `seed` is any random number.
    ///
    /// # Errors
    /// When the storage cannot be read.
    pub fn wake(
        now: Millis,
        mut config: Config,
        storage: &dyn Storage,
        sockets: Vec<Attachment>,
        active_calls: Vec<ActiveCall>,
        seed: u64,
    ) -> Result<Option<(Self, Vec<Effect>)>, StorageError> {
        let Some(record) = storage.room()? else { return Ok(None) };
        custom_bots::add_stored_bots(&mut config, &storage.custom_bots()?);
        let mut room = Self {
            fanout: Fanout::new(&config.tuning),
            presence: Presence::new(config.tuning.address_factor),
            runs: Runs::new(seed),
            deletions: Deletions::default(),
            erasures: Erasures::default(),
            ageing: Ageing::default(),
            push: PushList::default(),
            log: Log::new(record),
            administration: Administration::load(storage)?,
            config,
        };
        let mut effects = Effects::default();
        let (mut cx, mut subjects) = room.split(now, storage, &mut effects);
        subjects.restore(&mut cx, sockets, &active_calls)?;
        subjects.settle(&mut cx);
        Ok(Some((room, effects.finish())))
    }
}

impl Subjects<'_> {
    fn restore(
        &mut self,
        cx: &mut Context<'_>,
        sockets: Vec<Attachment>,
        active_calls: &[ActiveCall],
    ) -> Result<(), StorageError> {
        self.presence.reserve_nicknames(cx.config);
        self.runs.load_chains(cx)?;
        self.runs.load_settlements(cx)?;
        self.erasures.load(cx)?;
        self.ageing.load(cx)?;
        self.push.load(cx)?;
        if !cx.storage.responses_to_delete(1)?.is_empty() {
            self.deletions.schedule(cx.now);
        }
        for attachment in sockets {
            self.presence.restore(cx, attachment);
        }
        self.presence.close_unwelcome(cx);
        self.resend_newest(cx)?;
        self.presence.tell_what_was_not_told(cx);
        for record in cx.storage.runs()? {
            self.runs.restore_run(cx, record, active_calls);
        }
        Ok(())
    }

    /// Sends the newest event again if it may never have been sent. Clients that miss more than this one notice the gap.
    fn resend_newest(&mut self, cx: &mut Context<'_>) -> Result<(), StorageError> {
        let Some(newest) = cx.storage.row(cx.log.head())? else { return Ok(()) };
        cx.log.touch(newest.at);
        if cx.now.since(newest.at) < UNSENT_MS {
            if let Some(nonce) = newest.nonce.clone() {
                self.presence.accept(&newest.author, None, nonce, newest.seq);
                self.presence.send_accepted(cx);
            }
            let event = history::event(&newest, cx.storage)?;
            self.presence.broadcast(cx, &ServerFrame::Events { events: vec![event] });
        }
        Ok(())
    }
}
