// Help in the composer: completes `:names` of emoji, sends a text that is longer than a message in pieces, and follows a draft that
// another tab has changed. The text field stays the view's: what is done here, it hears as input.
import { closeNames, completeNames } from "./emoji-completion.js";
import { element } from "./element.js";
import { roomName } from "./room.js";
import { count, split } from "./split-text.js";
import { read } from "./stored.js";
import { texts } from "./texts.js";
import style from "./composer.css";
import { addStyleSheet } from "./style-sheet.js";

const FIELD = ".composer textarea";
/// More messages at once would be a flood, which the room refuses.
const MAX_PIECES = 6;

let limit = Infinity;
let isListening = false;
/// What says that the text is too long, and by how many characters.
let tooLong;
let shownOver = 0;

addStyleSheet(style);

/// `changed` is the storage key of a draft that another tab changed. Else there is something to help with in the field.
export default function help(characters, changed) {
  if (changed) return followDraft(changed);
  limit = Number(characters);
  if (!isListening) listen();
  isListening = true;
  update();
}

function listen() {
  for (const name of ["input", "keyup", "click"]) {
    document.addEventListener(name, ({ target }) => target.matches?.(FIELD) && update());
  }
  document.addEventListener("focusout", ({ target }) => target.matches?.(FIELD) && closeNames());
}

function update() {
  const field = document.querySelector(FIELD);
  if (!field) return;
  completeNames(field);
  showTooLong(field);
}

/// Says that the text is too long, and offers to send it in pieces.
function showTooLong(field) {
  const over = count(field.value.trim()) - limit;
  if (over === shownOver && (over <= 0 || tooLong.isConnected)) return;
  shownOver = over;
  tooLong?.remove();
  if (over <= 0) return;
  const words = texts().composer;
  const pieces = split(field.value, limit).length;
  const onclick = () => send(field, split(field.value, limit));
  const offer = pieces > MAX_PIECES ? words.shorten : element("button", { type: "button", class: "button", onclick }, words.send(pieces));
  tooLong = element("div", { class: "too-long" }, element("p", { role: "status" }, words.tooLong(over)), offer);
  field.closest(".input-row").before(tooLong);
}

/// Sends the pieces one after the other, as if each was typed. What is not taken stays in the field.
function send(field, pieces) {
  for (const [index, piece] of pieces.entries()) {
    setValue(field, piece);
    field.form.requestSubmit();
    if (field.value !== "") return setValue(field, pieces.slice(index).join("\n"));
  }
}

function setValue(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function followDraft(key) {
  const field = document.querySelector(FIELD);
  if (!field || key !== `madang.draft.${roomName()}`) return;
  const draft = read(key) ?? "";
  const isTypedIn = document.hasFocus() && document.activeElement === field;
  if (isTypedIn || field.value === draft) return;
  setValue(field, draft);
  // Nobody types here.
  field.dispatchEvent(new Event("blur"));
}
