//! Views one after another. All lists have one type, whatever is in them; `collect_view` makes one for each type of element, a
//! kilobyte each time.

use leptos::prelude::*;

pub(crate) fn views<V: IntoView + 'static>(each: impl IntoIterator<Item = V>) -> AnyView {
    each.into_iter().map(IntoAny::into_any).collect::<Vec<_>>().into_any()
}
