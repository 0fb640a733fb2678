// The least that a chat room on this platform does: one Durable Object that forwards each message to every socket.
// It stores nothing, limits nothing and knows nobody; the benchmark measures it beside Madang.

export default {
  fetch(request, env) {
    const [, kind, room] = new URL(request.url).pathname.split("/");
    if (kind === "health") return new Response("ok");
    if (kind !== "rooms" || !room) return new Response("not found", { status: 404 });
    return env.ROOM.get(env.ROOM.idFromName(room)).fetch(request);
  },
};

export class Room {
  constructor(state) {
    this.state = state;
  }

  fetch(request) {
    if (request.headers.get("Upgrade") !== "websocket") return new Response("no upgrade", { status: 400 });
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(socket, text) {
    const frame = JSON.parse(text);
    switch (frame.type) {
      case "hello":
        socket.send('{"type":"welcome"}');
        break;
      case "message":
        for (const other of this.state.getWebSockets()) forward(other, text);
        break;
      default:
      // Acknowledgements, of which this room keeps no count.
    }
  }

  webSocketClose(socket, code) {
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }
}

function forward(socket, text) {
  try {
    socket.send(text);
  } catch {
    // It closed at this moment, and nobody waits for it.
  }
}
