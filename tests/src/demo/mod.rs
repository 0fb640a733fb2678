//! The demo model: a small server that speaks the OpenAI Responses API, with a modest conversationalist behind it
//! and every fault of such an API at hand. `cargo xtask dev` starts it when there is no key; tests start it in
//! their own process with [`Demo::start`].
//!
//! It is an independent reading of the API's documentation: it shares no type with the crate that calls it, so a
//! misunderstanding on either side shows.

#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null for what is not there; nothing else is indexed here"
)]

mod check;
mod compose;
mod control;
mod fault;
mod http;
mod input;
mod problem;
mod schema;
mod seen;
mod store;
mod talk;
mod wire;

pub use fault::{Cut, Fault};
pub use seen::{Ending, Seen};
pub use wire::LineEnd;

use http::{Core, Queue};
use hyper::Method;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use seen::Log;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::Store;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use wire::Line;

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
            queue: Mutex::new(queue),
            control: options.control,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(serve(listener, core.clone()));
        Ok(Demo { core, address, server })
    }

    /// The base URL, with `/v1` and no slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
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

    /// Queues a behaviour; each `POST /v1/responses` takes one.
    pub fn script(&self, fault: Fault) {
        self.core.queue().faults.push_back((Method::POST, fault));
    }

    /// Queues a behaviour for the next `DELETE /v1/responses/{id}`.
    pub fn script_delete(&self, fault: Fault) {
        self.core.queue().faults.push_back((Method::DELETE, fault));
    }

    /// Queues an exact answer, streamed word by word.
    pub fn say(&self, text: &str) {
        self.core.queue().says.push_back(compose::words(text));
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
