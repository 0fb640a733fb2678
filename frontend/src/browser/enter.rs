//! `POST /api/enter`: asks the Worker whether a socket to a room may be opened. When to ask is decided in `client`.

use client::EnterError;
use gloo_net::http::Request;
use shared::entry::{ApiError, EnterReply, EnterRequest};

use super::challenge;

const TOO_MANY_REQUESTS: u16 = 429;
/// How long to wait when a 429 does not say it, in seconds.
const DEFAULT_RETRY_S: u64 = 10;

/// Sends the request and returns the Worker's reply. Where the Worker asks for a challenge, the visitor is shown it, and the request is
/// sent again with its token; `on_challenge` is told before that.
///
/// # Errors
/// `SlowDown` if this network makes too many requests; `Refused` with the Worker's error code if it answered with one; `Network` if the
/// request failed or the answer cannot be read.
pub(crate) async fn enter(
    request: &EnterRequest,
    on_challenge: impl FnOnce(),
) -> Result<EnterReply, EnterError> {
    let reply = ask(request, None).await;
    match &reply {
        Err(EnterError::Refused(code)) if code == "challenge" => {
            on_challenge();
            match challenge::pass().await {
                Some(token) => ask(request, Some(&token)).await,
                None => Err(EnterError::Refused("unverified".to_owned())),
            }
        }
        _ => reply,
    }
}

async fn ask(request: &EnterRequest, token: Option<&str>) -> Result<EnterReply, EnterError> {
    let mut builder = Request::post("/api/enter");
    if let Some(token) = token {
        builder = builder.header("x-madang-challenge", token);
    }
    let response = builder.json(request).map_err(network)?.send().await.map_err(network)?;
    if response.ok() {
        let body = response.text().await.map_err(network)?;
        return EnterReply::parse(&body).map_err(|_| EnterError::Network);
    }
    if response.status() == TOO_MANY_REQUESTS {
        let seconds = response.headers().get("retry-after").and_then(|text| text.trim().parse().ok());
        let retry_after_ms = seconds.unwrap_or(DEFAULT_RETRY_S).saturating_mul(1_000);
        return Err(EnterError::SlowDown { retry_after_ms });
    }
    let body = response.text().await.map_err(network)?;
    let ApiError { error } = ApiError::parse(&body).map_err(|_| EnterError::Network)?;
    Err(EnterError::Refused(error))
}

fn network(_: gloo_net::Error) -> EnterError {
    EnterError::Network
}
