//! A modal dialog: a `<dialog>` element, which keeps the keyboard focus inside, closes with Escape, and gives the focus back
//! when it closes.

use leptos::html;
use leptos::prelude::*;
use web_sys::{HtmlDialogElement, KeyboardEvent, MouseEvent};

use super::button::IconButton;
use super::icon::CLOSE;
use crate::browser::focus::focus_if_lost;
use crate::i18n::text;
use crate::reactive::effect;

const TITLE_ID: &str = "modal-title";

/// An open dialog with a title, which is its accessible name. To close it, the caller removes it; `on_close` tells when the
/// reader does.
#[component]
pub(crate) fn Modal(
    #[prop(into)] title: Signal<String>,
    #[prop(optional)] class: &'static str,
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    // The element outlives the node reference in `on_cleanup`.
    let shown = StoredValue::new_local(None::<HtmlDialogElement>);
    effect(move || {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
            shown.set_value(Some(dialog));
        }
    });
    // A dialog that is removed while it is open loses the focus, so it is closed first.
    on_cleanup(move || {
        if let Some(dialog) = shown.try_update_value(Option::take).flatten() {
            dialog.close();
        }
        focus_if_lost(".frame");
    });
    let close = move || on_close.run(());
    let on_click = move |event: MouseEvent| {
        // The content fills the dialog, so a click that meets the dialog itself was beside it.
        if event.target() == event.current_target() {
            close();
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        // Not for what is below the dialog.
        event.stop_propagation();
        if event.key() == "Escape" && !event.is_composing() {
            event.prevent_default();
            close();
        }
    };
    let on_closed = move |_| {
        // The event comes late, and Leptos may have used the element for the next dialog, which is open by now.
        let is_closed = shown.try_with_value(|shown| shown.as_ref().is_some_and(|dialog| !dialog.open()));
        if is_closed == Some(true) {
            close();
        }
    };
    view! {
        <dialog
            node_ref=node
            class=format!("modal {class}")
            aria-labelledby=TITLE_ID
            on:click=on_click
            on:keydown=on_keydown
            on:close=on_closed
        >
            <div class="modal-content">
                <Head title on_close />
                {children()}
            </div>
        </dialog>
    }
}

/// The title, which has the focus at first, and the button that closes the dialog.
#[component]
fn Head(title: Signal<String>, on_close: Callback<()>) -> impl IntoView {
    view! {
        <div class="modal-head">
            <h2 id=TITLE_ID tabindex="-1" autofocus=true dir="auto">
                {move || title.get()}
            </h2>
            <IconButton class="quiet" label=text().close icon=CLOSE on_click=on_close />
        </div>
    }
}
