// The clients of compression.rs. Reads a task as a line of JSON, opens its sockets, prints "ready"; after the line "go" it sends
// messages for a while and prints what arrived, and ends with its input.
import { createInterface } from "node:readline";
import WebSocket from "ws";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const task = JSON.parse((await lines.next()).value);
const mark = /m=(\d+) t=(\d+) /g;
const letters = "abcdefghijklmnopqrstuvwxyz     ";
const expected = task.rate * task.seconds * task.sockets.length;
const latencies = [];
let head = 0;

const sockets = await Promise.all(task.sockets.map((visitor, number) => open(visitor, number)));
console.log("ready");
await lines.next();

const before = received();
const begun = performance.now();
for (let number = 0; number < task.rate * task.seconds; number++) {
  await new Promise((next) => setTimeout(next, Math.max(0, begun + (number * 1000) / task.rate - performance.now())));
  sockets[number % sockets.length].send(say(number));
}
const deadline = performance.now() + 5000;
while (latencies.length < expected && performance.now() < deadline) await new Promise((next) => setTimeout(next, 20));

latencies.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    extension: sockets[0].extensions,
    deliveries: latencies.length,
    bytes: received() - before,
    median_ms: latencies[Math.floor(latencies.length / 2)] ?? 0,
  }),
);
// The server's memory is looked at before the sockets close.
await lines.next();
process.exit();

// Opens a socket, and resolves when it has joined: with its second frame at the latest, or half a second after the first.
function open({ cookie, hello }, number) {
  const headers = cookie ? { cookie } : {};
  const socket = new WebSocket(task.url, { origin: task.origin, headers, perMessageDeflate: task.offers });
  let unacknowledged = 0;
  return new Promise((joined, failed) => {
    socket.on("error", failed);
    socket.on("open", () => socket.send(hello));
    socket.on("message", (data) => {
      const text = data.toString();
      for (const [, , sent] of text.matchAll(mark)) latencies.push(performance.now() - Number(sent) / 1000);
      if (number === 0) head = Number(/.*"seq":(\d+)/s.exec(text)?.[1] ?? head);
      unacknowledged += data.length;
      if (task.acks && unacknowledged >= task.ack_bytes) {
        socket.send(JSON.stringify({ type: "ack", bytes: unacknowledged }));
        unacknowledged = 0;
      }
      setTimeout(() => joined(socket), 500);
    });
  });
}

// Every text is different, and no easier to compress than letters are.
function say(number) {
  const sent = String(Math.round(performance.now() * 1000)).padStart(12, "0");
  let text = `m=${String(number).padStart(6, "0")} t=${sent} `;
  while (text.length < task.length) text += letters[Math.floor(Math.random() * letters.length)];
  return task.say
    .replace("nonce-0000000000000000", `nonce-${String(number).padStart(16, "0")}`)
    .replace('"after":0', `"after":${head}`)
    .replace("{text}", text);
}

function received() {
  return sockets.reduce((sum, socket) => sum + socket._socket.bytesRead, 0);
}
