// Finishes a build of the page, after Trunk has made it (Trunk.toml), in Trunk's folder or the one that is the argument: makes the
// scripts smaller, gives boot.js a name that changes with its content, and writes sw.js, the service worker with this build's files.
// Of a module that was split (frontend/split), the piece that is loaded later goes to the folder of the parts.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync, transformSync } from "esbuild";

const folder = process.argv[2] ?? process.env.TRUNK_STAGING_DIR;
const read = (name) => readFileSync(join(folder, name));
const write = (name, text) => writeFileSync(join(folder, name), text);
const format = { minify: true, format: "esm", target: "es2022" };
const short = (script) => transformSync(`${script}`, format).code;
const hash = (...parts) => parts.reduce((sum, part) => sum.update(part), createHash("sha256")).digest("hex").slice(0, 16);
const integrity = (text) => `sha384-${createHash("sha384").update(text).digest("base64")}`;

// As for the program: index.html.
const WASM_OPT = ["--low-memory-unused", "--one-caller-inline-max-function-size=20"];
const pieces = fileURLToPath(new URL("../target/split", import.meta.url));

// The program's script together with the one that loads the pieces, which asks it for what the pieces share with the program.
function withPieces(script) {
  let loader = readFileSync(join(pieces, "__wasm_split.js"), "utf8");
  for (const name of readdirSync(pieces).filter((name) => /^(split|chunk)_.*\.wasm$/.test(name))) {
    const piece = join(pieces, name);
    execFileSync("wasm-opt", ["-Oz", ...WASM_OPT, piece, "-o", piece]);
    const content = readFileSync(piece);
    const newName = `parts/${name.match(/_(\w+)/)[1]}-${hash(content)}.wasm`;
    write(newName, content);
    loader = loader.replaceAll(`./${name}`, `./${newName}`);
  }
  writeFileSync(join(pieces, "__wasm_split.js"), loader);
  writeFileSync(join(pieces, "main.js"), script);
  const [bundle] = buildSync({ ...format, entryPoints: [join(pieces, "main.js")], bundle: true, write: false }).outputFiles;
  // A later build must not take them for its own.
  rmSync(pieces, { recursive: true });
  return bundle.text;
}

let page = `${read("index.html")}`;
const [program] = page.match(/frontend-\w+\.js/);
for (const name of ["boot.js", program]) {
  // A build that is finished already, or one for debugging.
  if (!existsSync(join(folder, name)) || (name === program && process.env.TRUNK_PROFILE !== "release")) continue;
  const script = read(name);
  const shorter = name === program && /__wasm_split\.js/.test(script) ? withPieces(script) : short(script);
  const newName = `${name.match(/^\w+/)}-${hash(shorter)}.js`;
  rmSync(join(folder, name));
  write(newName, shorter);
  page = page.replaceAll(`"/${name}"`, `"/${newName}"`).replaceAll(integrity(script), integrity(shorter));
}

// What index.html names is what a first visit loads; the icons are the manifest's.
const named = [...page.matchAll(/(?:href|src|data-js|data-wasm)="\/([^"?#]+)"/g)].map(([, name]) => name);
const icons = JSON.parse(read("manifest.webmanifest")).icons.map(({ src }) => src.slice(1));
const files = [...new Set([...named, ...icons])].filter((name) => existsSync(join(folder, name)));

page = page.replace(/ data-build="\w*"/, "");
const build = hash(page, ...files.map((name) => name + hash(read(name))));
write("index.html", page.replace(" data-wasm=", ` data-build="${build}" data-wasm=`));
const worker = readFileSync(new URL("service-worker.js", import.meta.url), "utf8");
write("sw.js", short(worker.replace("{ /* finish-build.mjs */ }", JSON.stringify({ build, files: files.map((name) => `/${name}`) }))));
