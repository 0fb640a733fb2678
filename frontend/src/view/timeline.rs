//! The messages, and the reader's place among them.

use client::Input;
use leptos::prelude::*;

use super::dynamic::{effect, flag, part, words};
use super::eave::Mark;
use super::element::view;
use super::icon::{DOWN, icon};
use super::message::Message;
use super::rows::{Row, rows};
use super::yard::Yard;
use crate::shell::line::Line;
use crate::text::text;

/// The list of messages. It is a log that stays silent: what is new is said by the announcer (`shell::announce`).
#[component]
pub(crate) fn Timeline(yard: Yard) -> impl IntoView {
    let (live, scroll) = (yard.session.live, yard.scroll);
    let scrolled = move |_| {
        scroll.scrolled();
        if !scroll.is_pinned.get_untracked() && scroll.is_near_top() {
            load_older(yard);
        }
    };
    let row = move |line: Line| Row::new(line.key.to_string(), move || view! { <Message yard line /> });
    view! {
        <div class="timeline">
            <div
                class="frame"
                node_ref=scroll.frame
                role="log"
                aria-label=text().messages
                aria-live="off"
                tabindex="0"
                on:scroll=scrolled
                on:wheel=move |event| {
                    if event.delta_y() < 0.0 {
                        scroll.turns_up();
                    }
                }
                on:keydown=move |event| {
                    if matches!(event.key().as_str(), "PageUp" | "Home" | "ArrowUp") {
                        scroll.turns_up();
                    }
                }
                on:touchstart=move |_| scroll.touched(true)
                on:touchend=move |_| scroll.touched(false)
                on:touchcancel=move |_| scroll.touched(false)
            >
                <div class="content" node_ref=scroll.content>
                    <Beginning yard />
                    {rows(move || live.lines.get().into_iter().map(row).collect())}
                </div>
            </div>
            <ToNewest yard />
        </div>
    }
}

/// What is above the first message: older ones, or the room's beginning.
#[component]
fn Beginning(yard: Yard) -> impl IntoView {
    let live = yard.session.live;
    view! {
        <div class="beginning">
            {part(move || {
                if live.has_older.get() {
                    let is_loading = live.is_loading_older;
                    let label = move || if is_loading.get() { text().loading_older } else { text().load_older };
                    let view = view! {
                        <button
                            type="button"
                            class="plain"
                            disabled=flag(move || is_loading.get())
                            on:click=move |_| load_older(yard)
                        >
                            {words(label)}
                        </button>
                    };
                    Some(view.into_any())
                } else if live.lines.with(Vec::is_empty) {
                    live.you.with(Option::is_some).then(|| {
                        view! {
                            <div class="empty">
                                <Mark />
                                <p>{text().quiet}</p>
                            </div>
                        }
                        .into_any()
                    })
                } else {
                    Some(view! { <p class="quiet-text">{text().beginning}</p> }.into_any())
                }
            })}
        </div>
    }
}

/// The way back down, with the number of messages that came in the meantime.
#[component]
fn ToNewest(yard: Yard) -> impl IntoView {
    let (live, scroll) = (yard.session.live, yard.scroll);
    let last_read = RwSignal::new(None);
    effect(move || {
        let last = live.lines.with(|lines| lines.last().map(|line| line.key.clone()));
        if scroll.is_pinned.get() {
            last_read.set(last);
        }
    });
    let unseen = move || {
        let last_read = last_read.read();
        live.lines
            .with(|lines| lines.iter().rev().take_while(|line| Some(&line.key) != last_read.as_ref()).count())
    };
    part(move || {
        (!scroll.is_pinned.get()).then(|| {
            view! {
                <button type="button" class="to-newest" on:click=move |_| scroll.to_newest()>
                    {icon(DOWN)}
                    {words(move || (text().newest)(unseen()))}
                </button>
            }
            .into_any()
        })
    })
}

fn load_older(yard: Yard) {
    let live = yard.session.live;
    if live.has_older.get_untracked() && !live.is_loading_older.get_untracked() {
        yard.session.tell(Input::LoadOlder);
    }
}
