//! What is shown of an answer while it is written, and at its end, when its text was checked.
//!
//! A strict room sees nothing before the check: the text is held back, and only signs of life are handed on. Elsewhere the text is
//! handed on at once and withdrawn at its end if it is flagged.

use models::{CallEnd, FinishReason, ModelError, ModelErrorKind, ModelEvent};

use shared::{Strictness, limits};

use super::Verdict;

/// The text of one call's answer.
#[derive(Debug)]
pub struct AnswerCheck {
    moderation: Strictness,
    text: String,
    /// What a strict room has not seen.
    held: Vec<ModelEvent>,
}

/// What to do with an event.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    HandOn(ModelEvent),
    /// Check the text, then hand on what [`AnswerCheck::checked`] says. Without an end the text has grown beyond what the room shows.
    Check {
        text: String,
        end: Option<CallEnd>,
    },
}

impl AnswerCheck {
    pub fn new(moderation: Strictness) -> Self {
        Self { moderation, text: String::new(), held: Vec::new() }
    }

    pub fn add(&mut self, event: ModelEvent) -> Step {
        match event {
            event if self.moderation == Strictness::Off => Step::HandOn(event),
            ModelEvent::Text(_) | ModelEvent::Refusal(_) | ModelEvent::Thought(_) => self.add_text(event),
            ModelEvent::Finished(end) => self.finish(end),
            event => Step::HandOn(event),
        }
    }

    /// What the room is told after the check.
    pub fn checked(&mut self, verdict: Verdict, end: Option<CallEnd>) -> Vec<ModelEvent> {
        let held = std::mem::take(&mut self.held);
        let usage = end.as_ref().and_then(|end| end.usage);
        let instead = |finish| vec![ModelEvent::Finished(CallEnd { usage, ..CallEnd::bare(finish) })];
        match verdict {
            Verdict::Clean => held.into_iter().chain(end.map(ModelEvent::Finished)).collect(),
            Verdict::Flagged => instead(FinishReason::Flagged),
            Verdict::Unchecked => instead(FinishReason::Failed(ModelError::local(
                ModelErrorKind::Unchecked,
                "the answer could not be checked".to_owned(),
            ))),
        }
    }

    fn add_text(&mut self, event: ModelEvent) -> Step {
        if let ModelEvent::Text(text) | ModelEvent::Refusal(text) | ModelEvent::Thought(text) = &event {
            self.text.push_str(text);
        }
        if self.moderation != Strictness::Strict {
            return Step::HandOn(event);
        }
        match (self.held.last_mut(), event) {
            (Some(ModelEvent::Text(held)), ModelEvent::Text(text))
            | (Some(ModelEvent::Refusal(held)), ModelEvent::Refusal(text))
            | (Some(ModelEvent::Thought(held)), ModelEvent::Thought(text)) => held.push_str(&text),
            (_, event) => self.held.push(event),
        }
        if self.text.len() > limits::ANSWER_BYTES {
            return Step::Check { text: std::mem::take(&mut self.text), end: None };
        }
        Step::HandOn(ModelEvent::Alive)
    }

    fn finish(&mut self, end: CallEnd) -> Step {
        // A failed call may be tried again, as long as nothing of it was shown.
        if self.moderation == Strictness::Strict && matches!(end.finish, FinishReason::Failed(_)) {
            return Step::HandOn(ModelEvent::Finished(end));
        }
        let said = std::mem::take(&mut self.text);
        let text = match &end.text {
            Some(stated) if said.is_empty() => stated.clone(),
            // What the server states at the end is shown, but what was streamed was seen.
            Some(stated) if !stated.is_empty() && *stated != said => format!("{said}\n{stated}"),
            _ => said,
        };
        if text.trim().is_empty() {
            return Step::HandOn(ModelEvent::Finished(end));
        }
        Step::Check { text, end: Some(end) }
    }
}

#[cfg(test)]
mod tests {
    use shared::Usage;

    use super::*;

    fn text(text: &str) -> ModelEvent {
        ModelEvent::Text(text.to_owned())
    }

    fn end(finish: FinishReason, text: Option<&str>) -> CallEnd {
        let usage = Some(Usage { input: 100, cached: 0, output: 10 });
        CallEnd { text: text.map(str::to_owned), usage, ..CallEnd::bare(finish) }
    }

