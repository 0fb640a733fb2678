//! The demo's second door, for tests in other processes: `POST /control` and `GET /control/requests`. It is only
//! there when asked for.

use super::core::{Awaits, Core};
use super::fault::Fault;
use super::openai::Problem;
use super::output::words;
use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// The body of `POST /control`; every field is optional and they act in this order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    /// Empties the queues and the list of requests, and ends statelessness.
    #[serde(default)]
    clear: bool,
    /// Faults for the next questions to a model, in whichever API, one each.
    #[serde(default)]
    script: Vec<Fault>,
    /// Faults for the next `DELETE` requests.
    #[serde(default)]
    script_delete: Vec<Fault>,
    /// Faults for the next texts to be moderated.
    #[serde(default)]
    script_moderation: Vec<Fault>,
    /// Faults for the next looks at the weather.
    #[serde(default)]
    script_weather: Vec<Fault>,
    /// Answers: a text, or the list of its deltas.
    #[serde(default)]
    say: Vec<Saying>,
    /// Makes all response ids unknown.
    #[serde(default)]
    forget: bool,
    stateless: Option<bool>,
    pace_ms: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Saying {
    Text(String),
    Pieces(Vec<String>),
}

pub(crate) fn control(
    core: &Core,
    method: &Method,
    path: &str,
    body: Option<Value>,
) -> Result<Value, Problem> {
    match (method, path) {
        (&Method::GET, "/control/requests") => {
            Ok(core.log.all().iter().map(super::seen::Seen::to_json).collect())
        }
        (&Method::POST, "/control") => {
            let body = body.ok_or_else(Problem::not_json)?;
            let control =
                serde_json::from_value(body).map_err(|error| Problem::new(400, error.to_string()))?;
            apply(core, control)?;
            Ok(json!({"ok": true}))
        }
        _ => Err(Problem::no_route(method.as_str(), path)),
    }
}

fn apply(core: &Core, control: Control) -> Result<(), Problem> {
    let mut queue = core.queue();
    if control.clear {
        queue.faults.clear();
        queue.says.clear();
        queue.stateless = false;
        core.log.clear();
    }
    for (awaits, faults) in [
        (Awaits::Question, control.script),
        (Awaits::Deletion, control.script_delete),
        (Awaits::Moderation, control.script_moderation),
        (Awaits::Weather, control.script_weather),
    ] {
        queue.faults.extend(faults.into_iter().map(|fault| (awaits, fault)));
    }
    for saying in control.say {
        queue.says.push_back(match saying {
            Saying::Text(text) => words(&text),
            Saying::Pieces(pieces) => pieces,
        });
    }
    if let Some(stateless) = control.stateless {
        queue.stateless = stateless;
    }
    if let Some(pace) = control.pace_ms {
        queue.pace = Duration::from_millis(pace);
    }
    if control.forget {
        core.store().forget().map_err(|error| Problem::new(500, error.to_string()))?;
    }
    Ok(())
}
