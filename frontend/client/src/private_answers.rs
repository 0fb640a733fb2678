//! What this person asked a bot for themselves: a summary of what they missed, messages in their language.

use shared::{ClientFrame, ErrorCode, Event, Lang, Millis, PrivateRequest};

use crate::effect::{Change, Effects};

/// How far a private answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrivateAnswer {
    /// The room was asked.
    Waiting,
    Done {
        /// The text, in Markdown.
        text: String,
        /// Why it is not whole.
        code: Option<ErrorCode>,
        /// Micro-dollars that it cost, where that is known.
        cost: Option<u64>,
    },
    Failed {
        code: ErrorCode,
        /// When the limit that was reached begins anew.
        resets_at: Option<Millis>,
    },
}

/// The private answers since the page was loaded. A translation is kept, so that it is paid for once.
#[derive(Debug, Default)]
pub(crate) struct PrivateAnswers {
    answers: Vec<(PrivateRequest, PrivateAnswer)>,
}

impl PrivateAnswers {
    pub(crate) fn get(&self, request: PrivateRequest) -> Option<&PrivateAnswer> {
        self.answers.iter().find(|(asked, _)| *asked == request).map(|(_, answer)| answer)
    }

    /// Asks, unless that was asked already. Returns the frame to send, if the room is there.
    pub(crate) fn ask(
        &mut self,
        request: PrivateRequest,
        lang: Lang,
        is_live: bool,
        effects: &mut Effects,
    ) -> Option<ClientFrame> {
        if matches!(self.get(request), Some(PrivateAnswer::Waiting | PrivateAnswer::Done { .. })) {
            return None;
        }
        let failed = PrivateAnswer::Failed { code: ErrorCode::TryLater, resets_at: None };
        self.set(request, if is_live { PrivateAnswer::Waiting } else { failed }, effects);
        is_live.then_some(ClientFrame::AskPrivately { request, lang })
    }

    /// Forgets an answer, so that it can be asked for anew.
    pub(crate) fn drop_answer(&mut self, request: PrivateRequest, effects: &mut Effects) {
        self.retain(|asked| *asked != request, effects);
    }

    /// The room has answered. Another tab of this person may have asked; then it changes nothing.
    pub(crate) fn answered(&mut self, request: PrivateRequest, answer: PrivateAnswer, effects: &mut Effects) {
        let is_open =
            matches!(self.get(request), Some(PrivateAnswer::Waiting | PrivateAnswer::Failed { .. }));
        if is_open {
            self.set(request, answer, effects);
        }
    }

    /// What was asked may be lost with its socket. An answer that comes all the same is taken.
    pub(crate) fn socket_lost(&mut self, effects: &mut Effects) {
        for (_, answer) in self.answers.iter_mut().filter(|(_, answer)| *answer == PrivateAnswer::Waiting) {
            *answer = PrivateAnswer::Failed { code: ErrorCode::Cut, resets_at: None };
            effects.show(Change::PrivateAnswers);
        }
    }

    /// Forgets what may repeat a text that was deleted or changed.
    pub(crate) fn events(&mut self, events: &[Event], effects: &mut Effects) {
        for event in events {
            let (target, is_deleted) = match event {
                Event::Deleted { target, .. } => (*target, true),
                Event::Edited { target, .. } => (*target, false),
                _ => continue,
            };
            let is_outdated = |request: &PrivateRequest| match request {
                PrivateRequest::Translation(seq) => *seq == target,
                // One that is still made is given up by the room, which says so.
                PrivateRequest::CatchUp(after) => {
                    is_deleted && *after < target && self.get(*request) != Some(&PrivateAnswer::Waiting)
                }
            };
            let outdated: Vec<PrivateRequest> =
                self.answers.iter().map(|(request, _)| *request).filter(is_outdated).collect();
            self.retain(|request| !outdated.contains(request), effects);
        }
    }

    fn retain(&mut self, is_kept: impl Fn(&PrivateRequest) -> bool, effects: &mut Effects) {
        let before = self.answers.len();
        self.answers.retain(|(request, _)| is_kept(request));
        if self.answers.len() != before {
            effects.show(Change::PrivateAnswers);
        }
    }

