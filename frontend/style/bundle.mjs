// Writes target/page.css: the style sheets that page.css imports as one file, without comments and indentation. A first visit
// then makes one request for them, and they compress to half of what they do alone. Trunk runs this before each build (Trunk.toml).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const folder = new URL("./", import.meta.url);
const target = new URL("../../target/", import.meta.url);

const entry = readFileSync(new URL("page.css", folder), "utf8");
const names = [...entry.matchAll(/^@import "(.+)";$/gm)].map(([, name]) => name);
const text = names.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
// No string in the style sheets has a brace, a semicolon, a comma before a space, or two spaces.
const short = text
  .replace(/\/\*[\s\S]*?\*\//g, "")
  .replace(/\s+/g, " ")
  .replace(/ ?([{};]|, (?=\S)) ?/g, (_, sign) => sign.trim());

mkdirSync(target, { recursive: true });
writeFileSync(new URL("page.css", target), short.trim());
