//! The demo model over real sockets, read byte by byte with a client of a few lines, so that nothing between the
//! demo and the assertion could repair what it sends.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "this is a test: what is not as expected shall fail it"
)]

use serde_json::{Value, json};
use std::time::Duration;
use tests::demo::{Cut, Demo, Ending, Fault, LineEnd, Options};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How the connection ended for the client.
#[derive(Debug, PartialEq)]
enum End {
    /// The body was whole.
    Whole,
    /// The connection closed before the end of the body.
    Broken,
    /// The connection was reset.
    Reset,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
    chunks: usize,
    end: End,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// The events whose data is JSON.
    fn events(&self) -> Vec<Value> {
        let text = self.text().replace("\r\n", "\n").replace('\r', "\n");
        let data = |frame: &str| {
            let lines = frame.lines().filter_map(|line| line.strip_prefix("data:"));
            lines.collect::<Vec<_>>().join("\n")
        };
        text.split("\n\n").filter_map(|frame| serde_json::from_str(&data(frame)).ok()).collect()
    }

    fn types(&self) -> Vec<String> {
        self.events().iter().map(|event| event["type"].as_str().unwrap_or("?").to_owned()).collect()
    }

    fn deltas(&self) -> String {
        let events = self.events();
        let deltas = events.iter().filter(|event| event["type"] == "response.output_text.delta");
        deltas.filter_map(|event| event["delta"].as_str()).collect()
    }

    /// The id of a completed response.
    fn id(&self) -> String {
        let events = self.events();
        let last = events.last().expect("events");
        assert_eq!(last["type"], "response.completed");
        last["response"]["id"].as_str().expect("an id").to_owned()
    }
}

async fn send(demo: &Demo, method: &str, path: &str, key: Option<&str>, body: &Value) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", demo.port())).await.unwrap();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let key = key.map_or(String::new(), |key| format!("authorization: Bearer {key}\r\n"));
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: demo\r\n{key}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn read(mut stream: TcpStream) -> Answer {
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

async fn call(demo: &Demo, method: &str, path: &str, body: Value) -> Answer {
    read(send(demo, method, path, Some("key"), &body).await).await
}

async fn ask(demo: &Demo, body: Value) -> Answer {
    call(demo, "POST", "/v1/responses", body).await
}

fn line(id: &str, from: &str, text: &str) -> Value {
    let text = json!({"id": id, "from": from, "text": text, "at": "2026-11-20T12:00:00Z"}).to_string();
    json!({"role": "user", "content": [{"type": "input_text", "text": text}]})
}

fn question(text: &str) -> Value {
    json!({"model": "demo", "stream": true, "input": [line("p1", "ann", text)]})
}

fn after(previous: &str, text: &str) -> Value {
    let mut body = question(text);
    body["previous_response_id"] = json!(previous);
    body
}

async fn demo() -> Demo {
    Demo::start(Options::default()).await.unwrap()
}

/// The answer to "hi" under a fault, and the demo's own account of how it ended.
async fn under(fault: Fault) -> (Answer, Ending) {
    let demo = demo().await;
    demo.say("one two three");
    demo.script(fault);
    let answer = ask(&demo, question("@chatbot hi")).await;
    let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[0].ending != Ending::Open).await;
    (answer, seen[0].ending)
}

#[tokio::test]
async fn a_stream_is_the_documented_sequence() {
    let demo = demo().await;
    demo.say("one two");
    let answer = ask(&demo, question("@chatbot hi")).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.head.contains("content-type: text/event-stream") && answer.head.contains("x-request-id: req_")
    );
    assert_eq!(
        answer.types(),
        [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
    );
    let events = answer.events();
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["sequence_number"], number);
        let named = format!("event: {}\ndata: ", event["type"].as_str().unwrap());
        assert!(answer.text().contains(&named));
    }
    assert!(events[4]["obfuscation"].is_string());
    let whole = &events[9]["response"];
    assert_eq!(whole["output"][0]["content"][0]["text"], "one two");
    let usage = &whole["usage"];
    assert_eq!(
        usage["total_tokens"].as_u64().unwrap(),
        usage["input_tokens"].as_u64().unwrap() + usage["output_tokens"].as_u64().unwrap()
    );
    assert_eq!(events[0]["response"]["usage"], Value::Null);
    let mut plain = question("@chatbot hi");
    plain["stream_options"] = json!({"include_obfuscation": false});
    assert!(!ask(&demo, plain).await.text().contains("obfuscation"));
}

