//! The parts of the pages. Signals come in as context or props; what the reader does goes to the session.
//!
//! Size: with `--cfg erase_components` (.cargo/config.toml) `view!` gives all closures that are written inside it one type
//! per output type. So reactive parts are written as `{move || part()}` rather than `{part}`, and return `AnyView`.

mod act_line;
mod avatar;
pub(crate) mod banner;
pub(crate) mod bots_panel;
pub(crate) mod button;
mod card;
mod catch_up_dialog;
pub(crate) mod composer;
mod copy_field;
pub(crate) mod decoration;
mod device_dialog;
pub(crate) mod dialogs;
pub(crate) mod header;
mod icon;
pub(crate) mod join;
mod keyed;
pub(crate) mod lobby_preview;
mod markdown;
mod message;
mod modal;
pub(crate) mod my_data;
mod option_dialog;
pub(crate) mod people;
mod person_dialog;
pub(crate) mod preferences;
mod private_answer;
mod quote;
mod report_dialog;
mod room_settings;
mod search_dialog;
pub(crate) mod single_field_form;
pub(crate) mod standing;
pub(crate) mod timeline;
mod views;
pub(crate) mod when;
