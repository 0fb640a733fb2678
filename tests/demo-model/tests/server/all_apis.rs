//! The three APIs side by side: the same question in each, and what each says.

use crate::raw_client::{Answer, line, read, send_with};
use demo_model::{DemoModel, Fault, Outcome};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Responses,
    Chat,
    Gemini,
}

pub(crate) const ALL: [Api; 3] = [Api::Responses, Api::Chat, Api::Gemini];

impl Api {
    pub(crate) fn path(self) -> &'static str {
        match self {
            Api::Responses => "/v1/responses",
            Api::Chat => "/v1/chat/completions",
            Api::Gemini => "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
        }
    }

    pub(crate) fn key(self) -> &'static str {
        match self {
            Api::Responses | Api::Chat => "authorization: Bearer key\r\n",
            Api::Gemini => "x-goog-api-key: key\r\n",
        }
    }

    /// A request with instructions and lines of `id nickname: text`.
    pub(crate) fn request(self, instructions: &str, lines: &[&str]) -> Value {
        let text = |said: &&str| {
            let (who, text) = said.split_once(": ").unwrap();
            let (id, from) = who.split_once(' ').unwrap();
            line(id, from, text)["content"][0]["text"].as_str().unwrap().to_owned()
        };
        let texts: Vec<String> = lines.iter().map(text).collect();
        match self {
            Api::Responses => {
                let item = |text: &String| json!({"role": "user", "content": text});
                let input: Vec<Value> = texts.iter().map(item).collect();
                json!({"model": "demo", "stream": true, "instructions": instructions, "input": input})
            }
            Api::Chat => {
                let mut messages = vec![json!({"role": "system", "content": instructions})];
                messages.extend(texts.iter().map(|text| json!({"role": "user", "content": text})));
                json!({"model": "demo", "stream": true, "messages": messages,
                    "stream_options": {"include_usage": true}})
            }
            Api::Gemini => {
                let content = |text: &String| json!({"role": "user", "parts": [{"text": text}]});
                let contents: Vec<Value> = texts.iter().map(content).collect();
                json!({"systemInstruction": {"parts": [{"text": instructions}]}, "contents": contents})
            }
        }
    }

    pub(crate) fn hello(self) -> Value {
        self.request("You are @chatbot.", &["p1 ann: @chatbot hi"])
    }

    pub(crate) async fn send(self, demo: &DemoModel, body: &Value) -> TcpStream {
        send_with(demo, "POST", self.path(), self.key(), body).await
    }

    pub(crate) async fn ask(self, demo: &DemoModel, body: &Value) -> Answer {
        read(self.send(demo, body).await).await
    }

    /// The answer to "hi" under a fault, and the demo's own account of how it ended.
    pub(crate) async fn under(self, fault: Fault) -> (Answer, Outcome) {
        let demo = crate::raw_client::demo().await;
        demo.queue_answer("one two three");
        demo.inject_fault(fault);
        let answer = self.ask(&demo, &self.hello()).await;
        let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[0].outcome != Outcome::Open).await;
        (answer, seen[0].outcome)
    }

    /// The text of all deltas; thoughts are none.
    pub(crate) fn said(self, answer: &Answer) -> String {
        let events = answer.events();
        let texts = events.iter().flat_map(|event| match self {
            Api::Responses if event["type"] == "response.output_text.delta" => vec![event["delta"].clone()],
            Api::Responses => Vec::new(),
            Api::Chat => vec![event["choices"][0]["delta"]["content"].clone()],
            Api::Gemini => {
                let parts = event["candidates"][0]["content"]["parts"].as_array().cloned();
                let spoken = parts.unwrap_or_default().into_iter().filter(|part| part["thought"] != true);
                spoken.map(|part| part["text"].clone()).collect()
            }
        });
        texts.filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }

    /// Why the answer ended, as the API calls it; nothing for one that did not.
    pub(crate) fn ended(self, answer: &Answer) -> Option<String> {
        let events = answer.events();
        let mut reasons = events.iter().filter_map(|event| match self {
            Api::Responses => {
                let kind = event["type"].as_str()?;
                let ends = ["completed", "incomplete", "failed"].iter().any(|end| kind.ends_with(end));
                ends.then(|| kind.to_owned())
            }
            Api::Chat => event["choices"][0]["finish_reason"].as_str().map(str::to_owned),
            Api::Gemini => event["candidates"][0]["finishReason"].as_str().map(str::to_owned),
        });
        reasons.next()
    }

    /// The text of a whole conversation's last answer.
    pub(crate) async fn answer(self, demo: &DemoModel, instructions: &str, lines: &[&str]) -> String {
        let answer = self.ask(demo, &self.request(instructions, lines)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.said(&answer)
    }
}
