//! What covers the room until the reader closes it: the dialog that [`RoomContext::dialog`] names, and the panel of bots.
//!
//! Most visitors open none of it, so its views are not in the module that a first visit loads: in a release `cargo xtask` splits off
//! what only [`overlays`] leads to (frontend/split).

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use shared::ErrorCode;

use super::bots_panel::{OpenPanel, follow_room};
use super::catch_up_dialog::CatchUpDialog;
use super::device_dialog::DeviceDialog;
use super::option_dialog::OptionDialog;
use super::person_dialog::PersonDialog;
use super::report_dialog::ReportDialog;
use super::room_settings::RoomSettingsDialog;
use super::search_dialog::SearchDialog;
use crate::browser::lifecycle::is_online;
use crate::components::when::When;
use crate::i18n::text;
use crate::reactive::{condition, effect};
use crate::state::room_context::{Dialog, RoomContext};
use crate::state::room_signals::Notice;

/// The views that are loaded when one of them is first opened.
#[derive(Clone, Copy)]
struct Overlays {
    dialog: fn(Dialog) -> AnyView,
    bots_panel: fn() -> AnyView,
}

/// Shows what is open, once its view is loaded.
#[component]
pub(crate) fn Dialogs() -> impl IntoView {
    let room = RoomContext::expect();
    let loaded = RwSignal::new(None::<Overlays>);
    follow_room(room);
    let is_open = condition(move || room.dialog.read().is_some() || room.is_bots_panel_open.get());
    effect(move || {
        if is_open.get() && loaded.read_untracked().is_none() {
            load(room, loaded);
        }
    });
    let dialog = move || Some((loaded.get()?.dialog)(room.dialog.get()?));
    let bots_panel = move || loaded.get().map(|overlays| (overlays.bots_panel)());
    view! {
        {move || dialog()}
        <When is=move || room.is_bots_panel_open.get()>{move || bots_panel()}</When>
    }
}

/// Loads the views. Only a module that was split has to wait for them.
fn load(room: RoomContext, loaded: RwSignal<Option<Overlays>>) {
    #[cfg(feature = "split")]
    leptos::task::spawn_local(async move { set_loaded(room, loaded, overlays().await) });
    #[cfg(not(feature = "split"))]
    set_loaded(room, loaded, overlays());
}

/// Without a connection the views may be missing; then what was to be shown is closed again.
fn set_loaded(
    room: RoomContext,
    loaded: RwSignal<Option<Overlays>>,
    overlays: Result<Overlays, SplitLoaderError>,
) {
    match overlays {
        // The reader may have left the room.
        _ if loaded.is_disposed() => {}
        Ok(overlays) => loaded.set(Some(overlays)),
        Err(_) => {
            room.dialog.set(None);
            room.close_bots_panel();
            // With a connection it is missing because a newer version was deployed.
            let code = if is_online() { ErrorCode::BadJson } else { ErrorCode::Unknown };
            if untrack(|| room.signals.is_joined()) {
                room.signals.notice.set(Some(Notice { code, retry_after_ms: None }));
            } else {
                // A notice would be shown as what is wrong with the nickname.
                let _ = window().alert_with_message((text().error)(code));
            }
        }
    }
}

#[cfg_attr(
    feature = "split",
    leptos::wasm_split::wasm_split(overlays, wasm_split_path = ::leptos::wasm_split, fallible)
)]
fn overlays() -> Result<Overlays, SplitLoaderError> {
    let dialog = |dialog: Dialog| match dialog {
        Dialog::Person { id, name, message } => view! { <PersonDialog id name message /> }.into_any(),
        Dialog::Report { seq, name } => view! { <ReportDialog seq name /> }.into_any(),
        Dialog::AddOption { poll } => view! { <OptionDialog poll /> }.into_any(),
        Dialog::Settings => view! { <RoomSettingsDialog /> }.into_any(),
        Dialog::Search => view! { <SearchDialog /> }.into_any(),
        Dialog::CatchUp { after } => view! { <CatchUpDialog after /> }.into_any(),
        Dialog::Device => view! { <DeviceDialog /> }.into_any(),
    };
    let bots_panel = || view! { <OpenPanel /> }.into_any();
    Ok(Overlays { dialog, bots_panel })
}
