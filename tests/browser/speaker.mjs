// A person without a browser: a cookie, a socket and the frames that docs/protocol.md describes. For rooms that need more people,
// or more messages, than pages are good for.

const PING_MS = 25_000;
const ACK_BYTES = 128 * 1024;

let count = 0;

/// Joins a room. `say` resolves to the message's `seq`, or fails with the `code` of the refusal; `ask` resolves to the `seq` of the
/// answer to the message and the `state` in which it ended.
export async function speaker(address, room, nickname) {
  const { origin } = new URL(address);
  const entered = await fetch(`${origin}/api/enter`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ protocol: 2, room, create: true }),
  });
  if (!entered.ok) throw new Error(`entering ${room}: ${entered.status} ${await entered.text()}`);
  const cookie = entered.headers.getSetCookie().map((text) => text.split(';')[0]).join('; ');
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/rooms/${encodeURIComponent(room)}/socket`, { headers: { origin, cookie } });
  const id = `${(count += 1)}`.padStart(8, '0');
  /// The requests that have no reply yet, by nonce; the ended answers, by the question's seq; who waits for one.
  const [requests, ended, asked] = [new Map(), new Map(), new Map()];
  let [head, unread, nonces] = [0, 0, 0];
  const onEvent = ({ kind, seq, target, answer }) => {
    head = Math.max(head, seq ?? 0);
    if (kind !== 'ended') return;
    ended.set(answer.parent, { seq: target, state: answer.state });
    asked.get(answer.parent)?.(ended.get(answer.parent));
  };
  const joined = new Promise((done, fail) => {
    const onFrame = (frame) => {
      if (frame.type === 'batch') frame.frames.forEach(onFrame);
      if (frame.type === 'welcome') done((head = frame.head));
      if (frame.type === 'accepted') requests.get(frame.nonce)?.done(frame.seq);
      if (frame.type === 'refused') (requests.get(frame.nonce)?.fail ?? fail)(Object.assign(new Error(frame.code), frame));
      if (frame.type === 'events') frame.events.forEach(onEvent);
    };
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', protocol: 2, tab: `tab-${id}`, lang: 'en', nickname }));
    socket.onerror = () => fail(new Error(`${nickname}'s socket did not open`));
    socket.onmessage = ({ data }) => {
      if (data === 'pong') return;
      unread += Buffer.byteLength(data);
      if (unread > ACK_BYTES) socket.send(JSON.stringify({ type: 'ack', bytes: unread }));
      if (unread > ACK_BYTES) unread = 0;
      onFrame(JSON.parse(data));
    };
  });
  const pings = setInterval(() => socket.send('ping'), PING_MS);
  socket.onclose = () => clearInterval(pings);
  await joined;
  const say = (text) => {
    const nonce = `nonce-${id}-${`${(nonces += 1)}`.padStart(8, '0')}`;
    const reply = new Promise((done, fail) => requests.set(nonce, { done, fail }));
    socket.send(JSON.stringify({ type: 'say', nonce, after: head, text }));
    return reply.finally(() => requests.delete(nonce));
  };
  const ask = async (text) => {
    const seq = await say(text);
    return ended.get(seq) ?? new Promise((done) => asked.set(seq, done));
  };
  return { say, ask, leave: () => socket.close() };
}

/// What a person may send at once.
const MESSAGES_AT_ONCE = 28;

/// Fills a room with so many messages, each person writing as many as one may at once.
export async function fill(address, room, count, text = (number) => `line ${number}`) {
  for (let sent = 0; sent < count; ) {
    const someone = await speaker(address, room, `Writer ${sent}`);
    for (const end = Math.min(count, sent + MESSAGES_AT_ONCE); sent < end; ) await someone.say(text((sent += 1)));
    someone.leave();
  }
}
