// Starts the page. Trunk would put this into an inline script, which the Content-Security-Policy forbids;
// this script's tag carries the names of the two hashed files as attributes (Trunk.toml, `pattern_script`).
try {
  // Before the first paint, so that the page does not flash in the other theme. frontend/src/browser/theme.rs stores it.
  const theme = localStorage.getItem("madang.theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // The browser blocks storage: the page follows the system's theme.
}
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
try {
  const { default: start } = await import(js);
  await start({ module_or_path: wasm });
} catch (error) {
  document.getElementById("start-failed")?.removeAttribute("hidden");
  throw error;
}
