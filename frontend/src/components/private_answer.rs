//! What a bot wrote for the reader alone, or how far it is.

use client::PrivateAnswer;
use client::number_format::format_approximate_dollars;
use leptos::prelude::*;
use shared::PrivateRequest;

use super::button::TextButton;
use super::markdown::text_view;
use crate::browser::clock::now;
use crate::browser::dates;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

/// The answer to a private request; `waiting` is shown until it comes.
#[component]
pub(crate) fn PrivateAnswerView(request: PrivateRequest, waiting: &'static str) -> impl IntoView {
    let room = RoomContext::expect();
    let try_again = Callback::new(move |()| room.session.ask_privately(request));
    let content = move || match room.session.private_answer(request) {
        None => ().into_any(),
        Some(PrivateAnswer::Waiting) => view! { <p class="quiet-text waiting">{waiting}</p> }.into_any(),
        Some(PrivateAnswer::Done { text: words, code, cost }) => {
            let why = code.map(|code| (text().error)(code).to_owned());
            let cost = cost.filter(|cost| *cost > 0).map(format_approximate_dollars);
            let foot: Vec<String> =
                why.into_iter().chain([text().reading.only_you.to_owned()]).chain(cost).collect();
            view! {
                <div class="body" dir="auto">
                    {text_view(&words)}
                </div>
                <p class="quiet-text">{foot.join(" ")}</p>
            }
            .into_any()
        }
        Some(PrivateAnswer::Failed { code, resets_at }) => {
            let resets = resets_at.map(|at| (text().resets_at)(&dates::day_and_time(at, now())));
            let why = (text().error)(code);
            view! {
                <p class="complaint">{[why].into_iter().chain(resets.as_deref()).collect::<Vec<_>>().join(" ")}</p>
                <TextButton class="plain" label=text().try_again on_click=try_again />
            }
            .into_any()
        }
    };
    view! {
        <div class="private-answer" role="status">
            {move || content()}
        </div>
    }
}
