// Completes the names of emoji in the composer: `:smi` offers a list over the field, which keeps the focus (ARIA combobox pattern),
// and `:smile:` becomes the emoji at once.
import { element } from "./element.js";
import { find, loadEmoji, named, remember } from "./emoji-names.js";
import { texts } from "./texts.js";

const ID = "emoji-names";
const MAX_OFFERED = 6;
const WORD = /(?:^|\s)(:([\p{L}\p{N}_+-]{2,30})(:?))$/u;

/// The open list, or undefined: `{field, list, rows, active, word}`.
let open;
/// The word for which the reader closed the list.
let dismissed;

// Before the view's own listener on the field, which sends on Enter.
document.addEventListener("keydown", (event) => open && event.target === open.field && press(event), true);

/// Looks at the word before the caret and shows what it may mean.
export async function completeNames(field) {
  const word = wordBefore(field);
  if (!word || word.text === dismissed) return closeNames();
  const all = await loadEmoji();
  // The reader may have gone on typing.
  if (wordBefore(field)?.text !== word.text) return;
  if (!word.isClosed) return show(field, find(all, word.name).slice(0, MAX_OFFERED), word);
  const meant = named(all, word.name);
  if (meant) take(field, meant, word);
  closeNames();
}

export function closeNames() {
  if (!open) return;
  open.list.remove();
  for (const name of ["aria-controls", "aria-activedescendant"]) open.field.removeAttribute(name);
  open = undefined;
}

function wordBefore(field) {
  const caret = field.selectionStart;
  if (caret !== field.selectionEnd) return;
  const found = WORD.exec(field.value.slice(0, caret));
  return found && { text: found[1], name: found[2], isClosed: found[3] === ":", from: caret - found[1].length, to: caret };
}

function show(field, rows, word) {
  if (open?.word.text === word.text && open.list.isConnected) return;
  closeNames();
  if (rows.length === 0) return;
  const option = ({ emoji, name }, index) =>
    element(
      "li",
      {
        id: `${ID}-${index}`,
        class: "mention",
        role: "option",
        // The field keeps the focus.
        onmousedown: (event) => event.preventDefault(),
        onclick: () => choose(index),
      },
      element("span", { class: "avatar emoji" }, emoji),
      element("bdi", { class: "name" }, name),
    );
  const list = element("ul", { class: "mentions", id: ID, role: "listbox", "aria-label": texts().emoji.suggestions }, rows.map(option));
  field.closest(".input-row").before(list);
  open = { field, list, rows, word };
  field.setAttribute("aria-controls", ID);
  activate(0);
}

function activate(index) {
  open.active = index;
  [...open.list.children].forEach((option, at) => option.setAttribute("aria-selected", `${at === index}`));
  open.field.setAttribute("aria-activedescendant", `${ID}-${index}`);
}

function press(event) {
  if (event.isComposing || event.keyCode === 229 || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  const { active, rows, word } = open;
  const act = {
    ArrowDown: () => activate((active + 1) % rows.length),
    ArrowUp: () => activate((active + rows.length - 1) % rows.length),
    Enter: () => choose(active),
    Tab: () => choose(active),
    Escape: () => {
      dismissed = word.text;
      closeNames();
    },
  }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}

function choose(index) {
  const { field, rows, word } = open;
  closeNames();
  take(field, rows[index], word);
}

/// Puts the emoji in place of its name.
function take(field, { emoji }, { from, to }) {
  remember(emoji);
  field.setRangeText(`${emoji} `, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
