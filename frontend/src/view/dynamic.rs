//! What changes on the page, in one type per kind. Every closure in a view is otherwise compiled together with all of
//! the framework around it: this alone is a good part of the page's size.

use leptos::prelude::*;

/// An attribute that changes.
pub(crate) type Value = Box<dyn Fn() -> Option<String> + Send>;
/// A class or a state that comes and goes.
pub(crate) type Flag = Box<dyn Fn() -> bool + Send>;

/// Does something whenever what it reads changes.
pub(crate) fn effect(action: impl Fn() + 'static) {
    let action: Box<dyn Fn()> = Box::new(action);
    Effect::new(action);
}

/// A view that is made anew whenever what it reads changes. Nodes stay where the new one has the shape of the former.
pub(crate) fn changing(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn Fn() -> AnyView + Send> = Box::new(view);
    view.into_any()
}

/// A part of the page that changes, or is there at times.
pub(crate) fn part(content: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    changing(move || content().unwrap_or_else(|| ().into_any()))
}

/// Words that change.
pub(crate) fn words<W: Into<String>>(content: impl Fn() -> W + Send + 'static) -> AnyView {
    changing(move || content().into().into_any())
}

/// The value of an attribute that changes; without one the attribute is not there.
pub(crate) fn value(content: impl Fn() -> Option<String> + Send + 'static) -> Value {
    Box::new(content)
}

/// Whether a class or a state is there.
pub(crate) fn flag(content: impl Fn() -> bool + Send + 'static) -> Flag {
    Box::new(content)
}
