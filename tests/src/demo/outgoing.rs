//! What hyper is handed: a body, whole or coming in pieces, and the socket under it.

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;

/// The body of an HTTP answer.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Full(Option<Bytes>),
    Stream(mpsc::Receiver<io::Result<Bytes>>),
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Outgoing::Full(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Outgoing::Stream(receiver) => {
                receiver.poll_recv(context).map(|bytes| bytes.map(|bytes| bytes.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Outgoing::Full(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Outgoing::Full(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
            Outgoing::Stream(_) => SizeHint::default(),
        }
    }
}

/// The socket under a connection, kept beside hyper so that a fault can make its close a reset.
#[derive(Debug)]
pub(crate) struct Line(std::net::TcpStream);

impl Line {
    pub(crate) fn new(stream: std::net::TcpStream) -> Line {
        Line(stream)
    }

    /// The next close of the connection resets it.
    pub(crate) fn will_reset(&self) {
        // If it cannot, the close is a plain one, and the test that wanted a reset fails by itself.
        let _ = socket2::SockRef::from(&self.0).set_linger(Some(Duration::ZERO));
    }
}
