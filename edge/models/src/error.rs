//! Errors of model calls, classified by what to do about them.

/// An error of a call. Only `kind` and `retry_after_ms` may influence what people see; `note` is for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?}: {note}")]
pub struct ModelError {
    pub kind: ModelErrorKind,
    /// Milliseconds that the server asks to wait.
    pub retry_after_ms: Option<u64>,
    /// The HTTP status of an error response. `None`: the connection failed, or the error came inside a response of status 200.
    pub status: Option<u16>,
    /// Tokens of the model's context, where a [`ModelErrorKind::ContextTooLong`] says how many it has.
    pub context_tokens: Option<u64>,
    /// For the operator's log: status, upstream code and request id. It holds neither room text nor a key, and it never
    /// reaches a client. At most 300 bytes.
    pub note: String,
}

/// The kinds of errors that are treated differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModelErrorKind {
    /// The `previous_response_id` is unknown or expired, or what it names cannot be continued: rebuild from the
    /// transcript, once.
    ChainLost,
    /// The server keeps no state at all (zero data retention, or `previous_response_id` is not supported).
    Stateless,
    /// The input does not fit the model's window.
    ContextTooLong,
    /// 401: the key is wrong or revoked.
    Unauthorized,
    /// 403: region, permission.
    Forbidden,
    /// 404: no such model or endpoint.
    NotFound,
    /// 400 and relatives: the request is wrong.
    BadRequest,
    /// The provider's policy refused the prompt.
    PolicyBlocked,
    /// 429 that passes by waiting.
    RateLimited,
    /// 429 that does not pass by waiting: the account's money or limit is used up.
    QuotaExhausted,
    /// 5xx, `slow_down`, overloaded.
    Overloaded,
    /// Nothing came in time (reported by the room, not by a decoder).
    Timeout,
    /// The connection failed or was reset (reported by the Worker).
    Connection,
    /// The response is not of this API.
    InvalidResponse,
    /// Moderation flagged the question, so no model was asked (reported by the Worker).
    Flagged,
    /// The question or the answer could not be checked, and the room shows nothing unchecked (reported by the Worker).
    Unchecked,
}

impl ModelError {
    /// An error that no server's response stated.
    pub fn local(kind: ModelErrorKind, note: String) -> Self {
        Self { kind, retry_after_ms: None, status: None, context_tokens: None, note }
    }

    /// Whether the server refused the request before its model read it: by an HTTP error status. A gateway that timed out (504, and
    /// Cloudflare's 524) had passed the request on.
    pub fn is_refusal(&self) -> bool {
        self.status.is_some_and(|status| (400..600).contains(&status) && !matches!(status, 504 | 524))
    }
}

impl ModelErrorKind {
    /// Whether trying the same call again later can help, as long as nothing was shown yet.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Overloaded | Self::Timeout | Self::Connection)
    }
}
