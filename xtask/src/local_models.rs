//! Finds model servers that people run on their own machine, so that `dev` can say how to use one.
//!
//! A server counts when it answers `GET /v1/models` (OpenAI's list of models, which all three implement) with at least
//! one model within [`LIMIT`]. Nothing is sent to it but that request.

use std::{
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

/// A program, and the port on which it listens unless it is told otherwise.
#[derive(Clone, Copy)]
struct Server {
    name: &'static str,
    port: u16,
}

const SERVERS: [Server; 3] = [
    Server { name: "Ollama", port: 11434 },
    Server { name: "LM Studio", port: 1234 },
    // Trunk serves the page on this port, too; it answers with HTML, which is no list of models.
    Server { name: "llama.cpp", port: 8080 },
];

/// By how much a search may delay the start, counted from its beginning.
const LIMIT: Duration = Duration::from_millis(200);
/// The chat API that all of these servers have had for years.
const API: &str = "chat_completions";

/// A search that goes on in the background.
pub(crate) struct Search {
    found: Receiver<Found>,
    deadline: Instant,
}

/// A server that answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    server: &'static str,
    port: u16,
    /// The first model of its list.
    model: String,
}

impl Search {
    /// Begins to ask the well-known ports.
    pub(crate) fn begin() -> Self {
        Self::among(&SERVERS)
    }

    fn among(servers: &[Server]) -> Self {
        let (sender, found) = mpsc::channel();
        for server in servers {
            let (sender, server) = (sender.clone(), *server);
            // A server that does not answer keeps this thread, and nobody else, waiting.
            thread::spawn(move || {
                if let Some(model) = first_model(server.port) {
                    let _ = sender.send(Found { server: server.name, port: server.port, model });
                }
            });
        }
        Self { found, deadline: Instant::now() + LIMIT }
    }

    /// What answered until [`LIMIT`] after the beginning, by port.
    pub(crate) fn finish(self) -> Vec<Found> {
        let mut found = Vec::new();
        // Ends early when all threads have ended.
        while let Ok(server) =
            self.found.recv_timeout(self.deadline.saturating_duration_since(Instant::now()))
        {
            found.push(server);
        }
        found.sort_by_key(|server| server.port);
        found
    }
}

impl Found {
    /// One line that says how `dev` uses this server.
    pub(crate) fn advice(&self) -> String {
        let Self { server, port, model } = self;
        let model = if model.chars().all(|letter| letter.is_ascii_alphanumeric() || "._:/-".contains(letter))
        {
            model.clone()
        } else {
            format!("'{}'", model.replace('\'', r"'\''"))
        };
        format!(
            "{server} runs on this machine; to use it: \
             OPENAI_BASE_URL=http://127.0.0.1:{port}/v1 OPENAI_MODEL={model} OPENAI_API={API} cargo xtask dev"
        )
    }
}

fn first_model(port: u16) -> Option<String> {
    let response = minreq::get(format!("http://127.0.0.1:{port}/v1/models")).with_timeout(1).send().ok()?;
    let list: serde_json::Value = serde_json::from_slice(response.as_bytes()).ok()?;
    Some(list.get("data")?.get(0)?.get("id")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
    };

    use super::*;

    /// A server that answers its first request with `body`, or never.
    fn server(name: &'static str, body: Option<&'static str>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let Some(body) = body else { return thread::sleep(Duration::from_secs(5)) };
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request: Vec<_> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            assert_eq!(request[0], "GET /v1/models HTTP/1.1");
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        });
        Server { name, port }
    }

    #[test]
    fn a_server_with_models_is_found_and_others_are_not() {
        let ollama =
            server("Ollama", Some(r#"{"object":"list","data":[{"id":"llama3.2:latest"},{"id":"b"}]}"#));
        let empty = server("LM Studio", Some(r#"{"object":"list","data":[]}"#));
        let page = server("llama.cpp", Some("<!doctype html>"));
        let found = Search::among(&[page, empty, ollama]).finish();
        let expected = Found { server: "Ollama", port: ollama.port, model: "llama3.2:latest".to_owned() };
        assert_eq!(found, [expected]);
        assert_eq!(
            found[0].advice(),
            format!(
                "Ollama runs on this machine; to use it: OPENAI_BASE_URL=http://127.0.0.1:{}/v1 \
                 OPENAI_MODEL=llama3.2:latest OPENAI_API=chat_completions cargo xtask dev",
                ollama.port
            )
        );
    }

    #[test]
    fn a_silent_server_delays_the_start_by_the_limit_at_most() {
        let begun = Instant::now();
        assert_eq!(Search::among(&[server("Ollama", None)]).finish(), []);
        assert!(begun.elapsed() < LIMIT + Duration::from_millis(100), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_model_with_special_characters_is_quoted_for_the_shell() {
        let found = Found { server: "llama.cpp", port: 8080, model: "My Model's.gguf".to_owned() };
        assert!(found.advice().contains(r" OPENAI_MODEL='My Model'\''s.gguf' "), "{}", found.advice());
    }
}
