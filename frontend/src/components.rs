//! The parts of the pages. Signals come in as context or props; what the reader does goes to the session.
//!
//! Size: with `--cfg erase_components` (.cargo/config.toml) `view!` gives all closures that are written inside it one type
//! per output type. So reactive parts are written as `{move || part()}` rather than `{part}`, and return `AnyView`.

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
