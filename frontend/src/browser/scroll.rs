//! The scroll position of the timeline.
//!
//! At the bottom the timeline stays at the bottom: scrolling up leaves it, coming near it returns to it. Elsewhere the
//! first visible message keeps its place when something above it is added or grows. CSS scroll anchoring does the second
//! too, but not in Safari, and in no browser at the very top, where history is added; so it is done here for all.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    Element, FocusOptions, HtmlDivElement, HtmlElement, ResizeObserver, ScrollBehavior, ScrollToOptions,
};

use super::media;
use crate::reactive::effect;

/// CSS pixels from the bottom within which the reader counts as being there.
const NEAR_BOTTOM: i32 = 24;
/// CSS pixels from the top and the end within which older and newer messages are loaded.
const NEAR_END: i32 = 600;
/// How many heights of the frame a message may be away for the way there to be shown. On a longer way more messages are loaded,
/// which would end the motion.
const SMOOTH_HEIGHTS: f64 = 1.0;
/// How far below the frame's edge the first visible message is looked for, in CSS pixels.
const ANCHOR_OFFSET: f64 = 48.0;
/// The attribute of the message that somebody went to; the style sheet marks it.
const TARGET: &str = "data-target";

/// Controls the scroll position of a frame and its growing content.
#[derive(Clone, Copy)]
pub(crate) struct TimelineScroll {
    /// The element that scrolls.
    pub(crate) frame: NodeRef<Div>,
    /// The element in it that grows.
    pub(crate) content: NodeRef<Div>,
    /// Whether the timeline stays at the bottom.
    pub(crate) is_pinned: RwSignal<bool>,
    /// Whether the end of the content is not the newest message, so that the timeline does not stay there.
    is_detached: RwSignal<bool>,
    state: StoredValue<State, LocalStorage>,
}

#[derive(Default)]
struct State {
    top: i32,
    /// The height of the content when the anchor was remembered.
    height: i32,
    /// The first visible message, and its distance from the start of the content.
    anchor: Option<(Element, f64)>,
    /// While a finger is on the timeline, nothing else may scroll it.
    is_touched: bool,
    observer: Option<(ResizeObserver, Closure<dyn FnMut()>)>,
}

