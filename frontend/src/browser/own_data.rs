//! `/api/rooms/{room}/my-data`: what a room keeps of the reader.

use gloo_net::http::Request;
use shared::RoomName;

const NOT_FOUND: u16 = 404;

/// The address that downloads it.
pub(crate) fn url(room: &RoomName) -> String {
    format!("/api/rooms/{}/my-data", js_sys::encode_uri_component(room.as_str()))
}

/// Deletes everything that the reader wrote. Returns whether nothing of them is left, or will be.
pub(crate) async fn delete(url: &str) -> bool {
    let response = Request::delete(url).send().await;
    response.is_ok_and(|response| response.ok() || response.status() == NOT_FOUND)
}
