//! The page: Leptos views (`view`), the browser (`shell`) and the words (`text`) around the pure `client`.
//!
//! There is no router and no framework of components; what is chat about all this is decided in `client`.

#![expect(unreachable_pub, reason = "the component macro makes every component `pub`, whatever is written")]

mod app;
mod place;
mod shell;
mod text;
mod view;

use leptos::mount::mount_to_body;
use leptos::prelude::document;

fn main() {
    shell::language::begin();
    shell::viewport::follow();
    if let Some(waiting) = document().get_element_by_id("waiting") {
        waiting.remove();
    }
    mount_to_body(app::App);
}
