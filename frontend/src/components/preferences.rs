//! The reader's preferences: language, and light or dark theme.

use leptos::prelude::*;

use super::icon::{Icon, LIGHT};
use crate::browser::{language, theme};
use crate::i18n::text;

#[component]
pub(crate) fn Preferences() -> impl IntoView {
    view! {
        <div class="preferences">
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
