//! What this browser remembers. A browser that refuses (private windows, full disks) simply remembers nothing.

use leptos::prelude::window;
use shared::{Nonce, RoomName};
use web_sys::Storage;

const NICKNAME: &str = "madang.nickname";
const THEME: &str = "madang.theme";
const LANG: &str = "madang.lang";

/// The nickname that was used last, anywhere.
pub(crate) fn nickname() -> Option<String> {
    read(local(), NICKNAME)
}

/// The nickname under which this browser joined this room.
pub(crate) fn joined(room: &RoomName) -> Option<String> {
    read(local(), &format!("madang.joined.{room}"))
}

/// Remembers that this browser joined this room under this nickname.
pub(crate) fn keep_joined(room: &RoomName, nickname: &str) {
    write(local(), NICKNAME, Some(nickname));
    write(local(), &format!("madang.joined.{room}"), Some(nickname));
}

/// `light` or `dark`, if the reader chose one.
pub(crate) fn theme() -> Option<String> {
    read(local(), THEME)
}

/// Remembers the reader's choice.
pub(crate) fn keep_theme(theme: &str) {
    write(local(), THEME, Some(theme));
}

/// The language's tag, if the reader chose one.
pub(crate) fn lang() -> Option<String> {
    read(local(), LANG)
}

/// Remembers the reader's choice.
pub(crate) fn keep_lang(tag: &str) {
    write(local(), LANG, Some(tag));
}

/// What was written and not yet sent in this tab.
pub(crate) fn draft(room: &RoomName) -> Option<String> {
    read(session(), &format!("madang.draft.{room}"))
}

/// Keeps a draft over a reload; an empty one is forgotten.
pub(crate) fn keep_draft(room: &RoomName, text: &str) {
    write(session(), &format!("madang.draft.{room}"), Some(text).filter(|text| !text.is_empty()));
}

/// Whether this tab is about to make this room.
pub(crate) fn creates(room: &RoomName) -> bool {
    read(session(), &format!("madang.create.{room}")).is_some()
}

/// Remembers, over the change of address, that this tab makes this room.
pub(crate) fn keep_creates(room: &RoomName, on: bool) {
    write(session(), &format!("madang.create.{room}"), on.then_some("1"));
}

/// The room's messages that were not sent yet.
pub(crate) fn outbox(room: &RoomName) -> Vec<String> {
    let prefix = outbox_prefix(room);
    let Some(storage) = local() else { return Vec::new() };
    let length = storage.length().unwrap_or_default();
    (0..length)
        .filter_map(|index| storage.key(index).ok().flatten())
        .filter(|name| name.starts_with(&prefix))
        .filter_map(|name| storage.get_item(&name).ok().flatten())
        .collect()
}

/// Keeps an unsent message, or forgets it.
pub(crate) fn keep_unsent(room: &RoomName, nonce: &Nonce, item: Option<&str>) {
    write(local(), &format!("{}{nonce}", outbox_prefix(room)), item);
}

fn outbox_prefix(room: &RoomName) -> String {
    // A room's name has no full stop, so no room's prefix is the start of another's.
    format!("madang.outbox.{room}.")
}

fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn read(storage: Option<Storage>, name: &str) -> Option<String> {
    storage?.get_item(name).ok().flatten()
}

fn write(storage: Option<Storage>, name: &str, value: Option<&str>) {
    let Some(storage) = storage else { return };
    let _ = match value {
        Some(value) => storage.set_item(name, value),
        None => storage.remove_item(name),
    };
}
