//! The Worker: the thin shell around the rooms.
//!
//! It checks who asks and from where ([`door`]), and around each room ([`object`], [`shell`]) it does what the pure
//! `room` asks for: SQL, sockets, timers and the calls to models. No rule of a room lives here.

pub mod address;
pub mod bots;
pub mod budget;
pub mod call;
pub mod cookie;
pub mod door;
pub mod effects;
pub mod headers;
pub mod identity;
pub mod ledger;
pub mod made;
pub mod names;
pub mod object;
pub mod origin;
pub mod outgoing;
pub mod prices;
pub mod receipt;
pub mod runtime;
pub mod schema;
pub mod settings;
pub mod shell;
pub mod sockets;
pub mod store;
pub mod wakeups;
pub mod weather;

use worker::{Context, Env, Request, Response, Result, console_error, event};

/// Every request. No error leaves without an answer, and none takes anything of its cause along.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    match door::answer(request, env).await {
        Ok(response) => Ok(response),
        Err(error) => {
            console_error!("a request failed: {error}");
            headers::Refusal::TryLater.response()
        }
    }
}
