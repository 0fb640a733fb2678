//! Reads the bodies of requests, up to a limit.

use futures_util::StreamExt;
use wasm_bindgen_futures::JsFuture;
use worker::Headers;
use worker::js_sys::Uint8Array;
use worker::web_sys::Request;

/// Reads a body as text; `None` when it is longer than `most` bytes, no UTF-8, or cut off.
pub async fn read_text(request: &Request, headers: &Headers, most: usize) -> Option<String> {
    let length = headers.get("content-length").ok().flatten().and_then(|text| text.parse::<usize>().ok());
    let body = match length {
        Some(length) if length <= most => read_whole(request).await,
        Some(_) => None,
        None => read_bounded(request, most).await,
    };
    String::from_utf8(body?).ok()
}

/// Reads a body whose length is known.
async fn read_whole(request: &Request) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(request.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Reads a body that does not say how long it is.
async fn read_bounded(request: &Request, most: usize) -> Option<Vec<u8>> {
    // The same request, not a copy of it, which would be a second stream.
    let mut stream = worker::Request::from(Clone::clone(request)).stream().ok()?;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk.ok()?);
        if body.len() > most {
            return None;
        }
    }
    Some(body)
}
