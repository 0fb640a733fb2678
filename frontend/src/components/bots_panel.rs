//! The panel of bots: which bots the room has, what they cost, and for the room's owner the form for custom bots. A drawer
//! on every screen.

mod bill;
mod draft;
mod field;
mod form;
mod form_state;
mod tools;

use client::Input;
use client::number_format::format_dollars;
use leptos::prelude::*;
use shared::{Bot, BotDraft, Price};

use self::bill::BillSection;
use self::form::BotForm;
use super::avatar::{BotAvatar, bot_color_class};
use super::button::{IconButton, TextButton};
use super::icon::CLOSE;
use crate::browser::focus::{focus, focus_if_lost};
use crate::components::views::views;
use crate::components::when::When;
use crate::i18n::{bot_name, localized, text};
use crate::reactive::effect;
use crate::state::room_context::RoomContext;

pub(crate) const ID: &str = "bots";

/// Asks for what the panel shows when it opens, when the connection is back, and for the bill when an answer has ended.
pub(crate) fn follow_room(room: RoomContext) {
    let signals = room.signals;
    effect(move || {
        signals.answer_ended.track();
        let is_connected = signals.is_live();
        if room.is_bots_panel_open.get() && is_connected {
            room.session.tell(Input::RequestBill);
        }
    });
    effect(move || {
        if room.is_bots_panel_open.get() && signals.is_owner() {
            room.session.tell(Input::RequestCustomBots);
        }
    });
}

/// Which bot the form edits: `None` is no form, an empty handle a new bot.
type Edited = RwSignal<Option<String>>;

/// The panel while it is open.
#[component]
pub(crate) fn OpenPanel() -> impl IntoView {
    let room = RoomContext::expect();
    let edited: Edited = RwSignal::new(None);
    let saved = StoredValue::new(None::<String>);
    let on_saved = Callback::new(move |handle: String| {
        room.signals.announcer.announce((text().bot_saved)(&handle));
        saved.set_value(Some(handle));
    });
    effect(move || match (edited.read().is_some(), saved.try_update_value(Option::take).flatten()) {
        (true, _) => focus("#bot-handle"),
        (false, None) => focus("#bots h2"),
        // Where one sees what was saved, once the list is there.
        (false, Some(handle)) => request_animation_frame(move || {
            focus(&format!("#{}", entry_id(&handle)));
            focus_if_lost("#bots h2");
        }),
    });
    let title = move || match edited.get() {
        None => text().room_bots.to_owned(),
        Some(handle) if handle.is_empty() => text().add_bot.to_owned(),
        Some(handle) => (text().change_bot)(&handle),
    };
    let content = move || match edited.get() {
        Some(handle) => view! { <BotForm edited draft=draft(room, &handle) on_saved /> }.into_any(),
        None => view! {
            <BillSection />
            <BotList edited />
        }
        .into_any(),
    };
    view! {
        <div class="backdrop open over" on:click=move |_| room.close_bots_panel()></div>
        <aside id=ID class="panel" aria-label=text().room_bots>
            <div class="people-head">
                <h2 tabindex="-1">
                    {move || title()}
                </h2>
                <IconButton
                    class="quiet"
                    label=text().close
                    icon=CLOSE
                    on_click=Callback::new(move |()| room.close_bots_panel())
                />
            </div>
            {move || content()}
        </aside>
    }
}

/// The custom bot with this handle as its owner wrote it.
fn draft(room: RoomContext, handle: &str) -> Option<BotDraft> {
    let custom_bots = untrack(|| room.session.custom_bots())?;
    custom_bots.drafts.into_iter().find(|draft| draft.handle == handle)
}

/// The bots, and for the owner a button that adds one.
#[component]
fn BotList(edited: Edited) -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let entries = move || {
        let is_owner = signals.is_owner();
        let bots = signals.bots.get();
        let shows_price = common_price(&bots).is_none();
        let bots = bots.into_iter();
        views(bots.map(|bot| view! { <BotEntry edited can_edit={is_owner && bot.custom} bot shows_price /> }))
    };
    // The options for a new bot arrive together with the custom bots.
    let can_add = move || signals.is_owner() && room.session.custom_bots().is_some();
    let add = Callback::new(move |()| edited.set(Some(String::new())));
    view! {
        <p class="foot">
            {move || signals.bots.with(|bots| common_price(bots)).map(price)}
        </p>
        <ul role="list" aria-label=text().room_bots>
            {move || entries()}
        </ul>
        <When is=can_add>
            <TextButton class="button" label=text().add_bot on_click=add />
        </When>
    }
}

/// The price of all bots, if it is one.
fn common_price(bots: &[Bot]) -> Option<Price> {
    let price = bots.first()?.price?;
    bots.iter().all(|bot| bot.price == Some(price)).then_some(price)
}

fn price(Price { input, output, .. }: Price) -> String {
    (text().price)(&format_dollars(input), &format_dollars(output))
}

#[component]
fn BotEntry(edited: Edited, bot: Bot, can_edit: bool, shows_price: bool) -> impl IntoView {
    let mentions: Vec<String> =
        std::iter::once(&bot.handle).chain(&bot.aliases).map(|name| format!("@{name}")).collect();
    let color = bot_color_class(std::slice::from_ref(&bot), &bot.handle);
    let price = || bot.price.map_or_else(|| text().price_unknown.to_owned(), price);
    let id = entry_id(&bot.handle);
    view! {
        <li class=color id=id tabindex="-1">
            <BotAvatar />
            <div>
                <p class="bot-name">
                    <bdi class="name">{bot_name(&bot)}</bdi>
                    {bot.custom.then(|| view! { <span class="badge">{text().custom_bot_mark}</span> })}
                </p>
                <p class="aliases">{mentions.join(" ")}</p>
                <p dir="auto">{localized(&bot.about).to_owned()}</p>
                {shows_price.then(|| view! { <p class="foot">{price()}</p> })}
                {can_edit.then(|| view! { <BotButtons edited handle=bot.handle /> })}
            </div>
        </li>
    }
}

/// The id of a bot's entry in the list.
fn entry_id(handle: &str) -> String {
    format!("bot-entry-{handle}")
}

/// Buttons for editing and removing a custom bot.
#[component]
fn BotButtons(edited: Edited, handle: String) -> impl IntoView {
    let session = RoomContext::expect().session;
    let (edit_label, remove_label) = ((text().change_bot)(&handle), (text().remove_bot)(&handle));
    let removed = handle.clone();
    let edit = Callback::new(move |()| edited.set(Some(handle.clone())));
    let remove = Callback::new(move |()| {
        session.remove_bot(removed.clone());
        // The button is removed; without this the focus would be lost.
        focus("#bots h2");
    });
    view! {
        <p class="status-line">
            <TextButton class="plain" label=edit_label on_click=edit />
            <TextButton class="plain danger" label=remove_label on_click=remove />
        </p>
    }
}
