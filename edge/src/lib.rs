//! The Worker: checks who asks, routes requests to Durable Objects, and does the input and output of each room.
//!
//! The rules of a chat room are in the crate `room`, the formats of model APIs in the crate `models`; neither does any
//! input or output. The modules here are in the order of their dependencies: each uses only modules below it.
//!
//! | module | is for |
//! | --- | --- |
//! | [`router`] | routes below `/api/`: identity cookie, origin check, forwarding to a room's object |
//! | [`sign_in`] | operators, and links by which another device becomes the same person |
//! | [`request_context`] | what is known of a request before anything is done |
//! | [`own_data`] | what a room keeps of a visitor, as one file |
//! | [`privacy_page`] | the privacy page in both languages |
//! | [`operator`] | the operator's endpoints |
//! | [`health`] | whether the deployment has what it needs |
//! | [`admission`] | whether an address may enter or connect now |
//! | [`address_object`] | the Durable Object `Address`: counts the visits of one address group |
//! | [`address_limits`] | how many visits, identities and rooms an address group may have |
//! | [`room_object`] | the Durable Object `Room`: sockets, timers, storage and calls of one room |
//! | [`ledger_object`] | the Durable Object `Ledger`: grants leases on the budget of the whole deployment |
//! | [`model_calls`] | one request to a model API and the events in its response |
//! | [`moderation`] | the word list, whether the moderation service can be asked, what is shown of an answer while it is checked |
//! | [`web_push`] | push messages: subscriptions as pages send them, and requests to push services |
//! | [`weather`] | the weather tool's requests to Open-Meteo |
//! | [`sql`] | a room's tables, and the room's storage traits on SQLite |
//! | [`bots`] | the built-in bots, the policy for custom bots, prices |
//! | [`settings`] | the operator's variables and secrets |
//! | [`http`] | replies, cookies, origins, client addresses, bounded requests to other servers |
//! | [`identity`] | signed identity tokens |
//! | [`nickname_keys`] | which nicknames look alike |
//! | [`normalize`] | NFC for incoming text |
//! | [`log`] | the operator's log: one JSON line per event |
//! | [`runtime`] | bindings to the JavaScript runtime |

pub mod address_limits;
pub mod address_object;
pub mod admission;
pub mod bots;
pub mod challenge;
pub mod health;
pub mod http;
pub mod identity;
pub mod ledger_object;
pub mod log;
pub mod model_calls;
pub mod moderation;
pub mod nickname_keys;
pub mod normalize;
pub mod operator;
pub mod own_data;
pub mod privacy_page;
pub mod request_context;
pub mod room_object;
pub mod router;
pub mod runtime;
pub mod settings;
pub mod sign_in;
pub mod sql;
pub mod weather;
pub mod web_push;

use worker::web_sys::Request;
use worker::{Context, Env, Response, Result, event};

/// Answers every request to the Worker that is not for a static file. The runtime's own type: `worker::Request` reads each
/// request's `cf` object, which nobody needs here.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    router::handle(request, env).await
}
