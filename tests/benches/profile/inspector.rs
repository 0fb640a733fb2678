//! A client of the Chrome DevTools Protocol, spoken with the Worker's debugger through wrangler, which allows one client.
//!
//! Methods: <https://chromedevtools.github.io/devtools-protocol/v8/>. Not here: what a profile says (`samples.rs`).

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Raw;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::http;

/// The debugger of one isolate.
pub(crate) struct Inspector {
    socket: WebSocketStream<TcpStream>,
    last_id: u64,
    /// The JavaScript contexts that the debugger announced.
    contexts: Vec<Value>,
}

impl Inspector {
    /// Connects to the debugger that wrangler offers on this port.
    pub(crate) async fn connect(port: u16) -> Self {
        let reply =
            http::request(port, Method::GET, "/json", &[], "").await.expect("wrangler offers a debugger");
        let targets: Value = serde_json::from_str(&reply.body).unwrap();
        let address = targets[0]["webSocketDebuggerUrl"].as_str().expect("the Worker is its only target");
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let (socket, _) = client_async(address, stream).await.expect("the debugger accepts a connection");
        let mut inspector = Self { socket, last_id: 0, contexts: Vec::new() };
        inspector.call("Runtime.enable", json!({})).await;
        inspector.call("Profiler.enable", json!({})).await;
        inspector
    }

    /// Calls a method and returns its result.
    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Value {
        self.try_call(method, params).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Calls a method.
    ///
    /// # Errors
    /// The debugger's error.
    pub(crate) async fn try_call(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.last_id += 1;
        let request = json!({ "id": self.last_id, "method": method, "params": params });
        self.socket.send(Raw::text(request.to_string())).await.unwrap();
        loop {
            let raw = tokio::time::timeout(Duration::from_secs(30), self.socket.next()).await;
            let raw = raw.expect("the debugger answers").expect("it is connected").unwrap();
            let Ok(text) = raw.into_text() else { continue };
            let Ok(mut reply) = serde_json::from_str::<Value>(&text) else { continue };
            if reply["method"] == "Runtime.executionContextCreated" {
                self.contexts.push(reply["params"]["context"]["id"].clone());
            }
            if reply["id"] != self.last_id {
                continue;
            }
            return match reply.get_mut("error") {
                Some(error) => Err(error.take()),
                None => Ok(reply["result"].take()),
            };
        }
    }

    /// The lines of a script.
    pub(crate) async fn source(&mut self, script_id: &str) -> Vec<String> {
        // Only while it is needed: code runs slower with a debugger.
        self.call("Debugger.enable", json!({})).await;
        let reply = self.call("Debugger.getScriptSource", json!({ "scriptId": script_id })).await;
        self.call("Debugger.disable", json!({})).await;
        reply["scriptSource"].as_str().unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// Collects garbage and returns the sizes in bytes of the memories of all WebAssembly instances, if the debugger can
    /// evaluate expressions. `Runtime.queryObjects` collects before it looks; `HeapProfiler.collectGarbage` is never
    /// answered here.
    pub(crate) async fn wasm_memories(&mut self) -> Option<Vec<u64>> {
        for context in self.contexts.clone() {
            let expression = json!({ "expression": "WebAssembly.Memory.prototype", "contextId": context });
            let Ok(prototype) = self.try_call("Runtime.evaluate", expression).await else { continue };
            let query = json!({ "prototypeObjectId": prototype["result"]["objectId"] });
            let Ok(found) = self.try_call("Runtime.queryObjects", query).await else { continue };
            let call = json!({
                "objectId": found["objects"]["objectId"],
                "functionDeclaration": "function () { return this.map(memory => memory.buffer.byteLength) }",
                "returnByValue": true,
            });
            let Ok(sizes) = self.try_call("Runtime.callFunctionOn", call).await else { continue };
            let sizes: Vec<u64> =
                sizes["result"]["value"].as_array()?.iter().filter_map(Value::as_u64).collect();
            if !sizes.is_empty() {
                return Some(sizes);
            }
        }
        None
    }
}
