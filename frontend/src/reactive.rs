//! Effects and memos whose closures have one type. Leptos compiles `Effect::new` and `Memo::new` anew for each closure, about a
//! kilobyte each time.

use leptos::prelude::*;

/// Runs `run` now, and again whenever a signal that it has read changes.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    fn of_one_type(run: Box<dyn FnMut()>) {
        Effect::new(run);
    }
    of_one_type(Box::new(run));
}

/// A condition that tells only when it has really changed.
pub(crate) fn condition(is_met: impl Fn() -> bool + Send + Sync + 'static) -> Memo<bool> {
    fn of_one_type(is_met: Signal<bool>) -> Memo<bool> {
        Memo::new(move |_| is_met.get())
    }
    of_one_type(Signal::derive(is_met))
}
