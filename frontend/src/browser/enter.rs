//! `POST /api/enter`: asks the Worker whether a socket to a room may be opened. When to ask is decided in `client`.

use client::EnterError;
use gloo_net::http::Request;
use shared::entry::{ApiError, EnterReply, EnterRequest};

const TOO_MANY_REQUESTS: u16 = 429;
/// How long to wait when a 429 does not say it, in seconds.
const DEFAULT_RETRY_S: u64 = 10;

/// Sends the request and returns the Worker's reply.
///
/// # Errors
/// `SlowDown` if this network makes too many requests; `Refused` with the Worker's error code if it answered with one; `Network` if the request failed or the answer cannot
/// be read.
pub(crate) async fn enter(request: &EnterRequest) -> Result<EnterReply, EnterError> {
    let request = Request::post("/api/enter").json(request).map_err(network)?;
    let response = request.send().await.map_err(network)?;
    if response.ok() {
        return response.json().await.map_err(network);
    }
    if response.status() == TOO_MANY_REQUESTS {
        let seconds = response.headers().get("retry-after").and_then(|text| text.trim().parse().ok());
        let retry_after_ms = seconds.unwrap_or(DEFAULT_RETRY_S).saturating_mul(1_000);
        return Err(EnterError::SlowDown { retry_after_ms });
    }
    let ApiError { error } = response.json().await.map_err(network)?;
    Err(EnterError::Refused(error))
}

fn network(_: gloo_net::Error) -> EnterError {
    EnterError::Network
}
