//! Long work in named steps: prints what is being done, how long it took the last time, and a line every 30 s.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

use crate::{
    child_process::ChildProcess,
    signals::{self, Interrupted},
    workspace,
};

/// Some CI runners end jobs that print nothing for minutes.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(30);

type Work = Box<dyn FnOnce(&StepContext) -> anyhow::Result<()>>;

/// A name and the work to do under it.
pub(crate) struct Step {
    name: String,
    work: Work,
}

impl Step {
    pub(crate) fn new(
        name: impl Into<String>,
        work: impl FnOnce(&StepContext) -> anyhow::Result<()> + 'static,
    ) -> Self {
        Self { name: name.into(), work: Box::new(work) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// Does the steps in order and returns how long each took.
///
/// # Errors
/// Stops at the first step that fails, with an error that names it.
pub(crate) fn run(steps: Vec<Step>) -> anyhow::Result<Vec<(String, Duration)>> {
    let mut durations = Durations::load()?;
    let mut finished = Vec::new();
    let count = steps.len();
    for (index, step) in steps.into_iter().enumerate() {
        signals::check()?;
        let label = format!("[{}/{count}] {}", index + 1, step.name);
        match durations.last(&step.name) {
            Some(last) => eprintln!("{label} … (last time {})", seconds(last)),
            None => eprintln!("{label} … (first time)"),
        }
        let context = StepContext { label: label.clone(), started: Instant::now() };
        let result = (step.work)(&context);
        let took = context.started.elapsed();
        match result {
            Ok(()) => eprintln!("{label}: {}", seconds(took)),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                return Err(error.context(format!("step `{}` failed after {}", step.name, seconds(took))));
            }
        }
        durations.record(&step.name, took);
        finished.push((step.name, took));
    }
    Ok(finished)
}

/// `41 s`, or with a decimal below ten.
pub(crate) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.1} s") } else { format!("{seconds:.0} s") }
}

/// What a step's work uses: prints lines under the step's label and runs programs.
pub(crate) struct StepContext {
    label: String,
    started: Instant,
}

impl StepContext {
    /// For work that is not part of a list of steps.
    pub(crate) fn outside_of_steps(label: &str) -> Self {
        Self { label: label.to_owned(), started: Instant::now() }
    }

    pub(crate) fn print(&self, text: &str) {
        eprintln!("{}: {text}", self.label);
    }

    /// Runs a program to its end. Its output is shown only if it fails.
    pub(crate) fn run(&self, command: &Command) -> anyhow::Result<()> {
        self.output(command).map(drop)
    }

    /// Runs a program to its end and returns what it wrote to both outputs, in the order in which it came.
    ///
    /// # Errors
    /// When the program cannot be started or does not end with success; its output is then printed. [`Interrupted`]
    /// when a stop was requested.
    pub(crate) fn output(&self, command: &Command) -> anyhow::Result<String> {
        let mut child = ChildProcess::start(command, Stdio::piped(), Stdio::piped())?;
        let output = Arc::new(Mutex::new(Vec::new()));
        let readers = [
            child.take_stdout().map(|stream| collect(stream, Arc::clone(&output))),
            child.take_stderr().map(|stream| collect(stream, Arc::clone(&output))),
        ];
        let mut next_progress = Instant::now() + PROGRESS_INTERVAL;
        let status = loop {
            if let Some(status) = child.exit_status()? {
                break status;
            }
            signals::check()?;
            if Instant::now() >= next_progress {
                next_progress += PROGRESS_INTERVAL;
                let line = last_line(&output.lock().unwrap_or_else(PoisonError::into_inner));
                eprintln!("{} … {}  {line}", self.label, seconds(self.started.elapsed()));
            }
            thread::sleep(Duration::from_millis(20));
        };
        for reader in readers.into_iter().flatten() {
            let _ = reader.join();
        }
        let output = std::mem::take(&mut *output.lock().unwrap_or_else(PoisonError::into_inner));
        if !status.success() {
            let mut stderr = io::stderr().lock();
            let _ = stderr.write_all(&output).and_then(|()| stderr.write_all(b"\n"));
            bail!("{} ended with {status}; its output is above", command_line(command));
        }
        Ok(String::from_utf8_lossy(&output).into_owned())
    }
}

fn collect(mut stream: impl Read + Send + 'static, output: Arc<Mutex<Vec<u8>>>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            let read = buffer.get(..count).unwrap_or_default();
            output.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(read);
        }
    })
}

/// The last line that is not empty, cut to 100 characters.
fn last_line(output: &[u8]) -> String {
    let line =
        output.split(|byte| *byte == b'\n').rfind(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    String::from_utf8_lossy(line.trim_ascii()).chars().take(100).collect()
}

fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// How long each step took the last time, by its name.
struct Durations {
    file: PathBuf,
    seconds: BTreeMap<String, f64>,
}

impl Durations {
    fn load() -> anyhow::Result<Self> {
        let folder = workspace::cache()?;
        fs::create_dir_all(&folder).with_context(|| format!("failed to create {}", folder.display()))?;
        let file = folder.join("steps.json");
        // The times are for information only, so a missing or broken file counts as an empty one.
        let seconds =
            fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Ok(Self { file, seconds })
    }

    fn last(&self, name: &str) -> Option<Duration> {
        self.seconds.get(name).and_then(|seconds| Duration::try_from_secs_f64(*seconds).ok())
    }

    fn record(&mut self, name: &str, took: Duration) {
        // A step that had nothing to do says nothing about the next time.
        if took < Duration::from_secs(1) && self.seconds.contains_key(name) {
            return;
        }
        self.seconds.insert(name.to_owned(), took.as_secs_f64());
        if let Ok(text) = serde_json::to_vec_pretty(&self.seconds) {
            let _ = fs::write(&self.file, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_last_one_that_is_not_empty() {
        assert_eq!(last_line(b"Compiling a\nCompiling b\n\n"), "Compiling b");
        assert_eq!(last_line(b""), "");
    }
}
