//! Control requests, for tests in other processes: `POST /control` and `GET /control/requests`. They exist only with
//! `--control` (`Options::control`).

use super::state::{FaultTarget, ServerState};
use crate::answer::words;
use crate::api::openai::ApiError;
use crate::faults::Fault;
use crate::requests::RecordedRequest;
use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// The body of `POST /control`. Every field is optional; they take effect in this order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    /// Empties the queues and the list of requests, and ends statelessness.
    #[serde(default)]
    clear: bool,
    /// Faults for the next model calls, in whichever API, one each.
    #[serde(default)]
    faults: Vec<Fault>,
    #[serde(default)]
    deletion_faults: Vec<Fault>,
    #[serde(default)]
    moderation_faults: Vec<Fault>,
    #[serde(default)]
    weather_faults: Vec<Fault>,
    #[serde(default)]
    answers: Vec<QueuedAnswer>,
    /// Makes all response ids unknown.
    #[serde(default)]
    forget_responses: bool,
    stateless: Option<bool>,
    pace_ms: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum QueuedAnswer {
    Text(String),
    Deltas(Vec<String>),
}

pub(crate) fn handle(
    state: &ServerState,
    method: &Method,
    path: &str,
    body: Option<Value>,
) -> Result<Value, ApiError> {
    match (method, path) {
        (&Method::GET, "/control/requests") => {
            Ok(state.requests.all().iter().map(RecordedRequest::to_json).collect())
        }
        (&Method::POST, "/control") => {
            let body = body.ok_or_else(ApiError::not_json)?;
            let control =
                serde_json::from_value(body).map_err(|error| ApiError::new(400, error.to_string()))?;
            apply(state, control)?;
            Ok(json!({"ok": true}))
        }
        _ => Err(ApiError::no_route(method.as_str(), path)),
    }
}

fn apply(state: &ServerState, control: Control) -> Result<(), ApiError> {
    let mut script = state.script();
    if control.clear {
        script.faults.clear();
        script.answers.clear();
        script.stateless = false;
        state.requests.clear();
    }
    for (target, faults) in [
        (FaultTarget::ModelCall, control.faults),
        (FaultTarget::Deletion, control.deletion_faults),
        (FaultTarget::Moderation, control.moderation_faults),
        (FaultTarget::Weather, control.weather_faults),
    ] {
        script.faults.extend(faults.into_iter().map(|fault| (target, fault)));
    }
    for answer in control.answers {
        script.answers.push_back(match answer {
            QueuedAnswer::Text(text) => words(&text),
            QueuedAnswer::Deltas(deltas) => deltas,
        });
    }
    if let Some(stateless) = control.stateless {
        script.stateless = stateless;
    }
    if let Some(pace) = control.pace_ms {
        script.pace = Duration::from_millis(pace);
    }
    if control.forget_responses {
        state.stores.responses().forget().map_err(|error| ApiError::new(500, error.to_string()))?;
    }
    Ok(())
}
