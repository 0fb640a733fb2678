//! Whether something built is still what its sources say, decided without starting a build.
//!
//! Trunk and worker-build run wasm-bindgen and more even when cargo has nothing to do, which takes seconds, and wrangler
//! asks for the Worker each time it starts. A stamp is the state of all inputs and of the output, after a build that succeeded.

use std::{
    fs::{self, File, TryLockError},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::Context;

use crate::{children, workspace};

/// Something that is built from files.
pub(crate) struct Built {
    /// Names the stamp's file.
    pub(crate) name: String,
    /// Files and folders, relative to the workspace's root.
    pub(crate) inputs: &'static [&'static str],
    /// The folder that is built.
    pub(crate) output: PathBuf,
}

impl Built {
    /// Runs `build` unless the output is fresh. One process at a time: the others wait, and then find it fresh.
    pub(crate) fn make(&self, build: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        let folder = workspace::notes();
        fs::create_dir_all(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
        let _lock = lock(&folder.join(format!("{}.lock", self.name)))?;
        let stamp = folder.join(format!("{}.stamp", self.name));
        // The inputs as they are now: a change during the build makes the next call build again.
        let inputs = self.state_of_inputs();
        if self.output.exists() && fs::read_to_string(&stamp).is_ok_and(|old| old == self.stamp(inputs)) {
            return Ok(());
        }
        build()?;
        fs::write(&stamp, self.stamp(inputs))
            .with_context(|| format!("{} could not be written", stamp.display()))
    }

    /// A number that changes when an input does.
    pub(crate) fn state_of_inputs(&self) -> u64 {
        let root = workspace::root();
        state(self.inputs.iter().map(|input| root.join(input)))
    }

    fn stamp(&self, inputs: u64) -> String {
        format!("{inputs:016x} {:016x}\n", state([self.output.clone()]))
    }
}

/// Waits until no other process holds the lock. The file stays; the lock ends with the process.
fn lock(path: &Path) -> anyhow::Result<File> {
    let file = File::create(path).with_context(|| format!("{} could not be made", path.display()))?;
    let mut is_told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {
                children::check()?;
                if !is_told {
                    eprintln!("another command is building the same; waiting for it");
                    is_told = true;
                }
                thread::sleep(Duration::from_millis(100));
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("{} could not be locked", path.display()));
            }
        }
    }
}

/// Names, sizes and times of change of all files below, in a fixed order.
fn state(paths: impl IntoIterator<Item = PathBuf>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        // A file that disappears while we look is a change, which the next look sees.
        let _ = visit(&path, &mut hasher);
    }
    hasher.finish()
}

fn visit(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    path.hash(hasher);
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        metadata.len().hash(hasher);
        metadata.modified()?.hash(hasher);
        return Ok(());
    }
    let mut names =
        fs::read_dir(path)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    for name in names {
        // Editors' backups and what is built here are not sources.
        let text = name.to_string_lossy();
        if text.starts_with('.') || text.ends_with('~') || text == "target" || text == "build" {
            continue;
        }
        visit(&path.join(&name), hasher)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_changes_the_state_and_a_hidden_one_does_not() {
        let folder = std::env::temp_dir().join(format!("madang-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.rs"), "1").unwrap();
        let before = state([folder.clone()]);
        fs::write(folder.join(".a.rs.swp"), "1").unwrap();
        assert_eq!(state([folder.clone()]), before);
        fs::write(folder.join("a.rs"), "22").unwrap();
        assert_ne!(state([folder.clone()]), before);
        fs::remove_dir_all(folder).unwrap();
    }
}
