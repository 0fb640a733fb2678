//! The Worker.
#![allow(missing_docs)]
mod address;
mod bots;
mod identity;
mod names;
mod origin;
mod receipt;
mod settings;
