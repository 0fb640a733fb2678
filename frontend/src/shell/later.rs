//! Work that waits for the browser.

use std::pin::Pin;

use wasm_bindgen_futures::spawn_local;

/// Does work beside everything else. In a box: otherwise each kind of work comes with its own copy of what drives it.
pub(crate) fn later(work: impl Future<Output = ()> + 'static) {
    let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    spawn_local(work);
}
