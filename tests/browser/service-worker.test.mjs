// The service worker: the page opens without a network, tells of a new version, and is never one that the server has replaced. The
// page is served by a server of this test, whose build of the page changes (front.mjs).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { violations } from './axe.mjs';
import { browser, person, product } from './deployment.mjs';
import { expect } from './expect.mjs';
import { front } from './front.mjs';
import { Room } from './room.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');

let folder;
let server;
let madang;
let chromium;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'madang-build-'));
  server = await front();
  server.serve(dist);
  madang = await product({ ALLOWED_ORIGINS: server.address });
  server.behind = madang.address;
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  server?.stop();
  await madang?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

let builds = 0;

/// Another build of the page: the same but for its title and the name of its program.
async function nextBuild() {
  builds += 1;
  const next = await mkdtemp(join(folder, 'next-'));
  await cp(dist, next, { recursive: true });
  const page = join(next, 'index.html');
  const text = await readFile(page, 'utf8');
  const [program] = text.match(/frontend-[0-9a-f]+\.js/);
  await cp(join(next, program), join(next, 'frontend-0123456789abcdef.js'));
  await rm(join(next, program));
  await writeFile(page, text.replaceAll(program, 'frontend-0123456789abcdef.js').replace('<title>', `<title>${builds} `));
  await promisify(execFile)(process.execPath, [join(root, 'frontend/finish-build.mjs'), next]);
  return next;
}

/// Somebody in a room whose page the service worker keeps.
async function visitor(room, options) {
  server.gone = false;
  server.serve(dist);
  const someone = await person(chromium, server, options);
  const there = new Room(someone.page, server.address);
  await there.join('Ann', room);
  await isKept(someone.page);
  return { ...someone, room: there };
}

/// The page is under a service worker, which has all files of a build.
async function isKept(page) {
  await page.evaluate(() => new Promise((done) => (navigator.serviceWorker.controller ? done() : (navigator.serviceWorker.oncontrollerchange = done))));
  await expect(() => page.evaluate(async () => (await caches.keys()).length === 1), 'one build is kept');
}

/// The paths in the cache.
function kept(page) {
  return page.evaluate(async () => {
    const names = await caches.keys();
    const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return keys.flat().map(({ url }) => new URL(url).pathname).sort();
  });
}

const notice = (page) => page.locator('#page-notice');

