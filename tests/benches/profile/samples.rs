//! Sums up a CPU profile of V8 (`Profiler.stop`): which functions the time was spent in.
//!
//! V8 looks at the isolate's thread at a fixed interval and keeps a sample only while the isolate runs, so the time
//! between two samples may include time outside of it. Each sample therefore counts as one interval.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// A profile as `Profiler.stop` returns it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    nodes: Vec<Node>,
    /// The ids of the nodes that were running.
    samples: Vec<u64>,
    /// Microseconds since the sample before.
    time_deltas: Vec<i64>,
}

/// A function as called by the functions above it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    id: u64,
    call_frame: CallFrame,
    #[serde(default)]
    children: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallFrame {
    function_name: String,
    script_id: String,
    url: String,
    line_number: i64,
}

/// What a function is made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    WebAssembly,
    /// V8's wrappers of calls between JavaScript and WebAssembly.
    Crossing,
    /// The bindings that wasm-bindgen and worker-build generate, and wrangler's wrapper.
    Glue,
    /// Functions of the runtime that JavaScript calls, such as `send` and `exec`.
    Runtime,
    /// Native code that is not called from JavaScript.
    Program,
    GarbageCollector,
}

/// Seconds per function, in several ways.
#[derive(Default)]
pub(crate) struct Summary {
    /// All time in the isolate, without `(idle)`.
    pub(crate) total: f64,
    pub(crate) samples: usize,
    /// What one sample counts as.
    pub(crate) interval: f64,
    pub(crate) kinds: BTreeMap<Kind, f64>,
    /// In the function itself.
    pub(crate) own: BTreeMap<String, f64>,
    /// In the function and everything that it calls.
    pub(crate) with_callees: BTreeMap<String, f64>,
    /// By the innermost function of this workspace: with what it calls in libraries, glue and the runtime.
    pub(crate) workspace: BTreeMap<String, f64>,
    /// The runtime's functions, each by the innermost function of this workspace that it works for.
    pub(crate) runtime: BTreeMap<String, f64>,
}

impl Profile {
    /// The script of the bindings.
    pub(crate) fn bindings(&self) -> Option<&str> {
        let mut frames = self.nodes.iter().map(|node| &node.call_frame);
        let frame = frames.find(|frame| frame.kind() == Kind::Glue && frame.url.ends_with("index.js"))?;
        Some(&frame.script_id)
    }

    /// Names the functions of the bindings that have no name, after their lines in the script: those that WebAssembly
    /// imports are written as `__wbg_send_0123456789abcdef: function(…)`.
    pub(crate) fn name_bindings(&mut self, script_id: &str, lines: &[String]) {
        for frame in self.nodes.iter_mut().map(|node| &mut node.call_frame) {
            if frame.script_id != script_id || !frame.function_name.is_empty() {
                continue;
            }
            let line = usize::try_from(frame.line_number).ok().and_then(|number| lines.get(number));
            let import = line.and_then(|line| line.split("__wb").nth(1));
            if let Some(import) = import {
                let is_word = |character: char| character.is_alphanumeric() || character == '_';
                let import = import.split(|character| !is_word(character)).next().unwrap_or_default();
                frame.function_name = format!("__wb{import}");
            }
        }
    }

    pub(crate) fn summarize(&self) -> Summary {
        let nodes: BTreeMap<u64, &Node> = self.nodes.iter().map(|node| (node.id, node)).collect();
        let parents: BTreeMap<u64, u64> =
            self.nodes.iter().flat_map(|node| node.children.iter().map(|child| (*child, node.id))).collect();
        let interval = self.interval();
        let mut summary = Summary { interval, ..Summary::default() };
        let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
        for id in &self.samples {
            *counts.entry(*id).or_default() += 1;
        }
        for (id, count) in counts {
            let Some(leaf) = nodes.get(&id).filter(|leaf| leaf.call_frame.function_name != "(idle)") else {
                continue;
            };
            let stack: Vec<&CallFrame> =
                std::iter::successors(Some(leaf), |node| parents.get(&node.id).and_then(|id| nodes.get(id)))
                    .map(|node| &node.call_frame)
                    .collect();
            summary.samples += count as usize;
            summary.add(&stack, f64::from(count) * interval);
        }
        summary
    }

