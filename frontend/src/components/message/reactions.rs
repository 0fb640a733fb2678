//! The reactions to a message: a button for each emoji, with how many people put it there. It adds the reader's own, or takes it away.

use leptos::prelude::*;
use shared::reaction::has_reacted;

use crate::browser::focus::focus;
use crate::components::keyed::{Row, keyed};
use crate::i18n::text;
use crate::state::message::MessageInfo;
use crate::state::room_context::RoomContext;

#[component]
pub(super) fn Reactions(info: RwSignal<MessageInfo>) -> impl IntoView {
    // The buttons stay while their numbers change, so that the one that was pressed keeps the focus.
    let emoji = Memo::new(move |_| {
        let info = info.read();
        info.reactions.iter().map(|reaction| reaction.emoji.clone()).collect::<Vec<_>>()
    });
    view! {
        <div class="reactions" hidden=move || emoji.read().is_empty()>
            {keyed(move || {
                let row = |emoji: String| Row::new(emoji.clone(), move || view! { <ReactionButton info emoji /> });
                emoji.get().into_iter().map(row).collect()
            })}
        </div>
    }
}

#[component]
fn ReactionButton(info: RwSignal<MessageInfo>, emoji: String) -> impl IntoView {
    let room = RoomContext::expect();
    let emoji = StoredValue::new(emoji);
    let people = move || {
        let info = info.read();
        let reaction = emoji
            .with_value(|emoji| info.reactions.iter().find(|reaction| reaction.emoji == *emoji).cloned());
        reaction.map(|reaction| reaction.people).unwrap_or_default()
    };
    let names = move || {
        let name = |person| room.session.nickname(person).unwrap_or_else(|| text().unknown_person.to_owned());
        people().iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let is_own = move || {
        let (you, info) = (room.signals.you.get(), info.read());
        you.is_some_and(|you| emoji.with_value(|emoji| has_reacted(&info.reactions, emoji, &you.id)))
    };
    let react = move |_| {
        let (own, count) = (untrack(is_own), untrack(people).len());
        let Some(seq) = info.read_untracked().seq else { return };
        room.session.react(seq, emoji.get_value(), !own);
        if own && count == 1 {
            // The button goes with its last person.
            focus(&format!("[data-seq=\"{seq}\"] .more"));
        }
    };
    view! {
        <button
            type="button"
            class="reaction"
            aria-label=move || format!("{} {}, {}", emoji.get_value(), people().len(), names())
            aria-pressed=move || is_own().to_string()
            title=names
            disabled=move || !info.read().rights.react
            on:click=react
        >
            {emoji.get_value()}
            " "
            <span class="count">{move || people().len()}</span>
        </button>
    }
}
