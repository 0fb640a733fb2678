// Push messages: the choice in the dialog, and what the service worker shows of a message. A server of this test stands for the push
// service, and the test for the browser's subscription, whose keys it makes: a headless browser has none of its own.
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { browser as launch, person, PHONE, product } from './deployment.mjs';
import { expect } from './expect.mjs';
import { Room } from './room.mjs';

/// The key of the example of RFC 8291, appendix A.
const VAPID_PRIVATE_KEY = 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw';

const ua = createECDH('prime256v1');
const p256dh = ua.generateKeys();
const auth = randomBytes(16);
const received = [];

let service;
let madang;
let chromium;

before(async () => {
  service = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(201).end();
    });
  });
  await new Promise((done) => service.listen(0, '127.0.0.1', done));
  madang = await product({ VAPID_PRIVATE_KEY, VAPID_CONTACT: 'mailto:operator@chat.example', PUSH_ORIGINS: url() });
  chromium = await launch();
});

after(async () => {
  await chromium?.close();
  await madang?.stop();
  service?.close();
});

const url = () => `http://127.0.0.1:${service.address().port}`;

/// Reads a message as the browser does (RFC 8188 and 8291).
function decrypt(body) {
  const [salt, length] = [body.subarray(0, 16), body[20]];
  const [sender, sealed] = [body.subarray(21, 21 + length), body.subarray(21 + length)];
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, sender]);
  const secret = Buffer.from(hkdfSync('sha256', ua.computeSecret(sender), auth, info, 32));
  const derived = (label, bytes) => Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${label}\0`, bytes));
  const decipher = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12));
  decipher.setAuthTag(sealed.subarray(-16));
  const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return text.subarray(0, text.lastIndexOf(2)).toString();
}

/// Somebody whose browser can subscribe, in a room; their page is controlled by the service worker.
async function subscriber(nickname, room, options) {
  const someone = await person(chromium, madang, { permissions: ['notifications'], ...options });
  const subscription = { endpoint: `${url()}/send/${encodeURIComponent(nickname)}`, keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') } };
  await someone.context.addInitScript((made) => {
    // `asked` counts requests for permission.
    window.asked = 0;
    Object.defineProperty(Notification, 'permission', { get: () => localStorage.permission ?? 'default' });
    Notification.requestPermission = async () => {
      window.asked += 1;
      return (localStorage.permission = window.refuses ? 'denied' : 'granted');
    };
    const read = () => (localStorage.subscribed ? { toJSON: () => made, endpoint: made.endpoint, unsubscribe: async () => true } : null);
    PushManager.prototype.getSubscription = async () => read();
    PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
      if (!userVisibleOnly || !applicationServerKey) throw new Error('incomplete');
      localStorage.subscribed = applicationServerKey;
      return read();
    };
  }, subscription);
  const there = new Room(someone.page, madang.address);
  await there.join(nickname, room);
  await someone.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  return { ...someone, room: there };
}

async function dialog(page, lang = 'en') {
  await page.getByRole('button', { name: lang === 'en' ? 'Notifications' : '알림' }).click();
  const opened = page.getByRole('dialog', { name: lang === 'en' ? 'Notifications' : '알림' });
  const choice = opened.getByRole('checkbox', { name: lang === 'en' ? 'Also while Madang is closed' : '마당을 닫았을 때도 알리기' });
  await choice.waitFor();
  return { opened, choice };
}

test('a mention reaches somebody whose page is closed, and a click leads to the room', async () => {
  const ann = await subscriber('Ann', 'yard');
  const { page, context } = ann;
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => window.asked), 0, 'nothing is asked before a click');
  const { opened, choice } = await dialog(page);
  assert.ok(!(await choice.isChecked()));
  await choice.click();
  await expect(() => page.evaluate(() => Boolean(localStorage['madang.push.yard'])), 'it is on');
  assert.ok(await choice.isChecked());
  assert.ok((await page.evaluate(() => window.asked)) >= 1);
  const background = opened.getByRole('checkbox', { name: /in the background/ });
  await expect(() => background.isChecked(), 'who is told then is told in the background, too');
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.deepEqual(await violations(ann), [], colorScheme);
    if (process.env.MADANG_SHOTS) await page.screenshot({ path: `${process.env.MADANG_SHOTS}/push-${colorScheme}.png` });
  }
  // The room is told again, since the subscription or the person may be another one.
  const [request] = await Promise.all([page.waitForRequest((request) => request.url().endsWith('/api/rooms/yard/push')), page.reload()]);
  assert.equal(request.method(), 'POST');
  await ann.room.isConnected();
  assert.ok(await (await dialog(page)).choice.isChecked(), 'the choice is kept');
  assert.deepEqual([ann.complaints, ann.strangers], [[], []]);
  // She closes the page; another one of the site, which shows no room, is there for the test to look.
  await page.goto(`${madang.address}/`);
  const bob = await person(chromium, madang);
  const there = new Room(bob.page, madang.address);
  await there.join('Bob', 'yard');
  await expect(async () => (await there.people.getByRole('listitem').count()) === 1, 'she has left');
  await there.say('Come back, @Ann 안녕');
  await expect(() => received.length === 1, 'the push service has the message');
  const [{ headers, body }] = received.splice(0);
  assert.deepEqual([headers['content-encoding'], headers.urgency], ['aes128gcm', 'high']);
  const notice = decrypt(body);
  assert.deepEqual(JSON.parse(notice), { room: 'yard', seq: 1, from: 'Bob', text: 'Come back, @Ann 안녕', call: true });

  // The browser hands it to the service worker.
  const shown = await deliver(page, context, notice);
  assert.deepEqual(shown, [{ title: 'yard · Madang', body: 'Bob: Come back, @Ann 안녕', tag: '/r/yard#call', data: '/r/yard#m=1' }]);
  assert.deepEqual(await deliver(page, context, 'no JSON'), [{ title: 'Madang', tag: '/', data: '/' }], 'whatever comes is shown');
  const [worker] = context.serviceWorkers();
  const opening = await worker.evaluate(async (path) => {
    const wanted = [];
    clients.openWindow = async (address) => void wanted.push(new URL(address).pathname + new URL(address).hash);
    let closed = 0;
    const event = new Event('notificationclick');
    const waits = [];
    Object.assign(event, { notification: { data: path, close: () => (closed += 1) }, waitUntil: (wait) => waits.push(wait) });
    dispatchEvent(event);
    await Promise.all(waits);
    return [wanted, closed];
  }, '/r/yard#m=1');
  assert.deepEqual(opening, [['/r/yard#m=1'], 1]);

  // She comes back and switches it off.
  await ann.room.open('yard');
  await ann.room.isConnected();
  const again = await dialog(page);
  await again.choice.click();
  await expect(async () => !(await again.choice.isChecked()), 'it is off');
  await expect(() => page.evaluate(() => localStorage['madang.push.yard'] === undefined), 'it is forgotten');
  await page.goto(`${madang.address}/`);
  await expect(async () => (await there.people.getByRole('listitem').count()) === 1, 'she has left again');
  await there.say('@Ann?');
  await there.saying('@Ann?').waitFor();
  await page.waitForTimeout(700);
  assert.equal(received.length, 0);
  assert.equal(await opened.count(), 0);
  await bob.context.close();
  await context.close();
});

/// Gives the service worker a push message. Returns what it shows.
async function deliver(page, context, data) {
  const [worker] = context.serviceWorkers();
  await worker.evaluate(() => {
    self.shown = [];
    registration.showNotification = async (title, { body, tag, data }) => void self.shown.push(JSON.parse(JSON.stringify({ title, body, tag, data })));
  });
  const session = await context.newCDPSession(page);
  const registered = new Promise((done) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [registration] }) => registration && done(registration.registrationId));
  });
  await session.send('ServiceWorker.enable');
  const origin = madang.address;
  await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await registered, data });
  await expect(() => worker.evaluate(() => self.shown.length === 1), 'something is shown');
  await session.detach();
  return worker.evaluate(() => self.shown);
}

test('the choice follows what the room tells of, and says when it cannot be had', async () => {
  const ann = await subscriber('앤', '뜰', { viewport: PHONE, locale: 'ko-KR' });
  const { page } = ann;
  await page.goto(`${madang.address}/r/${encodeURIComponent('뜰')}?lang=ko`);
  await page.getByRole('textbox', { name: '메시지' }).waitFor();
  await page.getByRole('button', { name: '사람들', exact: true }).click();
  const { opened, choice } = await dialog(page, 'ko');
  if (process.env.MADANG_SHOTS) await page.screenshot({ path: `${process.env.MADANG_SHOTS}/push-phone-ko.png` });
  assert.deepEqual(await violations(ann), []);
  await page.evaluate(() => (window.refuses = true));
  await choice.click();
  await opened.getByText('브라우저가 알림을 막고 있어요', { exact: false }).waitFor();
  assert.ok(!(await choice.isChecked()));
  await page.evaluate(() => (window.refuses = false));
  await choice.click();
  await expect(() => page.evaluate(() => Boolean(localStorage['madang.push.뜰'])), 'it is on');
  const requests = [];
  page.on('request', (request) => request.url().endsWith('/push') && requests.push([request.method(), JSON.parse(request.postData()).level]));
  await opened.getByRole('radio', { name: '모든 메시지' }).check();
  await expect(() => requests.length === 1, 'the level is sent');
  await opened.getByRole('radio', { name: '알리지 않음' }).check();
  await expect(() => requests.length === 2, 'the end is sent');
  assert.deepEqual(requests, [['POST', 'all'], ['DELETE', undefined]]);
  await expect(async () => !(await choice.isChecked()) && (await choice.isDisabled()), 'nothing to push');
  await opened.getByRole('radio', { name: '나를 부르거나' }).check();
  await expect(async () => !(await choice.isDisabled()), 'it can be had again');
  assert.deepEqual([ann.complaints, ann.strangers], [[], []]);
  await ann.context.close();
});
