//! Decides without starting a build whether a built folder still corresponds to its sources.
//!
//! Trunk and worker-build run wasm-bindgen and more even when cargo has nothing to do, which takes seconds, and wrangler
//! asks for the Worker each time it starts. After a successful build the state of all sources and of the built folder
//! (paths, sizes and modification times) is recorded in a file; the folder is fresh while both states are as recorded.

use std::{
    fs::{self, File, TryLockError},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::Context;

use crate::{signals, workspace};

/// A folder that is built from sources.
pub(crate) struct BuiltFolder {
    /// Names the files of the record and the lock. One per folder.
    pub(crate) name: String,
    /// How it is built; part of the recorded state.
    pub(crate) variant: &'static str,
    /// Files and folders, relative to the workspace's root.
    pub(crate) sources: &'static [&'static str],
    pub(crate) folder: PathBuf,
}

impl BuiltFolder {
    /// Runs `build` unless the folder is fresh. When several processes ask for the same folder, one builds; the others
    /// wait and then find it fresh.
    pub(crate) fn build_if_stale(&self, build: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        let folder = workspace::build_folder();
        fs::create_dir_all(&folder).with_context(|| format!("failed to create {}", folder.display()))?;
        let _lock = lock(&folder.join(format!("{}.lock", self.name)))?;
        let record = folder.join(format!("{}.state", self.name));
        // Taken before the build: a source that changes during the build makes the next call build again.
        let sources = self.state_of_sources();
        if self.folder.exists() && fs::read_to_string(&record).is_ok_and(|old| old == self.state(sources)) {
            return Ok(());
        }
        build()?;
        fs::write(&record, self.state(sources))
            .with_context(|| format!("failed to write {}", record.display()))
    }

    /// A number that changes when a source does.
    pub(crate) fn state_of_sources(&self) -> u64 {
        let root = workspace::root();
        state(self.sources.iter().map(|source| root.join(source)))
    }

    fn state(&self, sources: u64) -> String {
        format!("{} {sources:016x} {:016x}\n", self.variant, state([self.folder.clone()]))
    }
}

/// Waits until no other process holds the lock. The file remains; the lock ends with the process that holds it.
fn lock(path: &Path) -> anyhow::Result<File> {
    let file = File::create(path).with_context(|| format!("failed to create {}", path.display()))?;
    let mut is_announced = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {
                signals::check()?;
                if !is_announced {
                    eprintln!("another command is building the same; waiting for it");
                    is_announced = true;
                }
                thread::sleep(Duration::from_millis(100));
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("failed to lock {}", path.display()));
            }
        }
    }
}

/// A hash of the paths, sizes and modification times of all files below, in a fixed order.
fn state(paths: impl IntoIterator<Item = PathBuf>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        // An error means that a file disappeared during the walk. That is a change, which the next walk sees.
        let _ = hash_tree(&path, &mut hasher);
    }
    hasher.finish()
}

fn hash_tree(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
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
        // Backups of editors and built folders are not sources.
        let text = name.to_string_lossy();
        if text.starts_with('.') || text.ends_with('~') || text == "target" || text == "build" {
            continue;
        }
        hash_tree(&path.join(&name), hasher)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_changes_the_state_and_a_hidden_one_does_not() {
        let folder = std::env::temp_dir().join(format!("madang-freshness-{}", std::process::id()));
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
