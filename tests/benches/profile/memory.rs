//! What the room's isolate and the Worker's process hold in memory.

use serde_json::json;

use crate::inspector::Inspector;
use crate::process::resident_bytes;

/// Bytes at one moment, after a full garbage collection.
pub(crate) struct Memory {
    javascript: f64,
    embedder: f64,
    buffers: f64,
    /// Where the debugger can find them: the memories of all WebAssembly instances.
    wasm: Option<f64>,
    resident: f64,
}

/// What the columns of [`print`] are.
const LEGEND: &str = "\
JavaScript: objects on V8's heap (Runtime.getHeapUsage: usedSize); embedder: the runtime's C++ objects that JavaScript
refers to, such as sockets (embedderHeapUsedSize); buffers: ArrayBuffers (backingStorageSize); WebAssembly: the size of the
linear memory, which never shrinks and holds the room's state; process: resident memory of workerd with everything in it,
V8's compiled code, SQLite's caches and wrangler's own Workers included";

impl Memory {
    pub(crate) async fn measure(inspector: &mut Inspector, process: u32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "below 4 GB")]
        // This collects garbage, so it comes first.
        let wasm = inspector.wasm_memories().await.map(|sizes| sizes.iter().sum::<u64>() as f64);
        let heap = inspector.call("Runtime.getHeapUsage", json!({})).await;
        let size = |name: &str| heap[name].as_f64().unwrap_or(f64::NAN);
        Self {
            javascript: size("usedSize"),
            embedder: size("embedderHeapUsedSize"),
            buffers: size("backingStorageSize"),
            wasm,
            resident: resident_bytes(process),
        }
    }

    fn columns(&self) -> [f64; 5] {
        let wasm = self.wasm.unwrap_or(f64::NAN);
        [self.javascript, self.embedder, self.buffers, wasm, self.resident]
    }
}

/// Prints the moments and, of the first two, the difference for each socket.
pub(crate) fn print(moments: &[(&str, &Memory)], sockets: usize) {
    println!("\nMemory in KB, after a garbage collection");
    println!(
        "{:32} {:>11} {:>11} {:>11} {:>11} {:>11}",
        "", "JavaScript", "embedder", "buffers", "WebAssembly", "process"
    );
    let row = |name: &str, columns: [f64; 5], decimals: usize| {
        print!("{name:32}");
        for bytes in columns {
            if bytes.is_nan() {
                print!(" {:>11}", "unknown");
            } else {
                print!(" {:11.decimals$}", bytes / 1024.0);
            }
        }
        println!();
    };
    for (name, memory) in moments {
        row(name, memory.columns(), 0);
    }
    if let [(_, before), (_, joined), ..] = moments {
        let (before, joined) = (before.columns(), joined.columns());
        #[expect(clippy::cast_precision_loss, reason = "some thousand sockets")]
        let each = std::array::from_fn(|index| (joined[index] - before[index]) / sockets.max(1) as f64);
        row("per socket joined", each, 2);
    }
    println!("{LEGEND}");
}