    /// What the room is told of these events, with this verdict.
    fn told(moderation: Strictness, events: Vec<ModelEvent>, verdict: Verdict) -> Vec<ModelEvent> {
        let mut check = AnswerCheck::new(moderation);
        let mut told = Vec::new();
        for event in events {
            match check.add(event) {
                Step::HandOn(event) => told.push(event),
                Step::Check { end, .. } => told.extend(check.checked(verdict, end)),
            }
        }
        told
    }

    fn answer() -> Vec<ModelEvent> {
        let started = ModelEvent::Started { id: Some("r1".to_owned()), previous: None };
        let ended = ModelEvent::Finished(end(FinishReason::Complete, None));
        vec![started, text("so "), text("it is"), ended]
    }

    #[test]
    fn case_131_a_strict_room_sees_nothing_before_the_check() {
        let clean = told(Strictness::Strict, answer(), Verdict::Clean);
        let ended = ModelEvent::Finished(end(FinishReason::Complete, None));
        assert_eq!(clean[1..], [ModelEvent::Alive, ModelEvent::Alive, text("so it is"), ended]);
        for (verdict, is_flagged) in [(Verdict::Flagged, true), (Verdict::Unchecked, false)] {
            let events = told(Strictness::Strict, answer(), verdict);
            assert!(!events.iter().any(|event| matches!(event, ModelEvent::Text(_))), "{events:?}");
            let ModelEvent::Finished(end) = events.last().unwrap() else { panic!("{events:?}") };
            assert_eq!(end.finish == FinishReason::Flagged, is_flagged);
            assert_eq!(end.usage.unwrap().input, 100, "it costs what it cost");
        }
    }

    #[test]
    fn case_131_elsewhere_text_is_shown_at_once_and_withdrawn_at_the_end() {
        assert_eq!(told(Strictness::Off, answer(), Verdict::Flagged), answer());
        assert_eq!(told(Strictness::Normal, answer(), Verdict::Clean), answer());
        let flagged = told(Strictness::Normal, answer(), Verdict::Flagged);
        assert_eq!(flagged[..3], answer()[..3]);
        assert_eq!(flagged[3], ModelEvent::Finished(end(FinishReason::Flagged, None)));
    }

    #[test]
    fn case_131_everything_that_may_be_shown_is_checked() {
        let checked = |events: Vec<ModelEvent>| {
            let mut check = AnswerCheck::new(Strictness::Normal);
            let steps = events.into_iter().map(|event| check.add(event));
            steps
                .filter_map(|step| if let Step::Check { text, .. } = step { Some(text) } else { None })
                .last()
        };
        let finished = |finish, stated| ModelEvent::Finished(end(finish, stated));
        let said = |finish, stated| checked(vec![text("said"), finished(finish, stated)]);
        assert_eq!(said(FinishReason::Complete, Some("stated")).as_deref(), Some("said\nstated"));
        assert_eq!(said(FinishReason::Complete, Some("said")).as_deref(), Some("said"));
        assert_eq!(said(FinishReason::Cut, None).as_deref(), Some("said"));
        assert_eq!(checked(vec![finished(FinishReason::Complete, Some("only"))]).as_deref(), Some("only"));
        let refusal = vec![ModelEvent::Refusal("no".to_owned()), finished(FinishReason::Refused, None)];
        assert_eq!(checked(refusal).as_deref(), Some("no"));
        assert_eq!(checked(vec![finished(FinishReason::Complete, None)]), None, "nothing to check");
    }

    #[test]
    fn a_strict_rooms_held_text_is_bounded_and_a_failed_call_may_be_tried_again() {
        let mut check = AnswerCheck::new(Strictness::Strict);
        let long = "a".repeat(limits::ANSWER_BYTES);
        assert_eq!(check.add(text(&long)), Step::HandOn(ModelEvent::Alive));
        let Step::Check { text: seen, end: None } = check.add(text("b")) else { panic!("it goes on") };
        assert_eq!(seen.len(), limits::ANSWER_BYTES + 1);
        assert_eq!(check.checked(Verdict::Clean, None), [text(&(long + "b"))]);
        let error = ModelError {
            kind: ModelErrorKind::Overloaded,
            retry_after_ms: None,
            status: None,
            context_tokens: None,
            note: String::new(),
        };
        let failed = ModelEvent::Finished(CallEnd::bare(FinishReason::Failed(error)));
        let events = told(Strictness::Strict, vec![text("so"), failed.clone()], Verdict::Clean);
        assert_eq!(events, [ModelEvent::Alive, failed]);
    }
}
