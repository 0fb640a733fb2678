//! Small requests to other servers, bounded in time and in the bytes that are read. Calls to model APIs, which stream, are in
//! `model_calls`.

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use worker::{AbortController, AbortSignal, Error, Fetch, Request, Response, Result};

use crate::runtime::Sleep;

/// Sends a request and returns the status and at most `max_bytes` of the body.
///
/// # Errors
/// When the server cannot be reached, or has not answered within `timeout_ms`; the request is aborted then.
pub async fn fetch_bounded(request: Request, timeout_ms: u64, max_bytes: usize) -> Result<(u16, Vec<u8>)> {
    let controller = AbortController::default();
    let answer = fetch_abortable(request, timeout_ms, max_bytes, &controller.signal()).await;
    if answer.is_err() {
        controller.abort();
    }
    answer
}

/// The same with a signal that aborts the request. After an error the caller aborts what may still be under way.
///
/// # Errors
/// When the server cannot be reached, or has not answered within `timeout_ms`, or the request was aborted.
pub async fn fetch_abortable(
    request: Request,
    timeout_ms: u64,
    max_bytes: usize,
    signal: &AbortSignal,
) -> Result<(u16, Vec<u8>)> {
    let answer = async {
        let mut response = Fetch::Request(request).send_with_signal(signal).await?;
        let body = if max_bytes > 0 { read_body(&mut response, max_bytes).await } else { Vec::new() };
        Ok((response.status_code(), body))
    };
    match select(std::pin::pin!(answer), Sleep::new(timeout_ms)?).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Error::RustError(format!("no answer within {timeout_ms} ms"))),
    }
}

/// Reads the beginning of a body, at most `max_bytes`. A body that breaks off ends there.
pub async fn read_body(response: &mut Response, max_bytes: usize) -> Vec<u8> {
    let mut body = Vec::new();
    if let Ok(mut stream) = response.stream() {
        while let Some(Ok(chunk)) = stream.next().await {
            body.extend(chunk);
            if body.len() >= max_bytes {
                break;
            }
        }
    }
    body.truncate(max_bytes);
    body
}
