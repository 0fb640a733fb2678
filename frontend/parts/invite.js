// Invite: a dialog with the link to the room, its QR code and, where the browser has one, the system's share sheet.
import { generate } from "lean-qr";
import { toSvgPath } from "lean-qr/extras/svg";
import { openDialog } from "./dialog.js";
import { element, path } from "./element.js";
import style from "./invite.css";
import { addStyleSheet } from "./style-sheet.js";
import { texts } from "./texts.js";

/// How long the button says that it copied.
const COPIED_MS = 2_000;
/// Light modules around the code, which readers need (ISO/IEC 18004, section 6.3.8).
const MARGIN = 4;

addStyleSheet(style);

/// Shows the link to a room of this title. Resolves when the dialog is closed.
export default function invite(link, title) {
  return openDialog(texts().invite.title, "invite", () => view(link, title));
}

function view(link, title) {
  const words = texts().invite;
  const shown = element("code", { class: "input", tabindex: "0" }, link);
  const copied = element("span", { role: "status", class: "visually-hidden" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      getSelection().selectAllChildren(shown);
      copied.textContent = words.byHand;
      return;
    }
    copyButton.textContent = copied.textContent = words.copied;
    setTimeout(() => {
      copyButton.textContent = words.copy;
      copied.textContent = "";
    }, COPIED_MS);
  };
  const copyButton = element("button", { type: "button", class: "button main", autofocus: true, onclick: copy }, words.copy);
  const share = () => navigator.share({ title, text: words.text(title), url: link }).catch(() => {});
  const data = { title, url: link };
  const canShare = navigator.share && (!navigator.canShare || navigator.canShare(data));
  const shareButton = canShare ? element("button", { type: "button", class: "button", onclick: share }, words.share) : undefined;
  return [
    element("p", { class: "quiet-text" }, link.includes("#k=") ? words.privateNote : words.note),
    element("div", { class: "copy-field", role: "group", "aria-label": words.link }, shown),
    element("div", { class: "field-row" }, copyButton, shareButton, copied),
    code(link),
  ];
}

function code(link) {
  const matrix = generate(link);
  const size = matrix.size + 2 * MARGIN;
  const viewBox = `${-MARGIN} ${-MARGIN} ${size} ${size}`;
  return path(viewBox, toSvgPath(matrix), { class: "qr", role: "img", "aria-hidden": undefined, "aria-label": texts().invite.code });
}
