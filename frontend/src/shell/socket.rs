//! One WebSocket. Dropping it closes it and silences it: what a forgotten socket still reports reaches nobody.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

/// What a socket reports.
pub(crate) enum News {
    /// It is open.
    Opened,
    /// A text frame came.
    Received(String),
    /// It closed, or never opened.
    Closed(u16),
}

/// A socket that is wanted.
pub(crate) struct Socket {
    raw: WebSocket,
    _opened: Closure<dyn FnMut(Event)>,
    _received: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Begins to open a socket. `None`: the browser refuses the address.
    pub(crate) fn open(url: &str, tell: impl Fn(News) + 'static) -> Option<Self> {
        let raw = WebSocket::new(url).ok()?;
        let tell = Rc::new(tell);
        let opened = {
            let tell = tell.clone();
            Closure::new(move |_: Event| tell(News::Opened))
        };
        let received = {
            let tell = tell.clone();
            Closure::new(move |event: MessageEvent| {
                if let Some(text) = event.data().as_string() {
                    tell(News::Received(text));
                }
            })
        };
        // An error event says nothing that the close event after it does not say better.
        let closed = Closure::new(move |event: CloseEvent| tell(News::Closed(event.code())));
        raw.set_onopen(Some(opened.as_ref().unchecked_ref()));
        raw.set_onmessage(Some(received.as_ref().unchecked_ref()));
        raw.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { raw, _opened: opened, _received: received, _closed: closed })
    }

    /// Sends a text frame. On a socket that is about to report its end it is lost, and the client will know.
    pub(crate) fn send(&self, text: &str) {
        let _ = self.raw.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.raw.set_onopen(None);
        self.raw.set_onmessage(None);
        self.raw.set_onclose(None);
        let _ = self.raw.close();
    }
}
