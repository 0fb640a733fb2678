//! A client that shows every byte, and the requests that the tests send with it.

use demo_model::{DemoModel, Fault, Options, Outcome};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How the connection ended for the client.
#[derive(Debug, PartialEq)]
pub(crate) enum End {
    /// The body was whole.
    Whole,
    /// The connection closed before the end of the body.
    Broken,
    /// The connection was reset.
    Reset,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) chunks: usize,
    pub(crate) end: End,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// The events whose data is JSON.
    pub(crate) fn events(&self) -> Vec<Value> {
        let text = self.text().trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
        let data = |frame: &str| {
            let lines = frame.lines().filter_map(|line| line.strip_prefix("data:"));
            lines.collect::<Vec<_>>().join("\n")
        };
        text.split("\n\n").filter_map(|frame| serde_json::from_str(&data(frame)).ok()).collect()
    }

    pub(crate) fn types(&self) -> Vec<String> {
        self.events().iter().map(|event| event["type"].as_str().unwrap_or("?").to_owned()).collect()
    }

    pub(crate) fn deltas(&self) -> String {
        let events = self.events();
        let deltas = events.iter().filter(|event| event["type"] == "response.output_text.delta");
        deltas.filter_map(|event| event["delta"].as_str()).collect()
    }

    /// The id of a completed response.
    pub(crate) fn id(&self) -> String {
        let events = self.events();
        let last = events.last().expect("events");
        assert_eq!(last["type"], "response.completed");
        last["response"]["id"].as_str().expect("an id").to_owned()
    }
}

pub(crate) async fn send(
    demo: &DemoModel,
    method: &str,
    path: &str,
    key: Option<&str>,
    body: &Value,
) -> TcpStream {
    let key = key.map_or(String::new(), |key| format!("authorization: Bearer {key}\r\n"));
    send_with(demo, method, path, &key, body).await
}

/// The same with header lines of one's own.
pub(crate) async fn send_with(
    demo: &DemoModel,
    method: &str,
    path: &str,
    headers: &str,
    body: &Value,
) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", demo.port())).await.unwrap();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: demo\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

pub(crate) async fn read(mut stream: TcpStream) -> Answer {
    let mut raw = Vec::new();
    let mut end = match stream.read_to_end(&mut raw).await {
        Ok(_) => End::Whole,
        Err(error) => {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
            End::Reset
        }
    };
    let Some(place) = raw.windows(4).position(|window| window == b"\r\n\r\n") else {
        let end = if end == End::Reset { End::Reset } else { End::Broken };
        return Answer { status: 0, head: String::new(), body: raw, chunks: 0, end };
    };
    let head = String::from_utf8(raw[..place].to_vec()).unwrap().to_ascii_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let rest = &raw[place + 4..];
    if !head.contains("transfer-encoding: chunked") {
        return Answer { status, head, body: rest.to_vec(), chunks: 1, end };
    }
    let (mut body, mut chunks, mut at) = (Vec::new(), 0, 0);
    loop {
        let line = rest[at..].windows(2).position(|window| window == b"\r\n");
        let Some(length) = line else {
            if end == End::Whole {
                end = End::Broken;
            }
            break;
        };
        let size = usize::from_str_radix(std::str::from_utf8(&rest[at..at + length]).unwrap(), 16).unwrap();
        if size == 0 {
            break;
        }
        at += length + 2;
        body.extend_from_slice(&rest[at..at + size]);
        at += size + 2;
        chunks += 1;
    }
    Answer { status, head, body, chunks, end }
}

pub(crate) async fn call(demo: &DemoModel, method: &str, path: &str, body: Value) -> Answer {
    read(send(demo, method, path, Some("key"), &body).await).await
}

pub(crate) async fn ask(demo: &DemoModel, body: Value) -> Answer {
    call(demo, "POST", "/v1/responses", body).await
}

pub(crate) fn line(id: &str, from: &str, text: &str) -> Value {
    let text = json!({"id": id, "from": from, "text": text, "at": "2026-11-20T12:00:00Z"}).to_string();
    json!({"role": "user", "content": [{"type": "input_text", "text": text}]})
}

pub(crate) fn question(text: &str) -> Value {
    json!({"model": "demo", "stream": true, "input": [line("p1", "ann", text)]})
}

pub(crate) fn after(previous: &str, text: &str) -> Value {
    let mut body = question(text);
    body["previous_response_id"] = json!(previous);
    body
}

pub(crate) async fn demo() -> DemoModel {
    DemoModel::start(Options::default()).await.unwrap()
}

/// The answer to "hi" under a fault, and the demo's own account of how it ended.
pub(crate) async fn under(fault: Fault) -> (Answer, Outcome) {
    let demo = demo().await;
    demo.queue_answer("one two three");
    demo.inject_fault(fault);
    let answer = ask(&demo, question("@chatbot hi")).await;
    let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[0].outcome != Outcome::Open).await;
    (answer, seen[0].outcome)
}
