// Reading: scrolling, selection, languages, keyboard access, and what the page may load.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { Room } from './room.mjs';
import { LAPTOP, PHONE, person } from './deployment.mjs';

const shared = fixture();
const { guest } = shared;

/// The scroll position: the distance of the first visible article from the top of the list.
function place(room) {
  return room.log.evaluate((log) => {
    const top = log.getBoundingClientRect().top;
    const article = [...log.querySelectorAll('article')].find((one) => one.getBoundingClientRect().bottom > top + 1);
    return [article.dataset.seq, Math.round(article.getBoundingClientRect().top - top)];
  });
}

test('new messages, streams and older history never move the reader', async () => {
  const ann = await guest('Ann', 'scroll');
  for (let number = 1; number <= 28; number += 1) await ann.room.say(`message ${number}\nwith a second line`);
  await ann.room.saying('message 28').waitFor();
  const bob = await guest('Bob', 'scroll');
  await expect(async () => (await bob.room.articles.count()) >= 28, 'the history is there');
  await expect(
    () => bob.room.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 40),
    'one begins at the newest',
  );
  await bob.room.log.hover();
  await bob.page.mouse.wheel(0, -700);
  await new Promise((done) => setTimeout(done, 400));
  const where = await place(bob.room);
  await ann.room.say('@chatbot show markdown');
  await bob.room.answerIs('done', 30_000);
  assert.deepEqual(await place(bob.room), where, 'the reader stays');
  await ann.context.close();
  await bob.context.close();
});

test('older history loads on scrolling up, and the reader stays where they read', async () => {
  const ann = await guest('Ann', 'older');
  for (let number = 1; number <= 70; number += 1) {
    await ann.room.say(`line ${number}`);
    if (number % 20 === 0) await expect(async () => (await ann.room.log.locator('article[data-state="pending"]').count()) === 0, 'sent', 40_000);
  }
  await expect(async () => (await ann.room.log.locator('article[data-state="pending"]').count()) === 0, 'all are sent', 60_000);
  const bob = await guest('Bob', 'older');
  await expect(async () => (await bob.room.articles.count()) === 50, 'fifty are there');
  await bob.room.log.hover();
  await bob.page.mouse.wheel(0, -20_000);
  await expect(async () => (await bob.room.articles.count()) === 70, 'all are there');
  const [seq] = await place(bob.room);
  assert.ok(Number(seq) > 1, `the reader was not thrown to the top (at ${seq})`);
  const seqs = await bob.room.articles.evaluateAll((all) => all.map((one) => Number(one.dataset.seq)));
  assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b));
  await ann.context.close();
  await bob.context.close();
});

test('a selection survives while the answer streams', async () => {
  const ann = await guest('Ann', 'select');
  await ann.room.say('@chatbot tell me a long story');
  await expect(async () => (await ann.room.body(ann.room.answer)).length > 80, 'the answer has begun');
  const selected = await ann.room.answer.locator('[data-part="body"]').evaluate((body) => {
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    const node = walker.nextNode();
    getSelection().setBaseAndExtent(node, 0, node, Math.min(12, node.data.length));
    return `${getSelection()}`;
  });
  assert.ok(selected.length > 5);
  const length = (await ann.room.body(ann.room.answer)).length;
  await expect(async () => (await ann.room.body(ann.room.answer)).length > length + 200, 'the answer goes on');
  assert.equal(await ann.page.evaluate(() => `${getSelection()}`), selected);
  await ann.context.close();
});

test('Markdown becomes elements, and nothing is fetched from anywhere', async () => {
  const ann = await guest('Ann', 'markdown');
  await ann.room.say('@chatbot show markdown');
  await ann.room.answerIs('done', 30_000);
  const body = ann.room.answer.locator('[data-part="body"]');
  for (const part of ['pre code', 'li', 'strong', 'table', 'blockquote', 'a[rel~="noopener"]']) {
    assert.ok((await body.locator(part).count()) > 0, part);
  }
  assert.equal(await ann.page.locator('[data-part="body"] img').count(), 0);
  assert.deepEqual(ann.strangers, []);
  assert.deepEqual(ann.complaints, []);
  await ann.context.close();
});

for (const [name, viewport] of [['phone', PHONE], ['laptop', LAPTOP]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`nothing is wrong for assistive technology: ${name}, ${colorScheme}`, async () => {
      const ann = await guest('Ann', `axe-${name}-${colorScheme}`, { viewport, colorScheme, reducedMotion: 'reduce' });
      await ann.room.say('안녕하세요');
      await ann.room.say('@chatbot show markdown');
      await ann.room.answerIs('done', 30_000);
      for (const address of [null, `${shared.madang.address}/?lang=en`]) {
        if (address) await ann.page.goto(address);
        if (address) await ann.page.getByRole('button', { name: 'Open room' }).waitFor();
        assert.deepEqual(await violations(ann), []);
        const wide = await ann.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        assert.equal(wide, false, 'nothing makes the page scroll sideways');
      }
      assert.deepEqual(ann.complaints, []);
      await ann.context.close();
    });
  }
}

test('the page is in Korean for Korean browsers', async () => {
  const ann = await person(shared.chromium, shared.madang, { locale: 'ko-KR' });
  await ann.page.goto(`${shared.madang.address}/r/lobby`);
  await expect(async () => (await ann.page.locator('html').getAttribute('lang')) === 'ko', 'the language is Korean');
  await ann.page.getByRole('textbox', { name: /이름|별명|닉네임/ }).fill('하늘');
  await ann.page.getByRole('button', { name: /입장|들어가기|참여/ }).click();
  await ann.page.getByRole('textbox', { name: /메시지/ }).waitFor();
  await ann.context.close();
});

test('everything works with the keyboard alone', async () => {
  const ann = await person(shared.chromium, shared.madang);
  const room = new Room(ann.page, shared.madang.address);
  await room.open('keys');
  const field = ann.page.getByRole('textbox', { name: 'Nickname' });
  await field.waitFor();
  await field.focus();
  await ann.page.keyboard.type('Ann');
  await ann.page.keyboard.press('Enter');
  await room.composer.waitFor();
  await room.isConnected();
  await expect(() => room.composer.evaluate((composer) => composer === document.activeElement), 'the composer has the focus');
  await ann.page.keyboard.type('hello');
  await ann.page.keyboard.press('Enter');
  await room.saying('hello').waitFor();
  assert.ok(await room.composer.evaluate((composer) => composer === document.activeElement), 'the focus stays in the composer');
  await ann.page.keyboard.type('again');
  await ann.page.keyboard.press('Tab');
  assert.ok(await room.send.evaluate((button) => button === document.activeElement), 'the button comes next');
  await ann.page.keyboard.press('Enter');
  await room.saying('again').waitFor();
  await expect(() => room.composer.evaluate((composer) => composer === document.activeElement), 'the focus is back in the composer');
  await ann.context.close();
});
