//! Views: signals in, markup and actions out. Whatever is a rule of chat is in `client`, whatever is a word in `text`.

mod banner;
mod browser_only;
mod card;
mod composer;
mod control;
pub(crate) mod dynamic;
mod eave;
pub(crate) mod element;
mod face;
mod field;
mod glimpse;
mod header;
mod icon;
mod join;
pub(crate) mod landing;
mod markdown;
mod message;
mod outcome;
mod panel;
mod people;
mod quote;
pub(crate) mod room;
mod rows;
mod switches;
mod timeline;
mod yard;
