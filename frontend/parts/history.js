// Reads the whole history of a room, with a socket of its own that only reads. The room decides what it gives to whom
// (docs/protocol.md).

/// Messages of a page; the room gives no more at once.
const PAGE_MESSAGES = 100;
const PROTOCOL = 2;
const SLOW_DOWN_MS = 1_000;
/// Bytes after which what was read is acknowledged.
const ACK_BYTES = 128 * 1024;
const utf8 = new TextEncoder();

/// All messages that the room keeps, oldest first. `onProgress` is told how many there are so far. Ends with an error when `signal`
/// aborts, and where the room refuses or goes away.
export function readHistory(room, signal, onProgress) {
  const address = new URL(`/api/rooms/${encodeURIComponent(room)}/socket`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  const send = (frame) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));
  let messages = [];
  let unread = 0;
  /// The page that was asked for and has not come.
  let asked;
  return new Promise((resolve, reject) => {
    const ask = () => {
      asked = messages[0].seq;
      send({ type: "history", before: asked, limit: PAGE_MESSAGES });
    };
    const add = (page, hasMore) => {
      messages = [...page, ...messages];
      onProgress(messages.length);
      if (hasMore && page.length) ask();
      else resolve(messages);
    };
    const frames = {
      welcome: ({ messages: page = [], more }) => add(page, more),
      page: ({ before, messages: page, more }) => before === asked && add(page, more),
      refused: ({ code, retry_after_ms: wait = SLOW_DOWN_MS }) => (code === "slow_down" && asked ? setTimeout(ask, wait) : reject(new Error(code))),
    };
    socket.onopen = () => send({ type: "hello", protocol: PROTOCOL, tab: `export-${crypto.randomUUID().slice(0, 8)}` });
    socket.onmessage = ({ data }) => {
      unread += utf8.encode(data).length;
      if (unread > ACK_BYTES) {
        send({ type: "ack", bytes: unread });
        unread = 0;
      }
      const frame = JSON.parse(data);
      frames[frame.type]?.(frame);
    };
    socket.onclose = ({ code }) => reject(new Error(`the room closed the connection: ${code}`));
    signal.addEventListener("abort", () => reject(signal.reason));
  }).finally(() => socket.close());
}
