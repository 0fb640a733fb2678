//! Who is here: a column on a wide screen, a drawer on a narrow one, in the accessibility tree on both.

use leptos::prelude::*;
use shared::{Bot, Person};

use super::dynamic::{part, words};
use super::face::{cloth, jar};
use super::icon::{CLOSE, icon};
use super::switches::Switches;
use super::yard::Yard;
use crate::text::text;

/// The list of people and bots.
#[component]
pub(crate) fn People(yard: Yard) -> impl IntoView {
    let live = yard.session.live;
    let is_open = yard.is_drawer_open;
    view! {
        // A click beside the drawer closes it; with the keyboard, Escape and the button do.
        <div class="shade" class:open=is_open on:click=move |_| is_open.set(false)></div>
        <aside id="people" class="people" class:open=is_open aria-label=text().people>
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
                <For
                    each=move || live.people.get()
                    key=|person| (person.id.clone(), person.name.clone(), person.owner)
                    children=move |person| view! { <Someone yard person /> }
                />
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
        view! {
            <li>
                {jar(&bot.handle)}
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
