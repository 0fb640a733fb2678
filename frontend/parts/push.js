// Push messages: the browser is told of mentions and replies also while no page of Madang is open, where the operator has set a key
// for it. Each room has its own choice; the browser has one subscription for all of them, by whose endpoint a room's choice is kept.
import { roomName } from "./room.js";
import { read, write } from "./stored.js";

const LEVELS = ["all", "mentions"];

/// What subscribing in the present room needs; undefined where the browser or the deployment has no push messages, or no room is on the
/// page.
export async function pushSupport() {
  const room = roomName();
  if (!room || !("PushManager" in globalThis)) return undefined;
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration) return undefined;
  const response = await fetch("/api/push-key").catch(() => undefined);
  const { key } = response?.ok ? await response.json() : {};
  if (!key) return undefined;
  const manager = registration.pushManager;
  const subscription = await manager.getSubscription();
  const isOn = Boolean(subscription) && read(storageKey(room)) === subscription.endpoint;
  return { room, manager, key, isOn };
}

/// Has this browser told of the room, or changes of what; the reader has allowed notifications.
export async function startPush({ room, manager, key }, level) {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  let subscription;
  try {
    subscription = await manager.subscribe(options);
  } catch (error) {
    // Of a deployment that had another key.
    const earlier = await manager.getSubscription();
    if (!earlier) throw error;
    await earlier.unsubscribe();
    subscription = await manager.subscribe(options);
  }
  const { endpoint, keys } = subscription.toJSON();
  const hidden = read(`madang.hidden.${room}`)?.split(" ") ?? [];
  await ask(room, "POST", { endpoint, ...keys, level: LEVELS.includes(level) ? level : "mentions", hidden });
  write(storageKey(room), endpoint);
}

/// Ends that for the room.
export async function stopPush({ room }) {
  const endpoint = read(storageKey(room));
  if (endpoint) await ask(room, "DELETE", { endpoint });
  write(storageKey(room), undefined);
}

/// Tells the room again what it is to push to this browser, whose subscription, person or hidden people may be others now.
export default async function refreshPush() {
  const support = await pushSupport();
  if (!support || !read(storageKey(support.room))) return;
  if (Notification.permission !== "granted") write(storageKey(support.room), undefined);
  else await startPush(support, read(`madang.attention.${support.room}`)).catch(() => {});
}

async function ask(room, method, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`/api/rooms/${encodeURIComponent(room)}/push`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} push: ${response.status}`);
}

function storageKey(room) {
  return `madang.push.${room}`;
}
