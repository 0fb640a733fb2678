//! The scroll position of the timeline.
//!
//! At the bottom the timeline stays at the bottom: scrolling up leaves it, coming near it returns to it. Elsewhere the
//! first visible message keeps its place when something above it is added or grows. CSS scroll anchoring does the second
//! too, but not in Safari, and in no browser at the very top, where history is added; so it is done here for all.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlDivElement, ResizeObserver, ScrollBehavior, ScrollToOptions};

use super::media;

/// CSS pixels from the bottom within which the reader counts as being there.
const NEAR_BOTTOM: i32 = 24;
/// CSS pixels from the top within which older messages are loaded.
const NEAR_TOP: i32 = 600;
/// How far below the frame's edge the first visible message is looked for, in CSS pixels.
const ANCHOR_OFFSET: f64 = 48.0;

/// Controls the scroll position of a frame and its growing content.
#[derive(Clone, Copy)]
pub(crate) struct TimelineScroll {
    /// The element that scrolls.
    pub(crate) frame: NodeRef<Div>,
    /// The element in it that grows.
    pub(crate) content: NodeRef<Div>,
    /// Whether the timeline stays at the bottom.
    pub(crate) is_pinned: RwSignal<bool>,
    state: StoredValue<State, LocalStorage>,
}

#[derive(Default)]
struct State {
    top: i32,
    /// The first visible message, and its distance from the start of the content.
    anchor: Option<(Element, f64)>,
    /// While a finger is on the timeline, nothing else may scroll it.
    is_touched: bool,
    observer: Option<(ResizeObserver, Closure<dyn FnMut()>)>,
}

impl TimelineScroll {
    pub(crate) fn new() -> Self {
        let scroll = Self {
            frame: NodeRef::new(),
            content: NodeRef::new(),
            is_pinned: RwSignal::new(true),
            state: StoredValue::new_local(State::default()),
        };
        Effect::new(move || scroll.observe());
        on_cleanup(move || {
            let observer = scroll.state.try_update_value(|state| state.observer.take());
            if let Some(Some((observer, _))) = observer {
                observer.disconnect();
            }
        });
        scroll
    }

    /// Handles a scroll event, whoever caused it.
    pub(crate) fn on_scroll(self) {
        let Some(Some(frame)) = self.frame.try_get_untracked() else { return };
        let top = frame.scroll_top();
        let Some(before) = self.state.try_update_value(|state| std::mem::replace(&mut state.top, top)) else {
            return;
        };
        let below = frame.scroll_height() - frame.client_height() - top;
        if below <= 1 {
            self.set_pinned(true);
        } else if top < before {
            self.set_pinned(false);
        } else if below <= NEAR_BOTTOM {
            self.set_pinned(true);
        }
        if !self.is_pinned.get_untracked() {
            self.remember_anchor();
        }
    }

    /// Handles a wheel or key event that is about to scroll up. The scroll event would come too late while an answer
    /// streams: the timeline would be back at the bottom by then.
    pub(crate) fn before_scroll_up(self) {
        let Some(Some(frame)) = self.frame.try_get_untracked() else { return };
        if frame.scroll_top() > 0 && self.is_pinned.get_untracked() {
            self.set_pinned(false);
            self.remember_anchor();
        }
    }

    /// Handles a finger that touches the timeline or leaves it.
    pub(crate) fn on_touch(self, is_touched: bool) {
        self.state.try_update_value(|state| state.is_touched = is_touched);
    }

    /// Whether older messages should be loaded now.
    pub(crate) fn is_near_top(self) -> bool {
        self.frame.get_untracked().is_some_and(|frame| frame.scroll_top() < NEAR_TOP)
    }

    /// Scrolls to the newest message and stays there.
    pub(crate) fn to_newest(self) {
        self.set_pinned(true);
        let Some(frame) = self.frame.get_untracked() else { return };
        let options = ScrollToOptions::new();
        options.set_top(f64::from(frame.scroll_height()));
        options.set_behavior(behavior());
        frame.scroll_to_with_scroll_to_options(&options);
    }

    /// Scrolls to the message with this `seq`, if the page holds it.
    pub(crate) fn to_message(self, seq: shared::Seq) {
        let Some(content) = self.content.get_untracked() else { return };
        let Ok(Some(message)) = content.query_selector(&format!("[data-seq=\"{seq}\"]")) else { return };
        self.set_pinned(false);
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_behavior(behavior());
        options.set_block(web_sys::ScrollLogicalPosition::Center);
        message.scroll_into_view_with_scroll_into_view_options(&options);
    }

    fn set_pinned(self, is_pinned: bool) {
        if self.is_pinned.get_untracked() != is_pinned {
            self.is_pinned.set(is_pinned);
        }
    }

    fn observe(self) {
        let (Some(frame), Some(content)) = (self.frame.get(), self.content.get()) else { return };
        let resized = Closure::<dyn FnMut()>::new(move || self.on_resize());
        let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) else { return };
        observer.observe(&frame);
        observer.observe(&content);
        self.state.update_value(|state| state.observer = Some((observer, resized)));
    }

    /// Handles a new size of the frame or the content: after layout, before painting.
    fn on_resize(self) {
        let Some(Some(frame)) = self.frame.try_get_untracked() else { return };
        let is_touched = self.state.with_value(|state| state.is_touched);
        if self.is_pinned.get_untracked() && !is_touched {
            frame.set_scroll_top(frame.scroll_height());
        } else {
            self.restore_anchor(&frame);
        }
        self.state.update_value(|state| state.top = frame.scroll_top());
    }

    /// Scrolls by as much as was added above the remembered message.
    fn restore_anchor(self, frame: &HtmlDivElement) {
        self.state.update_value(|state| {
            let Some((anchor, before)) = state.anchor.take_if(|(anchor, _)| anchor.is_connected()) else {
                return;
            };
            let now = distance_from_start(frame, &anchor);
            let added = (now - before).round() as i32;
            if added != 0 {
                frame.set_scroll_top(frame.scroll_top().saturating_add(added));
            }
            state.anchor = Some((anchor, now));
        });
    }

    /// Remembers the first visible message and where it is.
    fn remember_anchor(self) {
        let (Some(frame), Some(content)) = (self.frame.get_untracked(), self.content.get_untracked()) else {
            return;
        };
        let edge = frame.get_bounding_client_rect();
        let (x, y) = (edge.left() + edge.width() / 2.0, edge.top() + ANCHOR_OFFSET);
        let seen = document().element_from_point(x as f32, y as f32);
        let message = seen
            .and_then(|element| element.closest("article").ok().flatten())
            .or_else(|| content.query_selector("article").ok().flatten());
        self.state.update_value(|state| {
            state.anchor = message.map(|message| {
                let distance = distance_from_start(&frame, &message);
                (message, distance)
            });
        });
    }
}

/// The distance of an element from the start of the content in CSS pixels, wherever the frame is scrolled to.
fn distance_from_start(frame: &HtmlDivElement, element: &Element) -> f64 {
    element.get_bounding_client_rect().top() - frame.get_bounding_client_rect().top()
        + f64::from(frame.scroll_top())
}

fn behavior() -> ScrollBehavior {
    if media::prefers_reduced_motion() { ScrollBehavior::Instant } else { ScrollBehavior::Smooth }
}