#[tokio::test]
async fn a_chain_remembers_and_knows_its_own_responses_only() {
    let demo = demo().await;
    let first = ask(&demo, question("@chatbot my name is Eve")).await.id();
    let second = ask(&demo, after(&first, "@chatbot what is my name?")).await;
    assert!(second.deltas().contains("Eve"), "{}", second.deltas());
    assert_eq!(second.events()[0]["response"]["previous_response_id"], json!(first));
    let lost = ask(&demo, after("resp_unknown", "hi")).await;
    assert_eq!(lost.status, 400);
    assert_eq!(
        lost.json(),
        json!({"error": {
            "message": "Previous response with id 'resp_unknown' not found.",
            "type": "invalid_request_error",
            "param": "previous_response_id",
            "code": "previous_response_not_found",
        }})
    );
    let mut unstored = question("@chatbot hi");
    unstored["store"] = json!(false);
    let unstored = ask(&demo, unstored).await.id();
    assert_eq!(ask(&demo, after(&unstored, "hi")).await.status, 400);
    demo.forget().unwrap();
    assert_eq!(ask(&demo, after(&first, "hi")).await.status, 400);
}

#[tokio::test]
async fn responses_are_fetched_and_deleted() {
    let demo = demo().await;
    let id = ask(&demo, question("@chatbot hi")).await.id();
    let path = format!("/v1/responses/{id}");
    assert_eq!(call(&demo, "GET", &path, Value::Null).await.json()["id"], json!(id));
    let deleted = call(&demo, "DELETE", &path, Value::Null).await;
    assert_eq!(deleted.json(), json!({"id": id, "object": "response", "deleted": true}));
    assert_eq!(call(&demo, "GET", &path, Value::Null).await.status, 404);
    assert_eq!(call(&demo, "DELETE", &path, Value::Null).await.status, 404);
    assert_eq!(ask(&demo, after(&id, "hi")).await.status, 400);
    assert_eq!(call(&demo, "GET", "/v1/models", Value::Null).await.json()["object"], "list");
    assert_eq!(call(&demo, "POST", "/v1/nothing", json!({})).await.status, 404);
}

#[tokio::test]
async fn without_a_key_nothing_is_answered() {
    let demo = demo().await;
    let answer = read(send(&demo, "POST", "/v1/responses", None, &question("hi")).await).await;
    assert_eq!(answer.status, 401);
    assert!(answer.json()["error"]["message"].as_str().unwrap().starts_with("You didn't provide an API key"));
}

#[tokio::test]
async fn without_a_stream_the_response_is_one_object() {
    let demo = demo().await;
    let mut body = question("@chatbot my name is Eve");
    body["stream"] = json!(false);
    let answer = ask(&demo, body).await.json();
    assert_eq!(answer["status"], "completed");
    let next = ask(&demo, after(answer["id"].as_str().unwrap(), "@chatbot what is my name?")).await;
    assert!(next.deltas().contains("Eve"));
}

#[tokio::test]
async fn usage_counts_the_whole_chain_and_its_cached_part() {
    let demo = demo().await;
    let id = ask(&demo, question(&"word ".repeat(1200))).await.id();
    let answer = ask(&demo, after(&id, "@chatbot hi")).await;
    let usage = answer.events().last().unwrap()["response"]["usage"].clone();
    let (input, cached) = (
        usage["input_tokens"].as_u64().unwrap(),
        usage["input_tokens_details"]["cached_tokens"].as_u64().unwrap(),
    );
    assert!(cached >= 1024 && cached % 128 == 0 && input > cached, "{usage}");
    let mut short = question("@chatbot tell me a long story");
    short["max_output_tokens"] = json!(16);
    let answer = ask(&demo, short).await;
    let last = answer.events().last().unwrap().clone();
    assert_eq!(last["type"], "response.incomplete");
    assert_eq!(last["response"]["incomplete_details"]["reason"], "max_output_tokens");
}

