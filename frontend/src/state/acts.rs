//! The quiet lines about what owners and operators did: each stands below the message that was said before it.

use leptos::prelude::*;
use shared::Moderation;

use super::message::MessageSignals;

/// Collects acts while the timeline is walked from top to bottom.
#[derive(Default)]
pub(super) struct Acts {
    since_message: Vec<Moderation>,
    pub(super) newest: Option<Moderation>,
}

impl Acts {
    pub(super) fn add(&mut self, act: &Moderation) {
        self.since_message.push(act.clone());
        self.newest = Some(act.clone());
    }

    /// Shows the acts collected since the last call below this message, or at the top. Returns whether there are any.
    pub(super) fn show_below(
        &mut self,
        message: Option<&MessageSignals>,
        top: RwSignal<Vec<Moderation>>,
    ) -> bool {
        let acts = std::mem::take(&mut self.since_message);
        let is_some = !acts.is_empty();
        match message {
            Some(message) if message.acts_below.with_untracked(|shown| *shown != acts) => {
                message.acts_below.set(acts);
            }
            None if top.with_untracked(|shown| *shown != acts) => top.set(acts),
            Some(_) | None => {}
        }
        is_some
    }
}
