//! The challenge that the Worker may ask new visitors to pass: a dialog with the Worker's document in a frame, which loads the
//! service's script. The page itself loads nothing of it, and most visitors never see it.

use gloo_events::EventListener;
use js_sys::{Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlDialogElement};

use crate::i18n::text;

/// Shows the challenge. Returns its token; `None` when the visitor closes the dialog, or the service cannot be reached.
pub(crate) async fn pass() -> Option<String> {
    let dialog = show().ok()?;
    let mut listeners = Vec::new();
    let answered: Promise = Promise::new(&mut |resolve, _| {
        let end = resolve.clone();
        listeners.push(EventListener::new(&dialog, "close", move |_| _ = end.call0(&JsValue::NULL)));
        listeners.push(EventListener::new(&window(), "message", move |event| {
            if let Some(token) = token(event) {
                let _ = resolve.call1(&JsValue::NULL, &token);
            }
        }));
    });
    let token = JsFuture::from(answered).await.ok().and_then(|token| token.as_string());
    dialog.close();
    dialog.remove();
    token.filter(|token| !token.is_empty())
}

/// What a message of the frame holds; the messages of other origins are not read.
fn token(event: &JsValue) -> Option<JsValue> {
    let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    let own = window().location().origin().ok()?;
    let is_own = field(event, "origin")?.as_string()? == own;
    field(&field(event, "data").filter(|_| is_own)?, "challenge").filter(JsValue::is_string)
}

fn show() -> Result<HtmlDialogElement, JsValue> {
    let element = |name: &str| document().create_element(name);
    // One that an earlier room has left.
    if let Some(earlier) = document().query_selector(".challenge")? {
        earlier.remove();
    }
    let dialog: HtmlDialogElement = element("dialog")?.unchecked_into();
    dialog.set_class_name("modal challenge");
    dialog.set_attribute("aria-label", text().challenge)?;
    let (content, sentence, frame): (Element, Element, Element) =
        (element("div")?, element("p")?, element("iframe")?);
    content.set_class_name("modal-content");
    sentence.set_text_content(Some(text().challenge));
    frame.set_attribute("src", "/api/challenge")?;
    frame.set_attribute("title", text().challenge)?;
    content.append_child(&sentence)?;
    content.append_child(&frame)?;
    dialog.append_child(&content)?;
    document().body().ok_or(JsValue::NULL)?.append_child(&dialog)?;
    dialog.show_modal()?;
    Ok(dialog)
}
