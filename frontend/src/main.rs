//! (being written: a stand-in that proves the build)
use leptos::prelude::*;

fn main() {
    leptos::mount::mount_to_body(|| view! { <h1>"Madang"</h1> });
}
