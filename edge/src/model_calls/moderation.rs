//! Moderates one call: the question before its request leaves, and the answer before a room that is strict sees it, or at its end.
//!
//! The moderation service is asked where there is one. Where there is none the word list decides. While the service fails, the
//! word list decides in normal rooms, and strict ones do without the bot.

use std::cell::Cell;

use models::{Api, CallEnd, ModelError, ModelErrorKind, ModelEvent, moderation};
use room::Call;
use shared::Strictness;
use worker::AbortSignal;

use super::request::{ERROR_BODY_BYTES, REQUEST_TIMEOUT_MS, model_error, post};
use super::{CallContext, CallListener};
use crate::address_object;
use crate::http::fetch::fetch_abortable;
use crate::log;
use crate::moderation::Verdict;
use crate::moderation::answer_check::{AnswerCheck, Step};
use crate::moderation::service_health::{Failure, ServiceHealth};
use crate::moderation::word_list::is_listed;
use crate::runtime;
use crate::settings::Settings;

thread_local! {
    /// Of the deployment's moderation service, as this isolate knows it.
    static HEALTH: Cell<ServiceHealth> = Cell::default();
}

/// Checks the texts of one call.
pub(super) struct Moderator<'a> {
    moderation: Strictness,
    service: Service<'a>,
    settings: &'a Settings,
    signal: &'a AbortSignal,
}

/// Who checks a call's texts.
enum Service<'a> {
    /// The word list: there is no service.
    WordList,
    /// The service at this base URL.
    At(&'a str),
    /// There is a service, but it fails, or the asker's address has used up its share of the quota.
    Unavailable,
}

impl<'a> Moderator<'a> {
    pub(super) async fn new(call: &Call, context: &'a CallContext<'a>) -> Self {
        let settings = context.settings;
        let service = match settings.moderation_service() {
            Some(url) if call.moderation != Strictness::Off => admit(url, call, context).await,
            _ => Service::WordList,
        };
        Self { moderation: call.moderation, service, settings, signal: &context.signal }
    }

    /// Checks whether the call may be made. The signal of the call aborts the check.
    ///
    /// # Errors
    /// `Flagged` where the question is flagged; `Unchecked` where the room is strict and the question, or later the answer, cannot be
    /// checked. `asked` is empty when the call asks nothing new.
    pub(super) async fn check_question(&self, asked: &str) -> Result<(), ModelError> {
        let verdict = match self.service {
            Service::Unavailable if self.moderation == Strictness::Strict => Verdict::Unchecked,
            _ => self.check(asked).await,
        };
        match verdict {
            Verdict::Clean => Ok(()),
            Verdict::Flagged => Err(model_error(ModelErrorKind::Flagged, "moderation flagged the question")),
            Verdict::Unchecked => Err(unchecked(HEALTH.get().may_ask(runtime::now()).err())),
        }
    }

    async fn check(&self, text: &str) -> Verdict {
        if self.moderation == Strictness::Off || text.trim().is_empty() {
            return Verdict::Clean;
        }
        let answer = match self.service {
            Service::WordList => return listed(text),
            Service::Unavailable => Err(Failure::Failed),
            Service::At(url) => self.ask(url, text).await,
        };
        match answer {
            Ok(true) => Verdict::Flagged,
            Ok(false) => Verdict::Clean,
            Err(Failure::Missing) => listed(text),
            Err(_) if self.moderation == Strictness::Strict => Verdict::Unchecked,
            Err(_) => listed(text),
        }
    }

    /// Asks the service whether it flags a text.
    async fn ask(&self, url: &str, text: &str) -> Result<bool, Failure> {
        HEALTH.get().may_ask(runtime::now())?;
        let body = moderation::request(text, url);
        let reply = async {
            let request = post(Api::Responses, &body, self.settings.key.as_ref())?;
            fetch_abortable(request, REQUEST_TIMEOUT_MS, ERROR_BODY_BYTES, self.signal).await
        };
        let why = match reply.await {
            Ok((200, body)) => match moderation::is_flagged(&body) {
                Ok(is_flagged) => {
                    change_health(ServiceHealth::answered);
                    return Ok(is_flagged);
                }
                Err(_) => Failure::Failed,
            },
            Ok((401 | 403, _)) => Failure::Refused,
            Ok((429, _)) => Failure::TooMany,
            Ok((404 | 405 | 501, _)) if !Settings::must_have_moderation(url) => Failure::Missing,
            // An aborted call says nothing of the service.
            Err(_) if self.signal.aborted() => return Err(Failure::Failed),
            Ok(_) | Err(_) => Failure::Failed,
        };
        if change_health(|health| health.failed(runtime::now(), why)) {
            report(why);
        }
        Err(why)
    }
}

