//! The browser, one concern per file: what the pure client asks for is done here, and what happens is told to it.
//!
//! Nothing in here decides anything about chat, and nothing draws.

pub(crate) mod announce;
pub(crate) mod clipboard;
pub(crate) mod clock;
mod door;
pub(crate) mod focus;
pub(crate) mod language;
pub(crate) mod later;
mod lifecycle;
pub(crate) mod line;
pub(crate) mod live;
pub(crate) mod random;
pub(crate) mod scroll;
pub(crate) mod session;
mod socket;
pub(crate) mod storage;
pub(crate) mod theme;
pub(crate) mod viewport;
pub(crate) mod words;
