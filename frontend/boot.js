// Starts the page. Trunk would put this into an inline script, which the Content-Security-Policy forbids;
// this script's tag carries the names of the two hashed files as attributes (Trunk.toml, `pattern_script`).
// It also says what the program cannot say itself: that it crashed, or that there is a newer one.
try {
  // Before the first paint, so that the page does not flash in the other theme. frontend/src/browser/theme.rs stores it.
  const theme = localStorage.getItem("madang.theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // The browser blocks storage: the page follows the system's theme.
}
const { js, wasm, build } = document.querySelector("script[data-wasm]").dataset;
const CHECK_MS = 600_000;

// Shows the notice of index.html in the reader's language. After a crash nothing else of the page works, so that notice stays.
const notice = document.getElementById("page-notice");
const tell = (about) => {
  if (notice.dataset.about !== "crash") notice.dataset.about = about;
  const { lang } = document.documentElement;
  for (const part of notice.children) part.hidden = part.lang !== lang || !part.dataset.about.split(" ").includes(notice.dataset.about);
};
notice.addEventListener("click", ({ target: { dataset } }) => {
  if (dataset.does === "reload") location.reload();
  if (dataset.does === "hide") tell("");
});

// What the program throws has its functions in the trace. The browser has written the error itself to the console.
const onError = ({ error, reason = error }) => {
  if (!/wasm/.test(reason?.stack)) return;
  console.error("Madang crashed. What was written is stored; reload the page to go on.");
  // What is behind an open dialog cannot be clicked.
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  tell("crash");
};
addEventListener("error", onError);
addEventListener("unhandledrejection", onError);

// Loads a part of the page when it is first used, and gives what the part returns: frontend/src/browser/parts.rs. Without a
// connection a part may be missing; then the page goes on without it.
globalThis.usePart = async (...use) => {
  try {
    const { default: run } = await import("./parts/parts.js");
    return await run(...use);
  } catch (error) {
    console.warn(error);
    // The link to a room can always be copied.
    if (use[0] === "invite") prompt(use[2], use[1]);
  }
};
// A draft that another tab has changed (frontend/src/browser/storage.rs).
addEventListener("storage", ({ key }) => key?.startsWith("madang.draft.") && usePart("composer", "", key));

try {
  const { default: start } = await import(js);
  await start({ module_or_path: wasm });
} catch (error) {
  const failed = document.getElementById("start-failed");
  if (failed) failed.hidden = false;
  else tell("crash");
  throw error;
}

// Only now, so that a first visit does not wait for it. Development builds of other tools have no service worker.
if (build) {
  const { serviceWorker } = navigator;
  serviceWorker?.addEventListener("message", ({ data }) => data.build !== build && tell("update"));
  let checked = 0;
  const check = async () => {
    if (document.hidden || Date.now() - checked < CHECK_MS) return;
    checked = Date.now();
    const registered = await serviceWorker?.register("/sw.js").catch(() => {});
    if (registered?.active) await registered.update().catch(() => {});
  };
  (globalThis.requestIdleCallback ?? setTimeout)(check);
  addEventListener("online", () => check((checked = 0)));
  addEventListener("visibilitychange", check);
  setInterval(check, CHECK_MS);
}
