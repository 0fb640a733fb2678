//! Thin wrappers of browser APIs, one API or concern per file. Nothing here decides anything about the chat or draws.

pub(crate) mod api;
mod challenge;
pub(crate) mod clipboard;
pub(crate) mod clock;
pub(crate) mod dates;
pub(crate) mod enter;
pub(crate) mod focus;
pub(crate) mod form;
pub(crate) mod keyboard;
pub(crate) mod language;
pub(crate) mod lifecycle;
pub(crate) mod media;
pub(crate) mod own_data;
pub(crate) mod parts;
pub(crate) mod random;
pub(crate) mod scroll;
pub(crate) mod socket;
pub(crate) mod storage;
pub(crate) mod text_input;
pub(crate) mod theme;
pub(crate) mod viewport;
