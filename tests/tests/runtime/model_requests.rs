//! The three model APIs of the deployments, and the contents of a request in any of them.

use demo_model::{Endpoint, RecordedRequest};
use serde_json::{Value, json};

use crate::deployment::CANARY;

/// The model API of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Responses,
    ChatCompletions,
    Gemini,
}

pub(crate) const ALL: [Api; 3] = [Api::Responses, Api::ChatCompletions, Api::Gemini];

/// The contents of a request, independent of its API.
#[derive(Clone, Debug)]
pub(crate) struct CallContents {
    pub(crate) instructions: String,
    /// Messages, tool calls and tool outputs, oldest first.
    pub(crate) parts: Vec<Part>,
    pub(crate) previous: Option<String>,
    /// The names of the offered tools.
    pub(crate) tools: Vec<String>,
    /// The JSON schema of the answer.
    pub(crate) form: Option<Value>,
    /// The most tokens of output.
    pub(crate) limit: Option<u64>,
    /// The names of all other fields.
    pub(crate) others: Vec<String>,
}

/// One part of the input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// The room's own JSON: a message or a note.
    Said(Value),
    /// An earlier answer of the bot.
    Own(String),
    /// A tool call.
    Called(String),
    /// A tool output.
    Found(Value),
}

impl Api {
    /// The Worker's variables for it. `{demo}` stands for the demo model's URL.
    pub(crate) fn variables(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Responses => Vec::new(),
            Self::ChatCompletions => vec![("OPENAI_API", "chat_completions")],
            Self::Gemini => vec![
                ("OPENAI_API", "gemini"),
                ("OPENAI_BASE_URL", "{demo}/v1beta"),
                ("GEMINI_API_KEY", CANARY),
            ],
        }
    }

    /// The endpoint of its requests.
    pub(crate) fn endpoint(self) -> Endpoint {
        match self {
            Self::Responses => Endpoint::Responses,
            Self::ChatCompletions => Endpoint::ChatCompletions,
            Self::Gemini => Endpoint::Gemini,
        }
    }

    /// Whether the server stores responses.
    pub(crate) fn keeps_chains(self) -> bool {
        self == Self::Responses
    }
}

impl CallContents {
    pub(crate) fn of(seen: &RecordedRequest) -> Self {
        let body = &seen.body;
        match seen.endpoint {
            Endpoint::Responses => Self::of_responses(body),
            Endpoint::ChatCompletions => Self::of_chat_completions(body),
            Endpoint::Gemini => Self::of_gemini(body),
            other => panic!("{other:?} is no question"),
        }
    }

    /// The messages of people and other bots: the speaker's id and the text.
    pub(crate) fn said(&self) -> Vec<(&str, &str)> {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Said(said) if said["note"].is_null() => {
                Some((said["id"].as_str()?, said["text"].as_str()?))
            }
            _ => None,
        });
        texts.collect()
    }

    /// The texts alone.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.said().into_iter().map(|(_, text)| text).collect()
    }

    /// The room's notes.
    pub(crate) fn notes(&self) -> Vec<&Value> {
        let notes = self.parts.iter().filter_map(|part| match part {
            Part::Said(said) if !said["note"].is_null() => Some(said),
            _ => None,
        });
        notes.collect()
    }

    /// The tool outputs.
    pub(crate) fn found(&self) -> Vec<&Value> {
        let found = self.parts.iter().filter_map(|part| match part {
            Part::Found(found) => Some(found),
            _ => None,
        });
        found.collect()
    }

    fn of_responses(body: &Value) -> Self {
        let part = |item: &Value| match item["type"].as_str() {
            Some("function_call_output") => Part::Found(parsed(&item["output"])),
            Some("function_call") => Part::Called(text(&item["name"])),
            _ if item["role"] == "assistant" => Part::Own(text(&item["content"])),
            _ => Part::Said(parsed(&item["content"])),
        };
        let known = ["model", "instructions", "input", "previous_response_id", "tools", "stream", "store"];
        let known = [known.as_slice(), &["max_output_tokens", "text"]].concat();
        Self {
            instructions: text(&body["instructions"]),
            parts: list(&body["input"]).iter().map(part).collect(),
            previous: body["previous_response_id"].as_str().map(str::to_owned),
            tools: list(&body["tools"]).iter().map(|tool| text(&tool["name"])).collect(),
            form: some(&body["text"]["format"]["schema"]),
            limit: body["max_output_tokens"].as_u64(),
            others: others(body, &known),
        }
    }

    fn of_chat_completions(body: &Value) -> Self {
        let mut parts = Vec::new();
        let messages = list(&body["messages"]);
        for message in messages.iter().filter(|message| message["role"] != "system") {
            match message["role"].as_str() {
                Some("tool") => parts.push(Part::Found(parsed(&message["content"]))),
                Some("user") => parts.push(Part::Said(parsed(&message["content"]))),
                _ => {
                    parts.extend(message["content"].as_str().map(|said| Part::Own(said.to_owned())));
                    let calls = list(&message["tool_calls"]);
                    parts.extend(calls.iter().map(|call| Part::Called(text(&call["function"]["name"]))));
                }
            }
        }
        let known = [
            "model",
            "messages",
            "tools",
            "stream",
            "stream_options",
            "max_tokens",
            "max_completion_tokens",
            "response_format",
        ];
        Self {
            instructions: text(&messages[0]["content"]),
            parts,
            previous: None,
            tools: list(&body["tools"]).iter().map(|tool| text(&tool["function"]["name"])).collect(),
            form: some(&body["response_format"]["json_schema"]["schema"]),
            limit: body["max_completion_tokens"].as_u64().or(body["max_tokens"].as_u64()),
            others: others(body, &known),
        }
    }

    fn of_gemini(body: &Value) -> Self {
        let mut parts = Vec::new();
        for content in list(&body["contents"]) {
            for part in list(&content["parts"]) {
                parts.push(if part["functionResponse"].is_object() {
                    Part::Found(part["functionResponse"]["response"].clone())
                } else if part["functionCall"].is_object() {
                    Part::Called(text(&part["functionCall"]["name"]))
                } else if content["role"] == "model" {
                    Part::Own(text(&part["text"]))
                } else {
                    Part::Said(parsed(&part["text"]))
                });
            }
        }
        let config = &body["generationConfig"];
        let tools = list(&body["tools"][0]["functionDeclarations"]);
        let outside = others(body, &["systemInstruction", "contents", "tools", "generationConfig"]);
        let inside = others(config, &["maxOutputTokens", "responseMimeType", "responseJsonSchema"]);
        Self {
            instructions: text(&body["systemInstruction"]["parts"][0]["text"]),
            parts,
            previous: None,
            tools: tools.iter().map(|tool| text(&tool["name"])).collect(),
            form: some(&config["responseJsonSchema"]),
            limit: config["maxOutputTokens"].as_u64(),
            others: [outside, inside].concat(),
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn some(value: &Value) -> Option<Value> {
    Some(value.clone()).filter(|value| !value.is_null())
}

/// The JSON in a text. A person's text is never in a request outside of JSON.
fn parsed(value: &Value) -> Value {
    let text = text(value);
    let parsed: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text} is no JSON"));
    assert!(parsed.is_object(), "{text}");
    parsed
}

/// The names of the fields that are not known.
fn others(value: &Value, known: &[&str]) -> Vec<String> {
    let empty = json!({});
    let fields = value.as_object().or(empty.as_object()).into_iter().flatten();
    fields.map(|(name, _)| name.clone()).filter(|name| !known.contains(&name.as_str())).collect()
}
