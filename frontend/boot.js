// Starts the page. Trunk would put this into an inline script, which the Content-Security-Policy refuses;
// the names of the two hashed files come in as attributes of this script's tag (Trunk.toml, `pattern_script`).
try {
  // Before anything is painted; what a reader chose is kept by frontend/src/shell/theme.rs.
  const theme = localStorage.getItem("madang.theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing follows the system.
}
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
try {
  const { default: start } = await import(js);
  await start({ module_or_path: wasm });
} catch (fault) {
  document.getElementById("stuck")?.removeAttribute("hidden");
  throw fault;
}
