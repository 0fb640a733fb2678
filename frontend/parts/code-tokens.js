// Splits code into tokens with CodeMirror's modes for one language each. It touches no page.
import { StringStream } from "@codemirror/streamparser";
import { c, cpp, csharp, java, kotlin } from "@codemirror/legacy-modes/mode/clike";
import { css } from "@codemirror/legacy-modes/mode/css";
import { diff } from "@codemirror/legacy-modes/mode/diff";
import { go } from "@codemirror/legacy-modes/mode/go";
import { javascript, json, typescript } from "@codemirror/legacy-modes/mode/javascript";
import { python } from "@codemirror/legacy-modes/mode/python";
import { rust } from "@codemirror/legacy-modes/mode/rust";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { standardSQL } from "@codemirror/legacy-modes/mode/sql";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { html, xml } from "@codemirror/legacy-modes/mode/xml";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";

const INDENT_UNIT = 2;
const TAB_SIZE = 4;

/// The mode of each language, by the words that people write behind a fence.
const MODES = new Map(
  [
    [rust, "rust rs"],
    [javascript, "javascript js jsx mjs cjs node"],
    [typescript, "typescript ts tsx"],
    [python, "python py python3"],
    [html, "html htm vue svelte"],
    [xml, "xml svg"],
    [css, "css scss"],
    [json, "json jsonc json5 jsonl"],
    [shell, "bash sh shell zsh console terminal"],
    [standardSQL, "sql mysql postgresql postgres sqlite"],
    [java, "java"],
    [kotlin, "kotlin kt kts"],
    [c, "c h"],
    [cpp, "cpp c++ cc hpp cxx"],
    [csharp, "csharp c# cs"],
    [go, "go golang"],
    [toml, "toml"],
    [yaml, "yaml yml"],
    [diff, "diff patch"],
  ].flatMap(([mode, names]) => names.split(" ").map((name) => [name, mode])),
);

/// What the modes call a token, and which color it has. What is not here stays in the color of the text.
const KINDS = new Map(
  [
    ["comment", "comment meta.comment"],
    ["keyword", "keyword controlKeyword definitionKeyword operatorKeyword modifier self"],
    ["string", "string string-2 string.special regexp url escape"],
    ["number", "number atom bool literal unit color"],
    ["type", "type typeName className builtin standard def.type namespace"],
    ["name", "def property propertyName attribute attributeName tag tagName labelName variable-3 macroName qualifier"],
    ["meta", "meta processingInstruction annotation header documentMeta"],
    ["inserted", "inserted positive"],
    ["deleted", "deleted negative"],
  ].flatMap(([kind, names]) => names.split(" ").map((name) => [name, kind])),
);

/// The tokens of a code in one language, as positions in UTF-16 units and the kind of each. None for an unknown language, and none
/// from where a mode fails on.
export function* tokens(code, language) {
  const mode = MODES.get(language.toLowerCase());
  if (!mode) return;
  const state = mode.startState ? mode.startState(INDENT_UNIT) : {};
  let from = 0;
  let last;
  for (const line of code.split("\n")) {
    if (line === "") mode.blankLine?.(state, INDENT_UNIT);
    const stream = new StringStream(line, TAB_SIZE, INDENT_UNIT);
    while (!stream.eol()) {
      const kind = kindOf(next(mode, stream, state));
      const [start, end] = [from + stream.start, from + stream.pos];
      stream.start = stream.pos;
      if (kind === last?.kind && last?.to === start) {
        last.to = end;
        continue;
      }
      if (last) yield last;
      last = kind && { from: start, to: end, kind };
    }
    from += line.length + 1;
  }
  if (last) yield last;
}

/// Reads a token. A mode may read nothing a few times, when it only changes its state; then a character is no token.
function next(mode, stream, state) {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const name = mode.token(stream, state);
    if (stream.pos > stream.start) return name;
  }
  stream.next();
  return null;
}

/// `variable.function` is a variable, and of several words any may have a color.
function kindOf(name) {
  for (const word of name?.split(" ") ?? []) {
    const kind = KINDS.get(word) ?? KINDS.get(word.split(".")[0]);
    if (kind) return kind;
  }
  return undefined;
}
