//! The parts of the pages. Signals come in as context or props; what the reader does goes to the session.

mod avatar;
pub(crate) mod banner;
pub(crate) mod bots_panel;
mod button;
mod card;
pub(crate) mod composer;
pub(crate) mod decoration;
pub(crate) mod header;
mod icon;
pub(crate) mod join;
pub(crate) mod lobby_preview;
mod markdown;
mod message;
pub(crate) mod people;
pub(crate) mod preferences;
mod quote;
pub(crate) mod single_field_form;
pub(crate) mod timeline;
