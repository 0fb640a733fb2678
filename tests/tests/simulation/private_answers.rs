//! People who ask bots for what nobody else is shown.

use client::Input;
use shared::{PrivateRequest, Seq, ServerFrame};

use crate::world::World;

/// Whether a run is a private answer: its id is no place in the log.
pub(crate) fn is_private(run: Seq) -> bool {
    run.0 >= 1 << 52
}

impl World {
    /// Asks what was missed or for a translation, sometimes of what is not there.
    pub(crate) fn ask_privately(&mut self, tab: usize) {
        let head = self.shell.storage.memory.rows.keys().next_back().copied().unwrap_or_default();
        let seq = Seq(self.random.between(0, head.0 + 2));
        let request = match self.random.percent(50) {
            true => PrivateRequest::CatchUp(seq),
            false => PrivateRequest::Translation(seq),
        };
        self.tab_input(tab, Input::DropPrivateAnswer { request });
        self.tab_input(tab, Input::AskPrivately { request });
    }

    /// Counts the private answers that the room sends.
    pub(crate) fn count_private_answer(&mut self, text: &str) {
        if let Ok(ServerFrame::PrivateAnswer { code, .. }) = ServerFrame::parse(text) {
            let what = code.map_or("private answer".to_owned(), |code| format!("private refusal {code:?}"));
            self.history.coverage.count(what);
        }
    }
}
