//! Who is here: a column on a wide screen, a drawer on a narrow one, in the accessibility tree on both.

use leptos::prelude::*;
use shared::{Bot, Person};

use super::dynamic::{flag, part, words};
use super::element::view;
use super::face::{cloth, colour, jar};
use super::icon::{CLOSE, icon};
use super::rows::{Row, rows};
use super::switches::Switches;
use super::yard::Yard;
use crate::text::text;

/// The list of people and bots.
#[component]
pub(crate) fn People(yard: Yard) -> impl IntoView {
    let live = yard.session.live;
    let is_open = yard.is_drawer_open;
    let row = move |person: Person| {
        let name = format!("{} {} {}", person.id, person.owner, person.name);
        Row::new(name, move || view! { <Someone yard person /> })
    };
    view! {
        // A click beside the drawer closes it; with the keyboard, Escape and the button do.
        <div class="shade" class:open=flag(move || is_open.get()) on:click=move |_| is_open.set(false)></div>
        <aside id="people" class="people" class:open=flag(move || is_open.get()) aria-label=text().people>
            <div class="people-head">
                <h2>{text().people}</h2>
                <span class="count">{words(move || (text().here)(live.count.get()))}</span>
                // Out of sight it must not catch the keyboard.
                {part(move || {
                    is_open.get().then(|| {
                        view! {
                            <button
                                type="button"
                                class="quiet"
                                aria-label=text().close
                                on:click=move |_| is_open.set(false)
                            >
                                {icon(CLOSE)}
                            </button>
                        }
                        .into_any()
                    })
                })}
            </div>
            <ul role="list" aria-label=text().people>
                {rows(move || live.people.get().into_iter().map(row).collect())}
            </ul>
            {part(move || {
                let is_empty = live.people.with(Vec::is_empty);
                is_empty.then(|| view! { <p class="quiet-text">{text().nobody_here}</p> }.into_any())
            })}
            <Bots yard />
            <Switches />
        </aside>
    }
}

#[component]
fn Someone(yard: Yard, person: Person) -> impl IntoView {
    let id = person.id.clone();
    let is_me = move || yard.session.live.you.with(|you| you.as_ref().is_some_and(|you| you.id == id));
    view! {
        <li>
            {cloth(&person.id)}
            <bdi class="name">{person.name}</bdi>
            {part(move || is_me().then(|| view! { <span class="badge">{text().you_mark}</span> }.into_any()))}
            {person.owner.then(|| view! { <span class="badge">{text().owner_mark}</span> })}
        </li>
    }
}

#[component]
fn Bots(yard: Yard) -> impl IntoView {
    let bots = yard.session.live.bots;
    let entry = |bot: Bot| {
        let tint = colour(std::slice::from_ref(&bot), &bot.handle);
        view! {
            <li class=tint>
                {jar()}
                <div>
                    <bdi class="name">"@" {bot.handle}</bdi>
                    <span class="aliases">{aliases(&bot.aliases)}</span>
                </div>
            </li>
        }
    };
    part(move || {
        let bots = bots.get();
        (!bots.is_empty()).then(|| {
            view! {
                <h2>{text().bots}</h2>
                <ul role="list" aria-label=text().bots>
                    {bots.into_iter().map(entry).collect::<Vec<_>>()}
                </ul>
            }
            .into_any()
        })
    })
}

fn aliases(aliases: &[String]) -> String {
    aliases.iter().map(|alias| format!("@{alias}")).collect::<Vec<_>>().join(" ")
}
