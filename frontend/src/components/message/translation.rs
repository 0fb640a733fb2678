//! A message in the reader's language, below it, for them alone.

use leptos::prelude::*;
use shared::PrivateRequest;

use crate::components::button::TextButton;
use crate::components::private_answer::PrivateAnswerView;
use crate::i18n::text;
use crate::state::message::MessageInfo;
use crate::state::room_context::RoomContext;

#[component]
pub(super) fn Translation(info: RwSignal<MessageInfo>) -> impl IntoView {
    let room = RoomContext::expect();
    // A deleted message has no translation.
    let seq = Memo::new(move |_| {
        let info = info.read();
        info.seq.filter(|seq| !info.deleted && room.translated.with(|open| open.contains(seq)))
    });
    let content = move || {
        let seq = seq.get()?;
        let hide = Callback::new(move |()| room.translated.update(|open| open.retain(|other| *other != seq)));
        Some(
            view! {
                <div class="translation" role="group" aria-label=text().reading.translation>
                    <PrivateAnswerView
                        request=PrivateRequest::Translation(seq)
                        waiting=text().reading.translating
                    />
                    <TextButton class="plain" label=text().reading.hide_translation on_click=hide />
                </div>
            }
            .into_any(),
        )
    };
    view! { {move || content()} }
}
