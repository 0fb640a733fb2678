// Local storage, which a browser may block; then nothing is stored.

export function read(key) {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/// Stores a text; undefined removes what is stored.
export function write(key, value) {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Blocked, or full.
  }
}
