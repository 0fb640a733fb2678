//! Long work in named steps: what is being done, how long it took the last time, and a sign of life in between.

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
    children::{self, Child, Interrupted},
    workspace,
};

/// Some automatic runners end what is silent for long.
const HEARTBEAT: Duration = Duration::from_secs(30);

type Work = Box<dyn FnOnce(&Running) -> anyhow::Result<()>>;

/// A name and what is to be done under it.
pub(crate) struct Step {
    name: String,
    work: Work,
}

impl Step {
    pub(crate) fn new(
        name: impl Into<String>,
        work: impl FnOnce(&Running) -> anyhow::Result<()> + 'static,
    ) -> Self {
        Self { name: name.into(), work: Box::new(work) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// Does the steps in order and stops at the first that fails. Says how long each took.
pub(crate) fn run(steps: Vec<Step>) -> anyhow::Result<Vec<(String, Duration)>> {
    let mut durations = Durations::load()?;
    let mut finished = Vec::new();
    let all = steps.len();
    for (index, step) in steps.into_iter().enumerate() {
        children::check()?;
        let label = format!("[{}/{all}] {}", index + 1, step.name);
        match durations.last(&step.name) {
            Some(last) => eprintln!("{label} … (last time {})", seconds(last)),
            None => eprintln!("{label} … (first time)"),
        }
        let running = Running { label: label.clone(), started: Instant::now() };
        let result = (step.work)(&running);
        let took = running.started.elapsed();
        match result {
            Ok(()) => eprintln!("{label}: {}", seconds(took)),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                return Err(error.context(format!("step `{}` failed after {}", step.name, seconds(took))));
            }
        }
        durations.remember(&step.name, took);
        finished.push((step.name, took));
    }
    Ok(finished)
}

/// `41 s`, or with a decimal where that matters.
pub(crate) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.1} s") } else { format!("{seconds:.0} s") }
}

/// The step that is being done.
pub(crate) struct Running {
    label: String,
    started: Instant,
}

impl Running {
    /// For work outside of any list of steps.
    pub(crate) fn alone(label: &str) -> Self {
        Self { label: label.to_owned(), started: Instant::now() }
    }

    pub(crate) fn say(&self, text: &str) {
        eprintln!("{}: {text}", self.label);
    }

    /// Runs a program to its end. Its output is shown only if it fails.
    pub(crate) fn program(&self, command: &Command) -> anyhow::Result<()> {
        self.captured(command).map(drop)
    }

    /// Runs a program to its end and hands back what it wrote, both outputs together.
    pub(crate) fn captured(&self, command: &Command) -> anyhow::Result<String> {
        let mut child = Child::start(command, Stdio::piped(), Stdio::piped())?;
        let output = Arc::new(Mutex::new(Vec::new()));
        let readers = [
            child.stdout().map(|stream| collect(stream, Arc::clone(&output))),
            child.stderr().map(|stream| collect(stream, Arc::clone(&output))),
        ];
        let mut heartbeat = Instant::now() + HEARTBEAT;
        let status = loop {
            if let Some(status) = child.ended()? {
                break status;
            }
            children::check()?;
            if Instant::now() >= heartbeat {
                heartbeat += HEARTBEAT;
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
            bail!("{} ended with {status}; its output is above", shown(command));
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

fn last_line(output: &[u8]) -> String {
    let line =
        output.split(|byte| *byte == b'\n').rfind(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    String::from_utf8_lossy(line.trim_ascii()).chars().take(100).collect()
}

fn shown(command: &Command) -> String {
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
        fs::create_dir_all(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
        let file = folder.join("steps.json");
        // The times are a courtesy: a missing or broken file is the same as none.
        let seconds =
            fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Ok(Self { file, seconds })
    }

    fn last(&self, name: &str) -> Option<Duration> {
        self.seconds.get(name).and_then(|seconds| Duration::try_from_secs_f64(*seconds).ok())
    }

    fn remember(&mut self, name: &str, took: Duration) {
        // Finding nothing to do says nothing about the next time.
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
    fn the_last_line_is_the_last_with_something_in_it() {
        assert_eq!(last_line(b"Compiling a\nCompiling b\n\n"), "Compiling b");
        assert_eq!(last_line(b""), "");
    }
}
