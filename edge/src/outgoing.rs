//! Small requests to other servers: with an end, and with no more read than is needed. Calls to models are in `call`.

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use worker::{AbortController, Error, Fetch, Request, Response, Result};

use crate::runtime::Pause;

/// Sends a request that is dropped when its answer has not come within `patience_ms`: the status, and of the body no more
/// than `most` bytes.
pub async fn ask(request: Request, patience_ms: u64, most: usize) -> Result<(u16, Vec<u8>)> {
    let controller = AbortController::default();
    let signal = controller.signal();
    let answer = async {
        let mut response = Fetch::Request(request).send_with_signal(&signal).await?;
        let body = if most > 0 { read(&mut response, most).await } else { Vec::new() };
        Ok((response.status_code(), body))
    };
    match select(std::pin::pin!(answer), Pause::new(patience_ms)?).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => {
            controller.abort();
            Err(Error::RustError("no answer in time".to_owned()))
        }
    }
}

/// The beginning of a body, at most `most` bytes.
pub async fn read(response: &mut Response, most: usize) -> Vec<u8> {
    let mut body = Vec::new();
    if let Ok(mut stream) = response.stream() {
        while let Some(Ok(chunk)) = stream.next().await {
            body.extend(chunk);
            if body.len() >= most {
                break;
            }
        }
    }
    body.truncate(most);
    body
}