#[tokio::test]
async fn chains_survive_a_restart_and_a_client_that_went_leaves_none() {
    let state = std::env::temp_dir().join(format!("demo-state-{}.jsonl", std::process::id()));
    let options = Options { state: Some(state.clone()), ..Options::default() };
    let demo = Demo::start(options.clone()).await.unwrap();
    let id = ask(&demo, question("@chatbot my name is Eve")).await.id();
    demo.pace(Duration::from_millis(10));
    let mut stream =
        send(&demo, "POST", "/v1/responses", Some("key"), &after(&id, "@chatbot tell me a long story")).await;
    let mut some = [0; 3000];
    stream.read_exact(&mut some).await.unwrap();
    drop(stream);
    let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[1].ending != Ending::Open).await;
    assert_eq!(seen[1].ending, Ending::Aborted);
    let aborted = seen[1].response_id.clone().unwrap();
    let port = demo.port();
    demo.stop().await;
    let demo = Demo::start(Options { port, ..options }).await.unwrap();
    assert!(ask(&demo, after(&id, "@chatbot what is my name?")).await.deltas().contains("Eve"));
    assert_eq!(ask(&demo, after(&aborted, "hi")).await.status, 400);
    std::fs::remove_file(state).unwrap();
}

#[tokio::test]
async fn stopping_in_the_middle_breaks_the_answer() {
    let demo = Demo::start(Options { pace: Duration::from_millis(10), ..Options::default() }).await.unwrap();
    let mut stream =
        send(&demo, "POST", "/v1/responses", Some("key"), &question("@chatbot tell me a long story")).await;
    let mut some = [0; 3000];
    stream.read_exact(&mut some).await.unwrap();
    demo.stop().await;
    let rest = tokio::time::timeout(Duration::from_secs(2), stream.read_to_end(&mut Vec::new())).await;
    assert!(rest.is_ok(), "the connection must close");
}

#[tokio::test]
async fn words_come_at_a_pace() {
    let demo = Demo::start(Options { pace: Duration::from_millis(10), ..Options::default() }).await.unwrap();
    demo.say("one two three four five");
    ask(&demo, question("@chatbot hi")).await;
    let deltas = demo.requests()[0].deltas.clone();
    assert_eq!(deltas.len(), 5);
    assert!(deltas[0] >= Duration::from_millis(95), "{deltas:?}");
    assert!(deltas.windows(2).all(|pair| pair[1] - pair[0] >= Duration::from_millis(5)), "{deltas:?}");
}

#[tokio::test]
async fn any_status_with_any_body() {
    let body = "<html>bad gateway</html>".to_owned();
    let headers =
        vec![("content-type".to_owned(), "text/html".to_owned()), ("retry-after".to_owned(), "7".to_owned())];
    let (answer, _) = under(Fault::Status { status: 502, headers, body: body.clone() }).await;
    assert_eq!((answer.status, answer.text()), (502, body));
    assert!(answer.head.contains("retry-after: 7") && answer.head.contains("content-type: text/html"));
}

#[tokio::test]
async fn cuts_after_bytes_and_deltas_end_as_told() {
    for (how, end) in [(Cut::Clean, End::Whole), (Cut::Broken, End::Broken), (Cut::Reset, End::Reset)] {
        let (answer, ending) = under(Fault::CutAfterBytes { bytes: 777, how }).await;
        assert_eq!((answer.body.len(), &answer.end, ending), (777, &end, Ending::Cut));
        let (answer, ending) = under(Fault::CutAfterDeltas { deltas: 2, how }).await;
        assert_eq!((answer.deltas().as_str(), &answer.end, ending), ("one two", &end, Ending::Cut));
    }
    assert_eq!(under(Fault::HangUp(Cut::Clean)).await.0.end, End::Broken);
    assert_eq!(under(Fault::HangUp(Cut::Reset)).await.0.end, End::Reset);
}

#[tokio::test]
async fn what_was_cut_is_not_chainable() {
    let demo = demo().await;
    demo.script(Fault::CutAfterDeltas { deltas: 1, how: Cut::Clean });
    let answer = ask(&demo, question("@chatbot hi")).await;
    let id = answer.events()[0]["response"]["id"].as_str().unwrap().to_owned();
    assert_eq!(ask(&demo, after(&id, "hi")).await.status, 400);
}

