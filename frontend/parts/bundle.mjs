// Writes target/parts: the parts of the page that are loaded when they are first used, bundled from this folder and the npm
// packages that it imports. parts.js keeps its name, and every other file has a hash of its content in it. Trunk runs this
// before each build and copies the folder (Trunk.toml, index.html).
import { readFile } from "node:fs/promises";
import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { emojiTable } from "./emoji-table.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const require = createRequire(import.meta.url);
const outdir = path("../../target/parts");

/// What makes HTML or code of text. The Content-Security-Policy refuses the latter, and the page needs neither.
const FORBIDDEN = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/;

/// `import css from "./x.css"` is the text of the style sheet, made small.
const styleSheets = {
  name: "style sheets",
  setup(building) {
    building.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const { code } = await transform(await readFile(file, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/// `import table from "emoji-table:ko"` is the table of emoji-table.mjs with the names of one language.
const emoji = {
  name: "emoji table",
  setup(building) {
    building.onResolve({ filter: /^emoji-table:/ }, ({ path: name }) => ({ path: name.split(":")[1], namespace: "emoji-table" }));
    building.onLoad({ filter: /./, namespace: "emoji-table" }, async ({ path: lang }) => {
      const data = async (file) => JSON.parse(await readFile(require.resolve(`emojibase-data/${lang}/${file}.json`), "utf8"));
      const shortcodes = lang === "en" ? await data("shortcodes/github") : {};
      return { contents: JSON.stringify(emojiTable(await data("data"), shortcodes)), loader: "json" };
    });
  },
};

const { metafile } = await build({
  entryPoints: [path("parts.js")],
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: "es2022",
  entryNames: "[name]",
  chunkNames: "[name]-[hash]",
  metafile: true,
  plugins: [styleSheets, emoji],
});
const names = Object.keys(metafile.outputs).map((file) => basename(file));
// Files of earlier builds. Another build may be copying the folder, so it is not emptied before.
for (const name of readdirSync(outdir).filter((name) => !names.includes(name))) rmSync(join(outdir, name));
for (const name of names) {
  const found = (await readFile(join(outdir, name), "utf8")).match(FORBIDDEN);
  if (found) throw new Error(`${name} uses ${found[0]}`);
}
if (process.argv.includes("--sizes")) {
  for (const [file, { bytes, inputs }] of Object.entries(metafile.outputs)) console.log(bytes, basename(file), Object.keys(inputs).length);
}
