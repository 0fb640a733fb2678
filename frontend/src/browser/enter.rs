//! `POST /api/enter`: asks the Worker whether a socket to a room may be opened. When to ask is decided in `client`.

use client::EnterError;
use gloo_net::http::Request;
use shared::entry::{ApiError, EnterReply, EnterRequest};

/// Sends the request and returns the Worker's reply.
///
/// # Errors
/// `Refused` with the Worker's error code if it answered with one; `Network` if the request failed or the answer cannot
/// be read.
pub(crate) async fn enter(request: &EnterRequest) -> Result<EnterReply, EnterError> {
    let request = Request::post("/api/enter").json(request).map_err(network)?;
    let response = request.send().await.map_err(network)?;
    if response.ok() {
        return response.json().await.map_err(network);
    }
    let ApiError { error } = response.json().await.map_err(network)?;
    Err(EnterError::Refused(error))
}

fn network(_: gloo_net::Error) -> EnterError {
    EnterError::Network
}
