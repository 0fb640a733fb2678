//! Frames of owners and operators, and what came of them.

use shared::{ClientFrame, ModerationAction, RoomSettings, ServerFrame};

use super::{Harness, person};

impl Harness {
    /// A room that is not the lobby, and belongs to the person `owner`, who has joined.
    pub(crate) fn den() -> Self {
        let mut harness = Self::new();
        harness.storage.room.name = shared::RoomName::parse("den").unwrap();
        harness.room = None;
        harness.run("owner joins as Olga").discard_lines();
        harness
    }

    pub(crate) fn moderate(&mut self, name: &str, who: &str, action: ModerationAction) -> &mut Self {
        let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
        self.send(name, &ClientFrame::Moderate { nonce, after, person: person(who), action })
    }

    pub(crate) fn ban(&mut self, name: &str, who: &str) -> &mut Self {
        self.moderate(name, who, ModerationAction::Ban { minutes: None })
    }

    pub(crate) fn set_room(&mut self, name: &str, settings: RoomSettings) -> &mut Self {
        let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
        self.send(name, &ClientFrame::SetRoom { nonce, after, settings })
    }

    pub(crate) fn hand_over(&mut self, name: &str, who: &str) -> &mut Self {
        let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
        self.send(name, &ClientFrame::HandOver { nonce, after, person: person(who) })
    }

    pub(crate) fn report(&mut self, name: &str, seq: u64, reason: &str) -> &mut Self {
        let nonce = self.new_nonce();
        self.send(name, &ClientFrame::Report { nonce, seq: shared::Seq(seq), reason: reason.to_owned() })
    }

    /// What a tab was answered last: `accepted`, or the code of a refusal with its wait.
    pub(crate) fn answer_to(&mut self, name: &str) -> String {
        let start = format!("{name} < ");
        let lines = self.take_lines();
        let of_tab = lines.lines().rev().filter_map(|line| line.strip_prefix(&start));
        let mut answers = of_tab.filter(|line| line.starts_with("accepted") || line.starts_with("refused"));
        let answer = answers.next().unwrap_or("nothing").to_owned();
        if answer.starts_with("accepted") {
            return "accepted".to_owned();
        }
        answer
            .split(' ')
            .filter(|word| *word != "refused" && !word.starts_with("auto"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The close code of a tab; 0 while it is open.
    pub(crate) fn closed(&self, name: &str) -> u16 {
        self.tabs[name].closed.filter(|_| !self.tabs[name].is_open).map_or(0, shared::CloseCode::code)
    }

    /// The audit list as a person is sent it.
    pub(crate) fn audit(&mut self, name: &str) -> Option<shared::Audit> {
        self.send(name, &ClientFrame::Audit);
        self.tabs[name].view.frames.iter().rev().find_map(|frame| match frame {
            ServerFrame::Audit(audit) => Some((**audit).clone()),
            _ => None,
        })
    }

    /// Whether a frame holds what only owners are told.
    pub(crate) fn is_for_owners(frame: &ServerFrame) -> bool {
        matches!(frame, ServerFrame::Audit(_) | ServerFrame::Reports { .. })
    }
}
