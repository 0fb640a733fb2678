//! The lobby's newest messages on the landing page, live. It is decoration: screen readers skip it and nothing in it can
//! be focused.

use leptos::prelude::*;
use shared::{Bot, RoomName};

use super::avatar::{Avatar, bot_color_class};
use super::markdown::block_view;
use crate::i18n::text;
use crate::state::message::MessageSignals;
use crate::state::session::Session;

/// The number of messages that are shown.
const MESSAGES: usize = 12;

#[component]
pub(crate) fn LobbyPreview() -> impl IntoView {
    let session = Session::start(RoomName::lobby(), None, None);
    let signals = session.signals;
    let newest = move || {
        let skipped = signals.messages.with(Vec::len).saturating_sub(MESSAGES);
        signals.messages.get().into_iter().skip(skipped)
    };
    let people_count = move || {
        let count = signals.people_count.get();
        (count > 0).then(|| (text().people_count)(count))
    };
    view! {
        <div class="lobby-preview" aria-hidden="true" inert=true>
            <p class="lobby-preview-head">
                <span>{text().lobby_preview}</span>
                <span class="count">{move || people_count()}</span>
            </p>
            <div class="lobby-preview-view">
                <div class="lobby-preview-messages">
                    <For each=newest key=|message| message.key.clone() let(message)>
                        <PreviewMessage message bots=signals.bots />
                    </For>
                    <Show when=move || signals.messages.with(Vec::is_empty)>
                        <p class="quiet-text">{text().empty_room}</p>
                    </Show>
                </div>
            </div>
        </div>
    }
}

#[component]
fn PreviewMessage(message: MessageSignals, bots: RwSignal<Vec<Bot>>) -> impl IntoView {
    let MessageSignals { info, blocks, .. } = message;
    let author = info.read_untracked().author.clone();
    let name = author.name().to_owned();
    let handle = name.clone();
    let body = move || match info.read().card() {
        Some(card) => view! { <p>{card.text()}</p> }.into_any(),
        None => blocks.get().iter().map(|block| block_view(&block.read(), &[])).collect_view().into_any(),
    };
    view! {
        <div class=move || format!("preview-message {}", bots.with(|bots| bot_color_class(bots, &handle)))>
            <Avatar author />
            <p class="name">{name}</p>
            <div class="body" dir="auto">
                {move || body()}
            </div>
        </div>
    }
}
