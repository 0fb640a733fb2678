// A server in front of a deployment, which serves a build of the page from any folder as Cloudflare would (compressed, with the
// headers of _headers) and passes everything else on. It can be slow, and it can be gone. It stands where a test changes the build
// or the network, which the browser's own emulation does for pages but not for service workers.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import { connect } from 'node:net';
import { join, extname } from 'node:path';
import { Transform } from 'node:stream';
import { brotliCompressSync, constants } from 'node:zlib';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json', '.webmanifest': 'application/manifest+json' };
const BEHIND = /^\/(api|privacy)(\/|$)/;

/// Starts it. `serve` chooses the folder, `behind` the deployment's address; `slow` is undefined, or the network's round trip in
/// milliseconds and its bits per second; `gone` refuses every connection.
export async function front() {
  const state = { files: new Map(), rules: [], behind: undefined, slow: undefined, gone: false, free: 0, requests: [] };
  const sockets = new Set();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://any');
    state.requests.push(pathname);
    await halfTrip(state, request.socket.isNew ? 4 : 2);
    request.socket.isNew = false;
    if (BEHIND.test(pathname)) return pass(state, request, response);
    const name = state.files.has(pathname) ? pathname : '/index.html';
    const { body, compressed, etag } = state.files.get(name);
    const headers = headersOf(state.rules, pathname);
    headers['content-type'] = TYPES[extname(name)] ?? 'application/octet-stream';
    headers['cache-control'] ??= 'public, max-age=0, must-revalidate';
    headers.etag = etag;
    if (request.headers['if-none-match'] === etag) return response.writeHead(304, headers).end();
    const isSmaller = /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
    if (isSmaller) headers['content-encoding'] = 'br';
    response.writeHead(200, headers);
    await trickle(state, response, isSmaller ? compressed : body);
    return response.end();
  });
  server.on('connection', (socket) => {
    if (state.gone) return void socket.destroy();
    socket.isNew = true;
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    const upstream = connect(Number(new URL(state.behind).port), '127.0.0.1', () => {
      const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      upstream.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
      upstream.write(head);
      socket.pipe(late(state)).pipe(upstream).pipe(late(state)).pipe(socket);
    });
    for (const [end, other] of [[socket, upstream], [upstream, socket]]) end.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(state, {
    address: `http://127.0.0.1:${server.address().port}`,
    serve(folder) {
      state.files = new Map(filesOf(folder).map((name) => [`/${name}`, file(join(folder, name))]));
      state.rules = rulesOf(readFileSync(join(folder, '_headers'), 'utf8'));
    },
    /// Ends every connection, and refuses others until `gone` is false.
    leave() {
      state.gone = true;
      for (const socket of sockets) socket.destroy();
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
}

function filesOf(folder, below = '') {
  return readdirSync(join(folder, below)).flatMap((name) => {
    const path = below ? `${below}/${name}` : name;
    return statSync(join(folder, path)).isDirectory() ? filesOf(folder, path) : [path];
  });
}

const compressions = new Map();

function file(path) {
  const body = readFileSync(path);
  const key = `${path} ${body.length} ${statSync(path).mtimeMs}`;
  if (!compressions.has(key)) compressions.set(key, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  // Names and numbers of builds are equally long, so the lengths of two builds may be the same.
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
  return { body, compressed: compressions.get(key), etag };
}

/// The rules of a `_headers` file: a pattern, in which `*` stands for anything and `:name` for a part of a path, and the headers
/// below it. Cloudflare skips a rule with two `*`.
function rulesOf(text) {
  const rules = [];
  for (const line of text.split('\n')) {
    if (/\*.*\*/.test(line) && line.startsWith('/')) throw new Error(`two * in ${line}`);
    const pattern = line.trim().replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll(/:[a-z]\w*/gi, '[^/]+');
    if (line.startsWith('/')) rules.push([new RegExp(`^${pattern}$`), {}]);
    const [, name, value] = line.match(/^\s+([\w-]+): (.*)$/) ?? [];
    if (name) rules.at(-1)[1][name.toLowerCase()] = value;
  }
  return rules;
}

function headersOf(rules, pathname) {
  return Object.assign({}, ...rules.filter(([pattern]) => pattern.test(pathname)).map(([, headers]) => headers));
}

function pass(state, request, response) {
  const upstream = send(new URL(request.url, state.behind), { method: request.method, headers: request.headers }, (reply) => {
    response.writeHead(reply.statusCode, reply.headers);
    reply.pipe(response);
  });
  upstream.on('error', () => response.destroy());
  request.pipe(upstream);
}

function sleep(milliseconds) {
  return milliseconds > 0 ? new Promise((done) => setTimeout(done, milliseconds)) : undefined;
}

function halfTrip(state, times) {
  return state.slow && sleep((state.slow.roundTrip / 2) * times);
}

/// Writes as fast as the network is, which all responses share.
async function trickle(state, response, body) {
  for (let at = 0; at < body.length; at += 8192) {
    const piece = body.subarray(at, at + 8192);
    if (state.slow) {
      state.free = Math.max(state.free, performance.now()) + (piece.length * 8_000) / state.slow.bitsPerSecond;
      await sleep(state.free - performance.now());
    }
    if (response.destroyed) return;
    response.write(piece);
  }
}

/// Half a round trip for what a WebSocket says in one direction.
function late(state) {
  return new Transform({
    transform(chunk, _, done) {
      if (!state.slow) return done(null, chunk);
      setTimeout(() => this.push(chunk), state.slow.roundTrip / 2);
      return done();
    },
  });
}
