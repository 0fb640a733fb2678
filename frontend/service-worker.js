// The service worker: opens the page without a network, and never a page that the server has replaced. finish-build.mjs puts in
// which files this build of the page consists of.
//
// A page is asked of the network first, and of this build's files only when that fails or takes too long. Files whose names change
// with their content come from the cache. Nothing below /api/ and no other address is touched. Besides, it shows push messages and
// brings the reader to the room of a notification.
const { build, files } = { /* finish-build.mjs */ };
const CACHE = `madang-${build}`;
// A phone between two networks would otherwise wait for a minute.
const NETWORK_MS = 4000;

addEventListener("install", (event) => {
  const load = async () => {
    const cache = await caches.open(CACHE);
    // The page has just loaded most of them, so they come from the browser's own cache.
    await cache.addAll([new Request("/", { cache: "reload" }), ...files]);
    const page = await cache.match("/");
    if (!(await page.text()).includes(build)) throw new Error("Madang is being deployed; the browser will try again later");
  };
  skipWaiting();
  event.waitUntil(load());
});

addEventListener("activate", (event) => {
  const start = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await registration.navigationPreload?.enable();
    await clients.claim();
    // Pages of another build offer to be loaded again (frontend/boot.js).
    for (const page of await clients.matchAll()) page.postMessage({ build });
  };
  event.waitUntil(start());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (/^\/($|r\/|device$)/.test(pathname)) event.respondWith(page(event));
  } else if (files.includes(pathname) || pathname.startsWith("/parts/")) {
    event.respondWith(file(event, /-\w{8,16}[._]/.test(pathname)));
  }
});

// A push message that the room has sent: {room, seq, from, text, call} (room::PushNotice). Browsers want a notification for each.
addEventListener("push", (event) => {
  const show = async () => {
    const { room, seq, from, text, call } = readNotice(event.data);
    const path = room ? `/r/${encodeURIComponent(room)}` : "/";
    const title = room ? `${room} · Madang` : "Madang";
    // As pages show them (frontend/parts/attention.js): the newest of a room takes the place of the one before. One that is for this person
    // in particular stays until the next such one.
    const options = { body: from && `${from}: ${text}`, tag: call ? `${path}#call` : path, renotify: true, icon: "/icon-180.png", data: seq ? `${path}#m=${seq}` : path };
    await registration.showNotification(title, options);
  };
  event.waitUntil(show());
});

addEventListener("notificationclick", (event) => {
  const { notification } = event;
  const open = async () => {
    const wanted = new URL(notification.data ?? "/", location.origin);
    const pages = await clients.matchAll({ type: "window" });
    const page = pages.find(({ url }) => new URL(url).pathname === wanted.pathname);
    await (page ? page.focus() : clients.openWindow(wanted.href));
  };
  notification.close();
  event.waitUntil(open());
});

function readNotice(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

async function page(event) {
  const late = new Promise((_, fail) => setTimeout(fail, NETWORK_MS));
  const network = (async () => {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    if (response.status >= 500) throw response;
    return response;
  })();
  try {
    return await Promise.race([network, late]);
  } catch {
    return (await caches.match("/", { cacheName: CACHE })) ?? network.catch((response) => response);
  }
}

// What only some visitors need (/parts/) is kept once it was used.
async function file(event, neverChanges) {
  const { request } = event;
  const cache = await caches.open(CACHE);
  const cached = await cache.match(request, { ignoreVary: true });
  if (cached && neverChanges) return cached;
  try {
    const response = await fetch(request);
    // For a file that a newer build no longer has, the server answers with its page.
    const isFile = response.ok && !/html/.test(response.headers.get("content-type"));
    if (isFile) event.waitUntil(cache.put(request, response.clone()));
    return response;
  } catch (error) {
    if (cached) return cached;
    throw error;
  }
}
