//! The page: mounts the Leptos app.
//!
//! `pages` and `components` are the views, `state` holds what they show as signals and drives the pure `client` crate,
//! `browser` wraps browser APIs, `i18n` holds the texts. Rules of the chat are not here but in `client`.

#![expect(unreachable_pub, reason = "the component macro makes every component `pub`, whatever is written")]

mod app;
mod browser;
mod components;
mod i18n;
mod pages;
mod reactive;
mod router;
mod state;

use leptos::mount::mount_to_body;
use leptos::prelude::document;

fn main() {
    // A crash ends the program, and frontend/boot.js offers to load the page again. Only here is known what happened where.
    std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
    browser::language::init();
    browser::viewport::track();
    // The notice in index.html for readers who wait for this program.
    if let Some(waiting) = document().get_element_by_id("waiting") {
        waiting.remove();
    }
    mount_to_body(app::App);
}
