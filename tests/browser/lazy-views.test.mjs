// The views that are loaded when they are first used: the emoji picker, the invitation, long texts and drafts, and notifications.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { LAPTOP, PHONE } from './deployment.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { Room } from './room.mjs';

const shared = fixture();

/// Checks a view in both themes and both languages, which a reload would close.
async function look(someone, name) {
  for (const colorScheme of ['light', 'dark']) {
    await someone.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.deepEqual(await violations(someone), [], `${name}, ${colorScheme}`);
    if (process.env.MADANG_SHOTS) await someone.page.screenshot({ path: `${process.env.MADANG_SHOTS}/${name}-${colorScheme}.png` });
  }
  const isWide = await someone.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.ok(!isWide, `${name} is not too wide`);
}

async function nothingWrong(...people) {
  for (const { complaints, strangers } of people) assert.deepEqual([complaints, strangers], [[], []]);
}

test('dialogs and the panel of bots are loaded when the first one opens, and it is said when they cannot be', async () => {
  // A service worker would make the requests itself.
  const ann = await shared.guest('Ann', 'overlays', { serviceWorkers: 'block' });
  const { page } = ann;
  const loaded = [];
  page.on('request', (request) => /overlays/.test(request.url()) && loaded.push(request.url()));
  await page.route('**/parts/overlays-*', (route) => route.abort());
  const bots = page.getByRole('button', { name: 'Bots', exact: true });
  const panel = page.getByRole('complementary', { name: 'Bots' });
  assert.deepEqual(loaded, [], 'not by entering a room');
  await bots.click();
  await page.getByText('Something went wrong. Reload the page.').first().waitFor();
  assert.equal(await panel.count(), 0);
  assert.equal(loaded.length, 1);
  await page.unroute('**/parts/overlays-*');
  await bots.click();
  await panel.waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox', { name: 'Search messages' }).waitFor();
  assert.equal(loaded.length, 2, 'once for all of them');
  assert.deepEqual(ann.complaints.filter((complaint) => !/overlays|Failed to fetch/.test(complaint)), []);
  await ann.context.close();
});

test('any emoji can be a reaction, chosen by keyboard and found in both languages', async () => {
  const ann = await shared.guest('Ann', 'emoji');
  const { page, room } = ann;
  await room.say('Good news');
  const article = room.saying('Good news');
  const open = async () => {
    await article.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'React' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Emoji' }).press('Enter');
    await page.getByRole('dialog', { name: 'Emoji' }).waitFor();
  };
  await expect(async () => (await article.getAttribute('data-state')) === 'sent', 'it is sent');
  await open();
  const search = page.getByRole('searchbox', { name: 'Search emoji' });
  assert.ok(await search.evaluate((input) => input === document.activeElement), 'one can type at once');
  await look(ann, 'emoji');
  await page.keyboard.insertText('축하');
  await page.getByRole('button', { name: 'party popper' }).waitFor();
  assert.match(await page.getByRole('dialog').getByRole('status').innerText(), /^\d+ emoji$|^1 emoji$/);
  await page.getByRole('button', { name: 'party popper' }).click();
  await article.getByRole('button', { name: /^🎉 1, Ann$/ }).waitFor();
  await expect(() => page.evaluate(() => document.activeElement.classList.contains('more')), 'the focus is back');
  await open();
  await search.fill('');
  await search.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), 'party popper', 'what was used last comes first');
  await page.keyboard.press('ArrowDown');
  const [first, second, last] = await page.evaluate(() => {
    const [, group] = document.querySelectorAll('.emoji-group');
    return [document.activeElement, group.children[1], group.lastElementChild].map((button) => button.ariaLabel);
  });
  assert.equal(first, 'grinning face');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), second);
  assert.notEqual(second, last);
  await page.keyboard.press('Enter');
  await expect(async () => (await article.locator('.reaction').count()) === 2, 'the second reaction');
  await open();
  await search.fill('no such emoji');
  await page.getByText('No emoji has this name.').waitFor();
  await page.keyboard.press('Escape');
  await expect(async () => (await page.getByRole('dialog').count()) === 0, 'closed');
  await nothingWrong(ann);
  await ann.context.close();
});

