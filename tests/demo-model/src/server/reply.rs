//! Answers a checked request to a model, the same way for every API: finds the answer, applies the faults, and
//! sends a stream or one body.

use super::body::{self, ResponseBody, set_header};
use super::state::ServerState;
use crate::answer::{Answer, Output};
use crate::api::{ApiCall, ErrorDetail, Rejection};
use crate::faults::Fault;
use crate::prompt::Prompt;
use crate::requests::{Outcome, Recording};
use crate::stream::{ComposedAnswer, Connection, Step, StreamWriter, WireFormat};
use crate::talk;
use hyper::Response;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What the instructions of owners' bots have, and no others.
const OWNERS_BOT: &str = "a bot that the owner of this room made";

/// Answers the call; a stream is written by a task of its own.
pub(crate) fn answer(
    state: &Arc<ServerState>,
    connection: Arc<Connection>,
    recording: Recording,
    call: &dyn ApiCall,
    faults: &[Fault],
) -> Response<ResponseBody> {
    let headers = call.headers();
    let composed = match faults.iter().find_map(Fault::block_reason) {
        Some(reason) => call.compose_blocked(reason),
        None => Ok(call.compose(find_answer(state, call, faults))),
    };
    let composed = match composed {
        Ok(composed) => composed,
        Err(rejection) => return reject(&recording, &rejection, &headers),
    };
    recording.set_response_id(call.id());
    recording.set_status(200);
    if !call.streams() {
        return whole(state, call, &recording, composed, faults);
    }
    let mut steps = composed.steps;
    let mut format = WireFormat::new(call.framing());
    for fault in faults {
        fault.change_stream(call, &mut steps, &mut format);
    }
    let (sender, receiver) = mpsc::channel(1);
    let writer = StreamWriter { format, stores: state.stores.clone(), connection, recording };
    tokio::spawn(writer.run(steps, sender));
    let mut response = Response::new(ResponseBody::Stream(receiver));
    set_header(&mut response, "content-type", "text/event-stream; charset=utf-8");
    set_header(&mut response, "cache-control", "no-cache");
    for (name, value) in headers {
        set_header(&mut response, name, &value);
    }
    response
}

/// Answers with an error, and records it.
pub(crate) fn reject(
    recording: &Recording,
    rejection: &Rejection,
    headers: &[(&'static str, String)],
) -> Response<ResponseBody> {
    recording.set_status(rejection.status);
    recording.end(Outcome::Completed);
    self::rejection(rejection, headers)
}

pub(crate) fn rejection(rejection: &Rejection, headers: &[(&'static str, String)]) -> Response<ResponseBody> {
    body::json(rejection.status, &rejection.body, headers)
}

/// The answer that a test queued, or what the talk makes of the prompt, changed by the faults.
fn find_answer(state: &ServerState, call: &dyn ApiCall, faults: &[Fault]) -> Answer {
    let queued = state.script().answers.pop_front();
    let pace = state.script().pace;
    let outputs = match queued {
        Some(pieces) => vec![Output::Text(pieces)],
        None => vec![in_other_words(state, call.prompt(), talk::answer(call.prompt()))],
    };
    let mut answer = Answer { outputs, stop_reason: None, pace };
    for fault in faults {
        fault.change_answer(&mut answer);
    }
    answer.stop_before(&call.stop_sequences());
    if let Some(limit) = call.token_limit().filter(|_| answer.stop_reason.is_none()) {
        answer.limit(limit);
    }
    answer
}

/// The answer of an owner's bot that was asked the same before says so; that of every other bot is always the same.
fn in_other_words(state: &ServerState, prompt: &Prompt, output: Output) -> Output {
    let is_plain = prompt.answer_schema.is_none() && prompt.instructions.contains(OWNERS_BOT);
    let Output::Text(mut pieces) = output else { return output };
    if is_plain {
        let before = state.repeats.count(prompt);
        pieces.extend((before > 0).then(|| format!(" ({})", before + 1)));
    }
    Output::Text(pieces)
}

/// The answer to a request that did not ask for a stream.
fn whole(
    state: &ServerState,
    call: &dyn ApiCall,
    recording: &Recording,
    composed: ComposedAnswer,
    faults: &[Fault],
) -> Response<ResponseBody> {
    recording.end(Outcome::Completed);
    let headers = call.headers();
    for fault in faults {
        if let Fault::Failed { code, message, .. } | Fault::ErrorEvent { code, message, .. } = fault {
            let failed = call.failed_body(ErrorDetail { code, message });
            recording.set_status(failed.status);
            return body::json(failed.status, &failed.body, &headers);
        }
    }
    for step in composed.steps {
        if let Step::Store(stored) = step {
            // As in a stream: with a full disk the chain is only lost at the next restart.
            let _ = state.stores.responses().insert(&stored);
        }
    }
    let mut body = composed.whole;
    if faults.contains(&Fault::NoUsage) {
        call.remove_usage(&mut body);
    }
    body::json(200, &body, &headers)
}
