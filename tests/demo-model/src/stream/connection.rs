//! A second handle to a client's socket, beside hyper's.

use std::time::Duration;

/// The socket of a connection, kept so that a fault can turn its close into a reset.
#[derive(Debug)]
pub(crate) struct Connection(std::net::TcpStream);

impl Connection {
    pub(crate) fn new(stream: std::net::TcpStream) -> Connection {
        Connection(stream)
    }

    /// Makes the next close a TCP reset.
    pub(crate) fn reset_on_close(&self) {
        // If the option cannot be set, the close is a plain one, and the test that wanted a reset fails.
        let _ = socket2::SockRef::from(&self.0).set_linger(Some(Duration::ZERO));
    }
}
