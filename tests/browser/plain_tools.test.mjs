// The tools as people know them: `cp .dev.vars.example .dev.vars`, `wrangler dev`, and `trunk serve` beside it. Everything is as
// in the repository, but for two port numbers, because other programs may use the usual ones.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expect } from './expect.mjs';
import { Room } from './room.mjs';
import { browser, person } from './deployment.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/// Trunk may have to compile the development build of the page first.
const TRUNK_LIMIT = 600_000;

let folder;
let wrangler;
let trunk;
let chromium;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'madang-plain-'));
  const ports = { 8787: await freePort(), 8080: await freePort() };
  await checkOut(folder, ports);
  wrangler = start('wrangler', ['dev', '--port', `${ports[8787]}`, '--inspector-port', '0'], ports[8787]);
  trunk = start('trunk', ['serve', '--port', `${ports[8080]}`, '--dist', join(folder, 'dist-trunk'), '--skip-version-check'], ports[8080]);
  await wrangler.answers('/api/alive', 60_000);
  await wrangler.answers('/', 60_000);
  await trunk.answers('/', TRUNK_LIMIT);
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  await trunk?.stop();
  await wrangler?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('a page of trunk serve and one of wrangler dev are in the same room', async () => {
  const ann = await at(trunk, 'Ann');
  const bob = await at(wrangler, 'Bob');
  await ann.room.say('hello from trunk');
  await bob.room.saying('hello from trunk').waitFor();
  await bob.room.say('hello from wrangler');
  await ann.room.saying('hello from wrangler').waitFor();
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
  await bob.context.close();
});

test('without a key a bot says so, and people talk on', async () => {
  const ann = await at(trunk, 'Ann', 'no-key');
  await ann.room.say('@chatbot hello');
  await ann.room.answerIs('failed');
  await ann.room.answer.getByRole('button', { name: 'Try again' }).waitFor();
  await ann.room.say('never mind');
  await ann.room.saying('never mind').waitFor();
  await ann.context.close();
});

async function at(server, nickname, room = 'lobby') {
  const someone = await person(chromium, server);
  const there = new Room(someone.page, server.address);
  await there.join(nickname, room);
  return { ...someone, room: there };
}

/// Makes a folder in which both tools find what they find in the repository after `cp .dev.vars.example .dev.vars`.
async function checkOut(folder, ports) {
  const copies = { 'wrangler.toml': 'wrangler.toml', 'Trunk.toml': 'Trunk.toml', '.dev.vars.example': '.dev.vars' };
  for (const [from, to] of Object.entries(copies)) {
    const text = await readFile(join(root, from), 'utf8');
    await writeFile(join(folder, to), text.replace(/\b(8787|8080)\b/g, (port) => ports[port]));
  }
  for (const source of ['edge', 'frontend', 'shared', 'index.html']) await symlink(join(root, source), join(folder, source));
  // wrangler serves the page that is built. Trunk writes its own elsewhere: it would replace the folder that wrangler watches.
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  await mkdir(join(folder, '.cargo'));
  const cargo = await readFile(join(root, '.cargo/config.toml'), 'utf8');
  await writeFile(join(folder, '.cargo/config.toml'), cargo.replace('"run ', `"run --manifest-path ${join(root, 'Cargo.toml')} `));
}

/// Starts a program in the folder. A shell ends it, and everything that it started, when our end of the pipe closes.
function start(program, args, port) {
  const environment = { ...process.env, MADANG_BUILT: '1', CI: '1', WRANGLER_SEND_METRICS: 'false' };
  // Trunk takes it for a boolean and fails at NO_COLOR=1.
  delete environment.NO_COLOR;
  const child = spawn('sh', ['-c', '"$@" & cat > /dev/null; trap "" TERM; kill -- -$$; wait', 'sh', program, ...args], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const address = `http://127.0.0.1:${port}`;
  return {
    address,
    async answers(path, limit) {
      const isUp = async () => (await fetch(address + path)).ok;
      await expect(isUp, `${program} answers`, limit).catch((error) => {
        throw new Error(`${error.message}\n${output}`);
      });
    },
    async stop() {
      const gone = new Promise((done) => child.once('exit', done));
      child.stdin.end();
      await gone;
    },
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
