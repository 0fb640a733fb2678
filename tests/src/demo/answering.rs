//! From an understood request to an HTTP answer, the same way for every API: what the model says, what the faults
//! make of it, and a stream or one body.

use super::core::Core;
use super::dialect::{Dialect, Trouble};
use super::fault::Fault;
use super::http::{json_answer, put_header, refuse};
use super::outgoing::{Line, Outgoing};
use super::output::{Output, Told};
use super::play::{Player, Wire};
use super::seen::{Ending, Ticket};
use super::steps::{Composed, Step};
use super::talk;
use hyper::Response;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Answers; the rest of a stream is written by a task of its own.
pub(crate) fn answer(
    core: &Arc<Core>,
    line: Arc<Line>,
    ticket: Ticket,
    dialect: &dyn Dialect,
    faults: &[Fault],
) -> Response<Outgoing> {
    let headers = dialect.headers();
    let blocked = faults.iter().find_map(Fault::blocks);
    let composed = match blocked {
        Some(reason) => dialect.blocked(reason),
        None => Ok(dialect.compose(told(core, dialect, faults))),
    };
    let composed = match composed {
        Ok(composed) => composed,
        Err(refused) => return refuse(&ticket, &refused, &headers),
    };
    ticket.response_id(dialect.id());
    ticket.status(200);
    if !dialect.streams() {
        return whole(core, dialect, &ticket, composed, faults);
    }
    let mut steps = composed.steps;
    let mut wire = Wire::new(dialect.framing());
    for fault in faults {
        fault.stream(dialect, &mut steps, &mut wire);
    }
    let (sender, receiver) = mpsc::channel(1);
    let player = Player { wire, store: core.store.clone(), line, ticket };
    tokio::spawn(player.play(steps, sender));
    let mut response = Response::new(Outgoing::Stream(receiver));
    put_header(&mut response, "content-type", "text/event-stream; charset=utf-8");
    put_header(&mut response, "cache-control", "no-cache");
    for (name, value) in headers {
        put_header(&mut response, name, &value);
    }
    response
}

/// What the model says: what a test told it to, or what the conversationalist makes of the prompt.
fn told(core: &Core, dialect: &dyn Dialect, faults: &[Fault]) -> Told {
    let said = core.queue().says.pop_front();
    let pace = core.queue().pace;
    let outputs = match said {
        Some(pieces) => vec![Output::Text(pieces)],
        None => vec![talk::output(dialect.prompt())],
    };
    let mut told = Told { outputs, reason: None, pace };
    for fault in faults {
        fault.answer(&mut told);
    }
    told.stop_before(&dialect.stops());
    if let Some(limit) = dialect.limit().filter(|_| told.reason.is_none()) {
        told.limit(limit);
    }
    told
}

/// The answer to a request that did not ask for a stream.
fn whole(
    core: &Core,
    dialect: &dyn Dialect,
    ticket: &Ticket,
    composed: Composed,
    faults: &[Fault],
) -> Response<Outgoing> {
    ticket.end(Ending::Completed);
    let headers = dialect.headers();
    for fault in faults {
        if let Fault::Failed { code, message, .. } | Fault::ErrorEvent { code, message, .. } = fault {
            let failed = dialect.failed_whole(Trouble { code, message });
            ticket.status(failed.status);
            return json_answer(failed.status, &failed.body, &headers);
        }
    }
    for step in composed.steps {
        if let Step::Keep(kept) = step {
            // As in a stream: a full disk only means that the chain is lost after a restart.
            let _ = core.store().keep(&kept);
        }
    }
    let mut body = composed.whole;
    if faults.contains(&Fault::NoUsage) {
        dialect.without_usage(&mut body);
    }
    json_answer(200, &body, &headers)
}
