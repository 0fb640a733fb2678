//! A visitor's own data over HTTP: another id in every room, downloading and deleting everything, forgetting the identity; and the
//! privacy page.

use hyper::Method;
use serde_json::Value;
use shared::CloseCode;

use crate::browser::Browser;
use crate::deployment::Deployment;
use crate::http::{self, Reply};

/// A request for what `room` keeps of a browser, with these headers besides the cookie.
async fn my_data(browser: &Browser, method: Method, room: &str, headers: &[(&str, &str)]) -> Reply {
    let mut headers = headers.to_vec();
    headers.extend(browser.cookie.as_deref().map(|cookie| ("cookie", cookie)));
    http::request(browser.port, method, &format!("/api/rooms/{room}/my-data"), &headers, "").await.unwrap()
}

/// What a link of the page downloads.
async fn download(browser: &Browser, room: &str) -> Reply {
    my_data(browser, Method::GET, room, &[("sec-fetch-site", "same-origin")]).await
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_150_a_person_has_another_id_in_every_room() {
    let deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    let lobby = ann.enter_with("lobby", false, None).await.you;
    let den = ann.enter_with("den", true, None).await.you;
    assert_ne!(lobby, den);
    assert_eq!(ann.enter_with("lobby", false, None).await.you, lobby, "and always the same one in a room");
    let (_socket, welcome) = ann.join("den", "Ann").await;
    assert_eq!(welcome.you.id, den);
    assert!(welcome.you.owner);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_76_a_person_downloads_and_deletes_everything_that_they_wrote() {
    let mut deployment = Deployment::start().await;
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    let (mut bob_socket, _) = bob.join("lobby", "Bob").await;
    assert_eq!(download(&Browser::new(&deployment), "lobby").await.status, 401);
    ann_socket.say(&mut ann, "quincunx of Ann").await;
    bob_socket.say(&mut bob, "hello of Bob").await;

    let reply = download(&ann, "lobby").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.header("content-disposition"), Some("attachment; filename=\"madang-lobby.json\""));
    let pages: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(pages.as_array().unwrap().len(), 1);
    assert_eq!(pages[0]["entries"][0]["text"], "quincunx of Ann");
    assert_eq!(pages[0]["entries"].as_array().unwrap().len(), 1, "nothing of Bob");
    assert_eq!(download(&ann, "nowhere").await.status, 404);

    let origin = ann.origin();
    let deleted = my_data(&ann, Method::DELETE, "lobby", &[("origin", &origin)]).await;
    assert_eq!(deleted.status, 200, "{}", deleted.body);
    assert_eq!(ann_socket.closed().await, CloseCode::Gone.code());
    assert_eq!(download(&ann, "lobby").await.status, 404, "nothing is left");
    let (_late_socket, welcome) = Browser::new(&deployment).join("lobby", "Eve").await;
    let texts: Vec<&str> = welcome.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["", "hello of Bob"]);
    deployment.restart().await;
    let (_late_socket, welcome) = Browser::new(&deployment).join("lobby", "Eva").await;
    assert!(welcome.messages[0].deleted && welcome.messages[0].author.name().is_empty());
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_36_case_76_other_sites_neither_read_nor_delete_ones_data() {
    let deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    let (mut socket, _) = ann.join("lobby", "Ann").await;
    socket.say(&mut ann, "mine").await;
    for headers in [
        vec![],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
    ] {
        for method in [Method::GET, Method::DELETE] {
            let reply = my_data(&ann, method.clone(), "lobby", &headers).await;
            assert_eq!(reply.status, 403, "{method} {headers:?}");
        }
    }
    let headers = [("sec-fetch-site", "same-origin")];
    assert_eq!(my_data(&ann, Method::DELETE, "lobby", &headers).await.status, 403, "only to download");
    assert_eq!(download(&ann, "lobby").await.status, 200);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_76_an_identity_is_forgotten_with_its_cookie() {
    let deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    let before = ann.enter_with("lobby", false, None).await.you;
    let reply = ann.post("/api/forget-me", "").await;
    assert_eq!(reply.status, 200);
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.starts_with("madang=;") && cookie.contains("Max-Age=0"), "{cookie}");
    assert_ne!(ann.enter_with("lobby", false, None).await.you, before);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_152_the_privacy_page_is_told_in_both_languages_without_scripts() {
    let deployment = Deployment::start().await;
    let get = async |path: &str, lang: &str| {
        let headers = [("accept-language", lang)];
        http::request(deployment.port, Method::GET, path, &headers, "").await.unwrap()
    };
    for (path, accepted, expected) in [
        ("/privacy", "ko-KR,ko;q=0.9", "<html lang=\"ko\">"),
        ("/privacy", "en", "<html lang=\"en\">"),
        ("/privacy/ko", "en", "<html lang=\"ko\">"),
        ("/privacy/en", "ko", "<html lang=\"en\">"),
    ] {
        let reply = get(path, accepted).await;
        assert_eq!(reply.status, 200);
        assert!(reply.body.contains(expected) && !reply.body.contains("<script"), "{path}");
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'; style-src 'sha256-"), "{policy}");
    }
}
