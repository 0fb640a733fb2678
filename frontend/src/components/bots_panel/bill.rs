//! What the room's bots cost: today, in total, and the reader's own part, with the limits and when the day ends.

use client::number_format::{format_approximate_dollars, format_dollars};
use leptos::prelude::*;
use shared::{Bill, ErrorCode, Totals};

use crate::browser::clock::now;
use crate::browser::dates;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

/// The bill, once the room has sent it.
#[component]
pub(super) fn BillSection() -> impl IntoView {
    let session = RoomContext::expect().session;
    view! { {move || session.bill().map(|bill| view! { <BillTable bill /> }.into_any())} }
}

#[component]
fn BillTable(bill: Bill) -> impl IntoView {
    let limits = (text().limits)(
        bill.room_day.map(format_dollars).as_deref(),
        bill.person_day.map(format_dollars).as_deref(),
    );
    let day_ends = (text().day_ends)(&dates::day_and_time(bill.resets_at, now()));
    view! {
        <section class="bill" aria-label=text().bill>
            <h2>{text().bill}</h2>
            {bill.off.then(|| view! { <p class="complaint">{(text().error)(ErrorCode::BotsOff)}</p> })}
            <dl>
                <BillRow title=text().bill_day totals=bill.day />
                <BillRow title=text().bill_all totals=bill.all />
                <BillRow title=text().bill_yours totals=bill.yours />
            </dl>
            <p class="foot">{limits} " " {day_ends} " " {text().bill_note}</p>
        </section>
    }
}

#[component]
fn BillRow(title: &'static str, totals: Totals) -> impl IntoView {
    let answers = (text().answers)(totals.answers);
    let tokens = (text().tokens)(totals.usage);
    let unmetered = if totals.unmetered > 0 {
        format!(" · {}", (text().cost_at_most)(&format_approximate_dollars(totals.unmetered)))
    } else {
        String::new()
    };
    view! {
        <dt>{title} <strong class="count">{format_approximate_dollars(totals.cost)}</strong></dt>
        <dd class="foot">{format!("{answers} · {tokens}{unmetered}")}</dd>
    }
}
