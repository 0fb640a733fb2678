//! The result of `POST /api/enter`, the HTTP call before a socket opens.

use thiserror::Error;

/// What the entry said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// The server has not replied yet.
    Unknown,
    /// The room exists, and this visitor may enter.
    Open,
    /// The room does not exist. Without a key, [`crate::Input::Join`] creates it; with one, the link is wrong.
    Absent,
    /// The room was deleted.
    Gone,
    /// This visitor's network makes too many requests; the client asks again by itself.
    SlowDown,
    /// The server cannot find out now whether this visitor, who is new to it, is a person; the client asks again by itself.
    Unverified,
    /// This visitor is banned from the room.
    Banned,
    /// This visitor was removed from the room less than a minute ago.
    Kicked,
    /// The room is locked, and this visitor has never joined it.
    Locked,
    /// The page speaks another version of the protocol and has to be reloaded.
    Version,
}

/// Why `POST /api/enter` gave no reply.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnterError {
    #[error("the request failed, or its response was no entry reply")]
    Network,
    /// The network of this visitor makes too many requests (status 429).
    #[error("too many requests from this network; the next is possible in {retry_after_ms} ms")]
    SlowDown { retry_after_ms: u64 },
    /// The visitor has to pass a challenge first, which is shown to them; the shell sends the request again with its token, and the reply to
    /// that is still to come.
    #[error("the visitor has to pass a challenge first")]
    Challenged,
    /// The Worker's sentence for developers, [`shared::entry::ApiError::error`].
    #[error("the server refused the request: {0}")]
    Refused(String),
}