    fn set(&mut self, request: PrivateRequest, answer: PrivateAnswer, effects: &mut Effects) {
        self.answers.retain(|(asked, _)| *asked != request);
        self.answers.push((request, answer));
        effects.show(Change::PrivateAnswers);
    }
}

#[cfg(test)]
mod tests {
    use shared::Seq;

    use super::*;

    const TRANSLATION: PrivateRequest = PrivateRequest::Translation(Seq(7));
    const MISSED: PrivateRequest = PrivateRequest::CatchUp(Seq(5));

    fn done(text: &str) -> PrivateAnswer {
        PrivateAnswer::Done { text: text.to_owned(), code: None, cost: Some(3) }
    }

    fn failed(code: ErrorCode) -> PrivateAnswer {
        PrivateAnswer::Failed { code, resets_at: None }
    }

    fn deleted(target: u64) -> Event {
        Event::Deleted { seq: Seq(9), at: Millis(0), target: Seq(target) }
    }

    fn edited(target: u64) -> Event {
        Event::Edited { seq: Seq(9), at: Millis(0), target: Seq(target), text: "new".to_owned() }
    }

    /// What was asked while connected, with the effects so far dropped.
    fn asked(request: PrivateRequest) -> PrivateAnswers {
        let mut answers = PrivateAnswers::default();
        let frame = answers.ask(request, Lang::Ko, true, &mut Effects::default());
        assert_eq!(frame, Some(ClientFrame::AskPrivately { request, lang: Lang::Ko }));
        assert_eq!(answers.get(request), Some(&PrivateAnswer::Waiting));
        answers
    }

    #[test]
    fn what_was_answered_is_kept_and_not_asked_again() {
        let mut answers = asked(TRANSLATION);
        let mut effects = Effects::default();
        assert_eq!(answers.ask(TRANSLATION, Lang::Ko, true, &mut effects), None, "it is asked already");
        answers.answered(TRANSLATION, done("hello"), &mut effects);
        assert_eq!(answers.ask(TRANSLATION, Lang::Ko, true, &mut effects), None, "it is paid for");
        assert_eq!(answers.get(TRANSLATION), Some(&done("hello")));
        answers.drop_answer(TRANSLATION, &mut effects);
        assert!(answers.ask(TRANSLATION, Lang::Ko, true, &mut effects).is_some());
    }

    #[test]
    fn what_another_tab_asked_changes_nothing_here() {
        let (mut answers, mut effects) = (asked(MISSED), Effects::default());
        answers.answered(TRANSLATION, done("hello"), &mut effects);
        assert_eq!(answers.get(TRANSLATION), None);
        assert!(effects.into_vec().is_empty());
    }

    #[test]
    fn what_failed_is_asked_again_and_a_late_answer_is_taken() {
        let (mut answers, mut effects) = (asked(MISSED), Effects::default());
        answers.socket_lost(&mut effects);
        assert_eq!(answers.get(MISSED), Some(&failed(ErrorCode::Cut)));
        answers.answered(MISSED, done("late"), &mut effects);
        assert_eq!(answers.get(MISSED), Some(&done("late")));
        answers.socket_lost(&mut effects);
        assert_eq!(answers.get(MISSED), Some(&done("late")), "what is there stays");
        let mut offline = PrivateAnswers::default();
        assert_eq!(offline.ask(MISSED, Lang::En, false, &mut effects), None);
        assert_eq!(offline.get(MISSED), Some(&failed(ErrorCode::TryLater)));
        assert!(offline.ask(MISSED, Lang::En, true, &mut effects).is_some());
    }

    #[test]
    fn what_was_deleted_or_changed_is_repeated_nowhere() {
        for (event, translation, missed) in [
            (deleted(7), false, false),
            (deleted(5), true, true),
            (edited(7), false, true),
            (edited(8), true, true),
        ] {
            let (mut answers, mut effects) = (asked(TRANSLATION), Effects::default());
            answers.ask(MISSED, Lang::Ko, true, &mut effects);
            answers.answered(MISSED, done("a"), &mut effects);
            answers.answered(TRANSLATION, done("b"), &mut effects);
            answers.events(std::slice::from_ref(&event), &mut effects);
            let kept = (answers.get(TRANSLATION).is_some(), answers.get(MISSED).is_some());
            assert_eq!(kept, (translation, missed), "{event:?}");
        }
    }
}
