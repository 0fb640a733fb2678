//! What the room's bots cost: today, altogether, and the reader's own part, with the limits and when the day ends.

use client::number_format::{format_approximate_dollars, format_dollars};
use leptos::prelude::*;
use shared::{Bill, ErrorCode, Totals};

use crate::shell::clock::now;
use crate::text::{dates, text};
use crate::view::dynamic::part;
use crate::view::element::{side_by_side, view};
use crate::view::yard::Yard;

/// The bill, once the room has said it.
pub(super) fn bill(yard: Yard) -> AnyView {
    part(move || yard.session.bill().map(|bill| table(&bill)))
}

fn table(bill: &Bill) -> AnyView {
    let rows = [(text().bill_day, &bill.day), (text().bill_all, &bill.all), (text().bill_yours, &bill.yours)];
    let rows = rows.into_iter().flat_map(|(title, totals)| row(title, totals)).collect();
    let limits = (text().limits)(
        bill.room_day.map(format_dollars).as_deref(),
        bill.person_day.map(format_dollars).as_deref(),
    );
    let ends = (text().day_ends)(&dates::moment(bill.resets_at, now()));
    let off =
        bill.off.then(|| view! { <p class="complaint">{(text().code)(ErrorCode::BotsOff)}</p> }.into_any());
    view! {
        <section class="bill" aria-label=text().bill>
            <h2>{text().bill}</h2>
            {side_by_side(off.into_iter().collect())}
            <dl>{side_by_side(rows)}</dl>
            <p class="foot">{limits} " " {ends} " " {text().bill_note}</p>
        </section>
    }
    .into_any()
}

fn row(title: &'static str, totals: &Totals) -> [AnyView; 2] {
    let answers = (text().answers)(totals.answers);
    let tokens = (text().tokens)(totals.usage);
    [
        view! { <dt>{title} <strong class="count">{format_approximate_dollars(totals.cost)}</strong></dt> }
            .into_any(),
        view! { <dd class="foot">{format!("{answers} · {tokens}")}</dd> }.into_any(),
    ]
}
