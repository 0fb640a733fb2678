//! The reader's two choices: the language, and light or dark.

use leptos::prelude::*;

use super::element::view;
use super::icon::{LAMP, icon};
use crate::shell::{language, theme};
use crate::text::text;

/// Both switches.
#[component]
pub(crate) fn Switches() -> impl IntoView {
    view! {
        <div class="switches">
            <button type="button" class="quiet" lang=text().other_tag on:click=|_| language::switch()>
                {text().other_name}
            </button>
            <button
                type="button"
                class="quiet"
                aria-label=text().switch_theme
                title=text().switch_theme
                on:click=|_| theme::switch()
            >
                {icon(LAMP)}
            </button>
        </div>
    }
}
