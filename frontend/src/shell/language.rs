//! Which language the page speaks: `?lang=`, else the reader's choice, else the browser's.

use leptos::prelude::{document, window};
use shared::Lang;
use web_sys::{Url, UrlSearchParams};

use super::storage;
use crate::text::{self, text};

/// Chooses the language and marks the document with it, for fonts, hyphens and screen readers.
pub(crate) fn begin() {
    let tag = asked().or_else(storage::lang).or_else(|| window().navigator().language()).unwrap_or_default();
    text::choose(if tag.to_ascii_lowercase().starts_with("ko") { Lang::Ko } else { Lang::En });
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", text().tag);
    }
}

/// Remembers the other language and loads the page again in it. Drafts and unsent messages are kept over that.
pub(crate) fn switch() {
    storage::keep_lang(text().other_tag);
    let location = window().location();
    let href = location.href().unwrap_or_default();
    let Ok(url) = Url::new(&href) else { return };
    url.search_params().delete("lang");
    // Where only the fragment differs, going there would not load anything.
    if url.href() == href {
        let _ = location.reload();
    } else {
        let _ = location.replace(&url.href());
    }
}

/// The language that the address asks for.
pub(crate) fn asked() -> Option<String> {
    let search = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get("lang")
}
