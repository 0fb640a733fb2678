//! Keeps the reader where they are: at the bottom while they are there, and otherwise on the words that they read.
//!
//! One rule for the bottom: moving up leaves it, coming near it returns to it. One rule elsewhere: whatever is added or
//! grows above, the first visible message stays in its place. Browsers can do the second by themselves, but not all of
//! them, and none at the very top, where history is added; so it is done here for all.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlDivElement, ResizeObserver, ScrollBehavior, ScrollToOptions};

use super::theme;
use crate::view::dynamic::effect;

/// Nearer to the bottom than this is at the bottom.
const NEAR_BOTTOM: i32 = 24;
/// Nearer to the top than this is time for older messages.
const NEAR_TOP: i32 = 600;

/// A scrolling list of messages.
#[derive(Clone, Copy)]
pub(crate) struct Scroll {
    /// What scrolls.
    pub(crate) frame: NodeRef<Div>,
    /// What is in it, and grows.
    pub(crate) content: NodeRef<Div>,
    /// Whether the reader is at the bottom and stays there.
    pub(crate) is_pinned: RwSignal<bool>,
    memory: StoredValue<Memory, LocalStorage>,
}

#[derive(Default)]
struct Memory {
    top: i32,
    /// The first visible message, and how far below the beginning it was.
    anchor: Option<(Element, f64)>,
    /// A finger is on the list: it decides where the list is.
    is_touched: bool,
    observer: Option<(ResizeObserver, Closure<dyn FnMut()>)>,
}

impl Scroll {
    /// At the bottom of what is to come.
    pub(crate) fn new() -> Self {
        let scroll = Self {
            frame: NodeRef::new(),
            content: NodeRef::new(),
            is_pinned: RwSignal::new(true),
            memory: StoredValue::new_local(Memory::default()),
        };
        effect(move || scroll.observe());
        on_cleanup(move || {
            if let Some(Some((observer, _))) = scroll.memory.try_update_value(|memory| memory.observer.take())
            {
                observer.disconnect();
            }
        });
        scroll
    }

    /// The reader, the browser or this file has scrolled.
    pub(crate) fn scrolled(self) {
        let Some(Some(frame)) = self.frame.try_get_untracked() else { return };
        let top = frame.scroll_top();
        let Some(before) = self.memory.try_update_value(|memory| std::mem::replace(&mut memory.top, top))
        else {
            return;
        };
        let below = frame.scroll_height() - frame.client_height() - top;
        if below <= 1 {
            self.pin(true);
        } else if top < before {
            self.pin(false);
        } else if below <= NEAR_BOTTOM {
            self.pin(true);
        }
        if !self.is_pinned.get_untracked() {
            self.hold();
        }
    }

    /// A wheel or a key is about to move the list up. Waiting for it to have moved would be too late while an answer
    /// streams: the list would be back at the bottom before.
    pub(crate) fn turns_up(self) {
        let Some(Some(frame)) = self.frame.try_get_untracked() else { return };
        if frame.scroll_top() > 0 && self.is_pinned.get_untracked() {
            self.pin(false);
            self.hold();
        }
    }

    /// A finger is on the list, or has left it.
    pub(crate) fn touched(self, on: bool) {
        self.memory.try_update_value(|memory| memory.is_touched = on);
    }

    /// Whether it is time for older messages.
    pub(crate) fn is_near_top(self) -> bool {
        self.frame.get_untracked().is_some_and(|frame| frame.scroll_top() < NEAR_TOP)
    }

    /// Goes to the newest message and stays there.
    pub(crate) fn to_newest(self) {
        self.pin(true);
        let Some(frame) = self.frame.get_untracked() else { return };
        let options = ScrollToOptions::new();
        options.set_top(f64::from(frame.scroll_height()));
        options.set_behavior(behaviour());
        frame.scroll_to_with_scroll_to_options(&options);
    }

    /// Shows the message at a place, if the page holds it.
    pub(crate) fn to_message(self, seq: shared::Seq) {
        let Some(content) = self.content.get_untracked() else { return };
        let Ok(Some(message)) = content.query_selector(&format!("[data-seq=\"{seq}\"]")) else { return };
        self.pin(false);
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_behavior(behaviour());
        options.set_block(web_sys::ScrollLogicalPosition::Center);
        message.scroll_into_view_with_scroll_into_view_options(&options);
    }

    fn pin(self, on: bool) {
        if self.is_pinned.get_untracked() != on {
            self.is_pinned.set(on);
        }
    }

    fn observe(self) {
        let (Some(frame), Some(content)) = (self.frame.get(), self.content.get()) else { return };
        let resized = Closure::<dyn FnMut()>::new(move || self.resized());
        let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) else { return };
        observer.observe(&frame);
        observer.observe(&content);
        self.memory.update_value(|memory| memory.observer = Some((observer, resized)));
    }

    /// The list or its window has another size: after layout, before it is painted.
    fn resized(self) {
        let Some(Some(frame)) = self.frame.try_get_untracked() else { return };
        let is_touched = self.memory.with_value(|memory| memory.is_touched);
        if self.is_pinned.get_untracked() && !is_touched {
            frame.set_scroll_top(frame.scroll_height());
        } else {
            self.stay(&frame);
        }
        self.memory.update_value(|memory| memory.top = frame.scroll_top());
    }

    /// Moves the list by as much as has been added above the message that the reader is at.
    fn stay(self, frame: &HtmlDivElement) {
        self.memory.update_value(|memory| {
            let Some((anchor, before)) = memory.anchor.take_if(|(anchor, _)| anchor.is_connected()) else {
                return;
            };
            let now = depth(frame, &anchor);
            let added = (now - before).round() as i32;
            if added != 0 {
                frame.set_scroll_top(frame.scroll_top().saturating_add(added));
            }
            memory.anchor = Some((anchor, now));
        });
    }

    /// Remembers which message is the first visible one, and where.
    fn hold(self) {
        let (Some(frame), Some(content)) = (self.frame.get_untracked(), self.content.get_untracked()) else {
            return;
        };
        let edge = frame.get_bounding_client_rect();
        let (x, y) = (edge.left() + edge.width() / 2.0, edge.top() + 48.0);
        let seen = document().element_from_point(x as f32, y as f32);
        let message = seen
            .and_then(|element| element.closest("article").ok().flatten())
            .or_else(|| content.query_selector("article").ok().flatten());
        self.memory.update_value(|memory| {
            memory.anchor = message.map(|message| {
                let depth = depth(&frame, &message);
                (message, depth)
            });
        });
    }
}

/// How far below the beginning of the list something is, wherever the list is scrolled to.
fn depth(frame: &HtmlDivElement, element: &Element) -> f64 {
    element.get_bounding_client_rect().top() - frame.get_bounding_client_rect().top()
        + f64::from(frame.scroll_top())
}

fn behaviour() -> ScrollBehavior {
    if theme::asks("(prefers-reduced-motion: reduce)") {
        ScrollBehavior::Instant
    } else {
        ScrollBehavior::Smooth
    }
}
