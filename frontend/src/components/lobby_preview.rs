//! The lobby's newest messages on the landing page, live. It is decoration: screen readers skip it and nothing in it can
//! be focused.

use leptos::prelude::*;
use shared::{Bot, RoomName};

use super::avatar::{Avatar, BotAvatar, bot_color_class};
use super::markdown::block_view;
use crate::components::keyed::{Row, keyed};
use crate::components::views::views;
use crate::components::when::When;
use crate::i18n::{localized, localized_handle, text};
use crate::state::message::MessageSignals;
use crate::state::session::Session;

/// The number of messages that are shown.
const MESSAGES: usize = 12;
/// The number of bots that introduce themselves while there are none.
const BOTS: usize = 4;

#[component]
pub(crate) fn LobbyPreview() -> impl IntoView {
    let session = Session::start(RoomName::lobby(), None, None);
    let signals = session.signals;
    let newest = move || {
        let skipped = signals.messages.with(Vec::len).saturating_sub(MESSAGES);
        let row = move |message: MessageSignals| {
            Row::new(message.key.clone(), move || view! { <PreviewMessage message bots=signals.bots /> })
        };
        signals.messages.get().into_iter().skip(skipped).map(row).collect()
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
                    {keyed(newest)}
                    <When is=move || signals.messages.with(Vec::is_empty)>
                        {move || views(signals.bots.get().into_iter().take(BOTS).map(preview_bot))}
                        <p class="quiet-text">{text().empty_room}</p>
                    </When>
                </div>
            </div>
        </div>
    }
}

/// Who can be called in a lobby where nobody has written yet.
fn preview_bot(bot: Bot) -> impl IntoView {
    view! {
        <div class=format!("preview-message {}", bot_color_class(std::slice::from_ref(&bot), &bot.handle))>
            <BotAvatar />
            <p class="name">"@" {localized_handle(&bot).to_owned()}</p>
            <p class="body">{localized(&bot.about).to_owned()}</p>
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
        None => views(blocks.get().iter().map(|block| block_view(&block.read(), &[]))),
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
