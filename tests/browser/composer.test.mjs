// The composer: input methods, writing offline, reloads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { Room } from './room.mjs';
import { person } from './deployment.mjs';

const shared = fixture();
const { guest } = shared;

test('Enter during composition never sends', async () => {
  const ann = await guest('Ann', 'ime');
  const keys = await ann.context.newCDPSession(ann.page);
  await ann.room.composer.focus();
  await keys.send('Input.imeSetComposition', { text: '안녀', selectionStart: 2, selectionEnd: 2 });
  await keys.send('Input.imeSetComposition', { text: '안녕', selectionStart: 2, selectionEnd: 2 });
  // Browsers send key code 229 for Enter while an input method is open.
  await keys.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 });
  // Safari's order: the composition ends before its Enter, which still carries 229.
  await ann.page.evaluate(() => {
    const field = document.activeElement;
    const enter = new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true });
    Object.defineProperty(enter, 'keyCode', { value: 229 });
    field.dispatchEvent(enter);
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
  });
  await new Promise((done) => setTimeout(done, 300));
  assert.equal(await ann.room.articles.count(), 0, 'nothing was sent');
  await keys.send('Input.insertText', { text: '안녕' });
  await ann.room.composer.press('Enter');
  await ann.room.saying('안녕').waitFor();
  assert.equal(await ann.room.articles.count(), 1);
  assert.equal(await ann.room.composer.inputValue(), '', 'no syllable is left behind');
  await ann.context.close();
});

test('Shift+Enter inserts a line break, and a long Korean text arrives whole', async () => {
  const ann = await guest('가나다라마바사아자차카타파하거너더러머버서어저처', 'lines');
  await ann.room.composer.fill('첫 줄');
  await ann.room.composer.press('Shift+Enter');
  await ann.room.composer.pressSequentially('둘째 줄');
  await ann.room.send.click();
  await ann.room.saying('둘째 줄').waitFor();
  assert.equal(await ann.room.body(ann.room.articles.first()), '첫 줄\n둘째 줄');
  const long = '동해물과백두산이마르고닳도록'.repeat(280);
  await ann.room.say(long);
  await expect(async () => (await ann.room.articles.count()) === 2, 'the long text is there');
  assert.equal(await ann.room.body(ann.room.articles.last()), long);
  const wide = await ann.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(wide, false, 'nothing makes the page scroll sideways');
  await ann.context.close();
});

test('a message written offline survives a reload and is sent once', async () => {
  const ann = await guest('Ann', 'offline');
  const bob = await guest('Bob', 'offline');
  await ann.room.say('before');
  await bob.room.saying('before').waitFor();
  await shared.madang.kill();
  await expect(async () => (await ann.room.connection.textContent()).trim() !== 'Connected', 'the banner says so');
  await ann.room.say('while away');
  await expect(async () => (await ann.room.saying('while away').getAttribute('data-state')) === 'pending', 'it is pending');
  await ann.room.saying('while away').getByText('Sent as soon as you are connected.').waitFor();
  await ann.room.say('never mind');
  await ann.room.saying('never mind').getByRole('button', { name: 'Discard' }).click();
  await expect(async () => (await ann.room.saying('never mind').count()) === 0, 'it is discarded');
  await shared.madang.start();
  await ann.page.reload();
  await ann.room.isConnected();
  await expect(async () => (await ann.room.saying('while away').getAttribute('data-state')) === 'sent', 'it was sent', 30_000);
  await bob.room.saying('while away').waitFor({ timeout: 40_000 });
  assert.equal(await bob.room.saying('while away').count(), 1);
  assert.deepEqual((await ann.room.transcript()).map(([, text]) => text), ['before', 'while away']);
  await ann.context.close();
  await bob.context.close();
});

test('Enter before the room is there sends the text as soon as it is, unless it is changed', async () => {
  const ann = await guest('Ann', 'first-moment');
  let open;
  const isOpen = new Promise((done) => (open = done));
  await ann.page.routeWebSocket(/\/socket$/, (page) => {
    const room = page.connectToServer();
    room.onMessage((frame) => isOpen.then(() => page.send(frame)));
  });
  await ann.room.open('first-moment');
  await ann.room.composer.fill('half');
  await ann.room.composer.press('Enter');
  await ann.page.getByText('Sent as soon as you are connected.').waitFor();
  await ann.room.composer.pressSequentially(' a thought');
  await expect(async () => (await ann.page.getByText('Sent as soon as you are connected.').count()) === 0, 'it is written on');
  await ann.room.send.click();
  await ann.page.getByText('Sent as soon as you are connected.').waitFor();
  assert.deepEqual(await violations(ann), []);
  open();
  await ann.room.saying('half a thought').waitFor();
  await expect(async () => (await ann.room.composer.inputValue()) === '', 'the field is empty');
  assert.deepEqual((await ann.room.transcript()).map(([, text]) => text), ['half a thought']);
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

test('a taken nickname is refused with a sentence', async () => {
  const ann = await guest('Ann', 'names');
  const eve = await person(shared.chromium, shared.madang);
  const room = new Room(eve.page, shared.madang.address);
  await room.open('names');
  await eve.page.getByRole('textbox', { name: 'Nickname' }).fill('аnn'.replace('а', 'A'));
  await eve.page.getByRole('button', { name: 'Join' }).click();
  await eve.page.getByText('Somebody here has that nickname').waitFor();
  assert.equal(await room.composer.isVisible().catch(() => false), false);
  await ann.context.close();
  await eve.context.close();
});
