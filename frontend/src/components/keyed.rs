//! A list whose rows keep their nodes as long as their keys are in it. It wraps Leptos' `<For>`, which is compiled anew for each
//! type of row, two kilobytes each time; here all rows have one type.

use std::fmt::Display;

use leptos::prelude::*;

/// What a list shows under one key.
pub(crate) struct Row {
    key: String,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Row {
    /// The view is made once, when the key appears in the list.
    pub(crate) fn new<V: IntoView + 'static>(
        key: impl Display,
        view: impl FnOnce() -> V + Send + 'static,
    ) -> Self {
        Self { key: key.to_string(), view: Box::new(move || view().into_any()) }
    }
}

/// Shows the rows that `each` returns, and follows the signals that it reads.
pub(crate) fn keyed(each: impl Fn() -> Vec<Row> + Send + 'static) -> AnyView {
    let each: Box<dyn Fn() -> Vec<Row> + Send> = Box::new(each);
    view! {
        <For each key=|row| row.key.clone() let(row)>
            {(row.view)()}
        </For>
    }
    .into_any()
}
