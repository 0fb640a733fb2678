//! The HTTP server: accepts connections and hands requests to the router.

mod body;
mod control;
mod repeats;
mod reply;
mod router;
mod state;

pub(crate) use state::{FaultTarget, Script, ServerState};

use crate::stream::Connection;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Serves until its task is aborted, which closes all connections.
pub(crate) async fn serve(listener: TcpListener, state: Arc<ServerState>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve_connection(stream, state.clone()));
            }
            // Most likely there are no file descriptors left: wait for some connection to end.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_connection(stream: TcpStream, state: Arc<ServerState>) {
    let Ok((connection, stream)) = with_second_handle(stream) else { return };
    let service = service_fn(|request| router::handle(state.clone(), connection.clone(), request));
    // An error here is a client that went away or an injected fault; both are recorded with the request.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Keeps a second handle to the socket. Without `nodelay`, small events would wait for acknowledgements.
fn with_second_handle(stream: TcpStream) -> io::Result<(Arc<Connection>, TcpStream)> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    let connection = Arc::new(Connection::new(stream.try_clone()?));
    Ok((connection, TcpStream::from_std(stream)?))
}