#[tokio::test]
async fn framing_faults_leave_the_same_words() {
    let faults = [
        Fault::SplitEvery(1),
        Fault::SplitAt(2000),
        Fault::LineEnds(LineEnd::Crlf),
        Fault::LineEnds(LineEnd::Cr),
        Fault::ByteOrderMark,
        Fault::OddFraming,
        Fault::NoEventLines,
        Fault::Terse,
        Fault::DoneMarker,
        Fault::Noise,
        Fault::BadJson(1),
        Fault::HugeEvent(300_000),
    ];
    for fault in faults {
        let (answer, ending) = under(fault.clone()).await;
        assert_eq!((answer.deltas().as_str(), ending), ("one two three", Ending::Completed), "{fault:?}");
        let text = answer.text();
        match fault {
            Fault::SplitEvery(_) => assert_eq!(answer.chunks, answer.body.len()),
            Fault::LineEnds(LineEnd::Crlf) => assert!(text.contains("\r\n\r\n")),
            Fault::LineEnds(_) => assert!(text.contains("\r\r") && !text.contains('\n')),
            Fault::ByteOrderMark => assert!(text.starts_with('\u{feff}')),
            Fault::NoEventLines => assert!(!text.contains("event: ")),
            Fault::Terse => assert!(!text.contains("sequence_number") && !text.contains("item_id")),
            Fault::DoneMarker => assert!(text.ends_with("data: [DONE]\n\n")),
            Fault::Noise => assert!(text.contains("\"keepalive\"") && text.contains(": ping")),
            Fault::BadJson(_) => assert!(text.contains("delta\",\n\n")),
            Fault::HugeEvent(_) => assert!(answer.body.len() > 300_000),
            _ => {}
        }
    }
}

#[tokio::test]
async fn ends_of_every_kind() {
    let last = |answer: &Answer| answer.events().last().unwrap().clone();
    let error = |nested| Fault::ErrorEvent { deltas: 1, nested, code: "boom".into(), message: "no".into() };
    assert_eq!(last(&under(error(false)).await.0)["code"], "boom");
    let nested = under(error(true)).await.0;
    assert_eq!((last(&nested)["error"]["code"].clone(), nested.deltas().as_str()), (json!("boom"), "one"));
    let failed = Fault::Failed { deltas: 0, code: "rate_limit_exceeded".into(), message: "slow".into() };
    let failed = under(failed).await.0;
    assert_eq!(last(&failed)["response"]["error"]["code"], "rate_limit_exceeded");
    assert_eq!(failed.types(), ["response.created", "response.in_progress", "response.failed"]);
    let incomplete = under(Fault::Incomplete { deltas: 1, reason: "content_filter".into() }).await.0;
    assert_eq!(last(&incomplete)["response"]["incomplete_details"]["reason"], "content_filter");
    assert_eq!(incomplete.deltas(), "one");
    let refusal = under(Fault::Refusal("I cannot".into())).await.0;
    assert_eq!(last(&refusal)["response"]["output"][0]["content"][0]["refusal"], "I cannot");
    let reasoning = under(Fault::ReasoningOnly).await.0;
    assert_eq!(last(&reasoning)["response"]["output"][0]["type"], "reasoning");
    let call = Fault::Call { name: "look".into(), arguments: "{\"a\":1}".into() };
    assert_eq!(last(&under(call).await.0)["response"]["output"][0]["arguments"], "{\"a\":1}");
    assert_eq!(last(&under(Fault::TwoTerminals).await.0)["type"], "response.failed");
    assert_eq!(last(&under(Fault::LateError).await.0)["type"], "error");
    let different = under(Fault::DifferentFinal("other".into())).await.0;
    assert_eq!(different.deltas(), "one two three");
    assert_eq!(last(&different)["response"]["output"][0]["content"][0]["text"], "other");
    assert_eq!(under(Fault::DeltaAfterDone).await.0.deltas(), "one two three (after done)");
    assert_eq!(under(Fault::Body("data: hm\n\n".into())).await.0.text(), "data: hm\n\n");
}