test('exactly the files of one build are kept, and nothing of the API', async () => {
  const ann = await visitor('kept');
  const text = await readFile(join(dist, 'index.html'), 'utf8');
  const named = [...text.matchAll(/(?:href|src|data-js|data-wasm)="(\/[^"]+)"/g)].map(([, path]) => path);
  const icons = JSON.parse(await readFile(join(dist, 'manifest.webmanifest'), 'utf8')).icons.map(({ src }) => src);
  assert.deepEqual(await kept(ann.page), [...new Set(['/', ...named, ...icons])].sort());
  await ann.page.goto(`${server.address}/privacy`);
  await ann.page.goto(`${server.address}/operator`);
  await ann.room.open('kept');
  await ann.room.isConnected();
  assert.ok((await kept(ann.page)).every((path) => !/^\/(api|privacy|operator)/.test(path)));
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

test('what changes with its name is kept for a year, and the rest is asked for again', async () => {
  const names = [...(await readdir(dist)), ...(await readdir(join(dist, 'parts'))).map((name) => `parts/${name}`)];
  const kept = names.filter((name) => /^(frontend|boot|page)-|^parts\/.*-/.test(name));
  assert.ok(kept.length > 10, kept.join());
  for (const name of [...kept, '', 'sw.js', 'parts/parts.js']) {
    const response = await fetch(`${madang.address}/${name}`);
    await response.arrayBuffer();
    const cache = response.headers.get('cache-control') ?? '';
    assert.equal(cache.includes('immutable'), kept.includes(name), `${name}: ${cache}`);
  }
});

test('the page can be installed', async () => {
  const ann = await visitor('install');
  const session = await ann.context.newCDPSession(ann.page);
  const { url, errors } = await session.send('Page.getAppManifest');
  assert.match(url, /\/manifest\.webmanifest$/);
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // Every context of these tests is like a private window.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
  await ann.context.close();
});

test('without a network the page opens, says so, keeps what is written, and sends it later', async () => {
  const ann = await visitor('offline');
  await ann.room.say('before');
  await ann.room.saying('before').waitFor();
  server.leave();
  await expect(async () => (await ann.room.connection.textContent()).trim() !== 'Connected', 'the connection is lost');
  await ann.room.say('while away');
  await expect(async () => (await ann.room.saying('while away').getAttribute('data-state')) === 'pending', 'it waits');
  await ann.page.reload({ waitUntil: 'commit' });
  await ann.room.composer.fill('half a thought');
  assert.match(await ann.room.connection.textContent(), /Offline|Reconnecting…|Connecting…/);
  // The landing page opens as well.
  await ann.page.goto(`${server.address}/?lang=en`);
  await ann.page.getByRole('button', { name: 'Open room' }).waitFor();
  assert.deepEqual(await violations(ann), []);
  await ann.room.open('offline');
  await ann.room.composer.waitFor();
  assert.equal(await ann.room.composer.inputValue(), 'half a thought');
  server.gone = false;
  await ann.room.isConnected();
  await expect(async () => (await ann.room.saying('while away').getAttribute('data-state')) === 'sent', 'it was sent', 30_000);
  assert.equal(await ann.room.composer.inputValue(), 'half a thought');
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

for (const [lang, words, reload, later] of [['en', 'A new version is ready.', 'Reload', 'Later'], ['ko', '새 버전이 있어요.', '새로고침', '나중에']]) {
  test(`case_251_an_open_page_tells_of_a_new_version_and_a_draft_survives_the_reload: ${lang}`, async () => {
    const ann = await visitor(`update-${lang}`);
    await ann.room.open(`update-${lang}`, lang);
    const composer = ann.page.getByRole('textbox', { name: lang === 'en' ? 'Message' : '메시지', exact: true });
    await composer.fill('half a thought');
    server.serve(await nextBuild());
    await ann.page.evaluate(() => dispatchEvent(new Event('online')));
    await notice(ann.page).getByText(words).waitFor();
    assert.equal((await notice(ann.page).innerText()).split('\n').filter(Boolean).join(' '), `${words} ${reload} ${later}`);
    assert.deepEqual(await violations(ann), []);
    await notice(ann.page).getByRole('button', { name: later }).click();
    await notice(ann.page).getByText(words).waitFor({ state: 'hidden' });
    server.serve(await nextBuild());
    await ann.page.evaluate(() => dispatchEvent(new Event('online')));
    await notice(ann.page).getByRole('button', { name: reload }).click();
    await ann.page.waitForFunction(() => document.querySelector('script[data-js$="0123456789abcdef.js"]'));
    await composer.waitFor();
    assert.equal(await composer.inputValue(), 'half a thought');
    await isKept(ann.page);
    assert.ok((await kept(ann.page)).includes('/frontend-0123456789abcdef.js'), 'the new build is kept');
    assert.equal(await notice(ann.page).isVisible(), false, 'the new page is not told of itself');
    assert.deepEqual(ann.complaints, []);
    await ann.context.close();
  });
}

test('case_251_after_a_deployment_no_visit_gets_the_page_before_it', async () => {
  const ann = await visitor('fresh');
  const next = await nextBuild();
  server.serve(next);
  await ann.room.open('fresh');
  await ann.room.isConnected();
  assert.match(await ann.page.evaluate(() => document.querySelector('script[data-js]').dataset.js), /0123456789abcdef/);
  await expect(async () => (await kept(ann.page)).includes('/frontend-0123456789abcdef.js'), 'the new build is kept', 30_000);
  await expect(() => ann.page.evaluate(async () => (await caches.keys()).length === 1), 'the old one is gone');
  assert.equal(await notice(ann.page).isVisible(), false, 'there is nothing newer');
  server.leave();
  await ann.page.reload({ waitUntil: 'commit' });
  await ann.room.composer.waitFor();
  assert.match(await ann.page.evaluate(() => document.querySelector('script[data-js]').dataset.js), /0123456789abcdef/);
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});
