// Attention: how many messages came while the page was in the background, in its title and on the app's icon; a sound and a
// notification, if the reader wants them; and the dialog where they choose.
import { openSettings, settings } from "./attention-settings.js";
import { roomTitle } from "./room.js";
import { playSound } from "./sound.js";
import { texts } from "./texts.js";

/// The view draws a message after it tells of it.
const DRAWN_MS = 100;
/// Sounds are not closer than this to each other.
const SOUND_MS = 3_000;
const MAX_WORDS = 160;
const COUNT = /^\(\d+\+?\) /;

/// The messages that came since the page was last in front.
const unread = new Set();
let lastSound = 0;

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread.clear();
  showCount();
});

/// Opens the settings, or takes a message that came: `kind` is "reply" for one to the reader, else "message".
export default function attention(kind, seq, words) {
  if (!kind) return openSettings();
  setTimeout(() => take(kind, seq, words), DRAWN_MS);
}

function take(kind, seq, words) {
  const { level, sound, notify } = settings();
  if (!document.hidden || level === "none" || unread.has(seq)) return;
  unread.add(seq);
  showCount();
  const isCall = kind === "reply" || Boolean(document.querySelector(`[data-seq="${seq}"] .highlight.me`));
  if (level === "mentions" && !isCall) return;
  if (sound && Date.now() - lastSound > SOUND_MS) {
    lastSound = Date.now();
    playSound();
  }
  if (notify) show(words);
}

function showCount() {
  const title = document.title.replace(COUNT, "");
  const count = unread.size;
  document.title = count > 0 ? `(${count > 99 ? "99+" : count}) ${title}` : title;
  const badge = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
  badge?.catch(() => {});
}

/// Shows a notification. One room has one at a time, so the newest takes the place of the one before.
async function show(words) {
  if (globalThis.Notification?.permission !== "granted") return;
  const title = texts().attention.from(roomTitle());
  const body = words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words;
  const options = { body, tag: location.pathname, renotify: true, icon: "/icon-180.png", lang: document.documentElement.lang };
  try {
    const notification = new Notification(title, options);
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
  } catch {
    // Browsers on phones let only a service worker show notifications.
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.showNotification(title, { ...options, data: location.href });
  }
}
