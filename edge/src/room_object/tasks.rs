//! Tasks that go on by themselves: calls of models, the weather, deletions at model servers, push messages; and what other objects are told, of which
//! the room hears nothing: the operator's list of reports, and the addresses' of offenders.

use models::ModelEvent;
use room::{Call, Input, ListedReport, ModelRoute, Push, WeatherRequest};
use shared::Seq;
use shared::operator::ReportRow;

use super::effects::EffectRunner;
use super::sockets::Offender;
use crate::model_calls::{self, CallContext, CallListener};
use crate::settings::ApiKey;
use crate::web_push::{self, Outcome};
use crate::{address_object, ledger_object, runtime, weather};

impl EffectRunner {
    pub(super) fn start_call(&self, call: Call) {
        let (run, call_number) = (call.run, call.call_number);
        let signal = self.calls.open(run, call_number);
        self.spawn(move |runner| async move {
            let key = runner.api_key(&call.route.key);
            let room = runner.key();
            let (env, settings, room) = (&runner.env, runner.settings(), room.as_deref());
            let context = CallContext { env, settings, room, key, signal };
            model_calls::run(call, context, &RunEvents { runner: &runner, run, call_number }).await;
            runner.calls.close(run, call_number);
        });
    }

    pub(super) fn fetch_weather(&self, request: WeatherRequest) {
        self.spawn(move |runner| async move {
            let output = weather::tool_output(runner.settings(), &request.query).await;
            let WeatherRequest { run, call_number, index, .. } = request;
            runner.tell(Input::ToolFinished { run, call_number, index, output });
        });
    }

    pub(super) fn delete_response(&self, id: String, route: ModelRoute) {
        self.spawn(move |runner| async move {
            let key = runner.api_key(&route.key);
            let is_gone = model_calls::delete_response(&id, &route, key.as_ref()).await;
            runner.tell(Input::ResponseDeleted { id, is_gone });
        });
    }

    /// Tells the object of an address that a socket was closed for its frames.
    pub(super) fn report_offender(&self, offender: Offender) {
        self.spawn(move |runner| async move {
            let factor = runner.settings().tuning.address_factor;
            let counted =
                address_object::add_offence(&runner.env, &offender.address, factor, &offender.person).await;
            if let Err(error) = counted {
                runner.log_error("offence_not_counted", &error, "who it was may come in again at once");
            }
        });
    }

    /// Adds a reported message to the operator's list, or drops it there.
    pub(super) fn list_report(&self, report: ListedReport) {
        let ListedReport { name, seq, count, reason } = report;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        let at = runtime::now();
        let row = ReportRow { at, room: self.label(), name: name.to_string(), seq: seq.0, count, reason };
        self.spawn(move |runner| async move { ledger_object::report(&runner.env, row).await });
    }

    /// Sends a push message. One that a push service does not take is lost: the message is in the room.
    pub(super) fn push(&self, push: Push) {
        self.spawn(move |runner| async move {
            let Some(settings) = &runner.settings().push else { return };
            match web_push::send(&push, settings, runtime::now()).await {
                Outcome::Taken => {}
                Outcome::Gone => runner.push_gone(push),
                Outcome::Refused(status) => {
                    let error = format!("the push service refuses the deployment's key with status {status}");
                    runner.log_error("push_refused", &error, "the subscription is removed");
                    runner.push_gone(push);
                }
                Outcome::Failed(error) => {
                    let then = "the message is in the room, and the next one is pushed again";
                    runner.log_error("push_failed", &error, then);
                }
            }
        });
    }

    fn push_gone(&self, push: Push) {
        self.tell(Input::PushGone { endpoint: push.subscription.endpoint });
    }

    /// The key in a secret or a variable. Only the operator names these, never a visitor.
    fn api_key(&self, name: &str) -> Option<ApiKey> {
        let secret = self.env.secret(name).map(|secret| secret.to_string());
        ApiKey::new(&secret.or_else(|_| self.env.var(name).map(|value| value.to_string())).ok()?)
    }
}

/// Hands the events of one call to the room.
struct RunEvents<'a> {
    runner: &'a EffectRunner,
    run: Seq,
    call_number: u32,
}

impl CallListener for RunEvents<'_> {
    fn on_send(&self) -> bool {
        let Self { runner, run, call_number } = *self;
        if !runner.calls.is_open(run, call_number) {
            return false;
        }
        runner.calls.sent(run, call_number);
        runner.tell(Input::CallSent { run, call_number });
        runner.calls.is_open(run, call_number)
    }

    fn on_event(&self, event: ModelEvent) -> bool {
        let Self { runner, run, call_number } = *self;
        if !runner.calls.is_open(run, call_number) {
            return false;
        }
        // The call is over with its last event, whatever the room does with it.
        if matches!(event, ModelEvent::Finished(_)) {
            runner.calls.close(run, call_number);
        }
        runner.tell(Input::ModelEvent { run, call_number, event });
        runner.calls.is_open(run, call_number)
    }
}
