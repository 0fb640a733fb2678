//! The reader's preferences: what calls their attention, language, and light or dark theme.

use leptos::prelude::*;

use super::icon::{Icon, LIGHT};
use crate::browser::{language, parts, theme};
use crate::i18n::text;

#[component]
pub(crate) fn Preferences() -> impl IntoView {
    view! {
        <div class="preferences">
            <button
                type="button"
                class="quiet"
                aria-haspopup="dialog"
                on:click=|_| parts::open_attention_settings()
            >
                {text().attention}
            </button>
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
                <Icon path=LIGHT />
            </button>
        </div>
    }
}
