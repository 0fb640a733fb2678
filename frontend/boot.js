// Starts the page. Trunk would put this into an inline script, which the Content-Security-Policy refuses;
// the names of the two hashed files come in as attributes of this script's tag (Trunk.toml, `pattern_script`).
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const { default: start } = await import(js);
await start({ module_or_path: wasm });