    /// The time between two samples of an isolate that runs: the middle of those below a millisecond.
    fn interval(&self) -> f64 {
        let mut deltas: Vec<i64> =
            self.time_deltas.iter().copied().filter(|delta| (1..1_000).contains(delta)).collect();
        deltas.sort_unstable();
        let middle = deltas.get(deltas.len() / 2).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "below a thousand")]
        let seconds = middle as f64 / 1e6;
        seconds
    }
}

impl Summary {
    /// `stack` begins with the function that was running.
    fn add(&mut self, stack: &[&CallFrame], seconds: f64) {
        let Some(leaf) = stack.first() else { return };
        self.total += seconds;
        *self.kinds.entry(leaf.kind()).or_default() += seconds;
        *self.own.entry(leaf.name()).or_default() += seconds;
        // A function that calls itself counts once.
        let names: BTreeSet<String> = stack.iter().map(|frame| frame.name()).collect();
        for name in names {
            *self.with_callees.entry(name).or_default() += seconds;
        }
        let of_workspace = stack.iter().map(|frame| frame.name()).find(|name| is_of_workspace(name));
        let caller = of_workspace.unwrap_or_else(|| "(no function of this workspace)".to_owned());
        if leaf.kind() == Kind::Runtime {
            *self.runtime.entry(format!("{}  <-  {caller}", leaf.name())).or_default() += seconds;
        }
        *self.workspace.entry(caller).or_default() += seconds;
    }

    /// Whether any function has a Rust name.
    pub(crate) fn has_rust_names(&self) -> bool {
        self.own.keys().any(|name| name.contains("::"))
    }
}

impl CallFrame {
    fn kind(&self) -> Kind {
        match self.function_name.as_str() {
            "(program)" | "(root)" => Kind::Program,
            "(garbage collector)" => Kind::GarbageCollector,
            name if name.starts_with("js-to-wasm") || name.starts_with("wasm-to-js") => Kind::Crossing,
            _ if self.url.starts_with("wasm:") => Kind::WebAssembly,
            _ if self.url.is_empty() => Kind::Runtime,
            _ => Kind::Glue,
        }
    }

    fn name(&self) -> String {
        match self.kind() {
            Kind::WebAssembly => plain(&self.function_name),
            Kind::Crossing => self.function_name.split(':').next().unwrap_or_default().to_owned(),
            Kind::Glue if self.function_name.is_empty() => {
                format!("({}:{}) [glue]", self.url, self.line_number + 1)
            }
            Kind::Glue => format!("{} [glue]", without_hash(&plain(&self.function_name), "_")),
            Kind::Runtime if self.function_name.is_empty() => "(unnamed) [runtime]".to_owned(),
            Kind::Runtime => format!("{} [runtime]", self.function_name),
            Kind::Program | Kind::GarbageCollector => self.function_name.clone(),
        }
    }
}

/// Whether a function belongs to one of the Worker's crates; `<room::Room as Trait>::f` does, too.
fn is_of_workspace(name: &str) -> bool {
    let name = name.trim_start_matches(['<', '&']);
    ["edge::", "room::", "shared::", "models::"].iter().any(|krate| name.starts_with(krate))
}

/// A name without the compiler's hashes and wrappers: `room::f::h0123456789abcdef`, `dlmalloc[0123456789abcdef]::f`,
/// `edge::Sql::exec::__wbg_exec_0123456789abcdef externref shim`.
fn plain(name: &str) -> String {
    let name = name.split(" externref shim").next().unwrap_or_default();
    let name = name.split(" multivalue shim").next().unwrap_or_default();
    let name = without_hash(name, "::h");
    let name = name.split("::__wbg_").next().unwrap_or_default();
    let mut parts = name.split('[');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if is_hash(hash) => plain += rest,
            _ => {
                plain.push('[');
                plain += part;
            }
        }
    }
    plain
}

/// A name without a hash at its end.
fn without_hash<'name>(name: &'name str, separator: &str) -> &'name str {
    match name.rsplit_once(separator) {
        Some((name, hash)) if is_hash(hash) => name,
        _ => name,
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
