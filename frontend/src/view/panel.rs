//! The room's bots: who they are, what they cost, and for the room's owner, making and changing them. A drawer on every
//! screen, since one looks into it now and then.

mod bill;
mod form;

use leptos::prelude::*;
use shared::{Bot, BotDraft, Lang};

use client::number_format::format_dollars;
use client::{Connection, Input};

use super::control::{button, icon_button};
use super::dynamic::{effect, part};
use super::element::{side_by_side, view};
use super::face::{colour, jar};
use super::icon::CLOSE;
use super::yard::Yard;
use crate::shell::focus::focus;
use crate::text::text;

/// The drawer's id.
pub(crate) const ID: &str = "bots";

/// The drawer, when it is open.
pub(crate) fn panel(yard: Yard) -> AnyView {
    let live = yard.session.live;
    // Asked when it opens, when the line is there again, and when an answer has ended.
    effect(move || {
        live.ended.track();
        if yard.is_panel_open.get() && matches!(live.connection.get(), Connection::Live { .. }) {
            yard.session.tell(Input::RequestBill);
        }
    });
    effect(move || {
        if yard.is_panel_open.get() && owns(yard) {
            yard.session.tell(Input::RequestCustomBots);
        }
    });
    part(move || yard.is_panel_open.get().then(|| opened(yard)))
}

/// Closes the drawer; the keyboard is back at its button.
pub(crate) fn close(yard: Yard) {
    if !yard.is_panel_open.get_untracked() {
        return;
    }
    yard.is_panel_open.set(false);
    focus(".bots-button");
}

/// Whether the room is the reader's.
fn owns(yard: Yard) -> bool {
    yard.session.live.you.with(|you| you.as_ref().is_some_and(|you| you.owner))
}

fn opened(yard: Yard) -> AnyView {
    // The bot that is being written: none, a new one, or the one of a handle.
    let written = RwSignal::new(None::<String>);
    effect(move || focus(if written.read().is_some() { "#bot-handle" } else { "#bots h2" }));
    view! {
        <div class="shade open over" on:click=move |_| close(yard)></div>
        <aside id=ID class="panel" aria-label=text().room_bots>
            <div class="people-head">
                <h2 tabindex="-1">
                    {text().room_bots}
                </h2>
                {icon_button("quiet", text().close, CLOSE, move || close(yard))}
            </div>
            {part(move || {
                Some(match written.get() {
                    Some(handle) => form::form(yard, written, draft(yard, &handle)),
                    None => side_by_side(vec![list(yard, written), bill::bill(yard)]),
                })
            })}
        </aside>
    }
    .into_any()
}

fn draft(yard: Yard, handle: &str) -> Option<BotDraft> {
    let drafts = untrack(|| yard.session.drafts())?.drafts;
    drafts.into_iter().find(|draft| draft.handle == handle)
}

/// The bots, and for the owner a way to make one.
fn list(yard: Yard, written: RwSignal<Option<String>>) -> AnyView {
    part(move || {
        let is_owner = owns(yard);
        let bots = yard.session.live.bots.get();
        let bots = bots.iter().map(|bot| entry(yard, written, bot, is_owner && bot.custom)).collect();
        // What a bot may be made of comes with the drafts.
        let is_ready = is_owner && yard.session.drafts().is_some();
        let add =
            is_ready.then(|| button("button", text().add_bot, move || written.set(Some(String::new()))));
        Some(
            view! {
                <ul role="list" aria-label=text().room_bots>
                    {side_by_side(bots)}
                </ul>
                {side_by_side(add.into_iter().collect())}
            }
            .into_any(),
        )
    })
}

fn entry(yard: Yard, written: RwSignal<Option<String>>, bot: &Bot, is_mine: bool) -> AnyView {
    let tint = colour(std::slice::from_ref(bot), &bot.handle);
    let calls = std::iter::once(&bot.handle).chain(&bot.aliases).map(|word| format!("@{word}"));
    let calls = calls.collect::<Vec<_>>().join(" ");
    let price =
        bot.price.map(|price| (text().price)(&format_dollars(price.input), &format_dollars(price.output)));
    let price = price.unwrap_or_else(|| text().price_unknown.to_owned());
    let own = bot.custom.then(|| view! { <span class="badge">{text().own_mark}</span> }.into_any());
    let buttons = is_mine.then(|| {
        let (changed, removed) = (bot.handle.clone(), bot.handle.clone());
        let change =
            button("plain", &(text().change_bot)(&bot.handle), move || written.set(Some(changed.clone())));
        let remove = button("plain alarm", &(text().remove_bot)(&bot.handle), move || {
            yard.session.remove_bot(removed.clone());
            // The button goes away, and with it the keyboard's place.
            focus("#bots h2");
        });
        view! { <p class="outcome">{change}{remove}</p> }.into_any()
    });
    view! {
        <li class=tint>
            {jar()}
            <div>
                <p class="bot-name">
                    <bdi class="name">{name(bot)}</bdi>
                    {side_by_side(own.into_iter().collect())}
                </p>
                <p class="aliases">{calls}</p>
                <p dir="auto">{words(&bot.about).to_owned()}</p>
                <p class="foot">{price}</p>
                {side_by_side(buttons.into_iter().collect())}
            </div>
        </li>
    }
    .into_any()
}

/// What a bot is called on this screen.
pub(crate) fn name(bot: &Bot) -> String {
    let name = words(&bot.name);
    if name.is_empty() { bot.handle.clone() } else { name.to_owned() }
}

fn words(words: &shared::bot::LocalizedText) -> &str {
    match text().lang {
        Lang::Ko => &words.ko,
        Lang::En => &words.en,
    }
}
