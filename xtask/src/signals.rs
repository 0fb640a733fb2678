//! Ctrl-C (SIGINT) and SIGTERM as a request to stop, which long work polls. Not here: signals to child processes.

use std::{
    fmt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Context;

static STOP_REQUESTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// The error of work that ended early because a stop was requested.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Turns SIGINT and SIGTERM into stop requests for the rest of this process's life. SIGHUP keeps its default action, so
/// that `nohup` works; the supervisors of our child processes notice when this process ends.
pub(crate) fn catch() -> anyhow::Result<()> {
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&STOP_REQUESTED))
            .with_context(|| format!("failed to install a handler for signal {signal}"))?;
    }
    Ok(())
}

pub(crate) fn stop_requested() -> bool {
    STOP_REQUESTED.load(Ordering::Relaxed)
}

/// Requests a stop, as Ctrl-C does.
pub(crate) fn request_stop() {
    STOP_REQUESTED.store(true, Ordering::Relaxed);
}

/// Fails with [`Interrupted`] when a stop was requested.
///
/// # Errors
/// [`Interrupted`], and nothing else.
pub(crate) fn check() -> anyhow::Result<()> {
    if stop_requested() { Err(Interrupted.into()) } else { Ok(()) }
}
