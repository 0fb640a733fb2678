//! Everything that a room keeps of a visitor, as one file: the pages of the room's object, gathered.
//!
//! Not here: who asks (`router`), and what is in a page (`room::OwnData`).

use serde::Deserialize;
use shared::{RoomName, Seq, limits};
use worker::Response;

use crate::http::reply::{self, RequestError};

const OK: u16 = 200;

/// What is needed of a page to ask for the next one.
#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    next: Option<Seq>,
}

/// Gathers the pages into a JSON array. When the visitor must wait before the end, or there are too many pages, the last one
/// names in `next` where to go on, with `?after=`.
///
/// # Errors
/// When no page can be read.
pub async fn download(
    room: &RoomName,
    after: Seq,
    ask: impl AsyncFn(Seq) -> Result<Response, RequestError>,
) -> Result<Response, RequestError> {
    let mut pages: Vec<String> = Vec::new();
    let mut next = Some(after);
    while let Some(after) = next.filter(|_| pages.len() < limits::OWN_DATA_PAGES) {
        let mut answer = ask(after).await?;
        if answer.status_code() != OK {
            if pages.is_empty() {
                return Ok(answer);
            }
            break;
        }
        let page = answer.text().await?;
        next = serde_json::from_str::<Page>(&page)?.next;
        pages.push(page);
    }
    // A header holds no Hangul.
    let name: String = room.as_str().chars().filter(char::is_ascii).collect();
    Ok(reply::download(&format!("madang-{name}.json"), format!("[{}]\n", pages.join(",\n")))?)
}

/// The place in the query of a URL after which to begin.
pub fn after(url: &str) -> Seq {
    let (_, query) = url.split_once('?').unwrap_or_default();
    let after = query.split('&').find_map(|part| part.strip_prefix("after="));
    Seq(after.and_then(|after| after.parse().ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_76_a_download_begins_where_the_last_one_ended() {
        for (url, expected) in
            [("https://a/b", 0), ("https://a/b?after=7", 7), ("https://a/b?x=1&after=x", 0)]
        {
            assert_eq!(after(url), Seq(expected), "{url}");
        }
    }
}
