//! Streams of server-sent events: the steps that a stream consists of, how its bytes are framed, and who writes them.

mod connection;
mod framing;
mod steps;
mod writer;

pub(crate) use connection::Connection;
pub use framing::{Cut, LineEnd};
pub(crate) use framing::{DONE, Framing, Split, WireFormat};
pub(crate) use steps::{ComposedAnswer, EventKind, Step, end_after, insertion_point, paced};
pub(crate) use writer::StreamWriter;