/// Whether the service is asked about a call.
async fn admit<'a>(url: &'a str, call: &Call, context: &CallContext<'_>) -> Service<'a> {
    match HEALTH.get().may_ask(runtime::now()) {
        Ok(()) => {}
        Err(Failure::Missing) => return Service::WordList,
        Err(_) => return Service::Unavailable,
    }
    let factor = context.settings.tuning.address_factor;
    match address_object::take_check(context.env, &call.address, factor).await {
        Ok(Ok(())) => Service::At(url),
        Ok(Err(_)) => Service::Unavailable,
        Err(error) => {
            let then = "the call is moderated without the service";
            log::error("address_unreachable", &[("error", &error), ("then", &then)]);
            Service::Unavailable
        }
    }
}

/// Why a strict room does without the bot. A key that is refused is nothing that passes: people are told that only the operator can
/// repair it.
fn unchecked(why: Option<Failure>) -> ModelError {
    match why {
        Some(Failure::Refused) => {
            model_error(ModelErrorKind::Unauthorized, "the moderation service refuses OPENAI_API_KEY")
        }
        _ => model_error(ModelErrorKind::Unchecked, "the question could not be checked"),
    }
}

fn listed(text: &str) -> Verdict {
    if is_listed(text) { Verdict::Flagged } else { Verdict::Clean }
}

fn change_health<T>(change: impl FnOnce(&mut ServiceHealth) -> T) -> T {
    let mut health = HEALTH.get();
    let changed = change(&mut health);
    HEALTH.set(health);
    changed
}

/// Tells the operator why the service gives no verdicts.
fn report(why: Failure) {
    const INSTEAD: &str = "normal rooms use the word list meanwhile, and strict rooms ask no bot";
    match why {
        Failure::Refused => {
            let error = "the service refuses OPENAI_API_KEY (401 or 403); only the operator can repair it";
            log::error("moderation_key_refused", &[("error", &error), ("then", &INSTEAD)]);
        }
        Failure::Missing => {
            let then = "the word list moderates instead; MODERATION=off does without";
            log::warn(
                "moderation_missing",
                &[("error", &"OPENAI_BASE_URL has no such endpoint"), ("then", &then)],
            );
        }
        Failure::TooMany => log::warn("moderation_quota_used_up", &[("then", &INSTEAD)]),
        Failure::Failed => log::warn("moderation_unreachable", &[("then", &INSTEAD)]),
    }
}

/// Hands the events of a call to its listener, with the answer's text checked.
pub(super) struct CheckedEvents<'a, L> {
    moderator: &'a Moderator<'a>,
    listener: &'a L,
    answer: AnswerCheck,
}

impl<'a, L: CallListener> CheckedEvents<'a, L> {
    pub(super) fn new(moderator: &'a Moderator<'a>, listener: &'a L) -> Self {
        Self { moderator, listener, answer: AnswerCheck::new(moderator.moderation) }
    }

    /// Hands on some events; `false`: the listener wants no more, or it was the end.
    pub(super) async fn hand_on(&mut self, events: Vec<ModelEvent>) -> bool {
        for event in events {
            let told = match self.answer.add(event) {
                Step::HandOn(event) => vec![event],
                Step::Check { text, end } => self.checked(&text, end).await,
            };
            for event in told {
                let is_end = matches!(event, ModelEvent::Finished(_));
                if !self.listener.on_event(event) || is_end {
                    return false;
                }
            }
        }
        true
    }

    async fn checked(&mut self, text: &str, end: Option<CallEnd>) -> Vec<ModelEvent> {
        let verdict = self.moderator.check(text).await;
        self.answer.checked(verdict, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_198_a_refused_key_of_the_moderation_service_is_the_operators_problem() {
        assert_eq!(unchecked(Some(Failure::Refused)).kind, ModelErrorKind::Unauthorized);
        for why in [None, Some(Failure::Failed), Some(Failure::TooMany)] {
            assert_eq!(unchecked(why).kind, ModelErrorKind::Unchecked, "{why:?}");
        }
    }
}
