// Export: a dialog that saves the conversation as a file, with everything that the room still keeps.
import { openDialog } from "./dialog.js";
import { element } from "./element.js";
import { readHistory } from "./history.js";
import { roomName, roomTitle } from "./room.js";
import { texts } from "./texts.js";
import { toJson, toMarkdown } from "./transcript.js";

/// How a file is made, its type, and the end of its name.
const FORMATS = [
  ["Markdown", toMarkdown, "text/markdown", "md"],
  ["JSON", toJson, "application/json", "json"],
];

/// Opens the dialog. Resolves when it is closed; reading ends then.
export default async function exportRoom() {
  const closed = new AbortController();
  await openDialog(texts().export.title, "export", () => view(closed.signal));
  closed.abort();
}

function view(signal) {
  const words = texts().export;
  const status = element("p", { role: "status", class: "quiet-text" });
  const buttons = FORMATS.map(([name, ...format], index) => {
    const save = async () => {
      for (const button of buttons) button.disabled = true;
      try {
        const messages = await readHistory(roomName(), signal, (count) => (status.textContent = words.reading(count)));
        download(messages, ...format);
        status.textContent = words.saved(messages.length);
      } catch (error) {
        if (!signal.aborted) console.warn(error);
        status.textContent = words.failed;
      }
      for (const button of buttons) button.disabled = false;
    };
    return element("button", { type: "button", class: index ? "button" : "button main", autofocus: !index, onclick: save }, name);
  });
  return [element("p", { class: "quiet-text" }, words.note), element("div", { class: "field-row" }, buttons), status];
}

function download(messages, write, type, ending) {
  const text = write({ room: roomTitle(), language: document.documentElement.lang, at: new Date(), messages });
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const day = new Date().toISOString().slice(0, 10);
  element("a", { href: url, download: `madang-${roomName()}-${day}.${ending}` }).click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
