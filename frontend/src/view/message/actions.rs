//! What one can do with a message: reply, and behind one more button, edit and delete. Editing happens in its place.

use leptos::html::Textarea;
use leptos::prelude::*;
use shared::text::Body;
use shared::{ErrorCode, Seq};
use web_sys::KeyboardEvent;

use crate::shell::focus::focus;
use crate::shell::line::Line;
use crate::shell::words::cleaned;
use crate::text::text;
use crate::view::composer::sends;
use crate::view::control::{button, icon_button, opener};
use crate::view::dynamic::{effect, part, value, words};
use crate::view::element::{side_by_side, view};
use crate::view::icon::{MORE, REPLY};
use crate::view::yard::Yard;

/// The buttons at the end of a message's line, and what they open.
pub(super) fn actions(yard: Yard, line: &Line) -> AnyView {
    let (buttons, menu) = (line.shape.clone(), line.shape.clone());
    let buttons = part(move || {
        let shape = buttons.read();
        let (seq, rights) = (shape.seq?, shape.rights);
        let reply = rights.reply.then(|| {
            icon_button("quiet small reply", text().reply, REPLY, move || yard.replies_to.set(Some(seq)))
        });
        let more = (rights.edit || rights.delete).then(|| more(yard, seq));
        let both: Vec<AnyView> = [reply, more].into_iter().flatten().collect();
        (!both.is_empty()).then(|| view! { <div class="actions">{side_by_side(both)}</div> }.into_any())
    });
    let menu = part(move || {
        let shape = menu.read();
        let (seq, rights) = (shape.seq?, shape.rights);
        (yard.menu.get() == Some(seq)).then(|| {
            let edit = rights.edit.then(|| {
                button("plain", text().edit, move || {
                    yard.menu.set(None);
                    yard.edits.set(Some(seq));
                })
            });
            let delete = rights.delete.then(|| {
                button("plain alarm", text().delete, move || {
                    yard.menu.set(None);
                    yard.session.delete(seq);
                    // The button goes away, and with it the keyboard's place.
                    focus(".frame");
                })
            });
            let both = [edit, delete].into_iter().flatten().collect();
            view! { <div class="outcome menu" id=menu_id(seq)>{side_by_side(both)}</div> }.into_any()
        })
    });
    side_by_side(vec![buttons, menu])
}

fn more(yard: Yard, seq: Seq) -> AnyView {
    let is_open = move || yard.menu.get() == Some(seq);
    let expanded = value(move || Some(is_open().to_string()));
    opener("quiet small more", text().more, MORE, (menu_id(seq), expanded), move || {
        yard.menu.set((!is_open()).then_some(seq));
    })
}

fn menu_id(seq: Seq) -> String {
    format!("menu-{seq}")
}

/// The words to be changed. The field is the browser's own: it is read when it is saved and not written into.
pub(super) fn editor(yard: Yard) -> AnyView {
    let seq = yard.edits.get_untracked().unwrap_or_default();
    let field = NodeRef::<Textarea>::new();
    let wrong = RwSignal::new(None::<ErrorCode>);
    let start = yard.session.to_edit(seq);
    effect(move || {
        if let Some(field) = field.get() {
            let end = u32::try_from(field.value().encode_utf16().count()).unwrap_or(u32::MAX);
            let _ = field.focus();
            let _ = field.set_selection_range(end, end);
        }
    });
    let save = move || {
        let typed = field.get_untracked().map(|field| cleaned(&field.value())).unwrap_or_default();
        match Body::parse(&typed) {
            Err(code) => wrong.set(Some(code)),
            Ok(body) => {
                yard.session.edit(seq, body.into_string());
                close(yard, seq);
            }
        }
    };
    let cancel = move || close(yard, seq);
    view! {
        <div class="editor">
            <textarea
                node_ref=field
                class="input"
                rows="2"
                dir="auto"
                aria-label=text().edit_message
                on:keydown=move |event: KeyboardEvent| {
                    if sends(&event) {
                        event.prevent_default();
                        save();
                    } else if event.key() == "Escape" && !event.is_composing() {
                        event.stop_propagation();
                        cancel();
                    }
                }
            >
                {start}
            </textarea>
            <p class="complaint" aria-live="polite">
                {words(move || wrong.get().map(text().code).unwrap_or_default())}
            </p>
            <div class="field-row">
                {button("button main", text().save, save)}
                {button("button", text().cancel, cancel)}
            </div>
        </div>
    }
    .into_any()
}

/// Closes the editor; the keyboard is back where it was opened.
fn close(yard: Yard, seq: Seq) {
    yard.edits.set(None);
    focus(&format!("[data-seq=\"{seq}\"] .more"));
}
