// Which room is on the page.

/// The name in the address; undefined where the page shows no room.
export function roomName() {
  const [, name] = /^\/r\/([^/]+)/.exec(location.pathname) ?? [];
  return name && decodeURIComponent(name);
}

/// The title on screen.
export function roomTitle() {
  return document.querySelector(".bar-name h1")?.textContent ?? roomName();
}
