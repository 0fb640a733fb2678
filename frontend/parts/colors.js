// Colors: the syntax of fenced code, drawn with the CSS Custom Highlight API. It colors ranges of the text and changes no node,
// so the view stays in control of the code block. Where a browser lacks the API, code stays in one color.
import style from "./colors.css";
import { tokens } from "./code-tokens.js";
import { whenComplete } from "./complete.js";
import { addStyleSheet } from "./style-sheet.js";

/// Longer code is not colored: it takes long, and each token is a range that the browser keeps.
const MAX_CHARACTERS = 30_000;

/// The text and the ranges of each block that is colored, by the block's `<code>`.
const blocks = new Map();
const isSupported = "highlights" in CSS;

if (isSupported) addStyleSheet(style);

export default isSupported ? whenComplete(".code[data-language] code", colorAll) : () => {};

function colorAll(elements) {
  for (const [element, { ranges }] of blocks) {
    if (!element.isConnected) forget(element, ranges);
  }
  for (const element of elements) {
    const text = element.textContent;
    const before = blocks.get(element);
    if (before?.text === text) continue;
    if (before) forget(element, before.ranges);
    blocks.set(element, { text, ranges: color(element, text) });
  }
}

/// Colors one block and returns its ranges, each with the name of its highlight.
function color(element, text) {
  const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  if (!node || node.data !== text || text.length > MAX_CHARACTERS) return [];
  const ranges = [];
  for (const { from, to, kind } of tokens(text, element.closest(".code").dataset.language)) {
    // A live range would cost a little with every change of the page.
    const range = new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: to });
    highlight(kind).add(range);
    ranges.push([kind, range]);
  }
  return ranges;
}

function highlight(kind) {
  const name = `code-${kind}`;
  if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
  return CSS.highlights.get(name);
}

function forget(element, ranges) {
  for (const [kind, range] of ranges) highlight(kind).delete(range);
  blocks.delete(element);
}
