//! A model server for development and tests: it speaks the Responses API, Chat Completions and Gemini with a small
//! scripted talker behind them, plays a moderation endpoint and a weather service, and injects every fault that
//! such a server can have. `cargo xtask dev` starts it (`main.rs`) when no key is set; tests start it in their own process.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use demo_model::{DemoModel, Fault, Options};
//! let model = DemoModel::start(Options::default()).await?;
//! model.inject_fault(Fault::Status { status: 503, headers: Vec::new(), body: String::new() });
//! println!("POST {}/responses is answered with 503 once", model.url());
//! # Ok(()) }
//! ```
//!
//! It implements the APIs from their documentation and shares no type with the crate that calls them (`edge/models`), so
//! that a misreading on either side fails a test.
//!
//! A request passes `server::router` (records it, applies faults that replace the answer), its API's module under `api`
//! (checks it and builds a `prompt::Prompt`), `talk` (answers the prompt), `faults` (changes the answer and its stream) and
//! `stream::writer` (writes the bytes).

#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null for what is not there; nothing else is indexed here"
)]

mod answer;
mod api;
mod clock;
mod faults;
mod moderation;
mod prompt;
mod requests;
mod schema;
mod server;
mod stores;
mod stream;
mod talk;
mod weather;

pub use faults::Fault;
pub use moderation::FLAGGED_WORD;
pub use requests::{Endpoint, Outcome, RecordedRequest};
pub use stream::{Cut, LineEnd};

use server::{FaultTarget, Script, ServerState};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stores::{ResponseStore, Stores};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How a demo model is started. The default is what most tests want: any port, no pauses, nothing persisted.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The pause before a word; the first word comes after ten of them.
    pub pace: Duration,
    /// The file of JSON lines in which stored responses survive a restart.
    pub state: Option<PathBuf>,
    /// Whether `POST /control` and `GET /control/requests` exist.
    pub control: bool,
}

/// A running demo model. Dropping it stops it.
#[derive(Debug)]
pub struct DemoModel {
    state: Arc<ServerState>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl DemoModel {
    /// Binds 127.0.0.1 and serves on the current tokio runtime.
    ///
    /// # Errors
    /// When the port is taken, or `options.state` cannot be read or written.
    pub async fn start(options: Options) -> io::Result<DemoModel> {
        let responses = ResponseStore::open(options.state.as_deref())?;
        let script = Script { pace: options.pace, ..Script::default() };
        let state = Arc::new(ServerState::new(Stores::new(responses), script, options.control));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(server::serve(listener, state.clone()));
        Ok(DemoModel { state, address, server })
    }

    /// The base URL of OpenAI's APIs, with `/v1` and no slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The base URL of Gemini's API, without `/v1beta`.
    pub fn gemini_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL of the weather service, without `/v1`.
    pub fn weather_url(&self) -> String {
        format!("http://{}/weather", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every request so far, in the order of arrival; at most the newest 2,000.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.requests.all()
    }

    /// The requests so far that asked a model, in whichever API, in the order of arrival.
    pub fn model_calls(&self) -> Vec<RecordedRequest> {
        self.requests().into_iter().filter(|request| request.endpoint.is_model_call()).collect()
    }

    /// Waits until the requests satisfy the condition, and returns them; after `limit`, as they are then.
    pub async fn wait_for(
        &self,
        limit: Duration,
        condition: impl Fn(&[RecordedRequest]) -> bool,
    ) -> Vec<RecordedRequest> {
        let begun = Instant::now();
        loop {
            let requests = self.requests();
            if condition(&requests) || begun.elapsed() > limit {
                return requests;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Queues a fault; each model call takes one, in whichever API.
    pub fn inject_fault(&self, fault: Fault) {
        self.state.script().faults.push_back((FaultTarget::ModelCall, fault));
    }

    /// Queues a fault for the next `DELETE /v1/responses/{id}`. Only faults that replace the answer have an effect.
    pub fn inject_deletion_fault(&self, fault: Fault) {
        self.state.script().faults.push_back((FaultTarget::Deletion, fault));
    }

    /// Queues a fault for the next `POST /v1/moderations`. Only faults that replace the answer have an effect.
    pub fn inject_moderation_fault(&self, fault: Fault) {
        self.state.script().faults.push_back((FaultTarget::Moderation, fault));
    }

    /// Queues a fault for the next request below `/weather`. Only faults that replace the answer have an effect.
    pub fn inject_weather_fault(&self, fault: Fault) {
        self.state.script().faults.push_back((FaultTarget::Weather, fault));
    }

    /// Queues an exact answer for the next model call, streamed word by word.
    pub fn queue_answer(&self, text: &str) {
        self.state.script().answers.push_back(answer::words(text));
    }

    /// Queues an exact answer with exactly these deltas.
    pub fn queue_answer_deltas(&self, deltas: &[&str]) {
        self.state.script().answers.push_back(deltas.iter().map(|delta| (*delta).to_owned()).collect());
    }

    /// Drops queued faults and answers; later requests are answered as usual and without pauses.
    pub fn reset(&self) {
        *self.state.script() = Script::default();
    }

    /// Whether `previous_response_id` is ignored from now on.
    pub fn set_stateless(&self, stateless: bool) {
        self.state.script().stateless = stateless;
    }

    /// Sets the pause before a word for answers that begin from now on.
    pub fn set_pace(&self, pace: Duration) {
        self.state.script().pace = pace;
    }

    /// Makes all response ids unknown.
    ///
    /// # Errors
    /// When the state file cannot be truncated.
    pub fn forget_responses(&self) -> io::Result<()> {
        self.state.stores.responses().forget()
    }

    /// Stops at once and closes all connections, also in the middle of a word.
    pub async fn stop(mut self) {
        self.server.abort();
        // The only possible error is the cancellation that was just asked for.
        let _ = (&mut self.server).await;
    }
}

impl Drop for DemoModel {
    fn drop(&mut self) {
        self.server.abort();
    }
}
