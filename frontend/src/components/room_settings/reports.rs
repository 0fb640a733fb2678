//! The messages that were reported, each with what can be done about it.

use leptos::prelude::*;
use shared::Report;

use crate::browser::focus::focus;
use crate::components::button::TextButton;
use crate::components::views::views;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

/// Where the focus goes when a report leaves the list with the button that had it.
const HEADING: &str = "#reports";

#[component]
pub(super) fn Reports() -> impl IntoView {
    let session = RoomContext::expect().session;
    let reports = move || {
        let reports = session.audit().map(|audit| audit.reports).unwrap_or_default();
        if reports.is_empty() {
            return view! { <p class="quiet-text">{text().owners.no_reports}</p> }.into_any();
        }
        let reports = reports.into_iter().map(|report| view! { <ReportEntry report /> });
        view! { <ul role="list" aria-labelledby="reports">{views(reports)}</ul> }.into_any()
    };
    view! {
        <section>
            <h3 id="reports" tabindex="-1">
                {text().owners.reports}
            </h3>
            {move || reports()}
        </section>
    }
}

#[component]
fn ReportEntry(report: Report) -> impl IntoView {
    let session = RoomContext::expect().session;
    let Report { seq, count, reasons, name, text: words, .. } = report;
    let words = if words.is_empty() { text().deleted.to_owned() } else { words };
    let reasons =
        reasons.into_iter().map(|reason| view! { <p class="quiet-text" dir="auto">"“" {reason} "”"</p> });
    let dismiss = Callback::new(move |()| {
        session.dismiss_reports(seq);
        focus(HEADING);
    });
    // The room drops the reports of a message that is deleted.
    let delete = Callback::new(move |()| {
        session.delete_message(seq);
        focus(HEADING);
    });
    view! {
        <li>
            <p class="quote">
                <bdi class="name">{name}</bdi>
                <span class="words" dir="auto">
                    {words}
                </span>
            </p>
            <p class="foot">{(text().owners.report_count)(count)}</p>
            {views(reasons)}
            <p class="status-line">
                <TextButton class="plain danger" label=text().owners.delete_message on_click=delete />
                <TextButton class="plain" label=text().owners.dismiss on_click=dismiss />
            </p>
        </li>
    }
}