#[tokio::test]
async fn silence_and_endless_talk_last_until_the_client_goes() {
    let cases = [
        (Fault::SilentBeforeHeaders, 0),
        (Fault::SilentAfterHeaders, 0),
        (Fault::SilentAfterDeltas(2), 2),
        (Fault::StaysOpen, 3),
        (Fault::Endless, 5),
    ];
    for (fault, deltas) in cases {
        let demo = demo().await;
        demo.say("one two three");
        demo.script(fault.clone());
        let stream = send(&demo, "POST", "/v1/responses", Some("key"), &question("@chatbot hi")).await;
        tokio::time::sleep(Duration::from_millis(80)).await;
        let seen = demo.requests()[0].clone();
        assert_eq!(seen.ending, Ending::Open, "{fault:?}");
        assert!(seen.deltas.len() >= deltas, "{fault:?}");
        drop(stream);
        let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[0].ending != Ending::Open).await;
        assert_eq!(seen[0].ending, Ending::Aborted, "{fault:?}");
    }
}

#[tokio::test]
async fn a_stateless_server_says_null_and_knows_nothing() {
    let demo = demo().await;
    let id = ask(&demo, question("@chatbot my name is Eve")).await.id();
    demo.script(Fault::Stateless);
    let answer = ask(&demo, after(&id, "@chatbot what is my name?")).await;
    assert_eq!(answer.events()[0]["response"]["previous_response_id"], Value::Null);
    assert!(!answer.deltas().contains("Eve"));
    demo.script(Fault::StatelessWithoutField);
    let answer = ask(&demo, after(&id, "@chatbot what is my name?")).await;
    assert!(answer.events()[0]["response"].get("previous_response_id").is_none());
    demo.stateless(true);
    assert_eq!(ask(&demo, after("resp_any", "hi")).await.status, 200);
}

#[tokio::test]
async fn calls_and_reasoning_must_be_followed_up() {
    let demo = demo().await;
    demo.script(Fault::Call { name: "look".into(), arguments: "{}".into() });
    let called = ask(&demo, question("@chatbot hi")).await;
    let refused = ask(&demo, after(&called.id(), "hi")).await;
    assert!(refused.json()["error"]["message"].as_str().unwrap().starts_with("No tool output found"));
    let call_id = called.events().last().unwrap()["response"]["output"][0]["call_id"].clone();
    let mut output = after(&called.id(), "");
    output["input"] =
        json!([{"type": "function_call_output", "call_id": call_id, "output": "{\"degrees\":7}"}]);
    assert!(ask(&demo, output).await.deltas().contains("degrees: 7"));
    demo.script(Fault::ReasoningOnly);
    let thought = ask(&demo, question("@chatbot hi")).await.id();
    let refused = ask(&demo, after(&thought, "hi")).await;
    assert!(refused.json()["error"]["message"].as_str().unwrap().contains("required following item"));
}

#[tokio::test]
async fn requests_are_recorded_and_controlled_from_outside() {
    let demo = Demo::start(Options { control: true, ..Options::default() }).await.unwrap();
    let told = json!({"script": ["no_event_lines"], "script_delete": [{"status": {"status": 500, "body": ""}}],
        "say": ["from outside", ["a", "b"]]});
    assert_eq!(call(&demo, "POST", "/control", told).await.json(), json!({"ok": true}));
    let answer = ask(&demo, question("@chatbot hi")).await;
    assert_eq!(answer.deltas(), "from outside");
    assert!(!answer.text().contains("event: "));
    assert_eq!(ask(&demo, question("@chatbot hi")).await.deltas(), "ab");
    assert_eq!(call(&demo, "DELETE", "/v1/responses/resp_1", Value::Null).await.status, 500);
    let requests = call(&demo, "GET", "/control/requests", Value::Null).await.json();
    assert_eq!(requests.as_array().unwrap().len(), 3);
    assert_eq!(requests[0]["body"]["model"], "demo");
    assert_eq!(requests[0]["headers"]["authorization"], "Bearer key");
    assert_eq!(requests[0]["ending"], "completed");
    assert_eq!(call(&demo, "POST", "/control", json!({"nonsense": 1})).await.status, 400);
    let closed = self::demo().await;
    assert_eq!(call(&closed, "GET", "/control/requests", Value::Null).await.status, 404);
}