impl TimelineScroll {
    pub(crate) fn new(is_detached: RwSignal<bool>) -> Self {
        let scroll = Self {
            frame: NodeRef::new(),
            content: NodeRef::new(),
            is_pinned: RwSignal::new(true),
            is_detached,
            state: StoredValue::new_local(State::default()),
        };
        effect(move || scroll.observe());
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
        let height = frame.scroll_height();
        let was_drawn_anew = self.state.try_with_value(|state| state.height != height).unwrap_or_default();
        // The anchor is remembered only where it has its place again.
        if was_drawn_anew && !self.is_pinned.get_untracked() {
            self.restore_anchor(&frame);
        }
        let top = frame.scroll_top();
        let Some(before) = self.state.try_update_value(|state| std::mem::replace(&mut state.top, top)) else {
            return;
        };
        let below = height - frame.client_height() - top;
        if self.is_detached.get_untracked() {
            self.set_pinned(false);
        } else if below <= 1 {
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

    /// The first message on screen; `None` where the timeline stays at the newest.
    pub(crate) fn first_visible(self) -> Option<shared::Seq> {
        let is_there = !self.is_pinned.get_untracked();
        let anchor = self.state.with_value(|state| state.anchor.as_ref().map(|(message, _)| message.clone()));
        anchor.filter(|_| is_there)?.get_attribute("data-seq")?.parse().ok().map(shared::Seq)
    }

    /// Whether older messages should be loaded now.
    pub(crate) fn is_near_top(self) -> bool {
        self.frame.get_untracked().is_some_and(|frame| frame.scroll_top() < NEAR_END)
    }

    /// Whether newer messages should be loaded now.
    pub(crate) fn is_near_end(self) -> bool {
        self.frame.get_untracked().is_some_and(|frame| {
            frame.scroll_height() - frame.client_height() - frame.scroll_top() < NEAR_END
        })
    }

    /// Scrolls to the newest message and stays there.
    pub(crate) fn to_newest(self) {
        self.set_pinned(true);
        // After the messages have been drawn that are shown again.
        request_animation_frame(move || {
            let Some(Some(frame)) = self.frame.try_get_untracked() else { return };
            let end = f64::from(frame.scroll_height());
            let options = ScrollToOptions::new();
            options.set_top(end);
            options.set_behavior(behavior(&frame, end - f64::from(frame.scroll_top())));
            frame.scroll_to_with_scroll_to_options(&options);
        });
    }

    /// Scrolls to the message with this `seq`, if it is there, marks it and gives it the focus. The way there is not shown: more
    /// messages are loaded around it, and keeping their places would end the motion before its end.
    pub(crate) fn to_message(self, seq: shared::Seq) {
        let Some(Some(frame)) = self.frame.try_get_untracked() else { return };
        let Ok(Some(message)) = frame.query_selector(&format!("[data-seq=\"{seq}\"]")) else { return };
        self.set_pinned(false);
        // From now on this message keeps its place, not the one that was first on screen earlier.
        self.anchor_to(&frame, message.clone());
        if let Ok(Some(former)) = frame.query_selector(&format!("[{TARGET}]")) {
            let _ = former.remove_attribute(TARGET);
        }
        let _ = message.set_attribute(TARGET, "");
        let _ = message.set_attribute("tabindex", "-1");
        if let Some(message) = message.dyn_ref::<HtmlElement>() {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = message.focus_with_options(&options);
        }
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_behavior(ScrollBehavior::Instant);
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
        if self.is_pinned.get_untracked() && !self.is_detached.get_untracked() && !is_touched {
            frame.set_scroll_top(frame.scroll_height());
        } else {
            self.restore_anchor(&frame);
        }
        self.state.update_value(|state| {
            (state.top, state.height) = (frame.scroll_top(), frame.scroll_height());
        });
    }

    /// Scrolls by as much as was added above the remembered message.
    fn restore_anchor(self, frame: &HtmlDivElement) {
        self.state.update_value(|state| {
            let Some((anchor, before)) = state.anchor.take_if(|(anchor, _)| anchor.is_connected()) else {
                return;
            };
            let now = distance_from_start(frame, &anchor);
            let added = (now - before).round() as i32;
            // While a scroll is shown, positions are rounded, and setting one would end it.
            let is_moved = added.abs() > 1;
            if is_moved {
                frame.set_scroll_top(frame.scroll_top().saturating_add(added));
            }
            state.anchor = Some((anchor, if is_moved { now } else { before }));
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
        match message {
            Some(message) => self.anchor_to(&frame, message),
            None => self.state.update_value(|state| state.anchor = None),
        }
    }

    /// Remembers a message as the one that keeps its place.
    fn anchor_to(self, frame: &HtmlDivElement, message: Element) {
        let distance = distance_from_start(frame, &message);
        self.state.update_value(|state| {
            state.height = frame.scroll_height();
            state.anchor = Some((message, distance));
        });
    }
}

/// The distance of an element from the start of the content in CSS pixels, wherever the frame is scrolled to.
fn distance_from_start(frame: &HtmlDivElement, element: &Element) -> f64 {
    element.get_bounding_client_rect().top() - frame.get_bounding_client_rect().top()
        + f64::from(frame.scroll_top())
}

/// Shows the way, unless it is far or motion is not wanted.
fn behavior(frame: &HtmlDivElement, distance: f64) -> ScrollBehavior {
    let is_far = distance.abs() > f64::from(frame.client_height()) * SMOOTH_HEIGHTS;
    if is_far || media::prefers_reduced_motion() { ScrollBehavior::Instant } else { ScrollBehavior::Smooth }
}
