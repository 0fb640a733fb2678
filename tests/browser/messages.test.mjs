// What people's messages look like, whom they mention, and how a deletion is taken back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';
import { LAPTOP, person } from './deployment.mjs';
import { picture } from './picture.mjs';
import { fill } from './speaker.mjs';

const shared = fixture();
const { guest } = shared;

test("people's marks are shown, and what only looks like one stays text", async () => {
  const ann = await guest('Ann', 'marks');
  await ann.room.say('**오후 3시**는 *어때*? ~~아니~~ `code` *^^* 네~~ 2*3*4');
  const body = ann.room.articles.last().locator('[data-part="body"]');
  const html = await body.locator('p').innerHTML();
  for (const part of ['<strong>오후 3시</strong>는', '<em>어때</em>?', '<s>아니</s>', '<code>code</code>', '*^^* 네~~ 2*3*4']) {
    assert.ok(html.replaceAll(/<!--.*?-->/g, '').includes(part), `${part} in ${html}`);
  }
  await ann.room.composer.fill('할 일\n- 하나\n- 둘\n> 인용\n```rust\nfn a() {}\n```');
  await ann.room.send.click();
  await expect(async () => (await body.locator('li').count()) === 2, 'a list');
  assert.equal(await body.locator('blockquote').innerText(), '인용');
  assert.equal(await body.locator('pre').innerText(), 'fn a() {}');
  // What was typed is what is kept.
  await ann.page.getByRole('article').last().getByRole('button', { name: 'More' }).click();
  await ann.page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  assert.equal(await ann.page.getByRole('textbox', { name: 'Edit message' }).inputValue(), '할 일\n- 하나\n- 둘\n> 인용\n```rust\nfn a() {}\n```');
  await ann.page.keyboard.press('Escape');
  await ann.room.say('🎉👍');
  await expect(async () => (await body.getAttribute('class')).includes('emoji-only'), 'emoji are large');
  await ann.room.say('🎉 wow');
  await expect(async () => !(await body.getAttribute('class')).includes('emoji-only'), 'words are not');
  assert.deepEqual(ann.complaints, []);
});

test('a mention of anybody who is here is highlighted, and bots are called from the list', async () => {
  const ann = await guest('Ann', 'calls');
  const bob = await guest('Bob', 'calls');
  await ann.room.say('@Bob and @nobody');
  const highlights = (someone) => someone.room.articles.last().locator('.highlight').allInnerTexts();
  await expect(async () => (await highlights(ann)).join() === '@Bob', 'the sender sees it');
  await expect(async () => (await highlights(bob)).join() === '@Bob', 'the reader sees it');
  const bots = ann.page.getByRole('list', { name: 'AI in this room' });
  assert.match(await bots.innerText(), /@chatbot\s+Follows the conversation/);
  await bots.getByRole('button', { name: /@translator/ }).click();
  await expect(async () => (await ann.room.composer.inputValue()) === '@translator ', 'the composer calls it');
  // In Korean the bot is called by its Korean name, and answers under it.
  const doyun = await person(shared.chromium, shared.madang);
  await doyun.page.goto(`${shared.madang.address}/r/calls?lang=ko`);
  await doyun.page.getByRole('textbox', { name: '닉네임' }).fill('도윤');
  await doyun.page.getByRole('button', { name: '들어가기' }).click();
  await doyun.page.getByRole('button', { name: '@챗봇 부르기' }).click();
  const composer = doyun.page.getByRole('textbox', { name: '메시지', exact: true });
  await expect(async () => (await composer.inputValue()) === '@챗봇 ', 'the chip calls it');
  await composer.pressSequentially('안녕?');
  await doyun.page.getByText(/^@챗봇에게 물어요/).waitFor();
  await composer.press('Enter');
  await doyun.page.locator('article[data-kind="bot"] .byline .name', { hasText: '챗봇' }).waitFor();
  assert.deepEqual([...ann.complaints, ...doyun.complaints], []);
});

test('who reads older messages is told of a mention and led to it', async () => {
  await fill(shared.madang.address, 'elsewhere', 60);
  for (const [name, writer, viewport] of [['Bob', 'Ann', LAPTOP], ['Cho', 'Dan', { width: 320, height: 640 }]]) {
    const reader = await guest(name, 'elsewhere', { viewport });
    const ann = await guest(writer, 'elsewhere');
    await reader.room.log.hover();
    await reader.page.mouse.wheel(0, -1_500);
    await reader.page.getByRole('button', { name: 'Jump to newest', exact: true }).waitFor();
    const call = reader.page.getByRole('button', { name: 'You were mentioned' });
    await ann.room.say('nobody in particular');
    await reader.page.getByRole('button', { name: 'Jump to newest (1)' }).waitFor();
    assert.equal(await call.count(), 0);
    await ann.room.say(`psst @${name}`);
    await ann.room.say('that was all');
    await call.waitFor();
    assert.deepEqual(await violations(reader), []);
    await picture(reader, `called-${viewport.width}`);
    assert.ok(await reader.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it fits');
    await call.click();
    await expect(async () => /psst/.test(await reader.page.evaluate(() => document.activeElement.innerText)), 'they are there');
    await expect(async () => (await call.count()) === 0, 'it was seen');
    assert.deepEqual([...ann.complaints, ...reader.complaints], []);
    await Promise.all([ann.context.close(), reader.context.close()]);
  }
});

test('a deletion can be taken back for some seconds', async () => {
  const ann = await guest('Ann', 'undo');
  const bob = await guest('Bob', 'undo');
  const choose = async (entry) => {
    await ann.room.articles.last().getByRole('button', { name: 'More' }).click();
    await ann.page.getByRole('menuitem', { name: entry, exact: true }).click();
  };
  await ann.room.say('keep me');
  await bob.room.saying('keep me').waitFor();
  await choose('Delete');
  const undo = ann.page.getByRole('button', { name: 'Undo' });
  await expect(() => undo.evaluate((button) => button === document.activeElement), 'the button has the focus');
  assert.deepEqual(await violations(ann), []);
  await undo.press('Enter');
  await ann.room.saying('keep me').waitFor();
  await ann.room.say('and me not');
  await bob.room.saying('and me not').waitFor();
  await choose('Delete');
  await bob.room.saying('This message was deleted.').waitFor({ timeout: 15_000 });
  assert.equal(await bob.room.saying('keep me').count(), 1);
  // Whoever leaves meanwhile has deleted it, too.
  await ann.room.say('going');
  await bob.room.saying('going').waitFor();
  await choose('Delete');
  await ann.page.goto(`${shared.madang.address}/?lang=en`);
  await expect(async () => (await bob.room.saying('This message was deleted.').count()) === 2, 'it is deleted at once', 4_000);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
});