test('the picker fits a phone and speaks Korean', async () => {
  const ann = await shared.guest('Ann', 'emoji-ko', { viewport: PHONE, hasTouch: true, isMobile: true });
  const { page, room } = ann;
  await room.composer.fill('안녕');
  await room.send.tap();
  await expect(async () => (await room.saying('안녕').getAttribute('data-state')) === 'sent', 'it is sent');
  await page.goto(`${room.address}/r/emoji-ko?lang=ko`);
  const article = page.getByRole('article').first();
  await article.getByRole('button', { name: '더 보기' }).tap();
  await page.getByRole('menuitem', { name: '반응 남기기' }).tap();
  const menu = page.getByRole('menu');
  const box = await menu.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width, JSON.stringify(box));
  await page.getByRole('menuitem', { name: '이모지' }).tap();
  await page.getByRole('dialog', { name: '이모지' }).waitFor();
  await look(ann, 'emoji-phone-ko');
  await page.getByRole('searchbox', { name: '이모지 검색' }).fill('heart');
  await page.getByRole('button', { name: '빨간색 하트', exact: true }).tap();
  await article.getByRole('button', { name: /^❤️ 1/ }).waitFor();
  await nothingWrong(ann);
  await ann.context.close();
});

test('the composer takes emoji from the picker and completes their names', async () => {
  const ann = await shared.guest('Ann', 'names');
  const { page, room } = ann;
  await room.composer.pressSequentially('Well done ');
  await page.getByRole('button', { name: 'Emoji', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Search emoji' }).pressSequentially('tada');
  await page.keyboard.press('Enter');
  await expect(async () => (await room.composer.inputValue()) === 'Well done 🎉', 'at the caret');
  await room.composer.press('End');
  await page.keyboard.type(' :rocket');
  const list = page.getByRole('listbox', { name: 'Emoji by name' });
  await list.waitFor();
  await look(ann, 'emoji-names');
  assert.equal(await room.composer.getAttribute('aria-activedescendant'), 'emoji-names-0');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  assert.equal(await room.composer.inputValue(), 'Well done 🎉 🚀 ');
  await page.keyboard.type(':heart:');
  await expect(async () => (await room.composer.inputValue()) === 'Well done 🎉 🚀 ❤️ ', 'a whole name becomes its emoji');
  await page.keyboard.type('at 12:30 :축하');
  await list.waitFor();
  await page.keyboard.press('Escape');
  await expect(async () => (await list.count()) === 0, 'closed');
  await page.keyboard.press('Enter');
  await room.saying('at 12:30 :축하').waitFor();
  await nothingWrong(ann);
  await ann.context.close();
});

test('the invitation shows the link, its QR code, and the share sheet where there is one', async () => {
  for (const [name, viewport] of [['laptop', LAPTOP], ['phone', PHONE]]) {
    const party = `party-${name}`;
    const ann = await shared.guest('Ann', party, { viewport, permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = ann;
    await page.evaluate(() => {
      navigator.share = async (data) => void (window.shared = data);
      navigator.canShare = () => true;
    });
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite people' });
    await dialog.waitFor();
    const link = `${shared.madang.address}/r/${party}`;
    assert.equal(await dialog.locator('code').innerText(), link);
    const code = dialog.getByRole('img', { name: 'QR code of the link' });
    const box = await code.boundingBox();
    assert.ok(box.width >= 200 && Math.abs(box.width - box.height) < 2, JSON.stringify(box));
    await look(ann, `invite-${name}`);
    await dialog.getByRole('button', { name: 'Share…' }).click();
    assert.deepEqual(await page.evaluate(() => window.shared), { title: party, text: `Join me in ${party} on Madang.`, url: link });
    await dialog.getByRole('button', { name: 'Copy link' }).click();
    await dialog.getByRole('button', { name: 'Copied' }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    await page.keyboard.press('Escape');
    await expect(() => page.evaluate(() => document.activeElement.getAttribute('aria-label') === 'Invite'), 'the focus is back');
    await nothingWrong(ann);
    await ann.context.close();
  }
});

test('a text that is too long says so and can be sent in pieces', async () => {
  const ann = await shared.guest('Ann', 'long', { viewport: PHONE });
  const { page, room } = ann;
  const text = Array.from({ length: 130 }, (_, at) => `줄 ${at}: ${'긴 글이에요. '.repeat(5)}`).join('\n');
  await room.composer.focus();
  await page.keyboard.insertText(text);
  const send = page.getByRole('button', { name: /^Send as \d messages$/ });
  await send.waitFor();
  assert.match(await page.locator('.too-long').innerText(), /characters too many for one message/);
  await look(ann, 'too-long');
  assert.equal(await room.composer.inputValue(), text, 'nothing is cut off');
  const count = Number((await send.innerText()).match(/\d/)[0]);
  await send.click();
  await expect(async () => (await room.articles.count()) === count, 'the messages', 30_000);
  assert.equal(await room.composer.inputValue(), '');
  assert.equal(await page.locator('.too-long').count(), 0);
  const sent = (await room.articles.locator('[data-part="body"]').allInnerTexts()).join('').replace(/\s/g, '');
  for (const number of [0, 64, 129]) assert.ok(sent.includes(`줄${number}:`), `${number} is there`);
  await nothingWrong(ann);
  await ann.context.close();
});

test('a draft survives the tab, and other tabs show it', async () => {
  const ann = await shared.guest('Ann', 'drafts');
  await ann.room.composer.pressSequentially('half a thought');
  const other = await ann.context.newPage();
  const there = new Room(other, shared.madang.address);
  await there.open('drafts');
  await expect(async () => (await there.composer.inputValue()) === 'half a thought', 'it is there in another tab');
  await ann.page.bringToFront();
  await ann.room.composer.pressSequentially(' more');
  await other.evaluate(() => document.activeElement.blur());
  await expect(async () => (await there.composer.inputValue()) === 'half a thought more', 'it follows');
  await ann.page.close();
  const third = await ann.context.newPage();
  const again = new Room(third, shared.madang.address);
  await again.open('drafts');
  await expect(async () => (await again.composer.inputValue()) === 'half a thought more', 'it survives the tab');
  await again.isConnected();
  await again.composer.press('Enter');
  await again.saying('half a thought more').waitFor();
  await other.evaluate(() => document.activeElement.blur());
  await expect(async () => (await there.composer.inputValue()) === '', 'what was sent is no draft');
  await ann.context.close();
});

test('messages in the background are counted, and mentions and replies are told to those who want it', async () => {
  const ann = await shared.guest('Ann', 'calls');
  const bob = await shared.guest('Bob', 'calls');
  const { page, room } = ann;
  await page.evaluate(() => {
    window.told = [];
    window.badges = [];
    window.asked = 0;
    navigator.setAppBadge = async (count) => void window.badges.push(count);
    navigator.clearAppBadge = async () => void window.badges.push(0);
    window.Notification = class {
      static permission = 'default';
      static async requestPermission() {
        window.asked += 1;
        return (window.Notification.permission = 'granted');
      }
      constructor(title, options) {
        window.told.push([title, options.body]);
      }
    };
  });
  const hide = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, hidden);
  await room.say('Anybody here?');
  await bob.room.saying('Anybody here?').waitFor();
  const title = await page.title();
  await hide(true);
  await bob.room.say('Yes');
  await expect(async () => (await page.title()) === `(1) ${title}`, 'the title counts');
  assert.deepEqual(await page.evaluate(() => [window.told, window.asked]), [[], 0], 'nothing is asked or told unasked');
  await hide(false);
  await expect(async () => (await page.title()) === title, 'read');
  assert.deepEqual(await page.evaluate(() => window.badges), [1, 0]);
  await page.getByRole('button', { name: 'Notifications' }).click();
  const dialog = page.getByRole('dialog', { name: 'Notifications' });
  assert.ok(await dialog.getByRole('radio', { name: 'mentions and replies to me' }).isChecked());
  assert.ok(!(await dialog.getByRole('checkbox', { name: /sound/ }).isChecked()), 'no sound at first');
  await look(ann, 'attention');
  await dialog.getByRole('checkbox', { name: /notifications/ }).click();
  await expect(() => dialog.getByRole('checkbox', { name: /notifications/ }).isChecked(), 'allowed');
  assert.equal(await page.evaluate(() => window.asked), 1);
  await dialog.getByRole('checkbox', { name: /sound/ }).click();
  await page.keyboard.press('Escape');
  await hide(true);
  await bob.room.say('To nobody');
  await bob.room.say('To @Ann');
  await bob.room.saying('Anybody here?').hover();
  await bob.room.saying('Anybody here?').getByRole('button', { name: 'Reply' }).click();
  await bob.room.say('A reply');
  await expect(async () => (await page.evaluate(() => window.told.length)) === 2, 'two were told');
  assert.deepEqual(await page.evaluate(() => window.told), [
    ['calls · Madang', 'Bob: To @Ann'],
    ['calls · Madang', 'Bob: A reply'],
  ]);
  assert.equal(await page.title(), `(3) ${title}`);
  await hide(false);
  await page.getByRole('button', { name: 'Notifications' }).click();
  await dialog.getByRole('radio', { name: 'nothing' }).check();
  await page.keyboard.press('Escape');
  await hide(true);
  await bob.room.say('@Ann again');
  await room.saying('@Ann again').waitFor({ state: 'attached' });
  await page.waitForTimeout(400);
  assert.deepEqual(await page.evaluate(() => [window.told.length, document.title]), [2, title], 'the room is quiet');
  await nothingWrong(ann, bob);
  await ann.context.close();
  await bob.context.close();
});
