//! The language of the page: `?lang=` in the address, else the stored choice, else the browser's language.

use leptos::prelude::{document, window};
use shared::Lang;
use web_sys::{Url, UrlSearchParams};

use super::storage;
use crate::i18n::{self, text};

/// Chooses the language and sets `<html lang>`, which fonts, hyphenation and screen readers depend on.
pub(crate) fn init() {
    let tag =
        from_url().or_else(storage::lang).or_else(|| window().navigator().language()).unwrap_or_default();
    i18n::choose(if tag.to_ascii_lowercase().starts_with("ko") { Lang::Ko } else { Lang::En });
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", text().tag);
    }
}

/// Stores the other language as the reader's choice and reloads the page in it. Drafts and unsent messages survive.
pub(crate) fn switch() {
    storage::set_lang(text().other_tag);
    let location = window().location();
    let href = location.href().unwrap_or_default();
    let Ok(url) = Url::new(&href) else { return };
    url.search_params().delete("lang");
    // `replace` with an address that differs only in its fragment would not load the page again.
    if url.href() == href {
        let _ = location.reload();
    } else {
        let _ = location.replace(&url.href());
    }
}

/// The `lang` parameter of the current address.
pub(crate) fn from_url() -> Option<String> {
    let search = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get("lang")
}
