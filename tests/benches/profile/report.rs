//! Prints a profile: where the time of a message goes.

use std::collections::BTreeMap;

use crate::process::Cpu;
use crate::samples::{Kind, Summary};

/// The CPU time of the process for each message, in µs, measured without the profiler.
pub(crate) struct CpuEach {
    cpu: Cpu,
    count: u64,
}

impl CpuEach {
    pub(crate) fn new(cpu: Cpu, count: u64) -> Self {
        Self { cpu, count }
    }

    fn of(&self, seconds: f64) -> f64 {
        seconds * 1e6 / as_f64(self.count)
    }

    pub(crate) fn print(&self, unit: &str) {
        let Cpu { main, kernel, helpers } = self.cpu;
        println!("\nCPU of the process in µs per {unit}, without the profiler");
        println!(
            "  main thread {:.0}, of that in the kernel {:.0}; V8's threads, which compile and collect garbage, {:.0}",
            self.of(main),
            self.of(kernel),
            self.of(helpers)
        );
    }
}

/// Prints the profile's sums and the first `top` functions of each list.
pub(crate) fn print_profile(summary: &Summary, cpu: &CpuEach, count: u64, unit: &str, top: usize) {
    let each = summary.total * 1e6 / as_f64(count);
    println!(
        "\nProfile of the isolate: {} samples of {:.0} µs, {each:.0} µs per {unit}",
        summary.samples,
        summary.interval * 1e6,
    );
    println!(
        "  What else the main thread does, {:.0} µs, is the runtime's work outside of the isolate: frames and sockets, the\n  \
         event loop, and what is written to disk after a transaction",
        (cpu.of(cpu.cpu.main) - each).max(0.0)
    );
    let kinds = summary.kinds.iter().map(|(kind, seconds)| (kind.describe().to_owned(), *seconds)).collect();
    print_list("What the time is spent in", &kinds, summary.total, count, usize::MAX);
    print_list("Functions by their own time", &summary.own, summary.total, count, top);
    print_list("Functions with what they call", &summary.with_callees, summary.total, count, top);
    print_list(
        "Functions of this workspace with the libraries, bindings and runtime functions that they call",
        &summary.workspace,
        summary.total,
        count,
        top,
    );
    print_list("The runtime's functions, and for whom they run", &summary.runtime, summary.total, count, top);
}

fn print_list(title: &str, seconds: &BTreeMap<String, f64>, total: f64, count: u64, top: usize) {
    println!("\n{title}\n   share         µs");
    let mut rows: Vec<_> = seconds.iter().collect();
    rows.sort_by(|a, b| b.1.total_cmp(a.1));
    for (name, seconds) in rows.into_iter().take(top) {
        println!("{:7.1}% {:10.1}  {name}", 100.0 * seconds / total, seconds * 1e6 / as_f64(count));
    }
}

impl Kind {
    fn describe(self) -> &'static str {
        match self {
            Self::WebAssembly => "WebAssembly (Rust)",
            Self::Crossing => "crossings between JavaScript and WebAssembly",
            Self::Glue => {
                "JavaScript bindings, with the functions of the runtime that V8 calls directly [glue]"
            }
            Self::Runtime => "functions of the runtime, called from JavaScript [runtime]",
            Self::Program => "(program): native code not called from JavaScript",
            Self::GarbageCollector => "garbage collection",
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "below a million")]
fn as_f64(count: u64) -> f64 {
    count.max(1) as f64
}
