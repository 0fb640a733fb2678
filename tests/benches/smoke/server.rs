//! Asks one server through curl and reads what it says.

use std::fmt;
use std::io::Write as _;
use std::process::{Command, Stdio};

use models::{Api, Endpoint, FinishReason, ModelEvent, families};
use shared::Usage;

use crate::features::{Expectation, Feature, plain};

pub(crate) struct Server {
    pub(crate) api: Api,
    pub(crate) endpoint: Endpoint,
    pub(crate) key: Option<String>,
}

/// What came of a feature.
pub(crate) enum Outcome {
    Accepted {
        usage: Option<Usage>,
    },
    /// The answer is not what the feature asks for.
    Odd {
        what: String,
        usage: Option<Usage>,
    },
    Refused(String),
    /// The table says that the model or the API does not take it.
    LeftOut,
    TooDear,
}

impl Outcome {
    pub(crate) fn output_tokens(&self) -> u64 {
        match self {
            Self::Accepted { usage } | Self::Odd { usage, .. } => usage.map_or(128, |usage| usage.output),
            _ => 0,
        }
    }

    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens = |usage: &Option<Usage>| match usage {
            Some(usage) => format!("{} + {} tokens, {} cached", usage.input, usage.output, usage.cached),
            None => "no usage".to_owned(),
        };
        match self {
            Self::Accepted { usage } => write!(f, "accepted ({})", tokens(usage)),
            Self::Odd { what, usage } => write!(f, "accepted, but {what} ({})", tokens(usage)),
            Self::Refused(note) => write!(f, "REFUSED: {note}"),
            Self::LeftOut => write!(f, "left out: the table says that it is not taken"),
            Self::TooDear => write!(f, "not tried: enough was spent"),
        }
    }
}

impl Server {
    pub(crate) fn try_feature(&self, feature: &Feature) -> Outcome {
        let mut turn = plain();
        (feature.add)(&mut turn);
        let is_plain = turn == plain();
        let same =
            self.api.request(&turn, &self.endpoint).body == self.api.request(&plain(), &self.endpoint).body;
        let fitted = families::fitted(&turn, self.api, &self.endpoint.model);
        let loses = fitted.schema != turn.schema || fitted.tools != turn.tools;
        if !is_plain && (same || loses) {
            return Outcome::LeftOut;
        }
        let request = self.api.request(&turn, &self.endpoint);
        let (status, body) = match self.post(&request.url, &request.headers, &request.body) {
            Ok(reply) => reply,
            Err(error) => return Outcome::Refused(error),
        };
        if !(200..300).contains(&status) {
            return Outcome::Refused(self.api.error_response(status, &[], &body).to_string());
        }
        self.read(&body, feature.expects)
    }

    fn read(&self, body: &[u8], expects: Expectation) -> Outcome {
        let mut decoder = self.api.decoder();
        let events: Vec<ModelEvent> = decoder.push(body).into_iter().chain(decoder.finish()).collect();
        let mut text = String::new();
        for event in events {
            match event {
                ModelEvent::Text(more) => text.push_str(&more),
                ModelEvent::Finished(end) => {
                    let usage = end.usage;
                    if let FinishReason::Failed(error) = end.finish {
                        return Outcome::Refused(error.to_string());
                    }
                    let text = end.text.unwrap_or(text);
                    let is_as_expected = match expects {
                        Expectation::Text => !text.trim().is_empty() || !end.calls.is_empty(),
                        Expectation::Json => serde_json::from_str::<serde_json::Value>(&text).is_ok(),
                        Expectation::ToolCall => !end.calls.is_empty(),
                    };
                    return if is_as_expected {
                        Outcome::Accepted { usage }
                    } else {
                        Outcome::Odd { what: format!("it ended {:?} without it", end.finish), usage }
                    };
                }
                _ => {}
            }
        }
        Outcome::Refused("the stream had no end".to_owned())
    }

    /// Returns the status and the body. curl reads all it needs from its standard input.
    fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: &str,
    ) -> Result<(u16, Vec<u8>), String> {
        let mut config = format!("url = {}\n", quoted(url));
        let key = self.key.as_deref().map(|key| self.api.key_header(key.trim()));
        for (name, value) in headers.iter().cloned().chain(key) {
            config.push_str(&format!("header = {}\n", quoted(&format!("{name}: {value}"))));
        }
        config.push_str(&format!("data-raw = {}\nwrite-out = \"\\n%{{http_code}}\"\n", quoted(body)));
        let failed = |error: std::io::Error| format!("failed to run curl: {error}");
        let mut curl = Command::new("curl")
            .args(["--silent", "--show-error", "--max-time", "120", "--config", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        if let Some(mut input) = curl.stdin.take() {
            input.write_all(config.as_bytes()).map_err(failed)?;
        }
        let reply = curl.wait_with_output().map_err(failed)?;
        let at = reply.stdout.iter().rposition(|byte| *byte == b'\n').unwrap_or_default();
        let (body, status) = reply.stdout.split_at(at);
        let status: u16 = String::from_utf8_lossy(status).trim().parse().unwrap_or_default();
        if status == 0 {
            return Err(format!("no response: {}", String::from_utf8_lossy(&reply.stderr).trim()));
        }
        Ok((status, body.to_vec()))
    }
}

/// A value of curl's configuration.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', ""))
}
