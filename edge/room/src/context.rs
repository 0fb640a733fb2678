//! What every subject is given while the room handles one input: the time, what is stored, and where results are collected.

use shared::Millis;

use crate::administration::Administration;
use crate::attachment::SocketId;
use crate::config::Config;
use crate::effect::{Effect, OnFailure};
use crate::fanout::Fanout;
use crate::log::Log;
use crate::storage::overlay::StorageOverlay;
use crate::storage::{LogRow, Storage, Write};

/// The context of one input.
pub(crate) struct Context<'a> {
    pub(crate) now: Millis,
    /// What is stored, without the pending writes of this input; see [`Context::pending_storage`].
    pub(crate) storage: &'a dyn Storage,
    pub(crate) effects: &'a mut Effects,
    pub(crate) config: &'a mut Config,
    pub(crate) log: &'a mut Log,
    pub(crate) fanout: &'a mut Fanout,
    pub(crate) administration: &'a mut Administration,
}

/// Collects what an input leads to: all writes become one transaction, which comes before every other effect.
#[derive(Default)]
pub(crate) struct Effects {
    writes: Vec<Write>,
    optional_writes: Vec<Write>,
    refused_on_failure: Option<(SocketId, Option<shared::Nonce>)>,
    effects: Vec<Effect>,
}

impl Context<'_> {
    /// The storage as it will be once the pending writes are stored.
    pub(crate) fn pending_storage(&self) -> StorageOverlay<'_> {
        StorageOverlay::new(self.storage, &self.effects.writes)
    }

    /// Appends a row to the log and tells everybody. `target` is the row that it changes, in its new state.
    pub(crate) fn append(&mut self, row: LogRow, target: Option<&LogRow>) {
        self.log.advance(&row);
        self.fanout.row(&row, target);
        self.effects.write(Write::Append(row));
    }

    /// Appends the end of an answer and tells everybody. `is_streamed`: the deltas held its whole text.
    pub(crate) fn append_end(&mut self, row: LogRow, answer: &LogRow, is_streamed: bool) {
        self.log.advance(&row);
        self.fanout.ended(&row, answer, is_streamed);
        self.effects.write(Write::Append(row));
    }

    /// Writes a line to the operator's log.
    pub(crate) fn warn(&mut self, text: String) {
        self.effects.push(Effect::LogWarning(text));
    }
}

impl Effects {
    /// Adds a write that must not be lost: if it cannot be stored, no effect is carried out.
    pub(crate) fn write(&mut self, write: Write) {
        self.writes.push(write);
    }

    /// Adds a write whose loss breaks no promise.
    pub(crate) fn write_optional(&mut self, write: Write) {
        self.optional_writes.push(write);
    }

    /// Adds an effect that is carried out after the writes are stored.
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Names the socket, and the nonce of its request, that are refused when the writes cannot be stored.
    pub(crate) fn refuse_on_failure(&mut self, socket: SocketId, nonce: Option<shared::Nonce>) {
        self.refused_on_failure = Some((socket, nonce));
    }

    /// The rows that are appended to the log.
    pub(crate) fn appended(&self) -> impl Iterator<Item = &LogRow> {
        Write::appended(&self.writes)
    }

    /// How many rows are appended to the log.
    pub(crate) fn count_appended(&self) -> usize {
        self.appended().count()
    }

    /// All effects, the transaction first.
    pub(crate) fn finish(self) -> Vec<Effect> {
        let Self { writes: promised, optional_writes: mut writes, refused_on_failure, effects } = self;
        let on_failure = match refused_on_failure {
            _ if promised.is_empty() => OnFailure::Ignore,
            Some((socket, nonce)) => OnFailure::Refuse { socket, nonce },
            None => OnFailure::Restart,
        };
        // Optional writes come first: an old state of a run must not outlive the run's end.
        writes.extend(promised);
        let store = (!writes.is_empty()).then_some(Effect::Store { writes, on_failure });
        store.into_iter().chain(effects).collect()
    }
}
