//! `cargo xtask smoke`: asks a real model server once for each feature that Madang uses, and says what it accepted.
//!
//! Never run by the tests: it costs money, though little. The key reaches curl through its standard input, so that it is in no
//! list of processes, and it is in no line of the report.
//!
//! ```text
//! OPENAI_API_KEY=sk-… cargo xtask smoke
//! cargo xtask smoke --api chat_completions --base-url http://127.0.0.1:11434/v1 --model llama3:8b
//! ```
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a program on the developer's machine"
)]

mod features;
mod server;

use std::fmt::Write as _;

use models::{Api, Endpoint};

use features::FEATURES;
use server::{Outcome, Server};

/// Output tokens after which nothing more is asked: at $4.50 per million these are less than five cents.
const MOST_OUTPUT: u64 = 9_000;

fn main() {
    let options = Options::read(std::env::args().skip(1).filter(|argument| argument != "--bench"));
    let servers = servers(&options);
    if servers.is_empty() {
        println!("nothing to ask: set OPENAI_API_KEY or GEMINI_API_KEY, or give --base-url");
        std::process::exit(2);
    }
    let mut report = String::from("# What the model servers accept\n");
    let (mut output, mut refused) = (0, 0);
    for server in servers {
        let head = format!(
            "\n## {} {} at {}\n\n",
            server.api.as_str(),
            server.endpoint.model,
            server.endpoint.base_url
        );
        print!("{head}");
        report.push_str(&head);
        for feature in &FEATURES {
            let outcome = if output < MOST_OUTPUT { server.try_feature(feature) } else { Outcome::TooDear };
            output += outcome.output_tokens();
            refused += u32::from(outcome.is_refusal());
            let line = format!("- {}: {outcome}\n", feature.name);
            print!("{line}");
            report.push_str(&line);
        }
    }
    let _ = writeln!(report, "\n{output} output tokens in all; {refused} features were refused.");
    let file = options.report;
    match std::fs::write(&file, &report) {
        Ok(()) => println!("\nThe report is in {file}."),
        Err(error) => println!("\nfailed to write {file}: {error}"),
    }
    if refused > 0 {
        std::process::exit(1);
    }
}

/// What was asked for on the command line.
struct Options {
    api: Option<Api>,
    base_url: Option<String>,
    model: Option<String>,
    report: String,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut options =
            Self { api: None, base_url: None, model: None, report: "target/smoke.md".to_owned() };
        while let Some(name) = arguments.next() {
            let value = arguments.next().unwrap_or_default();
            match name.as_str() {
                "--api" => {
                    options.api = Some(value.parse().expect("--api: responses, chat_completions or gemini"))
                }
                "--base-url" => options.base_url = Some(value),
                "--model" => options.model = Some(value),
                "--report" => options.report = value,
                other => panic!("no such option: {other}"),
            }
        }
        options
    }
}

/// The servers to ask: every API for which there is a key, or the one that was named.
fn servers(options: &Options) -> Vec<Server> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let apis = Api::ALL.into_iter().filter(|api| options.api.is_none_or(|asked| asked == *api));
    apis.filter_map(|api| {
        let (key, base_url, default_model) = match api {
            Api::Gemini => {
                ("GEMINI_API_KEY", "https://generativelanguage.googleapis.com/v1beta", "gemini-2.5-flash")
            }
            Api::Responses | Api::ChatCompletions => {
                ("OPENAI_API_KEY", "https://api.openai.com/v1", "gpt-5.4-mini")
            }
        };
        let own_url =
            options.base_url.clone().or_else(|| variable("OPENAI_BASE_URL").filter(|_| api != Api::Gemini));
        let key = variable(key);
        let model = options.model.clone().or_else(|| variable("OPENAI_MODEL").filter(|_| api != Api::Gemini));
        (key.is_some() || own_url.is_some()).then(|| Server {
            api,
            endpoint: Endpoint {
                base_url: own_url.unwrap_or(base_url.to_owned()).trim_end_matches('/').to_owned(),
                model: model.unwrap_or(default_model.to_owned()),
            },
            key,
        })
    })
    .collect()
}
