//! The page of a one-time link: after a click, this browser becomes the person who made the link.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::api;
use crate::components::button::TextButton;
use crate::i18n::text;

const FORBIDDEN: u16 = 403;

/// The click is needed: it replaces who the reader is in this browser, which no link may do by itself.
#[component]
pub(crate) fn DevicePage(token: String) -> impl IntoView {
    let complaint = RwSignal::new("");
    document().set_title("Madang · 마당");
    let redeem = Callback::new(move |()| {
        let token = token.clone();
        spawn_local(async move {
            match api::redeem_device_link(&token).await {
                // The page starts anew as the other person.
                Ok(()) => _ = window().location().assign("/"),
                Err(FORBIDDEN) => _ = complaint.try_set(text().owners.device_used),
                Err(_) => _ = complaint.try_set(text().owners.try_again),
            }
        });
    });
    view! {
        <main class="waiting small-page">
            <h1>{text().owners.device_headline}</h1>
            <p>{text().owners.device_note}</p>
            <TextButton class="button main" label=text().owners.device_go on_click=redeem />
            <p class="complaint" role="status">
                {move || complaint.get()}
            </p>
            <a class="quiet" href="/">
                {text().home}
            </a>
        </main>
    }
}
