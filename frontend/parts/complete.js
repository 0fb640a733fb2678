// Which parts of the messages on screen can be worked on: not what a streaming answer may still change.

/// How long to wait for what an answer is still writing.
const AGAIN_MS = 250;

/// Returns a function that calls `work` soon with all elements that match, at most once at a time, and again while an answer
/// streams that holds some of them.
export function whenComplete(selector, work) {
  let isWaiting = false;
  const run = () => {
    isWaiting = false;
    const elements = [...document.querySelectorAll(selector)];
    const complete = elements.filter((element) => !isGrowing(element));
    work(complete);
    if (complete.length < elements.length) request(AGAIN_MS);
  };
  const request = (wait) => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(run, wait);
  };
  // Views tell of what they draw before it is on the page.
  return () => request(0);
}

/// Whether it stands in the last block of an answer that streams.
function isGrowing(element) {
  const body = element.closest('[data-state="streaming"] [data-part="body"]');
  return body?.lastElementChild?.contains(element) ?? false;
}
