// Emoji: a dialog to choose one of all emoji, found by their names in both languages. A library would be smaller work, but the one
// that exists (emoji-picker-element) makes its view of HTML text and <style> elements, which the page's Content-Security-Policy
// refuses; the names are emojibase-data's.
import { openDialog } from "./dialog.js";
import { element } from "./element.js";
import { find, loadEmoji, remember, remembered } from "./emoji-names.js";
import style from "./emoji.css";
import { addStyleSheet } from "./style-sheet.js";
import { texts } from "./texts.js";

/// Shown at once while a word is searched.
const MAX_FOUND = 120;

addStyleSheet(style);

/// Lets the reader choose. Resolves to the emoji, or to undefined where they chose none. For the composer it is written there.
export default async function choose(place) {
  const field = place === "composer" ? document.querySelector(".composer textarea") : undefined;
  // The dialog takes the focus, and browsers forget the caret then.
  const caret = [field?.selectionStart, field?.selectionEnd];
  const all = await loadEmoji();
  const emoji = await openDialog(texts().emoji.title, "emoji-picker", (close) => view(all, close));
  if (emoji) remember(emoji);
  if (emoji && field?.isConnected) insert(emoji, field, caret);
  return emoji;
}

function insert(emoji, field, [start, end]) {
  field.focus();
  field.setRangeText(emoji, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function view(all, close) {
  const list = element("div", { class: "emoji-list", onkeydown: move, onfocusin: follow });
  const status = element("p", { class: "visually-hidden", role: "status" });
  const search = element("input", {
    type: "search",
    class: "input",
    autofocus: true,
    autocomplete: "off",
    enterkeyhint: "done",
    "aria-label": texts().emoji.search,
    placeholder: texts().emoji.example,
    oninput: () => show(search.value),
    onkeydown: (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      // The key must not reach what has the focus when the dialog is closed.
      if (event.key === "ArrowDown" || event.key === "Enter") event.preventDefault();
      // In a search field the browser's own Escape only empties it.
      if (event.key === "Escape") close();
      if (event.key === "ArrowDown") list.querySelector("button")?.focus();
      if (event.key === "Enter" && search.value.trim()) list.querySelector("button")?.click();
    },
  });
  list.addEventListener("click", ({ target }) => {
    const chosen = target.closest("button")?.dataset.emoji;
    if (chosen) close(chosen);
  });
  const show = (words) => {
    const isSearching = words.trim() !== "";
    const found = isSearching ? find(all, words).slice(0, MAX_FOUND) : [];
    const groups = isSearching ? [[texts().emoji.found, found]] : everything(all);
    list.replaceChildren(...groups.filter(([, rows]) => rows.length > 0).map(([name, rows]) => group(name, rows)));
    if (isSearching && found.length === 0) list.append(element("p", { class: "quiet-text" }, texts().emoji.none));
    list.querySelector("button")?.setAttribute("tabindex", "0");
    status.textContent = isSearching ? texts().emoji.count(found.length) : "";
  };
  show("");
  return [search, status, list];
}

/// The emoji that were used last, and all in their groups.
function everything(all) {
  const recent = remembered().flatMap((emoji) => all.filter((row) => row.emoji === emoji));
  const groups = texts().emoji.groups.map(([number, name]) => [name, all.filter((row) => row.group === number)]);
  return [[texts().emoji.recent, recent], ...groups];
}

function group(name, rows) {
  const buttons = rows.map(({ emoji, name }) =>
    element("button", { type: "button", tabindex: "-1", "data-emoji": emoji, "aria-label": name, title: name }, emoji),
  );
  return element("section", { "aria-label": name }, element("h3", {}, name), element("div", { class: "emoji-group" }, buttons));
}

/// The list is one stop of the Tab key, and the arrow keys move in it.
function move(event) {
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (at < 0) return;
  const to = {
    ArrowRight: () => buttons[at + 1],
    ArrowLeft: () => buttons[at - 1],
    ArrowDown: () => inNextLine(buttons.slice(at + 1), buttons[at], 1),
    ArrowUp: () => inNextLine(buttons.slice(0, at).reverse(), buttons[at], -1) ?? event.currentTarget.parentElement.querySelector("input"),
    Home: () => buttons[0],
    End: () => buttons.at(-1),
  }[event.key]?.();
  if (!to) return;
  event.preventDefault();
  to.focus();
  to.scrollIntoView({ block: "nearest" });
}

/// The button of the next line that stands nearest below or above this one; `others` go from here to there.
function inNextLine(others, from, direction) {
  const { left, top } = from.getBoundingClientRect();
  let nearest;
  let line;
  for (const other of others) {
    const box = other.getBoundingClientRect();
    if ((box.top - top) * direction <= 1) continue;
    line ??= box.top;
    if (Math.abs(box.top - line) > 1) break;
    if (!nearest || Math.abs(box.left - left) < Math.abs(nearest.getBoundingClientRect().left - left)) nearest = other;
  }
  return nearest;
}

/// The Tab key comes back to where the focus was.
function follow({ currentTarget, target }) {
  currentTarget.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
  target.closest("button")?.setAttribute("tabindex", "0");
}
