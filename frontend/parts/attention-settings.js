// What calls the reader's attention: their choices, which this browser keeps, and the dialog where they make them. Nothing asks for
// permission before they click. Push messages are in push.js.
import style from "./attention.css";
import { openDialog } from "./dialog.js";
import { element } from "./element.js";
import { pushSupport, startPush, stopPush } from "./push.js";
import { roomName } from "./room.js";
import { playSound } from "./sound.js";
import { read, write } from "./stored.js";
import { addStyleSheet } from "./style-sheet.js";
import { texts } from "./texts.js";

const SOUND = "madang.sound";
const NOTIFY = "madang.notify";
const LEVELS = ["all", "mentions", "none"];

/// What follows from another choice of what the room tells of.
let levelChanged = () => {};

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
  const note = element("p", { class: "quiet-text" }, words.note);
  const background = checkbox(words.notify, notify, isSupported, async (input) => {
    input.checked = input.checked && (await mayNotify());
    write(NOTIFY, input.checked ? "1" : undefined);
    complaint.textContent = Notification.permission === "denied" ? words.blocked : "";
  });
  const push = element("div");
  const offerPush = (support) => {
    // Who is told while Madang is closed is told while it is in the background, too.
    const onStart = () => background.querySelector("input").checked || background.click();
    push.append(pushChoice(support, complaint, onStart));
    note.textContent = words.pushNote;
  };
  levelChanged = () => {};
  if (isSupported) pushSupport().then((support) => support && offerPush(support), () => {});
  return [
    ...(roomName() ? [levels()] : []),
    background,
    push,
    complaint,
    ...(isSupported ? [] : [element("p", { class: "quiet-text" }, words.unsupported)]),
    checkbox(words.sound, sound, true, (input) => {
      write(SOUND, input.checked ? "1" : undefined);
      if (input.checked) playSound();
    }),
    note,
  ];
}

/// The choice of push messages. What they tell of follows the choice for the room.
function pushChoice(support, complaint, onStart) {
  const words = texts().attention;
  let { isOn } = support;
  let last = Promise.resolve();
  const change = async (wanted) => {
    try {
      if (wanted && !(await mayNotify())) throw new Error("not allowed");
      await (wanted ? startPush(support, settings().level) : stopPush(support));
      isOn = wanted;
      complaint.textContent = "";
      if (isOn) onStart();
    } catch {
      complaint.textContent = Notification.permission === "denied" ? words.blocked : words.pushFailed;
    }
    input.checked = isOn;
    input.disabled = settings().level === "none";
  };
  // One after the other, so that the last choice holds.
  const set = (wanted) => (last = last.then(() => change(wanted)));
  const label = checkbox(words.push, isOn, settings().level !== "none", () => set(input.checked));
  const input = label.querySelector("input");
  levelChanged = () => (isOn ? set(settings().level !== "none") : (input.disabled = settings().level === "none"));
  return label;
}

async function mayNotify() {
  return (await Notification.requestPermission()) === "granted";
}

function levels() {
  const words = texts().attention;
  const choices = LEVELS.map((level) =>
    choice(words.levels[level], { type: "radio", name: "attention", checked: level === settings().level }, () => {
      write(levelKey(), level);
      levelChanged();
    }),
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
