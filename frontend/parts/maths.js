// Maths: typesets the formulas of answers as MathML. The formula's source stays in the page as hidden text, so that copying
// gives it, and it stays visible where it cannot be read as TeX.
import temml from "temml";
import temmlStyle from "temml/dist/Temml-Local.css";
import { whenComplete } from "./complete.js";
import style from "./maths.css";
import { addStyleSheet } from "./style-sheet.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";
/// Longer formulas and larger results are shown as source: browsers take long to lay them out.
const MAX_SOURCE = 4_000;
const MAX_NODES = 4_000;
/// What an attribute may not be. Temml writes none of these without `trust`.
const UNSAFE = /^(on|href|src|id$|action)|:href$/i;

const options = { trust: false, throwOnError: true, strict: false, maxSize: [20, 20], maxExpand: 500 };
/// The source that each element was typeset from, also if that failed.
const done = new WeakMap();

// Without its font of script letters, which the browser's own font of formulas has.
addStyleSheet(`@layer parts{${temmlStyle.replace(/@font-face\{.*?\}/, "")}}`);
addStyleSheet(style);

// Browsers break the copied text at a formula, so it is copied while only the sources are there.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  const isCopied = [...document.querySelectorAll(".typeset math")].some((math) => selection.containsNode(math, true));
  if (!isCopied || event.defaultPrevented) return;
  document.documentElement.classList.add("copying");
  event.clipboardData.setData("text/plain", selection.toString());
  document.documentElement.classList.remove("copying");
  event.preventDefault();
});

export default whenComplete("code.math", (elements) => elements.forEach(typeset));

function typeset(element) {
  const hidden = element.querySelector(".source") ?? hideable(element);
  const source = hidden.textContent;
  if (done.get(element) === source) return;
  done.set(element, source);
  element.querySelector("math")?.remove();
  const math = mathOf(source);
  element.classList.toggle("typeset", Boolean(math));
  element.classList.toggle("display", Boolean(math) && isDisplay(source));
  hidden.ariaHidden = math ? "true" : null;
  if (math) element.append(math);
}

/// Puts the view's text into an element of its own. The view goes on writing to the same node.
function hideable(element) {
  const hidden = document.createElement("span");
  hidden.className = "source";
  hidden.append(...element.childNodes);
  element.append(hidden);
  return hidden;
}

/// The formula as a `<math>` element; undefined if it is no TeX that can be shown.
function mathOf(source) {
  if (source.length > MAX_SOURCE) return;
  const delimiter = /^(\$\$?|\\.)/.exec(source)[0].length;
  try {
    // `temml.render` makes the same tree and the same nodes of it.
    const tree = temml.__renderToMathMLTree(source.slice(delimiter, -delimiter).trim(), { ...options, displayMode: isDisplay(source) });
    moveStyles(tree);
    const math = tree.toNode();
    return isSafe(math) ? math : undefined;
  } catch {
    // No TeX that Temml knows: the source stays.
  }
}

/// A style that Temml writes as an attribute, which the Content-Security-Policy refuses, becomes one that it sets as a property.
function moveStyles({ attributes = {}, style, children = [] }) {
  for (const declaration of attributes.style?.split(";").filter(Boolean) ?? []) {
    const [name, value] = declaration.split(":");
    style[name.trim()] = value.trim();
  }
  delete attributes.style;
  children.forEach(moveStyles);
}

function isDisplay(source) {
  return source.startsWith("$$") || source.startsWith("\\[");
}

function isSafe(math) {
  const nodes = [math, ...math.querySelectorAll("*")];
  const isPlain = ({ name }) => !UNSAFE.test(name);
  return nodes.length <= MAX_NODES && nodes.every((node) => node.namespaceURI === MATHML && [...node.attributes].every(isPlain));
}
