// What calls the reader's attention: their choices, which this browser keeps, and the dialog where they make them. Nothing asks for
// permission before they click.
import style from "./attention.css";
import { openDialog } from "./dialog.js";
import { element } from "./element.js";
import { roomName } from "./room.js";
import { playSound } from "./sound.js";
import { read, write } from "./stored.js";
import { addStyleSheet } from "./style-sheet.js";
import { texts } from "./texts.js";

const SOUND = "madang.sound";
const NOTIFY = "madang.notify";
const LEVELS = ["all", "mentions", "none"];

addStyleSheet(style);

/// The choices that hold in the present room.
export function settings() {
  const level = read(levelKey());
  return {
    level: LEVELS.includes(level) ? level : "mentions",
    sound: read(SOUND) === "1",
    notify: read(NOTIFY) === "1" && globalThis.Notification?.permission === "granted",
  };
}

export function openSettings() {
  return openDialog(texts().attention.title, "attention", view);
}

function view() {
  const words = texts().attention;
  const { sound, notify } = settings();
  const complaint = element("p", { class: "danger", role: "status" });
  const isSupported = "Notification" in globalThis;
  return [
    ...(roomName() ? [levels()] : []),
    checkbox(words.notify, notify, isSupported, async (input) => {
      input.checked = input.checked && (await mayNotify());
      write(NOTIFY, input.checked ? "1" : undefined);
      complaint.textContent = Notification.permission === "denied" ? words.blocked : "";
    }),
    complaint,
    ...(isSupported ? [] : [element("p", { class: "quiet-text" }, words.unsupported)]),
    checkbox(words.sound, sound, true, (input) => {
      write(SOUND, input.checked ? "1" : undefined);
      if (input.checked) playSound();
    }),
    element("p", { class: "quiet-text" }, words.note),
  ];
}

async function mayNotify() {
  return (await Notification.requestPermission()) === "granted";
}

function levels() {
  const words = texts().attention;
  const choices = LEVELS.map((level) =>
    choice(words.levels[level], { type: "radio", name: "attention", checked: level === settings().level }, () => write(levelKey(), level)),
  );
  return element("fieldset", {}, element("legend", {}, words.room), ...choices);
}

function checkbox(label, checked, isEnabled, onChange) {
  return choice(label, { type: "checkbox", checked, disabled: !isEnabled }, onChange);
}

function choice(label, attributes, onChange) {
  const input = element("input", { ...attributes, onchange: () => onChange(input) });
  return element("label", { class: "tool" }, input, element("span", {}, label));
}

function levelKey() {
  return `madang.attention.${roomName()}`;
}
