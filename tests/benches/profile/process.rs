//! The Worker's process as Linux sees it: CPU time of its threads and memory (proc(5)).

use std::fs;

/// CPU seconds of a process, or between two moments.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cpu {
    /// The thread that runs the event loop and JavaScript.
    pub(crate) main: f64,
    /// Of that, in the kernel.
    pub(crate) kernel: f64,
    /// V8's threads, which compile functions and collect garbage.
    pub(crate) helpers: f64,
}

impl Cpu {
    pub(crate) fn of(process: u32) -> Self {
        let mut cpu = Self::default();
        for thread in fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten() {
            let Ok(status) = fs::read_to_string(thread.path().join("stat")) else { continue };
            let (_, fields) = status.rsplit_once(") ").unwrap();
            let fields: Vec<&str> = fields.split(' ').collect();
            // The kernel counts hundredths of a second.
            let seconds = |index: usize| fields[index].parse::<f64>().unwrap() / 100.0;
            let (user, kernel) = (seconds(11), seconds(12));
            if thread.file_name().to_string_lossy() == process.to_string() {
                cpu.main += user + kernel;
                cpu.kernel += kernel;
            } else {
                cpu.helpers += user + kernel;
            }
        }
        cpu
    }

    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            main: self.main - before.main,
            kernel: self.kernel - before.kernel,
            helpers: self.helpers - before.helpers,
        }
    }
}

/// Bytes of a process's memory that are in RAM.
pub(crate) fn resident_bytes(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the process runs");
    line.split_whitespace().next().unwrap().parse::<f64>().unwrap() * 1024.0
}
