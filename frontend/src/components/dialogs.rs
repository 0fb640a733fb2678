//! Shows the dialog that [`RoomContext::dialog`] names.

use leptos::prelude::*;

use super::catch_up_dialog::CatchUpDialog;
use super::device_dialog::DeviceDialog;
use super::person_dialog::PersonDialog;
use super::report_dialog::ReportDialog;
use super::room_settings::RoomSettingsDialog;
use super::search_dialog::SearchDialog;
use crate::state::room_context::{Dialog, RoomContext};

#[component]
pub(crate) fn Dialogs() -> impl IntoView {
    let room = RoomContext::expect();
    let dialog = move || {
        room.dialog.get().map(|dialog| match dialog {
            Dialog::Person { id, name, message } => view! { <PersonDialog id name message /> }.into_any(),
            Dialog::Report { seq, name } => view! { <ReportDialog seq name /> }.into_any(),
            Dialog::Settings => view! { <RoomSettingsDialog /> }.into_any(),
            Dialog::Search => view! { <SearchDialog /> }.into_any(),
            Dialog::CatchUp { after } => view! { <CatchUpDialog after /> }.into_any(),
            Dialog::Device => view! { <DeviceDialog /> }.into_any(),
        })
    };
    view! { {move || dialog()} }
}
