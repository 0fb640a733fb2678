//! A list whose rows keep their nodes, and what belongs to them, as long as their names are in it.

use leptos::prelude::*;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::Placeholder;
use leptos::tachys::view::Mountable;
use leptos::tachys::view::any_view::AnyViewState;

use super::browser_only::browser_only;
use super::dynamic::changing;

/// A row: its name, and how it is shown when it is new.
pub(crate) struct Row {
    name: String,
    show: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Row {
    pub(crate) fn new<V: IntoAny>(name: String, show: impl FnOnce() -> V + Send + 'static) -> Self {
        Self { name, show: Box::new(move || show().into_any()) }
    }
}

/// The rows that there are, whenever they change.
pub(crate) fn rows(each: impl Fn() -> Vec<Row> + Send + 'static) -> AnyView {
    // A row belongs to the list and not to one change of it.
    let parent = Owner::current().unwrap_or_default();
    changing(move || List { rows: each(), parent: parent.clone() }.into_any())
}

struct List {
    rows: Vec<Row>,
    parent: Owner,
}

struct Shown {
    rows: Vec<ShownRow>,
    end: Placeholder,
}

struct ShownRow {
    name: String,
    // Goes before its owner, so that what it holds ends from the inside out.
    view: AnyViewState,
    #[expect(dead_code, reason = "what belongs to the row ends when it is dropped")]
    owner: Owner,
}

impl List {
    /// The rows, and for each whether it is to be put into its place. Rows from before stay where they are if their order
    /// is the same.
    fn after(self, before: Vec<ShownRow>) -> (Vec<(ShownRow, bool)>, Vec<ShownRow>) {
        let mut before: Vec<Option<ShownRow>> = before.into_iter().map(Some).collect();
        let mut next = 0;
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            let is_it =
                |former: &Option<ShownRow>| former.as_ref().is_some_and(|former| former.name == row.name);
            // Nearly always the very next one.
            let place =
                if before.get(next).is_some_and(is_it) { Some(next) } else { before.iter().position(is_it) };
            let former = place.and_then(|place| before.get_mut(place)?.take());
            rows.push(match (former, place) {
                (Some(former), Some(place)) => {
                    let is_in_order = place >= next;
                    next = next.max(place.saturating_add(1));
                    (former, !is_in_order)
                }
                _ => {
                    let owner = self.parent.with(Owner::new);
                    let view = owner.with(|| (row.show)().build());
                    (ShownRow { name: row.name, view, owner }, true)
                }
            });
        }
        (rows, before.into_iter().flatten().collect())
    }
}

impl Render for List {
    type State = Shown;

    fn build(self) -> Shown {
        let (rows, _) = self.after(Vec::new());
        Shown { rows: rows.into_iter().map(|(row, _)| row).collect(), end: Rndr::create_placeholder() }
    }

    fn rebuild(self, state: &mut Shown) {
        let (rows, mut gone) = self.after(std::mem::take(&mut state.rows));
        for row in &mut gone {
            row.view.unmount();
        }
        // From the end on, so that the place before which a row belongs is always right already.
        for (mut row, is_to_be_placed) in rows.into_iter().rev() {
            if is_to_be_placed {
                match state.rows.last() {
                    Some(below) => below.view.insert_before_this(&mut row.view),
                    None => state.end.insert_before_this(&mut row.view),
                };
            }
            state.rows.push(row);
        }
        state.rows.reverse();
    }
}

impl Mountable for Shown {
    fn unmount(&mut self) {
        for row in &mut self.rows {
            row.view.unmount();
        }
        self.end.unmount();
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        for row in &mut self.rows {
            row.view.mount(parent, marker);
        }
        self.end.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.rows.first() {
            Some(row) => row.view.insert_before_this(child),
            None => self.end.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        self.rows.iter().flat_map(|row| row.view.elements()).collect()
    }
}

browser_only!(List);
