//! Records the start of a run that was restored, before its prompt is built, so that a run whose start ends the object cannot do
//! it again each time the room wakes.
//!
//! A run that was asked since the room woke needs no record: if its start ends the object, the next one is that of a restored run.

use shared::Seq;

use super::Runs;
use super::active_run::{ActiveRun, START_MS};
use crate::context::Context;
use crate::storage::Write;

/// Recorded starts without a call after which a run fails.
pub(super) const STARTS: u32 = 2;

impl Runs {
    /// Records that these runs are about to start; the next input starts them.
    pub(super) fn record_starts(&mut self, cx: &mut Context<'_>, runs: Vec<Seq>) {
        for run in runs {
            let Some(active) = self.active.get_mut(&run) else { continue };
            active.starts_at = Some(cx.now.plus(START_MS));
            active.record.starts = active.record.starts.saturating_add(1);
            // If this cannot be stored, the room wakes again with the next input and not at once.
            cx.effects.write(Write::Run(active.record.clone()));
        }
    }
}

impl ActiveRun {
    /// Whether its start is recorded or needs no record.
    pub(super) fn may_start(&self) -> bool {
        !self.is_restored || self.starts_at.is_some() || self.record.calls > 0
    }
}
