//! Keeps the reader where they are: at the bottom while they are there, and otherwise on the words that they read.
//!
//! One rule for the bottom: moving up leaves it, coming near it returns to it. One rule elsewhere: whatever is added or
//! grows above, the first visible message stays in its place. Browsers with scroll anchoring do the second by
//! themselves, except at the very top; here the rest is made up.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver, ScrollBehavior, ScrollToOptions};

use super::theme;

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
    /// The first visible message, and where its upper edge was.
    anchor: Option<(Element, f64)>,
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
        Effect::new(move || scroll.observe());
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
        let Some(frame) = self.frame.get_untracked() else { return };
        let top = frame.scroll_top();
        let before = self.memory.with_value(|memory| memory.top);
        self.memory.update_value(|memory| memory.top = top);
        let below = frame.scroll_height() - frame.client_height() - top;
        if below <= NEAR_BOTTOM {
            self.pin(true);
        } else if top < before {
            self.pin(false);
        }
        if !self.is_pinned.get_untracked() {
            self.hold();
        }
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
        if self.is_pinned.get_untracked() {
            frame.set_scroll_top(frame.scroll_height());
        } else {
            let moved = self.memory.with_value(|memory| match &memory.anchor {
                Some((anchor, edge)) if anchor.is_connected() => {
                    anchor.get_bounding_client_rect().top() - edge
                }
                _ => 0.0,
            });
            if moved.abs() >= 1.0 {
                frame.set_scroll_top(frame.scroll_top().saturating_add(moved.round() as i32));
            }
        }
        self.memory.update_value(|memory| memory.top = frame.scroll_top());
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
                let top = message.get_bounding_client_rect().top();
                (message, top)
            });
        });
    }
}

fn behaviour() -> ScrollBehavior {
    if theme::asks("(prefers-reduced-motion: reduce)") {
        ScrollBehavior::Instant
    } else {
        ScrollBehavior::Smooth
    }
}
