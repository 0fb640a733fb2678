//! The dialog with a link by which another device becomes the same person.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Millis;

use super::copy_field::CopyField;
use super::modal::Modal;
use crate::browser::clock::now;
use crate::browser::{api, dates};
use crate::i18n::text;
use crate::router::Route;
use crate::state::room_context::RoomContext;

#[component]
pub(crate) fn DeviceDialog() -> impl IntoView {
    let room = RoomContext::expect();
    let reply = RwSignal::new(None::<Result<(String, Millis), u16>>);
    spawn_local(async move {
        let link = api::device_link().await;
        reply.try_set(Some(link));
    });
    let content = move || match reply.get() {
        None => view! { <p role="status">{text().loading_older}</p> }.into_any(),
        Some(Err(_)) => {
            view! { <p class="complaint" role="status">{text().owners.device_link_failed}</p> }.into_any()
        }
        Some(Ok((token, expires_at))) => {
            let note = (text().owners.device_link_note)(&dates::day_and_time(expires_at, now()));
            view! {
                <p role="status">{note}</p>
                <CopyField link=Route::Device { token }.link() label=text().owners.device_link />
            }
            .into_any()
        }
    };
    view! {
        <Modal
            title=text().owners.use_on_another_device.to_owned()
            on_close=Callback::new(move |()| room.close_dialog())
        >
            {move || content()}
        </Modal>
    }
}
