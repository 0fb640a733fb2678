//! What this browser stores between visits (local storage) and for one tab (session storage). A browser that refuses,
//! in a private window or with a full disk, stores nothing and the page works without it.
//!
//! Written on web-sys: gloo-storage panics where the browser blocks storage, and wraps each text in JSON, which
//! frontend/boot.js and the values of earlier visits do not have.

use leptos::prelude::window;
use shared::{Nonce, PersonId, RoomName, Seq};
use web_sys::Storage;

const NICKNAME: &str = "madang.nickname";
/// Also read by frontend/boot.js.
const THEME: &str = "madang.theme";
const LANG: &str = "madang.lang";

/// The nickname that was used last, in any room.
pub(crate) fn nickname() -> Option<String> {
    read(local(), NICKNAME)
}

/// The nickname under which this browser joined this room.
pub(crate) fn joined_nickname(room: &RoomName) -> Option<String> {
    read(local(), &joined_key(room))
}

/// Stores that this browser joined this room under this nickname.
pub(crate) fn set_joined_nickname(room: &RoomName, nickname: &str) {
    write(local(), NICKNAME, Some(nickname));
    write(local(), &joined_key(room), Some(nickname));
}

/// `light` or `dark`, if the reader chose one.
pub(crate) fn theme() -> Option<String> {
    read(local(), THEME)
}

pub(crate) fn set_theme(theme: &str) {
    write(local(), THEME, Some(theme));
}

/// The BCP 47 tag of the language, if the reader chose one.
pub(crate) fn lang() -> Option<String> {
    read(local(), LANG)
}

pub(crate) fn set_lang(tag: &str) {
    write(local(), LANG, Some(tag));
}

/// The text in the composer of this room that was not sent. Other tabs of this browser follow it (frontend/boot.js).
pub(crate) fn draft(room: &RoomName) -> Option<String> {
    read(local(), &draft_key(room))
}

/// Stores the composer's text; an empty one removes it.
pub(crate) fn set_draft(room: &RoomName, text: &str) {
    write(local(), &draft_key(room), Some(text).filter(|text| !text.is_empty()));
}

/// The newest message of this room that was on this browser's screen.
pub(crate) fn read_through(room: &RoomName) -> Option<Seq> {
    read(local(), &read_key(room))?.parse().ok().map(Seq)
}

pub(crate) fn set_read_through(room: &RoomName, seq: Seq) {
    write(local(), &read_key(room), Some(&seq.to_string()));
}

/// Whether this tab is about to create this room.
pub(crate) fn is_creating(room: &RoomName) -> bool {
    read(session(), &create_key(room)).is_some()
}

/// Stores, until the room exists, that this tab creates it.
pub(crate) fn set_creating(room: &RoomName, is_creating: bool) {
    write(session(), &create_key(room), is_creating.then_some("1"));
}

/// The people of this room whose messages the reader does not want to see.
pub(crate) fn hidden_people(room: &RoomName) -> Vec<PersonId> {
    let stored = read(local(), &hidden_key(room)).unwrap_or_default();
    stored.split(' ').filter_map(|id| PersonId::parse(id).ok()).collect()
}

/// Stores the people whose messages are hidden.
pub(crate) fn set_hidden_people(room: &RoomName, people: &[PersonId]) {
    let ids: Vec<&str> = people.iter().map(PersonId::as_str).collect();
    write(local(), &hidden_key(room), Some(ids.join(" ").as_str()).filter(|ids| !ids.is_empty()));
}

/// Whether the reader has chosen push messages of this room (frontend/parts/push.js).
pub(crate) fn is_pushed(room: &RoomName) -> bool {
    read(local(), &format!("madang.push.{room}")).is_some()
}

/// The room's unsent messages, each as the client persisted it.
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

/// Stores an unsent message; `None` removes it.
pub(crate) fn set_outbox_item(room: &RoomName, nonce: &Nonce, item: Option<&str>) {
    write(local(), &format!("{}{nonce}", outbox_prefix(room)), item);
}

/// Removes everything that is stored of a room, and the nickname that was used last.
pub(crate) fn forget_room(room: &RoomName) {
    let prefix = outbox_prefix(room);
    // Also what frontend/parts/attention-settings.js stores.
    let suffix = format!(".{room}");
    let Some(storage) = local() else { return };
    let length = storage.length().unwrap_or_default();
    let names: Vec<String> = (0..length).filter_map(|index| storage.key(index).ok().flatten()).collect();
    for name in names.iter().filter(|name| name.starts_with(&prefix) || name.ends_with(&suffix)) {
        write(local(), name, None);
    }
    write(local(), NICKNAME, None);
}

/// A room's name has no full stop, so no room's prefix is the start of another room's.
fn outbox_prefix(room: &RoomName) -> String {
    format!("madang.outbox.{room}.")
}

fn joined_key(room: &RoomName) -> String {
    format!("madang.joined.{room}")
}

fn hidden_key(room: &RoomName) -> String {
    format!("madang.hidden.{room}")
}

fn draft_key(room: &RoomName) -> String {
    format!("madang.draft.{room}")
}

fn read_key(room: &RoomName) -> String {
    format!("madang.read.{room}")
}

fn create_key(room: &RoomName) -> String {
    format!("madang.create.{room}")
}

fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn read(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok().flatten()
}

fn write(storage: Option<Storage>, key: &str, value: Option<&str>) {
    let Some(storage) = storage else { return };
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}
