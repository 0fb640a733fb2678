// Starts the product with `cargo xtask dev` on a temporary folder, and browsers.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));

/// Screen sizes on which everything is checked.
export const PHONE = { width: 390, height: 844 };
export const SMALL_PHONE = { width: 360, height: 640 };
export const LAPTOP = { width: 1280, height: 800 };

/// Starts the product. `stop` ends it, `kill` ends it as a power cut would, `start` restarts it on the same folder,
/// with the operator's settings, which `start` may change.
export async function product(settings = {}) {
  const state = await mkdtemp(join(tmpdir(), 'madang-browser-'));
  const port = await freePort();
  let child;
  const running = {
    address: `http://127.0.0.1:${port}`,
    async start(changed = {}) {
      settings = { ...settings, ...changed };
      // All tests come from one address.
      const variables = { ...process.env, ADDRESS_FACTOR: '500' };
      for (const name of ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL', 'OPENAI_STATE']) delete variables[name];
      Object.assign(variables, settings);
      child = spawn('cargo', ['xtask', 'dev', '--no-open', '--release', '--exit-with-stdin', '--port', `${port}`, '--state', state], {
        cwd: root,
        env: variables,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let output = '';
      child.stderr.on('data', (text) => (output += text));
      const ended = new Promise((_, fail) => child.once('exit', (code) => fail(new Error(`dev ended with ${code}:\n${output}`))));
      ended.catch(() => {});
      const ready = new Promise((done) => {
        createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('ready ') && done());
      });
      await Promise.race([ready, ended]);
    },
    async kill() {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      const gone = new Promise((done) => child.once('exit', done));
      child.stdin.end();
      await gone;
      await rm(state, { recursive: true, force: true });
    },
  };
  await running.start();
  return running;
}

/// A headless browser, with more arguments if a test needs them.
export function browser(more = []) {
  return chromium.launch({
    executablePath: process.env.MADANG_BROWSER ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more],
  });
}

/// A person with a browser context of their own. Errors on the page's console are kept in `complaints`, and every
/// address outside the product that the page requests in `strangers`.
export async function person(browser, product, options = {}) {
  const context = await browser.newContext({ viewport: LAPTOP, locale: 'en-US', ...options });
  const page = await context.newPage();
  const complaints = [];
  const strangers = [];
  page.on('pageerror', (error) => complaints.push(`${error}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/net::ERR_|WebSocket connection|Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(product.address) && !/^(data|blob|about|ws:\/\/127\.0\.0\.1)/.test(url)) strangers.push(url);
  });
  return { context, page, complaints, strangers };
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
