//! A link as text, with a button that copies it.

use gloo_timers::future::TimeoutFuture;
use leptos::html::Code;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::clipboard;
use crate::i18n::text;

/// How long the button says "Copied".
const COPIED_MS: u32 = 2_000;

#[component]
pub(crate) fn CopyField(
    link: String,
    /// What the link is for.
    label: &'static str,
) -> impl IntoView {
    let node = NodeRef::<Code>::new();
    let is_copied = RwSignal::new(false);
    let copied = link.clone();
    let copy = move |_| {
        let link = copied.clone();
        spawn_local(async move {
            if clipboard::copy(&link).await {
                is_copied.try_set(true);
                TimeoutFuture::new(COPIED_MS).await;
                is_copied.try_set(false);
            } else if let Some(Some(node)) = node.try_get_untracked() {
                clipboard::select(&node);
            }
        });
    };
    view! {
        <div class="copy-field" role="group" aria-label=label>
            <code node_ref=node class="input" tabindex="0">
                {link}
            </code>
            <button type="button" class="button" on:click=copy>
                {move || if is_copied.get() { text().copied } else { text().copy_link }}
            </button>
        </div>
    }
}
