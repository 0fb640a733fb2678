// What a bot knows: its owner pastes an FAQ into the form, visitors see which of its headings an answer was given, and the
// built-in help answers questions about Madang itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expect } from './expect.mjs';
import { fixture } from './fixture.mjs';

const shared = fixture();
const faq = '# 언제 열어요?\n평일 아침 아홉 시에 열어요.\n\n# Where do I park?\nBehind the house, at no cost.\n\n문의: 민지';

const size = (viewport) => ({ viewport, reducedMotion: 'reduce' });
const phone = { width: 390, height: 844 };
const laptop = { width: 1280, height: 800 };

async function shot({ page }, name) {
  if (process.env.MADANG_SHOTS) await page.screenshot({ path: `${process.env.MADANG_SHOTS}/knowledge-${name}.png` });
}

const sources = (room) => room.answer.locator('[data-part="sources"]');

test('an owner gives a bot an FAQ, and answers cite it until it is removed', async () => {
  const ann = await shared.guest('Ann', 'knowing', size(phone));
  const bob = await shared.guest('Bob', 'knowing', size(laptop));
  const drawer = ann.page.getByRole('complementary', { name: 'Bots' });
  const knowledge = drawer.getByLabel('Knowledge', { exact: true });
  const open = () => ann.page.getByRole('button', { name: 'Bots', exact: true }).click();
  const save = async () => {
    await drawer.getByRole('button', { name: 'Save', exact: true }).click();
    await drawer.getByRole('button', { name: 'Edit @shop' }).waitFor();
  };
  await open();
  await drawer.getByRole('button', { name: 'Add a bot' }).click();
  await drawer.getByLabel('Handle', { exact: true }).fill('shop');
  await drawer.getByLabel('Instructions', { exact: true }).fill('You work in a shop.');
  await knowledge.fill('가'.repeat(33_400));
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(async () => (await knowledge.getAttribute('aria-invalid')) === 'true', 'it is too long');
  await knowledge.fill(faq);
  await knowledge.scrollIntoViewIfNeeded();
  await shot(ann, 'form-phone-en');
  await save();

  await bob.room.say('@shop 몇 시에 열어요?');
  assert.match(await bob.room.answerIs('done'), /아홉 시/);
  assert.match(await sources(bob.room).innerText(), /^From: 언제 열어요\?$/);
  await shot(bob, 'cited-laptop-en');
  await bob.room.say('@shop who won the race?');
  await expect(async () => (await bob.room.articles.count()) === 4, 'a second answer');
  assert.match(await bob.room.answerIs('done'), /민지/);
  assert.equal(await sources(bob.room).count(), 0, 'nothing was found');

  // The form shows what the room has, and a change elsewhere keeps it.
  await drawer.getByRole('button', { name: 'Edit @shop' }).click();
  await expect(async () => (await knowledge.count()) === 1 && (await knowledge.inputValue()) === faq, 'the FAQ is there');
  await drawer.getByLabel('About', { exact: true }).fill('Sells.');
  await save();
  await bob.room.say('@shop parking?');
  await expect(async () => (await bob.room.articles.count()) === 6, 'a third answer');
  assert.match(await bob.room.answerIs('done'), /Behind the house/);
  await bob.page.reload();
  await bob.room.isConnected();
  await expect(async () => (await sources(bob.room).count()) === 1, 'the source is kept');
  assert.match(await sources(bob.room).innerText(), /Where do I park\?/);

  await drawer.getByRole('button', { name: 'Edit @shop' }).click();
  await expect(async () => (await knowledge.count()) === 1 && (await knowledge.inputValue()) === faq, 'the FAQ is there');
  await knowledge.fill('');
  await save();
  await drawer.getByRole('button', { name: 'Edit @shop' }).click();
  await knowledge.waitFor();
  assert.equal(await knowledge.inputValue(), '');
  await ann.page.keyboard.press('Escape');
  await bob.room.say('@shop parking again?');
  await expect(async () => (await bob.room.articles.count()) === 8, 'a fourth answer');
  await bob.room.answerIs('done');
  assert.equal(await sources(bob.room).count(), 0, 'it knows nothing any more');
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  await ann.context.close();
  await bob.context.close();
});

test('the built-in help answers questions about Madang, and says where from', async () => {
  for (const [name, viewport, lang, question, expected] of [
    ['phone-ko', phone, 'ko', '@support 방은 어떻게 만들어요?', /^출처: 방은 어떻게 만들어요\?/],
    ['laptop-ko', laptop, 'ko', '@도움 비밀 방은 누가 들어와요?', /^출처: 비공개 방은/],
    ['phone-en', phone, 'en', '@support how do I make a room?', /^From: .*How do I make a room\?/],
  ]) {
    const ann = await shared.guest('Ann', `help-${name}`, size(viewport));
    if (lang === 'ko') {
      await ann.page.goto(`${shared.madang.address}/r/help-${name}?lang=ko`);
      await ann.page.getByRole('status', { name: '연결 상태' }).getByText('연결됨').waitFor();
      const composer = ann.page.getByRole('textbox', { name: '메시지', exact: true });
      await composer.fill(question);
      await composer.press('Enter');
    } else {
      await ann.room.say(question);
    }
    await ann.page.locator('article[data-kind="bot"][data-state="done"]').waitFor();
    assert.match(await sources(ann.room).innerText(), expected);
    await shot(ann, `help-${name}`);
    assert.deepEqual(ann.complaints, []);
    await ann.context.close();
  }
});
