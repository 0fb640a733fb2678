//! The demo model: a small server that speaks OpenAI's Responses API, Chat Completions and Gemini, with a modest
//! conversationalist behind them and every fault of such an API at hand; and the weather. `cargo xtask dev` starts
//! it when there is no key; tests start it in their own process with [`Demo::start`].
//!
//! It is an independent reading of the APIs' documentation: it shares no type with the crate that calls it, so a
//! misunderstanding on either side shows.
//!
//! One request, from the outside in: `http` reads and records it; the module of its API (`responses`,
//! `chat_completions`, `gemini`) checks it and makes a `prompt` of it; `talk` answers the prompt; `answering` lets
//! faults have their way; the API's module puts the answer into `steps`, and `play` writes them.

#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null for what is not there; nothing else is indexed here"
)]

mod answering;
mod chat_completions;
mod control;
mod core;
mod dialect;
mod fault;
mod gemini;
mod http;
mod moderations;
mod openai;
mod outgoing;
mod output;
mod play;
mod prefixes;
mod prompt;
mod responses;
mod schema;
mod seen;
mod spoil;
mod steps;
mod store;
mod talk;
mod weather;

pub use fault::{Cut, Fault};
pub use moderations::FLAG;
pub use play::LineEnd;
pub use seen::{Door, Ending, Seen};

use self::core::{Awaits, Core, Queue};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use outgoing::Line;
use prefixes::Prefixes;
use seen::Log;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::Store;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// How a demo is started. The default is what most tests want: any port, no pauses, nothing kept.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The pause before a word; the first word comes after ten of them.
    pub pace: Duration,
    /// The file in which chains survive a restart.
    pub state: Option<PathBuf>,
    /// Whether `POST /control` and `GET /control/requests` are there.
    pub control: bool,
}

/// A running demo model. Dropping it stops it.
#[derive(Debug)]
pub struct Demo {
    core: Arc<Core>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Demo {
    /// Binds 127.0.0.1 and serves on the current tokio runtime.
    pub async fn start(options: Options) -> io::Result<Demo> {
        let store = Store::open(options.state.as_deref())?;
        let queue = Queue { pace: options.pace, ..Queue::default() };
        let core = Arc::new(Core {
            log: Log::default(),
            store: Arc::new(Mutex::new(store)),
            prefixes: Mutex::new(Prefixes::default()),
            queue: Mutex::new(queue),
            control: options.control,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(serve(listener, core.clone()));
        Ok(Demo { core, address, server })
    }

    /// The base URL of OpenAI's APIs, with `/v1` and no slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The base URL of Gemini's API, without `/v1beta`.
    pub fn gemini_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL of the weather, without `/v1`.
    pub fn weather_url(&self) -> String {
        format!("http://{}/weather", self.address)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Seen> {
        self.core.log.all()
    }

    /// Waits until the requests satisfy the test, and returns them; at the limit, as they are then.
    pub async fn wait_for(&self, limit: Duration, satisfied: impl Fn(&[Seen]) -> bool) -> Vec<Seen> {
        let begun = Instant::now();
        loop {
            let requests = self.requests();
            if satisfied(&requests) || begun.elapsed() > limit {
                return requests;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Every question to a model so far, in whichever API, in the order of arrival.
    pub fn questions(&self) -> Vec<Seen> {
        self.requests().into_iter().filter(|seen| seen.door.is_question()).collect()
    }

    /// Queues a behaviour; each question to a model takes one, in whichever API.
    pub fn script(&self, fault: Fault) {
        self.queue(Awaits::Question, fault);
    }

    /// Queues a behaviour for the next `DELETE /v1/responses/{id}`.
    pub fn script_delete(&self, fault: Fault) {
        self.queue(Awaits::Deletion, fault);
    }

    /// Queues a behaviour for the next `POST /v1/moderations`; only those that take the place of the answer.
    pub fn script_moderation(&self, fault: Fault) {
        self.queue(Awaits::Moderation, fault);
    }

    /// Queues a behaviour for the next request below `/weather`; only those that take the place of the answer.
    pub fn script_weather(&self, fault: Fault) {
        self.queue(Awaits::Weather, fault);
    }

    fn queue(&self, awaits: Awaits, fault: Fault) {
        self.core.queue().faults.push_back((awaits, fault));
    }

    /// Queues an exact answer, streamed word by word.
    pub fn say(&self, text: &str) {
        self.core.queue().says.push_back(output::words(text));
    }

    /// Queues an exact answer with exactly these deltas.
    pub fn say_pieces(&self, pieces: &[&str]) {
        self.core.queue().says.push_back(pieces.iter().map(|piece| (*piece).to_owned()).collect());
    }

    /// Takes back what was queued and changed: the next request is answered as usual, and without pauses.
    pub fn reset(&self) {
        *self.core.queue() = Queue::default();
    }

    /// From now on ignores `previous_response_id`, or no longer.
    pub fn stateless(&self, stateless: bool) {
        self.core.queue().stateless = stateless;
    }

    /// Changes the pause before a word for answers that begin from now on.
    pub fn pace(&self, pace: Duration) {
        self.core.queue().pace = pace;
    }

    /// Makes all response ids unknown.
    pub fn forget(&self) -> io::Result<()> {
        self.core.store().forget()
    }

    /// Stops at once, closing all connections, in the middle of a word if need be.
    pub async fn stop(mut self) {
        self.server.abort();
        // The only error is that it was aborted, which is what was asked for.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, core: Arc<Core>) {
    // Dropped with this task, the set ends all connections.
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, core.clone()));
            }
            // Out of file descriptors, most likely: wait for some connection to end.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, core: Arc<Core>) {
    let Ok((line, stream)) = split(stream) else { return };
    let service = service_fn(|request| http::handle(core.clone(), line.clone(), request));
    // An error here is a client that went, or a fault that wanted it so; both are recorded with the request.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Keeps a second handle to the socket. Without `nodelay`, small events would wait for acknowledgements.
fn split(stream: TcpStream) -> io::Result<(Arc<Line>, TcpStream)> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    let line = Arc::new(Line::new(stream.try_clone()?));
    Ok((line, TcpStream::from_std(stream)?))
}
